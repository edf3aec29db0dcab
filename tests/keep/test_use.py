"""A figure that came later: which answers could use it, with which as_of, and the params files that then do."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ruralincome.cli import app
from ruralincome.keep.observe import observe, usable, use
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario

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
    assert usable(done)[0] == {"by_year": 2021, "by_day": "2022-03-01"}


def test_it_is_let_in_and_the_rest_of_the_file_stays(root):
    written(root, mine="as_of: 2020  # the day of the article\nseed: 7\n", child="")
    (root / "params" / "child.yaml").write_text("extends: mine\nseed: 8\n")
    before = answer(read_scenario(root / "params" / "mine.yaml"), root=root).assessment
    done = observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root)
    assert (*use(done)[1],) == (root / "params" / "mine.yaml",)
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


SHOCK = """
reasoning: {vi: x, en: x}
adjustments: [{kind: shock, years: [2021], points: -4.0, illustration: true}]
"""


def test_a_file_that_cannot_use_it_is_named_and_the_others_advance(root):
    written(root, calm="as_of: 2020\n", shocked=f"as_of: 2020{SHOCK}")
    shocked = (root / "params" / "shocked.yaml").read_bytes()
    could, files, unfit = use(observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root))
    assert (could, [*files]) == ({"calm": 2021}, [root / "params" / "calm.yaml"])
    assert [(name, "2021 is observed already" in str(why)) for name, why in unfit.items()] == [("shocked", True)]
    assert read_scenario(root / "params" / "calm.yaml").as_of == 2021
    assert (root / "params" / "shocked.yaml").read_bytes() == shocked


def test_a_file_stays_where_one_that_extends_it_would_be_wrong(root):
    written(root, base="as_of: 2020\n", calm="as_of: 2020\n")
    (root / "params" / "child.yaml").write_text(f"extends: [base]{SHOCK}")
    could, _, unfit = use(observe("binh_thuan_rural_income", 2021, "47.1", "GSO", root=root))
    assert ({*could}, {*unfit}) == ({"calm"}, {"base", "child"})
    assert [read_scenario(root / "params" / f"{name}.yaml").as_of for name in ("base", "child")] == [2020, 2020]


def test_the_command_names_who_cannot_use_it_and_why(root, monkeypatch):
    monkeypatch.chdir(root)
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    written(root, calm="as_of: 2020\n", shocked=f"as_of: 2020{SHOCK}")
    figure = ["observe", "binh_thuan_rural_income", "2021", "47.1", "--source", "GSO"]
    would, does = "could use it, with as_of advanced by --use", "use it from now on, their as_of being advanced"
    for arguments, status, said in ((figure, 0, would), ([*figure, "--use"], 1, does)):
        told = CliRunner().invoke(app, arguments, standalone_mode=False)
        lines = told.output.splitlines()
        assert told.return_value == status
        assert f"{said}: calm (as_of: 2021)" in lines
        assert (would in told.output, does in told.output) == (said == would, said == does)
        assert any(line.startswith("cannot use it, shocked: params/shocked.yaml: adjustments") for line in lines)


def test_the_command_says_which_could_use_it_and_advances_those_that_it_names(root, monkeypatch):
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


def test_a_figure_is_told_as_the_language_of_the_terminal_writes_it(root, monkeypatch):
    monkeypatch.chdir(root)
    for language, year, value, said in (("vi", "2021", "47.1", "47,1"), ("en", "2022", "48.3", "48.3")):
        monkeypatch.setenv("RURALINCOME_LANGUAGE", language)
        told = CliRunner().invoke(app, ["observe", "binh_thuan_rural_income", year, value, "--source", "GSO"])
        assert said in told.output, told.exception
