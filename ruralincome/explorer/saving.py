"""Saving: a place from a file; a question as a params file, and as the lines of Python that reproduce it."""

import re
import tempfile
from pathlib import Path
from pprint import pformat

import yaml

from ruralincome.data.files import write_all
from ruralincome.data.package import written
from ruralincome.explorer.sliders import Problem, Sliders
from ruralincome.keep.place import Placed, new
from ruralincome.scenario.file import SCHEMA_LINE, Scenario
from ruralincome.scenario.yaml import loaded
from ruralincome.series import InputError


def save(question: Sliders, name: str, root: Path) -> Path | Problem:
    """Write params/NAME.yaml, complete or not at all, and never over a file that stands there.

    Its text is read back as a scenario before it is written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        return Problem("explore.save.name", {})
    path, text = root / "params" / f"{name}.yaml", params(question)
    Scenario.stated(**loaded(text))
    try:
        with written(root):
            if path.exists():
                return Problem("explore.save.taken", {"name": name})
            write_all({path: text.encode()})
    except InputError:
        return Problem("explore.save.failed", {"name": name})
    return path


def make(content: bytes, file: str, place: str, target: str, unit: str, source: str, root: Path) -> Placed:
    """Write the place whose figures a file's bytes hold, as `new` does. Raises InputError as it does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        write_all({path: content})
        return new(place, path, target, unit=unit, source=source, redrawn="old", root=root)


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
