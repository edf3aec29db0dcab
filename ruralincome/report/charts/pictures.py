"""Pictures: where the parts of what pages are made of stand; charts.html.j2 draws each, one SVG for all widths of page.

Places are per cent of the width and the height, so that one drawing serves a telephone and A4; letters stay letters,
lines keep their width, colours are roles.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ruralincome.report.charts.fan import BANDS, SHADES, Fan, Points
from ruralincome.report.charts.style import parted
from ruralincome.report.words.phrases import target_digits
from ruralincome.report.words.words import chance, compact, number, percent, say
from ruralincome.scenario.result import ReferenceClass
from ruralincome.target.target import Assessment

LEFT, RIGHT, TOP, BOTTOM = 7.0, 63.0, 6.0, 88.0
"""Where a fan begins and ends, in per cent; to the right of it stand the outcomes of its last year."""
AHEAD = 0.64
"""Of the width of a fan, so much belongs to the years ahead."""
PITCH, ACROSS, FLOOR, GAP = 2.2, 12, 91.0, 20.0
"""From outcome to outcome (% of the height), most in a row, lowest place of a row, room for words before a long row."""


@dataclass(frozen=True)
class Frame:
    """From years and levels to per cent of a picture: the years observed and those ahead each on their own scale."""

    first: int
    origin: int
    last: int
    low: float
    high: float
    left: float = LEFT
    right: float = RIGHT
    top: float = TOP
    bottom: float = BOTTOM

    @classmethod
    def around(cls, fan: Fan, **edges: float) -> "Frame":
        """The frame that holds all of a fan, with room at the target for what is said above and below it."""
        scale = Scale.around(fan.levels)
        found = cls(fan.series.years[0], fan.series.origin, fan.year, scale.low, scale.high, **edges)
        goal = found.y(fan.target) if fan.outcomes else 50.0
        if goal < 14:
            return replace(found, top=max(found.top, 14.0))
        return replace(found, bottom=80.0) if goal > 80 else found

    def x(self, year: float) -> float:
        """Where a year stands."""
        middle = self.right - (AHEAD if self.first < self.origin else 1.0) * (self.right - self.left)
        if year > self.origin:
            return middle + (year - self.origin) / (self.last - self.origin) * (self.right - middle)
        return middle - (self.origin - year) / max(self.origin - self.first, 1) * (middle - self.left)

    def y(self, level: float) -> float:
        """Where a level stands."""
        return self.top + (self.high - level) / (self.high - self.low) * (self.bottom - self.top)

    def points(self, points: Points) -> str:
        """A line, as a list of points."""
        return " ".join(f"{self.x(year):.2f},{self.y(level):.2f}" for year, level in points)


@dataclass(frozen=True)
class Scale:
    """From values to per cent of a row's width, the ends a little within it."""

    low: float
    high: float

    @classmethod
    def around(cls, values: Sequence[float]) -> "Scale":
        """The scale that holds all values."""
        low, high = min(values), max(values)
        return cls(low, high if high > low else low + 1)

    def at(self, value: float) -> float:
        """Where a value stands; one beyond an end stands there."""
        return round(2 + 96 * (min(max(value, self.low), self.high) - self.low) / (self.high - self.low), 2)

    def ticks(self) -> tuple[list[float], int]:
        """At most four round levels within, and the digits that they need."""
        rough = (self.high - self.low) / 3
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
        found = [k * step for k in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)]
        return found, 0 if all(t == int(t) for t in found) else max(0, -math.floor(math.log10(step)))


def fan_parts(fan: Fan, frame: Frame, language: str) -> dict[str, Any]:
    """Where the parts of a fan stand, in per cent: dots (year, level, x, y, words), outcomes (x, y, reached)."""
    first, origin, digits, named = fan.series.years[0], fan.series.origin, fan.series.decimals, fan.named()
    if frame.x(origin) - frame.x(first) < 9 * (len(named) - 1):
        named = [0, len(fan.series.years) - 1]
    if origin - first and frame.x(origin) - frame.x(first) < 9:
        named = named[-1:]
    dots = [
        (year, level, frame.x(year), frame.y(level), compact(level, language, digits) if k in named else "")
        for k, (year, level) in enumerate(fan.observed)
    ]
    goal, (levels, exact) = frame.y(fan.target), Scale(frame.low, frame.high).ticks()
    taken = [y + below for *_, x, y, words in dots if words and x < frame.left + 9 for below in (0, 6)]
    grid = [t for t in levels if abs(frame.y(t) - goal) > 7 and all(abs(frame.y(t) - 3 - y) > 6 for y in taken)]
    bands = [(*low, *reversed(high)) for low, high in map(fan.band, BANDS) if low]
    beside = any(x < 32 and -13 < y - goal < 6 for _, _, x, y, _ in dots)
    value = compact(fan.target, language, target_digits(fan.target, digits))
    words = say("report.fan.label.target", language, value=value)
    outcomes, ends = _outcomes(fan, frame)
    up = fan.direction > 0
    shares = [fan.reached, 100 - fan.reached] if up else [100 - fan.reached, fan.reached]
    return {
        "bands": [(frame.points(band), shade) for band, shade in zip(bands, SHADES, strict=False)],
        **{name: frame.points(getattr(fan, name)) for name in ("trend", "median", "required", "observed")},
        "dots": dots,
        "size": 5 if len(dots) < 6 else 2.5,
        "grid": [(frame.y(t), compact(t, language, exact)) for t in grid],
        "years": [(frame.x(t), t) for t in dict.fromkeys((first, origin, fan.year))],
        "target": (frame.x(fan.year), goal),
        "named": (frame.right, words, "end", -7) if beside else (0, words, "start", -7),
        "now": frame.x(origin),
        "right": frame.right,
        "outcomes": outcomes,
        "shares": [
            (y, chance(share / 100, language), say(f"page.{'reached' if over == up else 'missed'}", language), role)
            for y, share, over in zip(ends, shares, (True, False), strict=True)
            for role in ("forecast" if over == up else "quiet",)
        ],
    }


def percentile_parts(a: Assessment, reference: ReferenceClass, language: str) -> dict[str, Any]:
    """Where the growth of a class over as many years stands, a curve of its shares from 5 to 95 %, and on it the growth
    needed and achieved: marks (x, y, role, words, where these stand, whether to the left); in per cent."""

    def up(share: float) -> float:
        return round(84 - 70 * share, 2)

    shares = np.linspace(0.05, 0.95, 91)
    curve = np.quantile(reference.growth[a.horizon], shares)
    stated = (("needed", "target", a.required_growth), ("achieved", "ink", a.historical_growth))
    codes, roles, growth = zip(*(each for each in stated if not math.isnan(each[2])), strict=True)
    scale = Scale.around([100 * rate + room for rate in (*curve[[0, -1]], *growth) for room in (-1, 1)])
    (levels, exact), x = scale.ticks(), [scale.at(100 * rate) for rate in growth]
    y = [up(reference.percentile(rate, a.horizon)) for rate in growth]
    # the curve rises: above it there is room to the left of a point, below it to the right unless it is near its foot
    away = [-7 if at > 50 else 7 if high < 76 else -12 for at, high in zip(x, y, strict=True)]
    places = parted([high + by for high, by in zip(y, away, strict=True)], 8, 10, 78)
    named = zip(codes, growth, strict=True)
    words = [say(f"report.percentile.{code}", language, value=percent(rate, language)) for code, rate in named]
    return {
        "curve": " ".join(f"{scale.at(100 * g):.2f},{up(share)}" for g, share in zip(curve, shares, strict=True)),
        "grid": [(up(share), number(100 * share, language, 0)) for share in (0.25, 0.5, 0.75, 1)],
        "ticks": [(scale.at(level), number(level, language, exact)) for level in levels],
        "floor": up(0),
        "marks": list(zip(x, y, roles, words, places, [at > 50 for at in x], strict=True)),
    }


def _outcomes(fan: Fan, frame: Frame) -> tuple[list[tuple[float, float, bool]], tuple[float, float]]:
    """Where outcomes stand, in rows that begin at the target so that none is on its wrong side; and both labels."""
    if not fan.outcomes:
        return [], (0.0, 0.0)
    goal, over = frame.y(fan.target), fan.reached if fan.direction > 0 else 100 - fan.reached
    cut = len(fan.outcomes) - over
    found, labels = list[tuple[float, float, bool]](), list[float]()
    for sign, group in ((1, fan.outcomes[cut:]), (-1, fan.outcomes[:cut][::-1])):
        rows, row = dict[int, int](), 0
        for level in group:
            row = max(row, int(max(sign * (goal - frame.y(min(max(level, frame.low), frame.high))), 0) // PITCH))
            row += rows.get(row, 0) >= ACROSS
            rows[row] = rows.get(row, 0) + 1
        first, room = min(rows, default=0), int((goal - 2 if sign > 0 else FLOOR - goal) / PITCH) - 1
        out = min(max(max(rows, default=0) - room, 0), first)  # rows that would lie beyond the picture: all move in
        for k, count in rows.items():
            y = goal - sign * ((k - out + 0.5) * PITCH + 0.6)
            found += [(1.4 + i * PITCH, y, (sign > 0) == (fan.direction > 0)) for i in range(count)]
        thick = [k - out for k, count in rows.items() if count > 5] or [-1]
        clear = min(thick) * PITCH > GAP  # room for both words before the first long row
        away = min(thick) * PITCH / 2 - 1 if clear else (1 + max(thick)) * PITCH + (7 if sign > 0 else 2)
        labels.append(goal - sign * max(away, 8))  # a name stands below its share
    return found, (max(labels[0], 5.0), min(labels[1], FLOOR + 1))
