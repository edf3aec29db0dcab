"""The page of a panel: one HTML file that ranks, searches and counts ten thousand places without a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median
from typing import Any, Protocol

import pandas as pd
from markupsafe import Markup

from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import Fan
from ruralincome.report.pages.paneltable import SHOWN, TABLE_RULE, carried, cells, decimals, place_area, script_rows
from ruralincome.report.templates import environment, rendered, source
from ruralincome.report.words.adjusting import changes, told
from ruralincome.report.words.phrases import target_digits
from ruralincome.report.words.words import LANGUAGES, chance, number, percent, say, text
from ruralincome.scenario.result import ReferenceClass
from ruralincome.series import Said, Series, Text
from ruralincome.target.likelihood import LIKELIHOODS

STATIC = 100
"""Rows that stand in the page where no script runs."""
AREAS = 100
"""Rows of a table of totals that the page shows."""
SURE = (95, 90, 75, 50, 25, 10, 5)
"""How sure one may be, in percent, of each count in the table."""
OUTLOOK_ORDER = ("met", "on_track", "behind", "away", "unknown")


class Counted(Protocol):
    """How many places reach their target, as a distribution."""

    @property
    def expected(self) -> float:
        """The mean."""

    @property
    def usable(self) -> bool:
        """Whether it says something."""

    def quantile(self, q: float) -> int:
        """The smallest count whose cumulative probability is at least q."""


@dataclass(frozen=True)
class Layer:
    """What is said of one question where there are several: of a scenario, or of a cell of its sweep.

    reference, shock (points of growth): what tells a cell from its scenario; target: value and year, if all share one;
    reason: why most places were refused, where none was answered; direction: of the target; changes: its adjustments.
    """

    title: Text | None
    reference: Text | None
    shock: float | None
    target: tuple[float, int] | None
    answered: int
    refused: int
    count: Counted | None
    reason: str = ""
    direction: int = 1
    changes: Sequence[Said] = ()


@dataclass(frozen=True)
class PanelPage:
    """All that a page says of a panel.

    found: one row a place (see assess_panel); count: how many reach their target, None where none was answered;
    chosen: places drawn one by one, each with its history and (years, 7) quantiles up to its target; totals: tables of
    districts and provinces by the columns that name them; title: of the scenario; layers: all questions, if several;
    direction: 1 where more is better, -1 where less is; changes: the scenario's adjustments; notes: on standards and
    on places that were redrawn; rules: how many places each official rule calls met, on track and so on; index: the
    way to the index beside the panel, empty where there is none.
    """

    name: str
    file: str
    sha256: str
    found: pd.DataFrame
    reference: ReferenceClass
    as_of: int
    count: Counted | None
    chosen: Sequence[tuple[Series, int, Any]] = ()
    totals: Mapping[tuple[str, ...], pd.DataFrame] | None = None
    title: Text | None = None
    layers: Sequence[Layer] = ()
    direction: int = 1
    changes: Sequence[Said] = ()
    notes: Sequence[Said] = ()
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index: str = ""


def page(panel: PanelPage, language: str, most: int = SHOWN) -> str:
    """The page in one language, with `most` places at most; the same panel gives the same bytes."""
    found, digits, shown = panel.found, decimals(panel.found), carried(panel.found, most)
    probability = found["probability"].dropna().to_numpy(float)

    def whole(value: float) -> str:
        return number(value, language, 0)

    first = shown.sort_values("probability", ascending=False, kind="stable", na_position="last").head(STATIC)
    low, high = (whole(panel.count.quantile(q)) if panel.count else "" for q in (0.1, 0.9))
    answered, likely = len(probability), int((probability > 0.5).sum())
    refused = int(found["refusal"].notna().sum())
    macro = environment().get_template("ways.html.j2").module
    made = say("panel.made", language, version=version("ruralincome"), file=panel.file, hash=panel.sha256[:16] + "…")
    facts: dict[str, Any] = {
        "title": say("panel.title", language, name=panel.name, places=whole(len(found))),
        "kicker": say("panel.kicker", language),
        "made": made,
        "bar": Markup(macro.bar(language, [], [x for x in LANGUAGES if x != language], panel.index)),
        "heading": _heading(panel, low, high, answered, language, digits),
        "facts": list(_facts(panel, likely, refused, language)),
        "low": low,
        "high": high,
        "answered": answered,
        "likely": likely,
        "refused": refused,
        "rho": number(median(panel.reference.rhos or (panel.reference.rho,)), language, 2),
        "unit": _unit(found),
        "changes": changes(panel.changes, language),
        "notes": [told(note, language) for note in panel.notes],
        "questions": [_question(layer, language, digits) for layer in panel.layers],
        "bars": pictures.bars(probability, language) if len(probability) else "",
        "likelihoods": list(_likelihoods(found["likelihood"], language)),
        "counts": [[f"{sure}%", whole(panel.count.quantile(1 - sure / 100))] for sure in SURE if panel.count],
        "places": [_place(*one, found, language, digits) for one in panel.chosen],
        "rows": len(found),
        "carried": len(shown),
        "rule": TABLE_RULE,
        "ranked": [cells(row, language, digits) for row in first.to_dict("records")],
        "totals": list(_totals(panel.totals or {}, language, digits)),
        "rules": [
            [say(f"rule.{rule}.name", language), *(whole(counts.get(code, 0)) for code in OUTLOOK_ORDER)]
            for rule, counts in panel.rules.items()
        ],
        "refusals": list(_refusals(found, language)),
        "data": Markup(script_rows(shown, language, digits)),
        "script": source("panel/table.js"),
    }
    return str(rendered("panel/index.html.j2", language=language, panel=panel, whole=whole, text=text, **facts))


def _heading(panel: PanelPage, low: str, high: str, answered: int, language: str, digits: int) -> str:
    """How many places get there, as a range, and the target where all share one."""
    goals = panel.found[["target", "target_year"]].dropna().drop_duplicates()
    facts = {"low": low, "high": high, "places": number(answered, language, 0), "name": panel.name}
    code = "own"
    if len(goals) == 1:
        value, year = float(goals["target"].iloc[0]), int(goals["target_year"].iloc[0])
        facts |= {"target": number(value, language, target_digits(value, digits)), "year": str(year)}
        code = "one" if panel.direction > 0 else "most"
    if panel.count is not None and not panel.count.usable:
        return say("panel.answer.wide", language, answered=facts["places"], low=low, high=high)
    return say(f"panel.heading.{code}" if panel.count else "panel.answer.none", language, **facts)


def _facts(panel: PanelPage, likely: int, refused: int, language: str) -> Iterator[tuple[str, str]]:
    """What stands with the range: how sure one may be of a count, why it is not those over 50 %, who has no answer."""
    count, shown = panel.count, number(likely, language, 0)
    if count is not None:
        sure = [
            say("panel.sure.one", language, least=number(count.quantile(1 - share), language, 0), sure=f"{share:.0%}")
            for share in (0.9, 0.5, 0.1)
        ]
        yield say("panel.sure", language), "; ".join(sure)
        together = chance(_at_least(count, likely), language)
        yield say("panel.why", language, likely=shown), say("panel.why.said", language, likely=shown, chance=together)
    code = "panel.refused.some" if refused else "panel.refused.none"
    yield say("panel.refused", language), say(code, language, refused=number(refused, language, 0))


def _at_least(count: Counted, least: int) -> float:
    """P that `least` places or more reach their target, from the quantiles of their number."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if count.quantile(middle) < least else (low, middle)
    return 1 - low


def _unit(found: pd.DataFrame) -> str:
    """The unit as the table writes it, where it writes one only."""
    units = [unit for unit in found["unit"].unique() if unit] if "unit" in found else []
    return str(units[0]) if len(units) == 1 else ""


def _question(layer: Layer, language: str, digits: int) -> list[str]:
    """A row of the table of questions."""
    name = text(layer.title, language)
    if layer.shock is not None:
        shock = number(layer.shock, language, 1)
        facts = {"scenario": name, "shock": shock, "reference": text(layer.reference, language)}
        name = say("panel.questions.cell", language, **facts)
    target = say("panel.questions.own", language)
    if layer.target is not None:
        target = f"{number(layer.target[0], language, digits)} ({layer.target[1]})"
    if layer.direction < 0:
        target = say("panel.questions.most", language, target=target)
    if layer.changes:
        name = f"{name} ({changes(layer.changes, language)})"
    if layer.count is None:
        name, counts = f"{name}. {say(f'panel.refusal.{layer.reason}', language)}", ["", ""]
    else:
        low, high = (number(layer.count.quantile(q), language, 0) for q in (0.1, 0.9))
        counts = [number(layer.count.expected, language, 0), f"{low} – {high}"]
    return [name, target, *counts, number(layer.answered, language, 0), number(layer.refused, language, 0)]


def _likelihoods(found: pd.Series, language: str) -> Iterator[list[str]]:
    """Places by likelihood: words, how many and their share."""
    counts = found.value_counts()
    for _, code in LIKELIHOODS:
        count = int(counts.get(code, 0))
        share = count / max(int(counts.sum()), 1)
        yield [say(f"likelihood.{code}", language), number(count, language, 0), percent(share, language)]


def _place(
    series: Series, at: int, quantiles: Any, found: pd.DataFrame, language: str, digits: int
) -> tuple[str, Markup]:
    """A place drawn by itself, its name and chance as title: observations, intervals up to its target, the target."""
    row: dict[Any, Any] = found.loc[at].to_dict()
    area = place_area(row)
    name = f"{series.name} ({area})" if area else series.name
    columns = {"last": "last", "target": "target", "median": "median", "low": "low80", "high": "high80"}
    shown = {fact: number(float(row[column]), language, digits) for fact, column in columns.items()}
    facts = {"place": series.name, "last_year": series.origin, "year": int(row["target_year"]), **shown}
    fan, words = Fan.of_place(series, float(row["target"]), quantiles), say("panel.nearest.alt", language, **facts)
    picture = pictures.small_fan(fan, words, (shown["last"], shown["target"]), language)
    return say("panel.nearest.title", language, place=name, chance=chance(row["probability"], language)), picture


def _totals(
    totals: Mapping[tuple[str, ...], pd.DataFrame], language: str, digits: int
) -> Iterator[tuple[Any, list[list[str]], int]]:
    """Tables of districts and provinces, one a level of area and a target year: year, rows, how many there are."""
    for by, rows in totals.items():
        for year, some in rows.groupby("target_year", sort=True):
            yield year, [_area(row, by, language, digits) for row in some.head(AREAS).to_dict("records")], len(some)


def _area(row: Mapping[Any, Any], by: Sequence[str], language: str, digits: int) -> list[str]:
    name = ", ".join(str(row[key]) for key in reversed(by)) or say("panel.totals.whole", language)
    people, missing, reach, few, many = (
        number(row[key], language, 0) for key in ("population", "missing", "reach_median", "reach_low", "reach_high")
    )
    target, median, low, high = (number(row[key], language, digits) for key in ("target", "median", "low80", "high80"))
    share = chance(row["probability"], language)
    return [name, people, missing, target, median, f"{low} – {high}", share, f"{reach} ({few}–{many})"]


def _refusals(found: pd.DataFrame, language: str) -> Iterator[list[str]]:
    """Reasons with their remedy, how many places, and the first of them by name."""
    refused = found[found["refusal"].notna()]
    reasons = refused["refusal"].astype(str)
    first = refused.groupby(reasons)["place"].first().to_dict()
    for reason, count in reasons.value_counts(sort=True).to_dict().items():
        yield [say(f"panel.refusal.{reason}", language), number(int(count), language, 0), str(first[reason])]
