"""`ruralincome panel`: files written, exit status, scenarios, clusters, pages; and what each command may load."""

import json
import re
import subprocess
import sys
from concurrent.futures import Future
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from ruralincome.cli.panel import run_panel
from ruralincome.report.pages.paneltable import STATIC
from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def panel_csv(places=12, bad=False, extra=""):
    """A table of communes in two districts of two provinces, with populations."""
    rows = ["province,district,place,population,year,value"]
    for i in range(places):
        name = f"{'Bình Thuận' if i % 2 else 'Lâm Đồng'},Huyện {i % 4},Xã <{i}>,{2000 + 100 * i}"
        rows += [f"{name},{year},{30 + i / 4 + (year - 2016) * 3.1}" for year in (2016, 2018, 2020)]
    if bad:
        rows += ['Bình Thuận,Huyện 1,Xã Sai,1000,2016,"32,6"', "Bình Thuận,Huyện 1,Xã Sai,1000,2020,44.9"]
    return "\n".join(rows) + "\n" + extra


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on a table; what it wrote, printed and returned."""

    def go(content, **options):
        path = tmp_path / "xa.csv"
        path.write_text(content, encoding="utf-8")
        status = run_panel(path, output=tmp_path / "out", **{"target": "48.9@2021", **options})
        return status, tmp_path / "out" / "xa", capsys.readouterr()

    return go


def test_every_place_answered_is_status_0(run):
    status, folder, said = run(panel_csv())
    assert status == 0
    assert "12 places, 0 refused" in said.out
    assert said.err == ""
    written = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert written == ["en/report.html", "panel.csv", "totals.csv", "vi/report.html"]
    found = pd.read_csv(folder / "panel.csv")
    assert (folder / "panel.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert found["place"].tolist() == [f"Xã <{i}>" for i in range(12)]
    assert found["probability"].between(0, 1).all()
    assert set(pd.read_csv(folder / "totals.csv")["province"]) == {"Bình Thuận", "Lâm Đồng"}


def test_a_place_refused_is_status_1_and_says_why(run):
    status, folder, said = run(panel_csv(bad=True))
    assert status == 1
    assert "refused: 1 places by decimal_comma, 'Xã Sai' the first" in said.err
    page = (folder / "vi" / "report.html").read_text(encoding="utf-8")
    assert "viết 48.9 thay cho 48,9" in page


def test_the_same_input_gives_the_same_bytes(run):
    _, folder, _ = run(panel_csv())
    first = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    run(panel_csv())
    assert first == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (panel_csv(), {"target": None}, "no target"),
        (panel_csv(), {"target": "48,9@2021"}, "write 48.9@2021"),
        (panel_csv(), {"target": "48.9"}, "VALUE@YEAR"),
        (panel_csv(), {"target": "0@2021"}, "not a positive number"),
        (panel_csv(), {"target": "48.9@9999"}, "--target: 9999 lies more than 50 years after"),
        ("place,year,value\nA,x,1\n", {}, "no row has a year"),
        (panel_csv(), {"cluster": "nowhere"}, "no scheduler answers"),
    ],
)
def test_a_wrong_question_is_an_error_and_nothing_is_written(run, tmp_path, content, options, words):
    with pytest.raises(InputError, match=words):
        run(content, **options)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_an_error(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="choose another --output"):
        run(panel_csv())


def test_the_input_is_never_overwritten(tmp_path):
    path = tmp_path / "panel" / "panel.csv"
    path.parent.mkdir()
    path.write_text(panel_csv(), encoding="utf-8")
    with pytest.raises(InputError, match="where its results would go"):
        run_panel(path, "48.9@2021", output=tmp_path)
    assert path.read_text(encoding="utf-8") == panel_csv()


@pytest.fixture
def params(tmp_path):
    def write(content):
        path = tmp_path / "mine.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_scenario_gives_target_class_and_adjustments(run, params):
    asked = "target: {value: 48.9, year: 2022}\nreference: vietnam-provinces\n"
    _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked)])
    plain = pd.read_csv(folder / "panel.csv")
    pace = "adjustments: [{kind: pace, percent: 2.0}]\n"
    _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked + pace)])
    slow = pd.read_csv(folder / "panel.csv")
    assert set(plain["target_year"]) == {2022}
    assert slow["median"].to_numpy() == pytest.approx(slow["last"].to_numpy() * 1.02**2, rel=1e-5)
    assert (slow["probability"] < plain["probability"]).all()


def test_a_quantile_of_the_class_and_the_pace_of_a_series(run, params):
    for step in ("quantile: 0.5", "best: 0.2", "series: binh_thuan_rural_income"):
        asked = f"reference: vietnam-provinces\nadjustments: [{{kind: pace, {step}}}]\n"
        status, folder, _ = run(panel_csv(), scenarios=[params(asked)])
        assert status == 0
    found = pd.read_csv(folder / "panel.csv")
    growth = (44.9 / 32.6) ** 0.25
    assert found["median"].to_numpy() == pytest.approx(found["last"].to_numpy() * growth, rel=1e-5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("adjustments: [{kind: shock, years: [2021], points: -3, sd: 1}]\n", r"adjustments\[0\] \(shock\)"),
        ("adjustments: [{kind: return, last_year: 2021}]\n", r"adjustments\[0\] \(return\)"),
        (
            "adjustments: [{kind: halt}, {kind: dip, year: 2022, points: -3, recovery: never}]\ntarget: {year: 2023}\n",
            r"adjustments\[1\] \(dip\): .* one year ahead only",
        ),
        ("terms: {prices: real}\n", "terms"),
        ("models: [log_trend]\n", "log_trend"),
        ("reference: nowhere\n", "nowhere"),
        ("targets: 1\n", "unknown key"),
    ],
)
def test_what_a_scenario_cannot_ask_of_a_panel_is_refused_by_name(run, params, tmp_path, content, words):
    with pytest.raises(InputError, match=words):
        run(panel_csv(), scenarios=[params(content)], target=None)
    assert not (tmp_path / "out").exists()


def test_stated_inflation_moves_a_real_class(run, params):
    medians = []
    for rate in (2, 8):
        terms = f"terms: {{prices: nominal, inflation: {rate}.0}}\nreference: vietnam-provinces-real\n"
        _, folder, _ = run(panel_csv(), scenarios=[params(terms)])
        medians.append(pd.read_csv(folder / "panel.csv")["median"])
    assert (medians[1] > medians[0]).all()


def test_nothing_after_as_of_is_known(run, params):
    late = "Lâm Đồng,Huyện 0,Xã <0>,2000,2021,99\n"
    _, folder, _ = run(panel_csv(extra=late), scenarios=[params("as_of: 2020\n")])
    assert pd.read_csv(folder / "panel.csv")["last_year"].max() == 2020


def test_several_scenarios_and_a_sweep_ask_every_place_again(run, tmp_path):
    halt, grid = tmp_path / "halt.yaml", tmp_path / "grid.yaml"
    halt.write_text("adjustments: [{kind: halt}]\n", encoding="utf-8")
    classes = "[vietnam-provinces, vietnam-provinces-real]"
    sweep = "shock: {first: -3, last: 0, step: 3}, target: {first: 48, last: 50, step: 1}, references: " + classes
    grid.write_text(f"sweep: {{{sweep}}}\n", encoding="utf-8")
    status, folder, said = run(panel_csv(bad=True), target=None, scenarios=[grid, halt])
    assert status == 1
    assert "14 questions, 14 with refusals" in said.out
    assert (folder / "scenarios.csv").read_bytes().count(b"\xef\xbb\xbf") == 1
    found = pd.read_csv(folder / "scenarios.csv")
    assert len(found) == 14 * 13
    lead = pd.read_csv(folder / "panel.csv")
    pd.testing.assert_series_equal(found["probability"][:13], lead["probability"])
    cells = found.iloc[13:].groupby(["scenario", "reference", "shock", "target"])["probability"].mean()
    assert len(cells) == 13
    by_target = cells["grid"]["vietnam-provinces"].unstack("target")
    assert (by_target.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)
    assert (by_target.loc[-3.0] < by_target.loc[0.0]).all()
    assert cells["halt"].iloc[0] < cells["grid"].max()
    assert set(found["refusal"].dropna()) == {"decimal_comma"}
    for language in LANGUAGES:
        page = (folder / language / "report.html").read_text(encoding="utf-8")
        assert page.count("<tr>") > 14
        assert catalogue(language)["panel.questions.heading"] in page
    status, folder, _ = run(panel_csv())
    assert not (folder / "scenarios.csv").exists()  # it would be of other figures


def test_a_cell_of_a_sweep_is_the_scenario_that_says_the_same(run, tmp_path):
    grid, alone = tmp_path / "grid.yaml", tmp_path / "alone.yaml"
    grid.write_text("sweep: {shock: {first: -4, last: -4, step: 1}, target: {first: 50, last: 50, step: 1}}\n")
    alone.write_text("target: {value: 50}\nadjustments: [{kind: shock, years: [2021], points: -4}]\n")
    _, folder, _ = run(panel_csv(), target=None, scenarios=[grid, alone])
    found = pd.read_csv(folder / "scenarios.csv")
    cell, single = (found.iloc[at : at + 12][["median", "probability"]].to_numpy() for at in (12, 24))
    assert cell.tolist() == single.tolist()


@pytest.mark.parametrize(
    ("content", "table", "words"),
    [
        ("sweep: {shock: {first: -10, last: 10, step: 0.1}}\n", panel_csv(), "at most 200 cells"),
        (
            "sweep: {target: {first: 48, last: 50, step: 1}}\n",
            panel_csv().replace("value\n", "value,target,target_year\n"),
            "targets of its own",
        ),
    ],
)
def test_a_sweep_that_a_panel_cannot_take_is_refused_by_name(run, params, tmp_path, content, table, words):
    with pytest.raises(InputError, match=words):
        run(table, target=None, scenarios=[params(content)])
    assert not (tmp_path / "out").exists()


def test_two_params_files_of_one_name_are_an_error(run, params):
    path = params("")
    with pytest.raises(InputError, match="'mine' stands twice"):
        run(panel_csv(), target=None, scenarios=[path, path])


def with_unit(unit, places=4):
    lines = panel_csv(places).splitlines()
    return "\n".join([f"{lines[0]},unit", *(f"{line},{unit}" for line in lines[1:])]) + "\n"


@pytest.mark.parametrize(
    "unit", ["million_vnd_per_person_year", "triệu đồng / người / năm", "Million VND per person per year"]
)
def test_a_table_in_the_unit_of_the_scenario_is_answered(run, params, unit):
    status, folder, _ = run(with_unit(unit), target=None, scenarios=[params("")])
    assert status == 0
    assert f"Unit: {unit}." in (folder / "en" / "report.html").read_text(encoding="utf-8")


def test_a_table_in_another_unit_than_the_scenario_is_an_error(run, params, tmp_path):
    with pytest.raises(InputError, match="the table is in 'USD' and mine states its numbers in 'million_vnd"):
        run(with_unit("USD"), target=None, scenarios=[params("")])
    assert not (tmp_path / "out").exists()
    levels = params("adjustments: [{kind: linear, amount: 2.0}]\n")
    with pytest.raises(InputError, match="the table is in 'USD'"):
        run(with_unit("USD"), scenarios=[levels])
    assert run(with_unit("USD"), scenarios=[params("adjustments: [{kind: halt}]\n")])[0] == 0  # has no unit


def test_an_end_half_way_leaves_the_earlier_files_as_they_were(run, monkeypatch):
    from ruralincome.report.pages import panelpage

    _, folder, _ = run(panel_csv())
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(panelpage, "page", interrupted)
    status, _, said = run(panel_csv(20, bad=True))
    assert (status, said.err) == (130, "interrupted\n")
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("where", ["panelread", "report.panelpage"])
def test_an_interrupted_run_leaves_no_empty_folder(run, tmp_path, monkeypatch, where):
    """In the parser, which would say that a quotation mark is open, or when half of the files are written."""
    from ruralincome.panel import read as panelread
    from ruralincome.report.pages import panelpage

    def interrupted(*_):
        raise KeyboardInterrupt

    if where == "panelread":
        monkeypatch.setattr(panelread._Headed, "read", interrupted)
    else:
        monkeypatch.setattr(panelpage, "page", interrupted)
    status, _, said = run(panel_csv())
    assert (status, said.err) == (130, "interrupted\n")
    assert not (tmp_path / "out").exists()


def test_parts_of_a_run_that_was_killed_are_taken_away_by_the_next(run):
    _, folder, _ = run(panel_csv())
    parts = [folder / f".{name}.csv.part" for name in ("panel", "totals", "scenarios")] + [
        folder / "vi/.report.html.part"
    ]
    for path in (*parts, folder / ".mine.part"):
        path.write_text("half", encoding="utf-8")
    run(panel_csv().replace("population", "people"), languages=["en"])
    assert not any(path.exists() for path in parts)
    assert (folder / ".mine.part").exists()


def test_files_for_a_spreadsheet(run):
    """Names that would run as formulas are shown, people are whole, and areas stand first."""
    formula = '"=HYPERLINK(""x"")",@huyện,-xã,9000,2020,44.9\n'
    _, folder, _ = run(panel_csv(extra=formula))
    found = pd.read_csv(folder / "panel.csv", dtype=str)
    names = found[["province", "district", "place"]].iloc[-1].tolist()
    assert names == ['\'=HYPERLINK("x")', "'@huyện", "'-xã"]
    assert found["population"].tolist()[:2] == ["2000", "2100"]
    totals = pd.read_csv(folder / "totals.csv", dtype=str)
    assert list(totals)[:3] == ["province", "district", "target_year"]
    assert totals["population"].str.fullmatch(r"\d+").all()
    assert "=HYPERLINK" in (folder / "vi" / "report.html").read_text(encoding="utf-8")


def test_the_page_says_what_the_scenario_does(run, tmp_path):
    """Adjustments in words; the file's name where it states no title; and that less is better."""
    path, halt = tmp_path / "giảm_nghèo.yaml", tmp_path / "halt.yaml"
    steps = (
        "{kind: pace, percent: -2.0, last_year: 2022}, {kind: disruption, keep: [0.5, 0.25]}, "
        "{kind: accelerate, factor: 1.5, first_year: 2023}, {kind: linear, amount: -1.25}, {kind: path}"
    )
    path.write_text(f"target: {{value: 30, year: 2024, direction: -1}}\nadjustments: [{steps}]\n", encoding="utf-8")
    halt.write_text(
        "title: {vi: Dừng, en: Stop}\nadjustments: [{kind: halt}]\ntarget: {year: 2022}\n", encoding="utf-8"
    )
    _, folder, _ = run(panel_csv(), target=None, scenarios=[path, halt])
    pages = {x: (folder / x / "report.html").read_text(encoding="utf-8") for x in LANGUAGES}
    for words in (
        "Scenario: giảm_nghèo.",
        "The scenario changes: up to 2022: growth of −2.0% a year; ",
        "; the first 2 years: a lasting disruption keeps 50%, 25% of the forecast pace; ",
        "; from 2023 to the target year: the forecast pace times 1.50; ",
        "; every year up to the target: −1.25 more every year; ",
        "equal growth a year to the target in the target year",
        "its figure is at most the target",
        "at most 30.0 (2024)",
        "Stop (every year up to the target: no growth)",
    ):
        assert words in pages["en"]
    for words in (
        "càng thấp càng tốt",
        "không quá 30,0 (2024)",
        "từ năm 2023 đến năm mục tiêu: nhịp tăng dự báo nhân với",
    ):
        assert words in pages["vi"]
    assert "Baseline" not in pages["en"]


def test_totals_of_a_scenario_that_is_to_fall_count_what_falls(run, params):
    for direction in (1, -1):
        asked = f"target: {{value: 20, year: 2022, direction: {direction}}}\nreference: vietnam-provinces\n"
        _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked)])
        totals, found = (pd.read_csv(folder / f"{name}.csv") for name in ("totals", "panel"))
        assert ((found["probability"] > 0.5) == (direction > 0)).all()
        assert ((totals["probability"] > 0.5) == (direction > 0)).all()
        assert (totals["reach_median"] == (totals["places"] if direction > 0 else 0)).all()


def test_a_cluster_that_goes_away_before_the_end_is_one_line(run, tmp_path, monkeypatch):
    from ruralincome.batch import cluster

    @contextmanager
    def lost(_):
        class Executor:
            def submit(self, *_):
                future = Future()
                future.cancel()
                return future

        yield Executor()

    monkeypatch.setattr(cluster, "cluster", lost)
    with pytest.raises(InputError, match="--cluster tcp://gone: the scheduler went away"):
        run(panel_csv(), cluster="tcp://gone")
    assert not (tmp_path / "out").exists()


SCHEDULER = """
import distributed, time
if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        time.sleep(60)
"""
WORK = """
import os, signal, sys, time
from ruralincome.batch.cluster import cluster
with cluster(sys.argv[1]) as executor:
    print(executor.submit(int, "7").result())
    os.killpg(int(sys.argv[2]), signal.SIGKILL)
    time.sleep(1.5)
"""


@pytest.mark.slow
def test_a_scheduler_that_leaves_after_the_work_is_not_missed(tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "scheduler.py").write_text(SCHEDULER)
    command = [sys.executable, tmp_path / "scheduler.py"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as scheduler:
        asked = [sys.executable, "-c", WORK, scheduler.stdout.readline().strip(), str(scheduler.pid)]
        done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(run):
    distributed = pytest.importorskip("distributed")
    _, folder, _ = run(panel_csv(60, bad=True))
    here = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        run(panel_csv(60, bad=True), cluster=cluster.scheduler_address)
    assert here == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class _Page(HTMLParser):
    """Tags open and closed, addresses, ids, words of pictures."""

    VOID = frozenset({"meta", "input", "br", "rect", "line", "circle", "polyline", "polygon"})

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.ids, self.pictures = [], [], [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.addresses += [found[k] for k in ("src", "href") if k in found]
        self.ids += [found["id"]] if "id" in found else []
        if tag == "svg" and "role" in found:
            self.pictures.append(found.get("aria-label", ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_asks_nothing_of_the_network(run, language):
    _, folder, _ = run(panel_csv(150, bad=True))
    content = (folder / language / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(content)
    assert page.open == []
    assert page.addresses == ["#main"]
    assert len(page.ids) == len(set(page.ids))
    assert len(page.pictures) == 9  # the bars and eight places, each once
    assert all(page.pictures)
    assert f'<html lang="{language}">' in content
    assert "Xã &lt;149&gt;" in content
    assert not re.search(r"Xã <\d", content)
    assert content.count('<th scope="row">Xã') >= STATIC
    data = json.loads(re.search(r'id="places">(.*?)</script>', content, re.S)[1])
    assert len(data["rows"]) == 151
    assert len({len(row) for row in data["rows"]}) == 1


def test_a_panel_too_large_for_a_page_shows_those_nearest_to_the_line(monkeypatch, tmp_path):
    from ruralincome.report.pages import paneltable

    monkeypatch.setattr(paneltable, "SHOWN", 5)
    path = tmp_path / "xa.csv"
    path.write_text(panel_csv(40), encoding="utf-8")
    run_panel(path, "48.9@2021", output=tmp_path)
    content = (tmp_path / "xa" / "en" / "report.html").read_text(encoding="utf-8")
    assert "the 5 places nearest to the line, of 40" in content
    shown = json.loads(re.search(r'id="places">(.*?)</script>', content, re.S)[1])["rows"]
    probability = pd.read_csv(tmp_path / "xa" / "panel.csv")["probability"]
    assert sorted(abs(row[11] - 0.5) for row in shown) == pytest.approx(sorted(abs(probability - 0.5))[:5], abs=1e-5)


def test_a_panel_in_which_nobody_can_be_answered_still_has_a_page(run):
    status, folder, _ = run("place,year,value\nA,2020,-1\n")
    assert status == 1
    assert catalogue("vi")["panel.answer.none"] in (folder / "vi" / "report.html").read_text(encoding="utf-8")


def test_both_languages_say_the_same_codes_with_the_same_facts():
    codes = [{c: s for c, s in catalogue(x).items() if c.startswith("panel.")} for x in LANGUAGES]
    assert codes[0].keys() == codes[1].keys()
    for code, words in codes[0].items():
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", codes[1][code])), code


MAY_LOAD = {
    ("--help",): set(),
    ("check",): {"pydantic", "yaml"},
    ("assess",): {"numpy", "scipy", "pydantic", "yaml", "babel", "markupsafe"},
    ("assess", "--json"): {"numpy", "scipy", "pydantic", "yaml"},
}
LARGE = [
    *("numpy", "scipy", "scipy.stats", "scipy.optimize", "pandas", "statsmodels", "matplotlib", "seaborn", "pydantic"),
    *("yaml", "babel", "rich", "jinja2", "markupsafe", "papermill", "nbconvert", "nbclient", "nbformat", "IPython"),
    *("jupyter_client", "ipywidgets", "distributed", "dask"),
]


@pytest.mark.parametrize("arguments", MAY_LOAD, ids=" ".join)
def test_what_a_command_may_load(arguments):
    code = (
        "import sys, contextlib\nfrom ruralincome.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
        f"print('LOADED', *sorted(set({LARGE}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(run.stdout.split("LOADED")[-1].split()) <= MAY_LOAD[arguments]
