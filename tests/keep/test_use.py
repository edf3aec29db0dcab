"""A figure that came later: which answers could use it, with which as_of, and the params files that then do."""

import shutil
from pathlib import Path

import pytest

from ruralincome.keep.observe import observe, usable, use
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
SERIES = "series: binh_thuan_rural_income\ntarget: {value: 70, year: 2024}\n"


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "params").mkdir()
    return tmp_path


def written(root, **files):
    for name, text in files.items():
        (root / "params" / f"{name}.yaml").write_text(SERIES + text, encoding="utf-8")


def test_a_held_answer_could_use_the_figure_by_its_year_or_by_the_day_it_came_out(root):
    written(root, by_year="as_of: 2020\n", by_day='as_of: "2021-06-30"\n', free="")
    (root / "params" / "over.yaml").write_text("as_of: 2020\n")  # the article's, due in 2021
    done = observe("binh_thuan_rural_income", 2021, "47.1", "GSO", published="2022-03-01", root=root)
    assert (done.touched, done.held) == (("free",), ("by_day", "by_year", "over"))
    assert usable(done) == {"by_year": 2021, "by_day": "2022-03-01"}


def test_it_is_let_in_and_the_rest_of_the_file_stays(root):
    written(root, mine="as_of: 2020  # the day of the article\nseed: 7\n", child="")
    (root / "params" / "child.yaml").write_text("extends: mine\nseed: 8\n")
    before = answer(read_scenario(root / "params" / "mine.yaml"), root=root).assessment
    done = observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root)
    assert use(done) == (root / "params" / "mine.yaml",)
    text = (root / "params" / "mine.yaml").read_text(encoding="utf-8")
    assert text == SERIES + "as_of: 2021  # the day of the article\nseed: 7\n"
    after = answer(read_scenario(root / "params" / "mine.yaml"), root=root).assessment
    assert (before.series.origin, after.series.origin) == (2020, 2021)
    assert after.probability != before.probability
    assert read_scenario(root / "params" / "child.yaml").as_of == 2021


def test_line_ends_stay_as_they_are(root):
    stated = f"{SERIES}as_of: 2020 # of the article\nseed: 7\n".replace("\n", "\r\n").encode()
    (root / "params" / "mine.yaml").write_bytes(stated)
    (root / "params" / "base.yaml").write_bytes(b"extends: mine\r\nseed: 9")
    use(observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root))
    assert (root / "params" / "mine.yaml").read_bytes() == stated.replace(b"2020 #", b"2021 #")
    assert (root / "params" / "base.yaml").read_bytes() == b"extends: mine\r\nseed: 9"


def test_where_a_file_would_be_wrong_with_it_none_is_changed(root):
    shock = "adjustments: [{kind: shock, years: [2021], points: -4.0, illustration: true}]\n"
    written(root, calm="as_of: 2020\n", shocked=f"as_of: 2020\nreasoning: {{vi: x, en: x}}\n{shock}")
    texts = {path: path.read_bytes() for path in (root / "params").iterdir()}
    done = observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root)
    with pytest.raises(InputError, match=r"figure 2021 is kept, but as_of of no params file was advanced: params/sh"):
        use(done)
    assert {path: path.read_bytes() for path in (root / "params").iterdir() if path.is_file()} == texts


def test_the_command_says_which_could_use_it_and_advances_those_that_it_names(root, monkeypatch):
    from typer.testing import CliRunner

    from ruralincome.cli import app

    monkeypatch.chdir(root)
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    written(root, mine="as_of: 2020\n")
    figure = ["observe", "binh_thuan_rural_income", "2021", "47.1", "--source", "GSO"]
    told = CliRunner().invoke(app, figure)
    assert "could use it, with as_of advanced by --use: mine (as_of: 2021)" in told.output
    assert read_scenario(root / "params" / "mine.yaml").as_of == 2020
    assert CliRunner().invoke(app, figure).exit_code != 0  # published figures are not overwritten
    table = (root / "data" / "binh_thuan_rural_income.csv").read_bytes()
    told = CliRunner().invoke(app, [*figure, "--use"])  # but may be used, as was told
    assert told.output.endswith("params/mine.yaml\n")
    assert "added" not in told.output
    assert (root / "data" / "binh_thuan_rural_income.csv").read_bytes() == table
    assert read_scenario(root / "params" / "mine.yaml").as_of == 2021
    assert CliRunner().invoke(app, [*figure[:3], "47.2", *figure[4:], "--use"]).exit_code != 0
    told = CliRunner().invoke(app, [*figure[:2], "2022", "48.9", "--source", "GSO", "--use"])
    assert told.output.endswith("params/mine.yaml\n")
    assert read_scenario(root / "params" / "mine.yaml").as_of == 2022
