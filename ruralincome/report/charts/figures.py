"""Figures of a report: the fan chart, and growth against that of comparable places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ruralincome.models import Refusal
from ruralincome.report.blocks import details, paragraph
from ruralincome.report.charts.svg import COLOURS, both_sizes
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import amount, target_amount, target_digits, unit_name
from ruralincome.report.words.words import number, percent, say
from ruralincome.series import Series
from ruralincome.target.target import Assessment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

BANDS = (0.95, 0.8, 0.5)
"""Levels of the prediction intervals drawn, widest first."""

NONE = "–"


def figure(name: str, finding: str, picture: Markup, notes: Sequence[str], data: str, language: str) -> Markup:
    """A figure with its finding as title, notes below, and its data table one click away."""
    return Markup('<figure id="{}"><figcaption>{}</figcaption>{}{}{}</figure>').format(
        name,
        finding,
        picture,
        paragraph(" ".join(notes), "note"),
        details(say("report.figure.data", language), data),
    )


def fan(assessment: Assessment, language: str) -> Markup:
    """Observations, prediction intervals of the lead model, the target and the path it requires."""
    facts = _Fan.of(assessment)
    words = _words(facts, assessment, language)

    def draw(axes: Axes, narrow: bool) -> None:
        if facts.quantiles is not None:
            for low, opacity in ((0, 0.16), (1, 0.2), (2, 0.26)):
                axes.fill_between(
                    facts.ahead,
                    facts.quantiles[:, low],
                    facts.quantiles[:, 6 - low],
                    color=COLOURS["forecast"],
                    alpha=opacity,
                    linewidth=0,
                )
            axes.plot(facts.ahead, facts.quantiles[:, 3], color=COLOURS["forecast"])
        if facts.trend:
            axes.plot(*zip(*facts.trend, strict=True), color=COLOURS["quiet"], linewidth=1, dashes=(2, 2))
        axes.plot(facts.ahead, facts.required, color=COLOURS["target"], linewidth=1.5, dashes=(5, 2))
        axes.plot(*_observed(facts.series), "o", color=COLOURS["ink"], markersize=6)
        axes.plot([facts.year], [facts.target], "D", color=COLOURS["target"], markersize=7)
        _frame(axes, facts, narrow, language)
        _label_observations(axes, facts, narrow, language)
        _label_ends(axes, facts, narrow, language)

    # on a telephone's first screen the chart stands below question and answer, so it is low
    picture = both_sizes("fan", words["alt"], draw, lower=0.7)
    return figure("fan-chart", words["finding"], picture, [words["note"]], words["data"], language)


def number_ticks(axis: Axis, language: str) -> None:
    """Write the numbers of an axis, its limits set, in one language, with as many digits as its steps need."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    ticks = [float(tick) for tick in axis.get_majorticklocs()]
    digits = next((d for d in range(4) if all(abs(round(t, d) - t) < 1e-6 for t in ticks)), 4)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([number(tick, language, digits) for tick in ticks]))


@dataclass(frozen=True)
class _Fan:
    """The numbers of a fan chart. ahead: the last observed year and those forecast; quantiles: (ahead, 7) or None."""

    series: Series
    ahead: tuple[int, ...]
    quantiles: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None
    required: tuple[float, ...]
    trend: tuple[tuple[int, float], ...]
    year: int
    target: float

    @classmethod
    def of(cls, a: Assessment) -> _Fan:
        origin, last = a.series.origin, a.series.last
        ahead = tuple(range(origin, a.target.year + 1))
        required = (*(last * (1 + a.required_growth) ** (t - origin) for t in ahead[:-1]), a.target.value)
        quantiles = None
        if not isinstance(a.lead, Refusal):
            shares = sorted({(1 + s * level) / 2 for level in (*BANDS, 0.0) for s in (-1, 1)})
            quantiles = np.vstack([np.full(len(shares), last), a.lead.view.quantile(ahead[1:], shares)])
        trend: tuple[tuple[int, float], ...] = ()
        if a.base_year < origin:
            years = range(a.base_year, a.target.year + 1)
            trend = tuple((t, last * (1 + a.historical_growth) ** (t - origin)) for t in years)
        return cls(a.series, ahead, quantiles, required, trend, a.target.year, a.target.value)


def _words(facts: _Fan, a: Assessment, language: str) -> dict[str, str]:
    digits = a.series.decimals
    observed = ", ".join(
        f"{t}: {number(y, language, digits)}" for t, y in zip(a.series.years, a.series.values, strict=True)
    )
    common = {
        "observations": observed,
        "unit": unit_name(a.series, language),
        "target": target_amount(a.target.value, a.series, language),
        "year": a.target.year,
        "required": percent(a.required_growth, language),
        "base": a.base_year,
        "origin": a.series.origin,
    }
    head = [say(f"report.fan.{key}", language) for key in ("year", "observed", "required")]
    if facts.quantiles is not None:
        head.append(say("report.fan.median", language))
        head += [say("report.fan.interval", language, level=f"{level:.0%}") for level in reversed(BANDS)]
    data = table(say("report.fan.table", language, **common), head, _rows(facts, language, digits), numeric=range(1, 7))
    if facts.quantiles is None:
        return {
            "finding": say("report.fan.finding.refused", language, **common),
            "alt": say("report.fan.alt.refused", language, **common),
            "note": say("report.fan.note.refused", language, **common),
            "data": data,
        }
    end = facts.quantiles[-1]
    common |= {"low": number(end[1], language, digits), "high": amount(end[5], a.series, language)}
    digits = target_digits(facts.target, digits)
    median, goal = (float(number(x, "en", digits).replace(",", "")) for x in (end[3], facts.target))
    side = "at" if median == goal else "above" if median > goal else "below"
    # the gap between the two as they are printed, so that a reader who subtracts finds it
    common["median"] = amount(end[3], a.series, language, digits)
    common["gap"] = number(abs(median - goal), language, digits)
    return {
        "finding": say(f"report.fan.finding.{side}", language, **common),
        "alt": say("report.fan.alt", language, **common),
        "note": say(f"report.fan.note.{facts.series.prices}", language, **common)
        + (" " + say("report.fan.note.trend", language, **common) if facts.trend else ""),
        "data": data,
    }


def _rows(facts: _Fan, language: str, digits: int) -> list[list[str]]:
    rows = [
        [str(t), number(y, language, digits), *[NONE] * (1 if facts.quantiles is None else 5)]
        for t, y in zip(facts.series.years, facts.series.values, strict=True)
    ]
    for k, year in enumerate(facts.ahead[1:], start=1):
        needed = number(facts.required[k], language, target_digits(facts.target, digits))
        cells = [str(year), NONE, needed]
        if facts.quantiles is None:
            rows.append(cells)
            continue
        q = [number(x, language, digits) for x in facts.quantiles[k]]
        rows.append([*cells, q[3], *(f"{q[low]}–{q[6 - low]}" for low in (2, 1, 0))])
    return rows


def _observed(series: Series) -> tuple[tuple[int, ...], tuple[float, ...]]:
    return series.years, series.values


def _frame(axes: Axes, facts: _Fan, narrow: bool, language: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    first, span = facts.series.years[0], facts.year - facts.series.years[0]
    before, room = (0.11, 0.5) if narrow else (0.06, 0.28)
    axes.set_xlim(first - before * span - 0.1, facts.year + room * span)
    values = [*facts.series.values, facts.target, *facts.required]
    if facts.quantiles is not None:
        values += [float(x) for x in facts.quantiles[-1]]
    low, high = min(values), max(values)
    axes.set_ylim(low - 0.12 * (high - low), high + 0.08 * (high - low))
    axes.set_xticks(_ticks(facts, narrow))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    _part(axes, (facts.year - first) * (0.25 if narrow else 0.09))
    axes.yaxis.set_major_locator(MaxNLocator(4 if narrow else 5))
    number_ticks(axes.yaxis, language)
    unit = unit_name(facts.series, language)
    axes.set_title(fill(unit, 40) if narrow else unit, loc="left", fontsize=10, color=COLOURS["quiet"])


def _part(axes: Axes, least: float) -> None:
    """Move the last two years of the axis apart where they are closer than `least` and would run into one."""
    *_, before, last = (-np.inf, *axes.get_xticks())
    if last - before < least:
        left, right = axes.get_xticklabels()[-2:]
        left.set_horizontalalignment("right")
        right.set_horizontalalignment("left")


def _ticks(facts: _Fan, narrow: bool) -> list[int]:
    """Years on the axis: those observed and the target's where they are few, else rounded ones and the target's."""
    from matplotlib.ticker import MaxNLocator

    first, last = facts.series.years[0], facts.year
    if len(facts.series.years) <= 5:
        years = sorted({*facts.series.years, last})
    else:
        years = [int(t) for t in MaxNLocator(4 if narrow else 8, integer=True).tick_values(first, last)]
    apart = (last - first) / (8 if narrow else 16)
    return [t for t in years if first <= t < last and last - t > apart] + [last]


def _label_observations(axes: Axes, facts: _Fan, narrow: bool, language: str) -> None:
    years, values = _observed(facts.series)
    few = len(years) <= 4
    for k in range(len(years)) if few else (0, len(years) - 1):
        above = k == 0 and narrow  # a low chart has no room below its first dot
        axes.annotate(
            number(values[k], language, facts.series.decimals),
            (years[k], values[k]),
            (0 if few or k == 0 else 7, 6 if above else -8),
            textcoords="offset points",
            ha="center" if few or k == 0 else "left",
            va="bottom" if above else "top",
            weight="bold",
        )


def _label_ends(axes: Axes, facts: _Fan, narrow: bool, language: str) -> None:
    """Direct labels at the target year, moved apart where they would touch, each tied to its value by a thin line."""
    digits = facts.series.decimals
    size = ".short" if narrow else ""
    exact = target_digits(facts.target, digits)
    goal = number(facts.target, language, exact)
    labels = [(facts.target, "target", say(f"report.fan.label.target{size}", language, value=goal))]
    if facts.quantiles is not None:
        end = facts.quantiles[-1]
        for at, code in ((3, "median"), (1, "low"), (5, "high")):
            shown = number(end[at], language, exact if code == "median" else digits)
            labels.append((float(end[at]), "forecast", say(f"report.fan.label.{code}{size}", language, value=shown)))
    bottom, top = axes.get_ylim()
    apart = (top - bottom) / (9 if narrow else 17)
    for (value, role, words), place in zip(sorted(labels), spread(sorted(v for v, _, _ in labels), apart), strict=True):
        near, far = (facts.year + share * (facts.year - facts.series.years[0]) for share in (0.015, 0.05))
        axes.plot([near, far], [value, place], color=COLOURS[role], linewidth=0.7)
        weight = "bold" if role == "target" else "normal"
        axes.text(far + (far - near) / 5, place, words, va="center", color=COLOURS[role], weight=weight)


def spread(values: Sequence[float], apart: float) -> list[float]:
    """Places near rising `values`, at least `apart` from each other, moved as little as a pass up and down allows."""
    places = list(values)
    for _ in range(20):
        for k in range(len(places) - 1):
            short = apart - (places[k + 1] - places[k])
            if short > 1e-12:
                places[k] -= short / 2
                places[k + 1] += short / 2
    return places
