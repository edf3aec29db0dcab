"""Saving: a question as a params file under the root, and as the lines of Python that reproduce it."""

import os
import re
import tempfile
from pathlib import Path
from pprint import pformat

import yaml

from ruralincome.explorer.sliders import Problem, Sliders
from ruralincome.scenario.file import SCHEMA_LINE, read_scenario


def save(question: Sliders, name: str, root: Path) -> Path | Problem:
    """Write params/NAME.yaml, complete or not at all, and never over a file that stands there.

    The file is read back as a scenario before it gets its name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        return Problem("explore.save.name", {})
    folder = root / "params"
    path = folder / f"{name}.yaml"
    try:
        if not folder.is_dir():
            folder.mkdir()
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as private:
            part = Path(private) / path.name
            part.write_text(params(question), encoding="utf-8")
            read_scenario(part)
            if not _named(part, path):
                return Problem("explore.save.taken", {"name": name})
    except OSError:
        return Problem("explore.save.failed", {"name": name})
    return path


def params(question: Sliders) -> str:
    """The params file of a question: what differs from the defaults."""
    stated = yaml.safe_dump(question.stated(), allow_unicode=True, sort_keys=False, width=1000)
    return f"{SCHEMA_LINE}\n{stated}"


def python(question: Sliders) -> str:
    """The lines that reproduce the question's answer in a notebook."""
    keys = {key: value for key, value in question.stated().items() if key not in ("title", "reasoning")}
    stated = "".join(f"    {key}={pformat(value, width=100, sort_dicts=False)},\n" for key, value in keys.items())
    return (
        "from ruralincome.scenario.answer import answer\nfrom ruralincome.scenario.file import Scenario\n\n"
        f"scenario = Scenario.stated({chr(10) + stated if stated else ''})\n"
        "answer(scenario).assessment.probability\n"
    )


def _named(part: Path, path: Path) -> bool:
    """Give a complete file its name in one step; False where the name is taken, whoever took it."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    return True
