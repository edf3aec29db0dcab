"""Scenarios side by side: what a batch found, question by question, and what changed between two sets of results."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.take import Result
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import NONE, basis_name, isolated, signed
from ruralincome.report.words.words import chance, say, text
from ruralincome.scenario.result import Since

CAUSES = ("figures", "target", "method")


@dataclass(frozen=True)
class Ranking:
    """Scenarios that ask of one series, in one basis of prices, for one year; the most probable first. results: as
    result.json holds them, `name` being the scenario's."""

    series: str
    unit: str
    basis: str
    price_year: int | None
    year: int
    results: tuple[Result, ...]

    @property
    def answered(self) -> list[Result]:
        """Those with a probability."""
        return [r for r in self.results if r["probability"] is not None]

    @property
    def forecast(self) -> list[Result]:
        """Those with a forecast, the highest first."""
        return sorted((r for r in self.results if r["median"] is not None), key=lambda r: (-r["median"], r["name"]))

    @property
    def goals(self) -> list[float]:
        """The targets asked of, rising."""
        return sorted({r["target"]["value"] for r in self.results})

    @property
    def levels(self) -> list[float]:
        """All levels that a scale must hold: targets, and the ends of forecasts."""
        return [*self.goals, *(end for r in self.results for end in r["interval80"] or ())]

    @cached_property
    def base(self) -> Result | None:
        """The scenario that the others are held to: without adjustments, "baseline" before others; None if none is."""
        plain = [r for r in self.answered if r.get("baseline") is None]
        return min(plain, key=lambda r: (r.get("scenario", r["name"]) != "baseline", r["name"]), default=None)


def overview(asked: Sequence[Ranking], language: str, failed: Sequence[str] = ()) -> Block:
    """The range of the chance for the question that most ask, as the page's heading; what failed."""
    return part("compare.overview", language, asked=asked, failed=failed, asks=asks(asked[0], language))


def changes(asked: Sequence[Ranking], language: str) -> Block:
    """What each scenario makes of the chance: hollow the base's, filled its own; a table a question."""
    several = [(asks(q, language), q) for q in asked if q.base and len(q.answered) > 1]
    return part("compare.changes", language, asked=several, unproven=unproven) if several else NOTHING


def forecasts(asked: Sequence[Ranking], language: str) -> Block:
    """Median and 80 % interval of the target's year, from high to low, against the target; a table a question."""
    return part("compare.forecasts", language, asked=[(asks(question, language), question) for question in asked])


def asks(question: Ranking, language: str) -> str:
    """What a question asks of, in words: indicator, year and prices."""
    first = question.results[0]
    place, title = isolated(text(first["place"], language)), text(first["series_title"], language) or question.series
    indicator = say("report.indicator", language, title=title, place=place) if place else title
    prices = basis_name(question.basis, question.price_year, language)
    return say("compare.question", language, indicator=indicator, year=question.year, prices=prices)


def unproven(result: Result) -> bool:
    """Whether a chance rests on a class that was never held against what came later; of one that kept none, False."""
    return result["probability"] is not None and any(not one["tests"] for one in (result.get("record") or ())[:1])


def since_table(found: Sequence[tuple[str, Since]], alone: Mapping[str, Sequence[str]], language: str) -> str:
    """A row a scenario whose probability is another, by its title: then, now and the terms that add up to it. alone:
    titles of which there is a result before only ("gone"), or after only ("come")."""
    moved = [(title, one) for title, one in found if one.before != one.after]
    keys = ("scenario", "before", "after", *CAUSES)
    rows = [[say(f"since.{key}", language) for key in keys], ["---", *["---:"] * (len(keys) - 1)]]
    for title, one in moved:
        ends = [say("since.none", language) if p is None else chance(p, language) for p in (one.before, one.after)]
        points = [signed(x, language, 0) for x in one.points.values()] or [NONE] * len(CAUSES)
        rows.append([_cell(title), *ends, *points])
    said = [f"## {say('since.heading', language)}"]
    said += ["\n".join(f"| {' | '.join(row)} |" for row in rows)] if moved else []
    notes = {"note" if one.points else "apart" for _, one in moved}
    said += [say(f"since.{note}", language) for note in sorted(notes, reverse=True)]
    said += [say("since.same", language, count=len(found) - len(moved))] if len(found) > len(moved) else []
    for side, titles in alone.items():
        if titles:
            said.append("\n".join([say(f"since.{side}", language), "", *(f"- {_cell(one)}" for one in titles)]))
    return "\n\n".join(said) + "\n"


def differing(before: Result, after: Result, language: str) -> list[str]:
    """In what two results ask of another thing, with both: series, unit, prices. No chance is then a change of one."""
    return part("compare.differing", language, before=before, after=after).text.splitlines()


def rankings(results: Iterable[Result], by_target: bool = False) -> tuple[Ranking, ...]:
    """The results by what they ask, those with most scenarios first; by_target: a question each."""
    groups: dict[tuple[str, str, str, int | None, int, Any], list[Result]] = {}
    for result in results:
        prices, target = result["prices"], result["target"]
        goal = (target["value"], target.get("direction", 1)) if by_target else None
        key = (result["series"], result["unit"], prices["basis"], prices["year"], target["year"], goal)
        groups.setdefault(key, []).append(result)
    size = Counter(key[:5] for key, group in groups.items() for _ in group)
    own = {key for key, group in groups.items() if any(r.get("scenario") == "baseline" for r in group)}
    first = sorted(groups, key=lambda k: (-size[k[:5]], k[4], k[2], k[0], -len(groups[k]), k not in own, k[5]))
    for results in groups.values():
        results.sort(key=lambda r: (r["probability"] is None, -(r["probability"] or 0.0), r["name"]))
    return tuple(Ranking(*key[:5], tuple(groups[key])) for key in first)


def _cell(words: str) -> str:
    """Words from outside as text of a cell: one line, no mark of Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(words.split()))
