"""Pictures: what pages are made of, each one SVG for all widths of page from the template charts.svg.j2.

Places are per cent of the width and the height, so that one drawing serves a telephone and A4; letters stay letters,
lines keep their width, colours are roles. `placed` says where the parts of a fan stand, for the template and for tests.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ruralincome.report.charts.fan import BANDS, SHADES, Fan, Points
from ruralincome.report.charts.style import parted
from ruralincome.report.templates import environment
from ruralincome.report.words.phrases import unit_name
from ruralincome.report.words.words import number, say

LEFT, RIGHT, TOP, BOTTOM = 8.0, 63.0, 12.0, 84.0
"""Where a fan begins and ends, in per cent; what is beyond holds the labels."""
LINE = 7.5
"""Height of a line of letters on the lowest fan that has labels at its end, in per cent."""
AHEAD = 0.5
"""Of the width of a fan, at least so much belongs to the years ahead."""
BINS = 20


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
        """The frame that holds all of a fan."""
        levels = fan.levels
        low, high = min(levels), max(levels)
        return cls(fan.series.years[0], fan.series.origin, fan.year, low, high if high > low else low + 1, **edges)

    def x(self, year: float) -> float:
        """Where a year stands."""
        ahead = (self.last - self.origin) / (self.last - self.first)
        middle = self.right - max(ahead, AHEAD if self.first < self.origin else 1.0) * (self.right - self.left)
        if year > self.origin:
            return middle + (year - self.origin) / (self.last - self.origin) * (self.right - middle)
        return middle - (self.origin - year) / max(self.origin - self.first, 1) * (middle - self.left)

    def y(self, level: float) -> float:
        """Where a level stands."""
        return self.top + (self.high - level) / (self.high - self.low) * (self.bottom - self.top)

    def points(self, points: Points) -> str:
        """A line, as a list of points."""
        return " ".join(f"{self.x(year):.2f},{self.y(level):.2f}" for year, level in points)

    def ticks(self) -> list[float]:
        """At most four round levels."""
        rough = (self.high - self.low) / 3
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
        return [k * step for k in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def placed(fan: Fan, frame: Frame, language: str) -> dict[str, Any]:
    """Where the parts of a fan stand, in per cent: dots (year, level, x, y, words), ends (role, y, place, words)."""
    first, origin, digits, named = fan.series.years[0], fan.series.origin, fan.series.decimals, fan.named()
    if frame.x(origin) - frame.x(first) < 7 * (len(named) - 1):
        named = [0, len(fan.series.years) - 1]
    dots = [
        (year, level, frame.x(year), frame.y(level), number(level, language, digits) if k in named else "")
        for k, (year, level) in enumerate(fan.observed)
    ]
    ends = fan.ends(language)
    places = parted([frame.y(level) for level, _, _ in ends], LINE, TOP - 6, BOTTOM + 8)
    ticks = frame.ticks()
    exact = 0 if all(t == int(t) for t in ticks) else max(0, -math.floor(math.log10(ticks[1] - ticks[0])))
    taken = [y + below for *_, y, words in dots[:1] if words for below in (0, 6)]
    grid = [t for t in ticks if all(abs(frame.y(t) - 3 - y) > 6 for y in taken)]
    bands = [(*low, *reversed(high)) for low, high in map(fan.band, BANDS) if low]
    return {
        "bands": [(frame.points(band), shade) for band, shade in zip(bands, SHADES, strict=False)],
        **{name: frame.points(getattr(fan, name)) for name in ("trend", "median", "required", "observed")},
        "dots": dots,
        "ends": [(role, frame.y(level), place, w) for (level, role, w), place in zip(ends, places, strict=True)],
        "grid": [(frame.y(t), number(t, language, exact)) for t in grid],
        "years": [(frame.x(t), t) for t in dict.fromkeys((first, origin, fan.year))],
        "target": (frame.x(fan.year), frame.y(fan.target)),
        "now": frame.x(origin),
    }


def fan(found: Fan, words: str, language: str) -> Markup:
    """The fan of a page; `words`: the same for those who do not see it."""
    facts = placed(found, Frame.around(found), language)
    return _macro("fan", words, right=RIGHT, unit=unit_name(found.series, language), **facts)


def small_fan(found: Fan, words: str, shown: tuple[str, str], language: str) -> Markup:
    """A fan among others: observations, two intervals and the target; shown: last observation and target in words."""
    frame = Frame.around(found, left=2, right=98, top=8, bottom=82)
    return _macro("small_fan", words, shown=shown, **placed(found, frame, language))


def bars(probability: NDArray[np.float64], language: str) -> Markup:
    """How many places lie in each step of five points of probability."""
    counts, edges = np.histogram(probability, BINS, (0, 1))
    most = int(counts.argmax())
    low, high = (f"{number(100 * edges[i], language, 0)}%" for i in (most, most + 1))
    words = say("panel.histogram.alt", language, most=number(int(counts[most]), language, 0), low=low, high=high)
    steps = [
        (k, 78 * count / int(counts[most]), number(count, language, 0), k == most)
        for k, count in enumerate(counts.tolist())
        if count
    ]
    return _macro("bars", words, steps=steps, bins=BINS, axis=say("panel.histogram.axis", language))


def interval(low: float, median: float, high: float, target: float, words: str) -> Markup:
    """A row: interval, median and the target in the middle of a scale from 0.6 to 1.4 of it."""
    across = [min(max((level / target - 0.6) / 0.8, 0.02), 0.98) * 100 for level in (low, median, high)]
    return _macro("interval", words, across=across)


def _macro(name: str, words: str, **facts: object) -> Markup:
    macros: Any = environment().get_template("charts.svg.j2").module
    return Markup(getattr(macros, name)(words, facts).strip())
