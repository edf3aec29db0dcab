"""The command: exit status, one line a fault on stderr, no traceback, nothing half written."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ruralincome(*arguments, cwd=ROOT, **options):
    code = "from ruralincome.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.fixture
def place(tmp_path):
    """A working root of one's own: data, params and notebooks."""
    for name in ("data", "params", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def params(place, content, name="mine.yaml"):
    path = place / "params" / name
    path.write_text(content, encoding="utf-8")
    return path


def refused(run, *words):
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    for line in run.stderr.splitlines():
        assert line.startswith("error: "), line
    for word in words:
        assert word in run.stderr, run.stderr


def test_a_figure_is_written_through_links_and_every_file_keeps_its_mode(place):
    table, package = place / "data" / "binh_thuan_rural_income.csv", place / "data" / "datapackage.json"
    shared = table.rename(place / "shared.csv")
    table.symlink_to(shared)
    shared.chmod(0o600)
    package.chmod(0o640)
    run = ruralincome("observe", "binh_thuan_rural_income", "2021", "48", "--source", "GSO", cwd=place)
    assert run.returncode == 0, run.stderr
    assert table.is_symlink()
    assert "\n2021,48," in shared.read_text(encoding="utf-8")
    assert [path.stat().st_mode & 0o777 for path in (shared, package)] == [0o600, 0o640]
    assert sorted(path.name for path in place.iterdir()) == ["data", "notebooks", "params", "shared.csv"]


def test_a_params_file_is_asked_in_the_folder_that_it_lies_in(place, tmp_path_factory):
    other = tmp_path_factory.mktemp("above")
    office = shutil.move(place, other / "office")
    for command in ("check", "assess"):
        asked = ruralincome(command, "office/params/baseline.yaml", cwd=other)
        assert (asked.returncode, asked.stderr) == (0, ""), command
    (other / "loose.yaml").write_text((office / "params" / "baseline.yaml").read_text(encoding="utf-8"))
    assert ruralincome("check", other / "loose.yaml", cwd=office).returncode == 0
    refused(ruralincome("check", "loose.yaml", cwd=other), "no data/datapackage.json at or above")


def test_assess_prints_the_articles_numbers_as_json():
    run = ruralincome("assess", "params/baseline.yaml", "--json")
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["historical_growth"] == pytest.approx(0.08332105806659218, abs=1e-12)
    assert found["required_growth"] == pytest.approx(0.08908685968819596, abs=1e-12)
    assert found["projection"] == pytest.approx(48.64111550718999, abs=1e-9)
    assert found["shortfall"] == pytest.approx(0.2588844928100116, abs=1e-9)
    assert 0 < found["probability"] < 1
    assert [m["status"] for m in found["models"]].count("refused") >= 2


@pytest.mark.parametrize(("language", "words"), [("vi", "48,9 triệu đồng/người/năm"), ("en", "48.9 million VND")])
def test_assess_prints_the_verdict(language, words):
    run = ruralincome("assess", "params/baseline.yaml", "--language", language)
    assert run.returncode == 0, run.stderr
    assert words in " ".join(run.stdout.split())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("targets:\n  value: 48.9\n", ["mine.yaml", "unknown key 'targets'", "did you mean 'target'?"]),
        ('target:\n  value: "48,9"\n', ["mine.yaml", "target.value", '"48,9"', "write 48.9"]),
        ("target:\n  value: 48,9\n", ["target.value", "write 48.9"]),
        ("target:\n  year: 2019\n", ["mine.yaml", "target.year", "2019", "2020", "later year"]),
        ("series: nowhere\n", ["mine.yaml", "nowhere", "binh_thuan_rural_income"]),
        ("- 1\n- 2\n", ["mine.yaml", "list", "keys with values"]),
        ("seed: 1\nseed: 2\n", ["mine.yaml", "'seed' stands twice"]),
        ("target: [\n", ["mine.yaml", "YAML"]),
        ("seed: true\n", ["mine.yaml", "seed", "true"]),
        ("reference: nobody\n", ["mine.yaml", "nobody", "vietnam-provinces"]),
        ("extends: nothing\n", ["mine.yaml", "nothing.yaml"]),
        ("extends: mine\n", ["mine.yaml", "extends", "mine"]),
    ],
)
@pytest.mark.parametrize("command", ["check", "assess"])
def test_a_wrong_params_file_is_refused(place, command, content, words):
    path = params(place, content)
    refused(ruralincome(command, path, cwd=place), *words)


def test_check_lists_every_fault_of_every_file_at_once(place):
    params(place, 'targets: 1\ntarget:\n  value: "48,9"\n', "one.yaml")
    params(place, "series: nowhere\n", "two.yaml")
    run = ruralincome("check", cwd=place)
    refused(run, "one.yaml: unknown key 'targets'", "one.yaml: target.value", "two.yaml")
    assert len(run.stderr.splitlines()) == 3


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_pipe_among_params_files_is_told_and_not_waited_for_nor_are_others_kept_back(place, command):
    os.mkfifo(place / "params" / "pipe.yaml")
    params(place, "series: nowhere\n", "two.yaml")
    run = ruralincome(command, cwd=place, timeout=300)
    refused(run, "pipe.yaml is a pipe, not a file; save what it gives to a file and name that", "two.yaml")
    assert len(run.stderr.splitlines()) == 2


def test_a_pipe_for_a_notebook_is_told_and_not_waited_for(place):
    os.mkfifo(place / "n.ipynb")
    run = ruralincome("run", "--notebook", "n.ipynb", "--dry-run", cwd=place, timeout=300)
    refused(run, "error: n.ipynb is a pipe, not a file; save what it gives to a file and name that\n")


def test_check_accepts_what_ships():
    run = ruralincome("check")
    assert (run.returncode, run.stderr) == (0, "")


def test_a_csv_edited_by_hand_is_refused(place):
    path = place / "data" / "binh_thuan_rural_income.csv"
    path.write_text(path.read_text().replace("44.9", "45.9"))
    refused(ruralincome("assess", cwd=place), "data/binh_thuan_rural_income.csv", "sha256")


def test_a_missing_file_and_a_place_without_data(place, tmp_path_factory):
    refused(ruralincome("assess", "params/none.yaml", cwd=place), "params/none.yaml", "no such file")
    refused(ruralincome("assess", cwd=tmp_path_factory.mktemp("empty")), "data/datapackage.json")


def test_usage_faults_are_one_line_and_status_2():
    refused(ruralincome("assess", "--jsn"), "--jsn")
    refused(ruralincome("nothing"), "nothing")
    refused(ruralincome("assess", "--language", "fr"), "fr", "vi, en")
    refused(ruralincome("run", "--output"), "--output needs a value")
    said = {"env": {**os.environ, "RURALINCOME_LANGUAGE": "vi"}, "encoding": "utf-8"}
    assert ruralincome("new", "X", **said).stderr.startswith("lỗi: thiếu --series")
    assert ruralincome("assess", "--jsn", **said).stderr.startswith("lỗi: không có tùy chọn --jsn")


def test_debug_shows_the_traceback():
    run = ruralincome("assess", "params/none.yaml", "--debug")
    assert "Traceback" in run.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("check",)])
def test_start_up_loads_nothing_heavy(arguments):
    code = (
        "import sys, contextlib\nfrom ruralincome.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
        "heavy = {'pandas', 'statsmodels', 'matplotlib', 'seaborn', 'papermill', 'scipy.stats', 'IPython'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.endswith("LOADED []\n")


def test_what_reads_the_output_may_have_enough():
    code = "from ruralincome.cli import main; main()"
    command = [sys.executable, "-c", code, "assess", "params/baseline.yaml"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()  # before it writes
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait() == 0


def test_a_language_named_twice_is_run_once(place):
    run = ruralincome("run", "params/baseline.yaml", "--language", "vi", "--language", "vi", "--dry-run", cwd=place)
    assert run.stdout.split() == ["run", "baseline/vi"]


def test_one_file_is_valid():
    assert ruralincome("check", "params/baseline.yaml").stdout == "1 params file is valid\n"


def test_an_interrupted_command_says_so_and_ends_with_130(monkeypatch, capsys, tmp_path, interrupt_reading):
    from ruralincome.cli import main

    (tmp_path / "xa.csv").write_text("place,year,value\nA,2020,1\n", encoding="utf-8")
    interrupt_reading()
    monkeypatch.setattr(sys, "argv", ["ruralincome", "panel", str(tmp_path / "xa.csv"), "--target", "2@2021"])
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        main()
    signal.signal(signal.SIGTERM, before)
    assert (ended.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_new_does_not_offer_to_rebuild_and_says_what_does():
    done = ruralincome("new", "A", "--series", "a.csv", "--target", "60@2025", "--redrawn", "rebuild")
    assert done.returncode == 2
    assert "panel" in done.stderr
    assert "--redrawn rebuild" in done.stderr
    assert "parts:" in done.stderr
