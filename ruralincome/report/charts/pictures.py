"""Pictures: what pages are made of, each one SVG for all widths of page from the template charts.svg.j2.

Places are per cent of the width and the height, so that one drawing serves a telephone and A4; letters stay letters,
lines keep their width, colours are roles. `placed` says where the parts of a fan stand, for the template and for tests.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ruralincome.report.blocks import figure
from ruralincome.report.charts.fan import BANDS, HIGH, LOW, MEDIAN, SHADES, Fan, Points
from ruralincome.report.templates import environment
from ruralincome.report.words.phrases import target_amount, target_digits, unit_name
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.target.target import Assessment

LEFT, RIGHT, TOP, BOTTOM = 7.0, 63.0, 6.0, 88.0
"""Where a fan begins and ends, in per cent; to the right of it stand the outcomes of its last year."""
AHEAD = 0.64
"""Of the width of a fan, so much belongs to the years ahead."""
PITCH, ACROSS = 2.2, 12
"""From outcome to outcome in per cent of the height, and how many stand in a row at most."""
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
        """The frame that holds all of a fan, with room at the target for what is said above and below it."""
        levels = fan.levels
        low, high = min(levels), max(levels)
        found = cls(fan.series.years[0], fan.series.origin, fan.year, low, high if high > low else low + 1, **edges)
        goal = found.y(fan.target) if fan.outcomes else 50.0
        return (
            replace(found, top=max(found.top, 14.0))
            if goal < 14
            else replace(found, bottom=80.0)
            if goal > 80
            else found
        )

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


def ticks(low: float, high: float, steps: int = 3) -> tuple[list[float], int]:
    """At most `steps` + 1 round levels within low..high, and the digits that they need."""
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    found = [k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return found, 0 if all(t == int(t) for t in found) else max(0, -math.floor(math.log10(step)))


def placed(fan: Fan, frame: Frame, language: str) -> dict[str, Any]:
    """Where the parts of a fan stand, in per cent: dots (year, level, x, y, words), outcomes (x, y, reached)."""
    first, origin, digits, named = fan.series.years[0], fan.series.origin, fan.series.decimals, fan.named()
    if frame.x(origin) - frame.x(first) < 9 * (len(named) - 1):
        named = [0, len(fan.series.years) - 1]
    if origin - first and frame.x(origin) - frame.x(first) < 9:
        named = named[-1:]
    dots = [
        (year, level, frame.x(year), frame.y(level), number(level, language, digits) if k in named else "")
        for k, (year, level) in enumerate(fan.observed)
    ]
    goal, (levels, exact) = frame.y(fan.target), ticks(frame.low, frame.high)
    taken = [y + below for *_, x, y, words in dots if words and x < frame.left + 9 for below in (0, 6)]
    grid = [t for t in levels if abs(frame.y(t) - goal) > 7 and all(abs(frame.y(t) - 3 - y) > 6 for y in taken)]
    bands = [(*low, *reversed(high)) for low, high in map(fan.band, BANDS) if low]
    beside = any(x < 32 and -13 < y - goal < 6 for _, _, x, y, _ in dots)
    value = number(fan.target, language, target_digits(fan.target, digits))
    words = say("report.fan.label.target", language, value=value)
    outcomes, ends = _outcomes(fan, frame)
    up = fan.direction > 0
    shares = [fan.reached, 100 - fan.reached] if up else [100 - fan.reached, fan.reached]
    return {
        "bands": [(frame.points(band), shade) for band, shade in zip(bands, SHADES, strict=False)],
        **{name: frame.points(getattr(fan, name)) for name in ("trend", "median", "required", "observed")},
        "dots": dots,
        "size": 5 if len(dots) < 6 else 2.5,
        "grid": [(frame.y(t), number(t, language, exact)) for t in grid],
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


def fan(found: Fan, words: str, language: str) -> Markup:
    """The fan of a page; `words`: the same for those who do not see it."""
    return _macro("fan", words, **placed(found, Frame.around(found), language))


def small_fan(found: Fan, words: str, shown: tuple[str, str], language: str) -> Markup:
    """A fan among others: observations, two intervals and the target; shown: last observation and target in words."""
    frame = Frame.around(found, left=2, right=98, top=8, bottom=82)
    return _macro("small_fan", words, **placed(found, frame, language) | {"shown": shown})


def strip(lead: float, others: Sequence[float], words: str, language: str) -> Markup:
    """Probabilities on one line: the one that leads and, hollow, those of other classes; the ends in words."""
    scale, low, high = Scale(0, 1), min(lead, *others), max(lead, *others)
    ends = [(0, say("strip.missed", language), "start"), (50, "50%", "middle")]
    ends.append((100, say("strip.reached", language), "end"))
    labels = [(scale.at(low), chance(low, language), "middle"), (scale.at(high), chance(high, language), "middle")]
    if labels[1][0] - labels[0][0] < 14:
        labels = [(labels[0][0], labels[0][1], "end"), (labels[1][0], labels[1][1], "start")]
    labels = [(0, w, "start") if at < 8 and to != "start" else (100, w, "end") if at > 92 else (at, w, to)
              for at, w, to in labels]  # fmt: skip
    if labels[0][::2] == labels[1][::2]:  # both at one end of the line
        named = " – ".join(dict.fromkeys(words for _, words, _ in labels))
        labels = [(labels[0][0], named, labels[0][2])]
    facts = {"low": scale.at(low), "high": scale.at(high), "lead": scale.at(lead)}
    return _macro("strip", words, ends=ends, labels=labels, others=[scale.at(p) for p in others], **facts)


def marks(good: int, behind: int, every: int, words: str) -> Markup:
    """One mark a rule: filled where it says on track, hollow where behind, dotted where it says nothing."""
    return _macro("marks", words, good=good, behind=behind, all=every)


def mark(
    scale: Scale,
    low: float | None = None,
    high: float | None = None,
    dots: Sequence[tuple[float, bool]] = (),
    *,
    target: float | None = None,
    even: float | None = None,
    base: bool = False,
) -> Markup:
    """A row's mark: an interval, dots (value, filled), the target's line and a dotted one for what is even."""
    lines = [] if even is None else [(scale.at(even), "quiet", "stroke-dasharray:2 3")]
    lines += [] if target is None else [(scale.at(target), "target", "stroke-width:2")]
    ends = None if low is None or high is None else (scale.at(low), max(scale.at(high), scale.at(low) + 1.2))
    placed_dots = [(scale.at(value), filled) for value, filled in dots]
    return _macro("mark", "", lines=lines, ends=ends, dots=placed_dots, size=6.5 if base else 5)


def axis(scale: Scale, language: str, target: tuple[float, str] | None = None, percent: bool = False) -> Markup:
    """The scale of rows: round levels, and above them the target by its name."""
    found, digits = ([0.0, 0.5, 1.0], 0) if percent else ticks(scale.low, scale.high)
    shown = [(scale.at(t), number(100 * t if percent else t, language, digits)) for t in found]
    at = None if target is None else scale.at(target[0])
    anchor = "end" if at is not None and at > 88 else "start" if at is not None and at < 12 else "middle"
    return _macro("axis", "", ticks=shown, goal=None if target is None else (at, target[1], anchor))


def rows(caption: str, heads: Sequence[str], axis: Markup, lines: Sequence[dict[str, Any]], name: str = "") -> Markup:
    """A table of rows on one scale; a line: name, plot, cells; also link, tags, base (that others are held to)."""
    macro: Any = environment().get_template("rows.html.j2").module
    return Markup(macro.rows(caption, heads, axis, lines, name).strip())


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


def curve(steps: Sequence[tuple[float, float, float, int]], language: str) -> Markup:
    """What came true (up) of what was said (across): steps of least and greatest probability, share and verdicts."""
    most = max(count for *_, count in steps)
    shown = [(100 * low, 100 * high, 90 - 84 * share, 3 + 5 * math.sqrt(n / most)) for low, high, share, n in steps]
    facts = [((low + high) / 2, percent(share, language, 0), n) for low, high, share, n in steps]
    said = [say("ledger.curve.step", language, said=chance(p, language), came=came, n=n) for p, came, n in facts]
    return _macro("curve", say("ledger.curve.alt", language, steps="; ".join(said)), steps=shown)


def fan_figure(a: Assessment, language: str) -> Markup:
    """Observations, prediction intervals of the lead model, and the target among a hundred outcomes of its year."""
    found = Fan.of(a)
    words = _words(found, a, language)
    return figure("fan", words["finding"], fan(found, words["alt"], language), [words["note"]], "", language)


def fan_picture(a: Assessment, language: str) -> Markup:
    """The picture alone."""
    found = Fan.of(a)
    return fan(found, _words(found, a, language)["alt"], language)


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
            away = sign * (goal - frame.y(min(max(level, frame.low), frame.high)))
            row = max(row, int(max(away, 0) // PITCH))
            row += rows.get(row, 0) >= ACROSS
            rows[row] = rows.get(row, 0) + 1
        for k, count in rows.items():
            y = goal - sign * ((k + 0.5) * PITCH + 0.6)
            found += [(1.4 + i * PITCH, y, (sign > 0) == (fan.direction > 0)) for i in range(count)]
        thin = 1 + max((k for k, count in rows.items() if count > 5), default=0)
        labels.append(goal - sign * max(thin * PITCH + 2, 8))
    return found, (max(labels[0], 5.0), min(labels[1], 92.0))


def _macro(name: str, words: str, **facts: object) -> Markup:
    macros: Any = environment().get_template("charts.svg.j2").module
    return Markup(getattr(macros, name)(words, facts).strip())


def _words(found: Fan, a: Assessment, language: str) -> dict[str, str]:
    """The finding, the same in words for those who do not see it (alt), and the note below."""
    digits = a.series.decimals
    facts: dict[str, object] = {
        "observations": ", ".join(f"{t}: {number(y, language, digits)}" for t, y in found.observed),
        "unit": unit_name(a.series, language),
        "target": target_amount(a.target.value, a.series, language),
        "year": a.target.year,
        "required": percent(a.required_growth, language),
        "origin": a.series.origin,
        "reached": found.reached,
        "missed": 100 - found.reached,
    }
    if found.quantiles is None:
        return {key: say(f"report.fan.{key}.refused", language, **facts) for key in ("finding", "alt", "note")}
    low, median, high = (number(found.quantiles[-1][k], language, digits) for k in (LOW, MEDIAN, HIGH))
    facts |= {"low": low, "median": median, "high": high}
    facts["dots"] = say(f"report.fan.dots.{a.series.prices}", language)
    facts["unit_name"] = capital(str(facts["unit"]))
    return {key: say(f"report.fan.{key}", language, **facts) for key in ("finding", "alt", "note")}
