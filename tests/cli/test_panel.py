"""`ruralincome panel`: files written, exit status, interruptions, clusters."""

import gc
import subprocess
import sys
import weakref
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from panels import panel_csv

from ruralincome.cli.panel import run_panel
from ruralincome.panel.files import read_panel
from ruralincome.panel.places import assess_histories
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def test_every_place_answered_is_status_0(run):
    status, folder, said = run(panel_csv())
    assert status == 0
    assert "12 places, 0 refused" in said.out
    assert "states no unit" in said.err
    assert said.err.count("\n") == 1
    written = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert written == ["counts.csv", "en/report.html", "panel.csv", "totals.csv", "vi/report.html"]
    found = pd.read_csv(folder / "panel.csv")
    assert (folder / "panel.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert found["place"].tolist() == [f"Xã <{i}>" for i in range(12)]
    assert found["probability"].between(0, 1).all()
    counts = pd.read_csv(folder / "counts.csv")
    assert list(counts) == ["count", "probability"]
    assert counts["probability"].sum() == pytest.approx(1, abs=1e-4)
    assert set(pd.read_csv(folder / "totals.csv")["province"]) == {"Bình Thuận", "Lâm Đồng"}


def test_a_class_of_one_country_does_not_serve_the_money_of_another(run):
    head, *rows = panel_csv().splitlines()
    table = "\n".join([f"{head},unit", *(f"{row},million_eur_per_person_year" for row in rows)])
    with pytest.raises(InputError, match=r"of VN, the series is in million_eur_per_person_year; name an international"):
        run(table)


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
    with pytest.raises(InputError, match="choose a folder that you may"):
        run(panel_csv())


def test_the_input_is_never_overwritten(tmp_path):
    path = tmp_path / "panel" / "panel.csv"
    path.parent.mkdir()
    path.write_text(panel_csv(), encoding="utf-8")
    with pytest.raises(InputError, match="where its results would go"):
        run_panel(path, "48.9@2021", output=tmp_path)
    assert path.read_text(encoding="utf-8") == panel_csv()


def test_a_scenarios_report_is_never_overwritten(run, tmp_path):
    report = tmp_path / "out" / "xa" / "en" / "report.ipynb"
    report.parent.mkdir(parents=True)
    report.touch()
    with pytest.raises(InputError, match="holds the report of a scenario"):
        run(panel_csv())
    assert [*filter(Path.is_file, (tmp_path / "out").rglob("*"))] == [report]


def test_an_end_half_way_leaves_the_earlier_files_as_they_were(run):
    _, folder, _ = run(panel_csv())
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(panel_csv(20, bad=True), page=interrupted)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("where", ["reading", "page"])
def test_an_interrupted_run_leaves_no_empty_folder(run, tmp_path, interrupt_reading, where):
    """While it reads, or when half of the files are written."""

    def interrupted(*_):
        raise KeyboardInterrupt

    if where == "reading":
        interrupt_reading()
    with pytest.raises(KeyboardInterrupt):
        run(panel_csv(), page=interrupted)
    assert not (tmp_path / "out").exists()


def test_the_table_goes_when_its_last_question_has_taken_it(run, monkeypatch):
    """It is most of what a panel of a million places keeps in memory."""
    tables, held = [], []

    def read(*given, **more):
        frame = read_panel(*given, **more)
        values = frame["value"].to_numpy()
        while values.base is not None:
            values = values.base
        tables.append(weakref.ref(values))
        return frame

    def assess(*given):
        gc.collect()
        held.append(tables[0]() is not None)
        return assess_histories(*given)

    monkeypatch.setattr("ruralincome.cli.panel.read_panel", read)
    monkeypatch.setattr("ruralincome.panel.answers.assess_histories", assess)
    status, *_ = run(panel_csv())
    assert (status, held) == (0, [False])


def test_parts_of_a_run_that_was_killed_are_taken_away_by_the_next(run):
    _, folder, _ = run(panel_csv())
    parts = [folder / f".{name}.csv.ruralincome-part" for name in ("panel", "totals", "scenarios")]
    parts += [folder / "vi/.report.html.ruralincome-part"]
    parts += [path.with_name(path.name.replace("part", "kept")) for path in parts]  # what stood there before
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


def test_a_cluster_that_goes_away_before_the_end_is_one_line(run, tmp_path, monkeypatch):
    class Client(nullcontext):
        """A scheduler that answers, shows a worker, and has let go of every chunk when it is asked for."""

        def __init__(self, *_, **__):
            super().__init__(self)

        def wait_for_workers(self, *_, **__):
            pass

        def get_executor(self, **_):
            return self

        def submit(self, *_):
            future = Future()
            future.cancel()
            return future

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    with pytest.raises(InputError, match="--cluster tcp://gone: the scheduler went away"):
        run(panel_csv(), cluster="tcp://gone")
    assert not (tmp_path / "out").exists()


SCHEDULER = """
import distributed, time
if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        print(cluster.scheduler_address, flush=True)
        time.sleep(300)
"""
WORK = """
import os, signal, sys, time
from ruralincome.batch.workers import cluster
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
        done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, timeout=1800, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(run):
    distributed = pytest.importorskip("distributed")
    _, folder, _ = run(panel_csv(60, bad=True))
    here = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        run(panel_csv(60, bad=True), cluster=cluster.scheduler_address)
    assert here == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(("back", "refused"), [(0, False), (5, True)])
def test_a_later_row_without_a_figure_changes_neither_the_answer_nor_what_may_be_known(run, back, refused):
    """As of 2014 a class of that year answers; as of 2009 none does, and both are refused for hindsight."""
    figures = [("An Bình", 30, 35.1, 40.8), ("Bình Minh", 33, 38.6, 44.9)]
    rows = [
        f"{name},{year - back},{v}" for name, *of in figures for year, v in zip((2010, 2012, 2014), of, strict=True)
    ]
    plain = "\n".join(["place,year,value", *rows, f"Tân Quới,{2010 - back},30\n"])
    tables = []
    for table in (plain, f"{plain}Tân Quới,2025,\n"):
        if refused:
            with pytest.raises(InputError, match=f"after as_of {2014 - back}"):
                run(table, target="55@2011")
            continue
        status, folder, _ = run(table, target="55@2016")
        assert status == 0
        tables.append((folder / "panel.csv").read_bytes())
    assert len({*tables}) <= 1
