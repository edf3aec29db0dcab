"""Sliders: where they stand, as a scenario; its answer, quickly; and it as a params file, Python, a report, figures."""

import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any

import yaml
from babel.numbers import NumberFormatError, parse_decimal

from ruralincome.data.files import write_all
from ruralincome.data.package import written
from ruralincome.keep.place import Placed, new, slug
from ruralincome.reference.vintages import vintages
from ruralincome.report.words.phrases import signed, target_amount, target_digits
from ruralincome.report.words.words import number, say
from ruralincome.scenario.answer import Answer, compose
from ruralincome.scenario.check import examined
from ruralincome.scenario.conditional import Conditional, lead
from ruralincome.scenario.file import SCHEMA_LINE, Scenario, loaded
from ruralincome.scenario.keys import Words
from ruralincome.scenario.territory import crossed
from ruralincome.series import InputError, Series
from ruralincome.series.names import clean

DEFAULTS = Scenario()
USUAL = DEFAULTS.model_dump(include={"series": True, "target": {"value", "year"}, "reference": True})
LONGEST = 60
"""Letters in the name of a params file."""


@dataclass(frozen=True)
class Sliders:
    """Where the sliders stand. series: as published, in full; target, year: what is to be reached and when; points, sd:
    a shock to growth in the first year after as_of (the last known), in points; reference: name of a class."""

    series: Series
    target: float
    year: int
    points: float = 0.0
    sd: float = 0.0
    reference: str = DEFAULTS.reference
    as_of: int | None = None

    @property
    def observed(self) -> Series:
        """The series as known at as_of."""
        return self.series if self.as_of is None else self.series.until(self.as_of)

    shock_year = property(lambda s: s.observed.origin + 1)
    """The year that the shock hits: the first after the last one known."""
    shocked = property(lambda s: bool(s.points or s.sd))

    def stated(self) -> dict[str, Any]:
        """The keys of a params file, those that differ from the defaults; title and reasoning in both languages."""
        shock = {"kind": "shock", "years": [self.shock_year], "points": self.points, "sd": self.sd}
        reasoning = {language: say("explore.reasoning", language) for language in Words.model_fields}
        keys = {
            "title": {language: self._title(language) for language in Words.model_fields},
            "reasoning": reasoning if self.shocked else None,
            "series": self.series.name,
            "target": {"value": self.target, "year": self.year},
            # what a person moves here are targets of the place that the series is of
            "redrawn": "old" if crossed(self.series, self.year) else None,
            "as_of": None if self.as_of == self.series.origin else self.as_of,
            "reference": self.reference,
            "adjustments": [{**shock, "illustration": True}] if self.shocked else None,
        }
        return {key: value for key, value in keys.items() if value is not None and value != USUAL.get(key)}

    def scenario(self) -> Scenario:
        """The question as a validated scenario. Raises Faults."""
        return Scenario.stated(**self.stated())

    def _title(self, language: str) -> str:
        facts = {"target": target_amount(self.target, self.series, language), "year": self.year}
        shock = {"points": signed(self.points, language, target_digits(self.points, 1)), "shock_year": self.shock_year}
        return say("explore.title.shock" if self.shocked else "explore.title", language, **facts, **shock)


class Desk:
    """Answers quickly, by the lead model: a report of the saved scenario shows them all. What a question rests on is
    read and examined each time, as files may change; draws are made once a horizon. own: a series that the folder does
    not hold, if all questions are about one."""

    def __init__(self, root: Path, own: Series | None = None) -> None:
        self.root, self.own = root, own
        self._leads: dict[tuple[Series, str, int, int], Conditional] = {}

    def reply(self, question: Sliders) -> Answer:
        """The answer by the lead model, as `answer` gives it for the saved scenario. Raises InputError for none."""
        _check(question)
        try:
            scenario = question.scenario()
            evidence = examined(scenario, self.root, self.own)
            drawn = (evidence.series, question.reference, evidence.as_of, question.year)
            if drawn not in self._leads:  # whatever the target, which the draws do not know
                self._leads[drawn] = lead(evidence, scenario.seed)
            return compose(scenario, evidence, [self._leads[drawn]])
        except InputError as fault:
            raise InputError("explorer.other", detail=fault) from None


def typed(words: str, language: str, whole: bool = False, within: tuple[float, float] = (-math.inf, math.inf)) -> float:
    """The number that was typed, in the language's own form; whole: a year. Raises InputError for anything else, and
    for one that is not within its limits.

    >>> typed("48,95", "vi")
    48.95"""
    try:
        found = float(parse_decimal(words.strip().replace("−", "-"), locale=language, strict=True))
    except NumberFormatError:
        found = math.nan
    if not math.isfinite(found) or (whole and not found.is_integer()):
        example = str(DEFAULTS.target.year) if whole else number(DEFAULTS.target.value, language)
        raise InputError("explorer.no_number", typed=words, example=example)
    if not within[0] <= found <= within[1]:
        least, most = (str(end) if whole else number(end, language, target_digits(end, 0)) for end in within)
        raise InputError("explorer.outside", typed=words, least=least, most=most)
    return int(found) if whole else found


def save(question: Sliders, words: str, root: Path) -> Path:
    """Write params/NAME.yaml, complete or not at all, and never over a file that stands there; its text is read back
    before. words: any; the name is made of them, and they are the title unless they are one. Raises InputError."""
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
    Raises InputError with what that says."""
    command = [sys.executable, "-m", "ruralincome", "run", str(path), "--output", str(root / "reports")]
    spoken = os.environ | {"RURALINCOME_LANGUAGE": language}
    done = subprocess.run(command, cwd=root, env=spoken, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise InputError("explorer.no_report", name=path.stem, why=done.stderr.strip().rpartition("\n")[2])
    return root / "reports" / path.stem / language / "report.html"


def params(question: Sliders, title: str = "") -> str:
    """The params file of a question: what differs from the defaults; title: in place of the one that it would have."""
    keys = question.stated() | ({"title": dict.fromkeys(Words.model_fields, title)} if title else {})
    return f"{SCHEMA_LINE}\n{yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=1000)}"


def python(question: Sliders) -> str:
    """The lines that reproduce the question's answer in a notebook."""
    keys = {key: value for key, value in question.stated().items() if key not in ("title", "reasoning")}
    stated = "".join(f"    {key}={pformat(value, width=100, sort_dicts=False)},\n" for key, value in keys.items())
    return (
        "from ruralincome.scenario.answer import answer\nfrom ruralincome.scenario.file import Scenario\n\n"
        f"scenario = Scenario.stated({chr(10) + stated if stated else ''})\n"
        "answer(scenario).assessment.probability\n"
    )


def _check(question: Sliders) -> None:
    """Raise InputError for what can be said of a question before anything is read."""
    as_of, (first, *_) = question.as_of, question.series.years
    if as_of is not None and as_of < first:
        raise InputError("explorer.as_of", as_of=as_of, first=first)
    origin, known = question.observed.origin, vintages(question.reference)
    if question.year <= origin:
        raise InputError("explorer.year", year=question.year, origin=origin)
    if known and min(known) > (last := as_of if as_of is not None else question.series.origin):
        raise InputError("explorer.vintage", as_of=last, first=min(known))
