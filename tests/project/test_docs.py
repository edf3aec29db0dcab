"""The guides: both languages show the same pages, headings and code; every block runs, in a folder that `init` laid."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
import yaml
from matplotlib import pyplot
from openpyxl import Workbook
from typer.testing import CliRunner

from ruralincome.cli import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "vi")
PAGES = sorted(path.name for path in (DOCS / "en").iterdir())
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
ALIKE = {"text", "sh", "python", "yaml", "ini"}


def source(path):
    """A page as Markdown, a notebook too."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [("".join(cell["source"]), cell["cell_type"]) for cell in json.loads(text)["cells"]]
    return "\n\n".join(f"```python\n{words}\n```" if kind == "code" else words for words, kind in cells)


def blocks(path):
    """Triples (language, file that it is, code)."""
    return FENCE.findall(source(path))


def headings(path):
    bare = FENCE.sub("", source(path))
    return re.findall(r"^(#+) .+$", bare, re.M)


def bare(code):
    """Code without its comments and without the language it speaks: its name, and the sign of its decimals."""
    code = re.sub(r"\s*#.*$", "", code, flags=re.M).replace('.replace(".", ",")', "")
    return re.sub(r"(ri\.language\(|language=)\"(?:en|vi)\"", r"\1", code)


def test_both_languages_have_the_same_pages():
    assert sorted(path.name for path in (DOCS / "vi").iterdir()) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_same_headings_and_code_in_both_languages(name):
    en, vi = (DOCS / language / name for language in LANGUAGES)
    assert headings(en) == headings(vi)
    shown = [[(kind, file, bare(code)) for kind, file, code in blocks(path) if kind in ALIKE] for path in (en, vi)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "path",
    [*DOCS.glob("*.md"), *DOCS.glob("*/*.md"), ROOT / "CONTRIBUTING.md"],
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
def test_links_lead_to_files_that_are_there_or_that_the_site_writes(path):
    text = FENCE.sub("", source(path))
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        assert "://" not in link or link.startswith("https://")
        assert "://" in link or link.startswith("reference/") or (path.parent / link).exists(), link


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_names_every_page(language):
    text = (DOCS / language / "index.md").read_text(encoding="utf-8")
    assert [name for name in PAGES if name != "index.md" and f"]({name})" not in text] == []


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """A folder with the article's case, as `init` lays it, and the spreadsheet of an office."""
    folder = tmp_path_factory.mktemp("laid") / "case"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    book = Workbook()
    for row in (
        ["Thu nhập bình quân đầu người, triệu đồng/người/năm"],
        ["Năm", "Thu nhập"],
        [2018, 45.1],
        [2020, 49.3],
        [2022, 53.2],
    ):
        book.active.append(row)
    book.save(folder / "income.xlsx")
    return folder


def told(command):
    """Run one line of `ruralincome`; what takes long or needs other machines is planned, or left to its own tests."""
    line, _, to = command.partition(" > ")
    words = shlex.split(line, comments=True)[1:]
    if "--cluster" in words or "my.ipynb" in words:
        return
    if words[0] == "run":
        words.append("--dry-run")
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0, f"{command}\n{said.output}\n{said.exception!r}"
    if to:
        Path(to).write_text(said.stdout, encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        *READMES,
        *(DOCS / "en").glob("*.md"),
        *(pytest.param(path, marks=pytest.mark.long) for path in (DOCS / "vi").glob("*.md")),  # the same but for words
    ],
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
def test_every_block_runs(path, laid, tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    names, folder = {}, shutil.copytree(laid, tmp_path / "case")
    monkeypatch.chdir(folder)
    for language, file, code in blocks(path):
        if file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(code, encoding="utf-8")
        elif language == "python":
            exec(compile(code, path.name, "exec"), names)
        elif language == "sh":
            for line in code.replace("\\\n", "").splitlines():
                if line.startswith("ruralincome "):
                    told(line)


@pytest.mark.slow
def test_the_tutorial_runs_in_both_languages(laid, monkeypatch):
    monkeypatch.chdir(laid)
    monkeypatch.setenv("MPLBACKEND", "agg")
    for language in LANGUAGES:
        names = {}
        for kind, _, code in blocks(DOCS / language / "tutorial.ipynb"):
            assert kind == "python"
            exec(compile(code, language, "exec"), names)
        assert names["alone"].probability is None
        assert 0 < names["answer"].probability < 1
        assert names["axes"].figure.number in pyplot.get_fignums()  # which a notebook shows
        pyplot.close(names["axes"].figure)


def test_the_tutorials_are_stripped():
    for language in LANGUAGES:
        for cell in json.loads((DOCS / language / "tutorial.ipynb").read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs")


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_and_times_that_the_guide_shows_are_parsed(language):
    found = blocks(DOCS / language / "scheduling.md")
    units = [code for kind, _, code in found if kind == "ini"]
    assert units
    for unit in units:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.read_string(unit)
        assert {"Service", "Timer"} & set(parser.sections())
    times = [line for kind, _, code in found if kind == "text" for line in code.splitlines() if line[:1].isdigit()]
    assert times
    for line in times:
        assert cron(line.split(maxsplit=5)[:5]), line


def cron(fields):
    """Whether the five fields are numbers, lists, ranges or steps within their bounds."""
    for field, (low, high) in zip(fields, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
        for part in field.split(","):
            whole = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
            if not whole or any(not low <= int(number) <= high for number in whole.groups()[:2] if number):
                return False
    return True


def test_a_time_out_of_bounds_is_none():
    assert cron(["*/15", "0,12", "1-7", "*", "1"])
    assert not any(cron(wrong.split()) for wrong in ("60 * * * *", "* 24 * * *", "* * 0 * *", "x * * * *"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    for name in ("ruralincome.service", "ruralincome.timer"):
        text = (DOCS / "schedule" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.M), encoding="utf-8"
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_params_file_that_a_guide_shows_is_one():
    from ruralincome.scenario.file import Scenario

    for language in LANGUAGES:
        for kind, file, code in (block for path in (DOCS / language).glob("*.md") for block in blocks(path)):
            if kind == "yaml" and file.startswith("params/"):
                Scenario.stated(**yaml.safe_load(code))


def script(path):
    """What a finding says of itself: its opening lines and the packages it pins."""
    text = path.read_text(encoding="utf-8")
    opening = "".join(line for line in text.splitlines()[1:] if line.startswith("#"))
    return opening, dict(re.findall(r"([A-Za-z][\w-]*)==([\d.]+)", text))


@pytest.mark.parametrize("path", sorted((ROOT / "findings").glob("*.sh")), ids=lambda p: p.stem)
def test_a_finding_has_the_one_form_and_stands_on_the_page_with_its_version(path):
    opening, pinned = script(path)
    assert opening.index("# Guess: ") < opening.index("# Seen: ")
    text = path.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert "assert " in text
    assert "ruralincome" not in text
    assert "mktemp -d" in text
    subprocess.run(["bash", "-n", str(path)], check=True)
    compile(re.search(r"<<'PY'\n(.*?)\nPY\n", text, re.S)[1], path.name, "exec")
    for language in LANGUAGES:
        (row,) = [
            line
            for line in (DOCS / language / "findings.md").read_text(encoding="utf-8").splitlines()
            if f"/{path.name})" in line
        ]
        named = row.split("|")[2].strip().split(", ")
        assert named
        for name, version in map(partial(str.rsplit, sep=" ", maxsplit=1), named):
            assert {key.lower(): value for key, value in pinned.items()}[name.lower()] == version
            assert f"{name} {version}" in opening or name in ("duckdb",), name
