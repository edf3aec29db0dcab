"""Saving: a place from a file; a question as a params file, as Python, as a report; its picture and its figures."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from pprint import pformat

import pandas as pd
import yaml

from ruralincome.data.files import write_all
from ruralincome.data.package import written
from ruralincome.explorer.sliders import Sliders
from ruralincome.keep.place import Placed, new, slug
from ruralincome.report.charts.fan import SHARES, Fan, plot
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.file import SCHEMA_LINE, Scenario
from ruralincome.scenario.yaml import loaded
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.target.target import Assessment

LONGEST = 60
"""Letters in the name of a params file."""


def save(question: Sliders, words: str, root: Path) -> Path:
    """Write params/NAME.yaml, complete or not at all, and never over a file that stands there.

    words: any; the name is made of them, and they are the title unless they are a name already. The text is read back
    as a scenario before it is written. Raises InputError.
    """
    name, words = slug(words), clean(words)
    if not 0 < len(name) <= LONGEST:
        raise InputError("explorer.no_name", most=LONGEST)
    path, text = root / "params" / f"{name}.yaml", params(question, "" if words == name else words)
    Scenario.stated(**loaded(text))
    with written(root):
        if path.exists():
            raise InputError("explorer.taken", name=name)
        write_all({path: text.encode()})
    return path


def make(content: bytes, file: str, place: str, target: str, unit: str, source: str, root: Path) -> Placed:
    """Write the place whose figures a file's bytes hold, as `new` does. Raises InputError as it does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        write_all({path: content})
        return new(place, path, target, unit=unit, source=source, redrawn="old", root=root)


def report(path: Path, root: Path, language: str) -> Path:
    """Make the reports of a params file in a process of its own, as `run` does; where the page of a language lies.

    Raises InputError with what that says.
    """
    command = [sys.executable, "-m", "ruralincome", "run", str(path), "--output", str(root / "reports")]
    spoken = os.environ | {"RURALINCOME_LANGUAGE": language}
    done = subprocess.run(command, cwd=root, env=spoken, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise InputError("explorer.no_report", name=path.stem, why=done.stderr.strip().rpartition("\n")[2])
    return root / "reports" / path.stem / language / "report.html"


def picture(a: Assessment, language: str) -> bytes:
    """The fan as an SVG that stands alone."""
    drawn, on = io.BytesIO(), plot(a, language=language).get_figure(root=True)
    assert on is not None
    on.savefig(drawn, format="svg")
    return drawn.getvalue()


def figures(a: Assessment) -> bytes:
    """The numbers of the fan as CSV: observed, required, and the quantiles of the forecast, by year."""
    fan = Fan.of(a)
    found = pd.DataFrame({"observed": pd.Series(dict(fan.observed)), "required": pd.Series(dict(fan.required[1:]))})
    if fan.quantiles is not None:
        ahead = pd.DataFrame(fan.quantiles[1:], fan.ahead[1:], [f"q{share:g}" for share in SHARES])
        found = found.join(ahead, how="outer")
    return found.to_csv(index_label="year").encode()


def params(question: Sliders, title: str = "") -> str:
    """The params file of a question: what differs from the defaults; title: in place of the one that it would have."""
    keys = question.stated() | ({"title": dict.fromkeys(LANGUAGES, title)} if title else {})
    stated = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=1000)
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
