"""What the READMEs show runs as it stands, and both show the same."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from ruralincome.cli import app

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]


def blocks(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_the_ten_lines_of_python_run_and_say_the_articles_numbers(path, capsys):
    (code,) = blocks(path, "python")
    exec(compile(code, path.name, "exec"), {})
    said = capsys.readouterr().out
    assert {"8,33%", "8,91%"} <= {*said.split()} if ".vi" in path.name else "8.33% a year achieved, 8.91%" in said
    assert "open_sdg" in said


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_the_commands_it_names_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make (\w+)", text, re.M))
    assert {"run", "test", "lab"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target
    commands = get_command(app).commands
    named = set(re.findall(r"^ruralincome (\w+)", text, re.M))
    assert named
    assert named <= set(commands)


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_its_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (ROOT / link).exists(), link


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_it_is_read_in_five_minutes(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_both_languages_show_the_same_code():
    def bare(path):
        return [re.sub(r"\s*#.*|print\(f.*", "", block) for block in blocks(path, "python") + blocks(path, "sh")]

    assert bare(READMES[0]) == bare(READMES[1])


def test_every_table_of_the_benchmark_is_that_of_its_results():
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    written = dict(readme.written())
    assert {path.name for path in READMES} < {path.name for path in written}
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, "run python benchmarks/readme.py"
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    assert "statsmodels" in readme.table(results, "README.md")
