"""Chart: the explorer's fan chart as one SVG from a fixed template, into which each move writes new paths.

A figure by matplotlib takes 40 to 90 ms to draw and arrives as an image; this takes under one, and its text is text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ruralincome.models import Refusal
from ruralincome.models.base import Array
from ruralincome.report.words.words import number, percent, quantity, say
from ruralincome.target.target import Assessment

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 54, 150, 34, 30
SHARES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Bounds of the 95, 80 and 50 % intervals, the median between them."""

TEMPLATE = (
    '<svg role="img" aria-label="{words}" viewBox="0 0 {width} {height}" class="ri-chart">'
    '<text class="unit" x="0" y="14">{unit}</text>{frame}'
    '<path class="band wide" d="{wide}"/><path class="band" d="{middle}"/><path class="band near" d="{near}"/>'
    '<path class="trend" d="{trend}"/><path class="median" d="{median}"/><path class="required" d="{required}"/>'
    '{observed}<path class="target" d="{target}"/>{labels}</svg>'
)


GRID = (
    '<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
    '<text class="tick" x="{at}" y="{below:.1f}">{words}</text>'
)
LABEL = (
    '<path class="tie {role}" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>'
    '<text class="end {role}" x="{x:.1f}" y="{y:.1f}">{words}</text>'
)


def chart(a: Assessment, language: str) -> Markup:
    """Observations, prediction intervals, the target, the growth achieved continued and the path required."""
    ahead = list(range(a.series.origin, a.target.year + 1))
    fan = None if isinstance(a.lead, Refusal) else a.lead.view.quantile(ahead[1:], SHARES)
    required = [a.series.last * (1 + a.required_growth) ** (t - ahead[0]) for t in ahead]
    edges = [] if fan is None else [float(fan.min()), float(fan.max())]
    scale = _Scale.over(a.series.years[0], a.target.year, [*a.series.values, a.target.value, *edges])
    bands = dict.fromkeys(("wide", "middle", "near", "median"), "")
    if fan is not None:
        levels = np.vstack([np.full(len(SHARES), a.series.last), fan])
        for k, name in enumerate(("wide", "middle", "near")):
            there, back = scale.line(ahead, levels[:, k]), scale.line(ahead[::-1], levels[::-1, -1 - k])
            bands[name] = f"{there}L{back[1:]}Z"
        bands["median"] = scale.line(ahead, levels[:, 3])
    trend = ""
    if not math.isnan(a.historical_growth):
        years = range(a.base_year, a.target.year + 1)
        trend = scale.line(years, [a.series.last * (1 + a.historical_growth) ** (t - ahead[0]) for t in years])
    return Markup(TEMPLATE).format(
        words=_words(a, fan, language),
        width=WIDTH,
        height=HEIGHT,
        unit=say(f"unit.{a.series.unit}.name", language),
        frame=_frame(scale, a, language),
        trend=trend,
        required=scale.line(ahead, required),
        observed=_observed(scale, a, language),
        target=_diamond(scale.x(a.target.year), scale.y(a.target.value)),
        labels=_labels(scale, a, fan, language),
        **bands,
    )


@dataclass(frozen=True)
class _Scale:
    """From years and levels to the drawing. ticks: levels that are marked; its ends are the ends of the axis."""

    first: int
    last: int
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, first: int, last: int, values: Sequence[float]) -> _Scale:
        low, high = min(values), max(values)
        rough = (high - low) / 4 or 1.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
        ends = math.floor(low / step), math.ceil(high / step)
        return cls(first, last, tuple(k * step for k in range(ends[0], ends[1] + 1)))

    def x(self, year: float) -> float:
        share = (year - self.first) / (self.last - self.first)
        return LEFT + 24 + share * (WIDTH - LEFT - RIGHT - 24)

    def y(self, value: float) -> float:
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return HEIGHT - BOTTOM - 14 - share * (HEIGHT - TOP - BOTTOM - 14)

    def line(self, years: Sequence[int], values: Sequence[float] | Array) -> str:
        points = (f"{self.x(t):.1f} {self.y(float(v)):.1f}" for t, v in zip(years, values, strict=True))
        return "M" + "L".join(points)


def _frame(scale: _Scale, a: Assessment, language: str) -> Markup:
    digits = 0 if all(t == int(t) for t in scale.ticks) else 1
    parts = [
        Markup(GRID).format(
            left=LEFT,
            right=WIDTH - RIGHT,
            at=LEFT - 6,
            y=scale.y(t),
            below=scale.y(t) + 4,
            words=number(t, language, digits),
        )
        for t in scale.ticks
    ]
    span = scale.last - scale.first
    wanted = {a.series.years[0], a.series.origin, a.target.year, *range(scale.first, scale.last, math.ceil(span / 7))}
    shown: list[int] = []
    for year in (a.target.year, a.series.origin, *sorted(wanted)):
        if all(abs(scale.x(year) - scale.x(other)) >= 50 for other in shown):
            shown.append(year)
    parts += [
        Markup('<text class="year" x="{:.1f}" y="{}">{}</text>').format(scale.x(year), HEIGHT - 8, year)
        for year in sorted(shown)
    ]
    return Markup("").join(parts)


def _observed(scale: _Scale, a: Assessment, language: str) -> Markup:
    years, values = a.series.years, a.series.values
    dots = Markup("").join(
        Markup('<circle class="observed" cx="{:.1f}" cy="{:.1f}" r="4.5"/>').format(scale.x(t), scale.y(y))
        for t, y in zip(years, values, strict=True)
    )
    named = range(len(years)) if len(years) <= 4 else (0, len(years) - 1)
    return dots + Markup("").join(
        Markup('<text class="value" x="{:.1f}" y="{:.1f}">{}</text>').format(
            scale.x(years[k]), scale.y(values[k]) + 20, number(values[k], language, a.series.decimals)
        )
        for k in named
    )


def _diamond(x: float, y: float) -> str:
    return f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6Z"


def _labels(scale: _Scale, a: Assessment, fan: Array | None, language: str) -> Markup:
    """Direct labels at the target year, moved apart where they would touch, each tied to its value."""
    digits = a.series.decimals
    found = [(a.target.value, "target", "target")]
    if fan is not None:
        found += [(float(fan[-1, k]), "forecast", name) for k, name in ((1, "low"), (3, "median"), (5, "high"))]
    found.sort(key=lambda label: -label[0])
    places = _apart([scale.y(value) for value, _, _ in found], 19)
    edge = scale.x(a.target.year)
    return Markup("").join(
        Markup(LABEL).format(
            role=role,
            x0=edge + 6,
            y0=scale.y(value),
            x1=edge + 20,
            y1=place,
            x=edge + 24,
            y=place + 4,
            words=say(f"report.fan.label.{name}", language, value=number(value, language, digits)),
        )
        for (value, role, name), place in zip(found, places, strict=True)
    )


def _apart(places: list[float], least: float) -> list[float]:
    """Rising places moved by as little as a few passes allow, until neighbours are `least` apart, within the frame."""
    moved = list(places)
    for _ in range(40):
        for k in range(len(moved) - 1):
            short = least - (moved[k + 1] - moved[k])
            if short > 0:
                moved[k] -= short / 2
                moved[k + 1] += short / 2
        moved[0], moved[-1] = max(moved[0], TOP - 4), min(moved[-1], HEIGHT - BOTTOM - 6)
    return moved


def _words(a: Assessment, fan: Array | None, language: str) -> str:
    """The chart in words, for those who do not see it."""
    unit, digits = a.series.unit, a.series.decimals
    observed = zip(a.series.years, a.series.values, strict=True)
    facts = {
        "unit": say(f"unit.{unit}.name", language),
        "observations": ", ".join(f"{t}: {number(y, language, digits)}" for t, y in observed),
        "year": a.target.year,
        "target": quantity(a.target.value, unit, language, digits),
        "required": percent(a.required_growth, language),
        "origin": a.series.origin,
    }
    if fan is None:
        return say("report.fan.alt.refused", language, **facts)
    low, high = number(fan[-1, 1], language, digits), quantity(fan[-1, 5], unit, language, digits)
    return say(
        "report.fan.alt", language, low=low, high=high, median=quantity(fan[-1, 3], unit, language, digits), **facts
    )
