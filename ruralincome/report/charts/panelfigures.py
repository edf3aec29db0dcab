"""Figures of a panel as SVG written directly: its page must not wait for a plotting library to load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ruralincome.report.blocks import joined
from ruralincome.report.charts.svg import COLOURS
from ruralincome.report.words.words import chance, number, say
from ruralincome.series import Series

if TYPE_CHECKING:
    import pandas as pd

BINS = 20
HEIGHT, FOOT = 210, 34
WIDE, NARROW = 640, 340
DIGIT = 7.0
"""Width of a digit in letters of 11 points, in the widest of usual fonts."""


def histogram(probability: NDArray[np.float64], language: str) -> Markup:
    """How many places lie in each step of five points of probability, for wide and for narrow pages."""
    counts, edges = np.histogram(probability, BINS, (0, 1))
    most = int(counts.argmax())
    low, high = (f"{number(100 * edges[i], language, 0)}%" for i in (most, most + 1))
    words = say("panel.histogram.alt", language, most=number(int(counts[most]), language, 0), low=low, high=high)
    return _bars(counts, WIDE, words, "ri-wide", language) + _bars(counts, NARROW, words, "ri-narrow", language)


def _bars(counts: NDArray[np.int64], width: int, words: str, css: str, language: str) -> Markup:
    """One bar a step, numbers above them where there is room, a line at one half."""
    step, top = width / BINS, HEIGHT - FOOT - 16
    base, shapes = 16 + top, []
    for i, count in enumerate(counts):
        height = top * count / counts.max()
        shapes.append(
            f'<rect x="{i * step + 1:g}" y="{base - height:.1f}" width="{step - 2:g}" height="{height:.1f}" '
            f'style="fill:{_colour("forecast")}"/>'
        )
        if count and (width == WIDE or count == counts.max()):
            shown = number(int(count), language, 0)
            half = len(shown) * DIGIT / 2  # a number wider than its bar must not run over an end of the figure
            x = min(max((i + 0.5) * step, half), width - half)
            shapes.append(_text(x, base - height - 4, shown, "middle"))
    shapes += [_line(0, base, width, base, "quiet"), _line(width / 2, 6, width / 2, base, "target", dash=True)]
    for share in (0, 25, 50, 75, 100):
        anchor = {0: "start", 100: "end"}.get(share, "middle")
        shapes.append(_text(width * share / 100, base + 14, f"{share}%", anchor))
    shapes.append(_text(width / 2, HEIGHT - 4, say("panel.histogram.axis", language), "middle"))
    return _svg(width, HEIGHT, words, map(Markup, shapes), css)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return Markup('<text x="{}" y="{}" text-anchor="{}" font-size="11" style="fill:{}">{}</text>').format(
        f"{x:g}", f"{y:.1f}", anchor, Markup(_colour("quiet")), words
    )


def multiples(chosen: Sequence[tuple[Series, int, Any]], found: pd.DataFrame, language: str, digits: int) -> Markup:
    """One small fan a place: observations, 50 and 80 % intervals up to the target, and the target."""
    items = []
    for series, at, quantiles in chosen:
        row: dict[Any, Any] = found.loc[at].to_dict()
        area = ", ".join(str(row[key]) for key in ("district", "province") if row.get(key))
        name = f"{series.name} ({area})" if area else series.name
        title = say("panel.nearest.title", language, place=name, chance=chance(row["probability"], language))
        facts: dict[str, object] = {
            "place": series.name,
            "last_year": series.origin,
            "year": int(row["target_year"]),
            **{
                name: number(float(row[key]), language, digits)
                for name, key in (
                    ("last", "last"), ("target", "target"), ("median", "median"), ("low", "low80"), ("high", "high80"),
                )
            },
        }  # fmt: skip
        shown = (str(facts["last"]), str(facts["target"]))
        words = say("panel.nearest.alt", language, **facts)
        items.append(
            Markup("<li><h3>{}</h3>{}</li>").format(title, _fan(series, quantiles, float(row["target"]), shown, words))
        )
    return Markup('<ul class="multiples">{}</ul>').format(joined(items))


def _fan(series: Series, quantiles: Any, target: float, shown: tuple[str, str], words: str) -> Markup:
    """shown: the last observation and the target as they print."""
    width, height, left, foot = 240, 130, 4, 16
    ahead = [series.origin + 1 + k for k in range(len(quantiles))]
    first, last = series.years[0], ahead[-1]
    levels = np.concatenate([series.values, np.asarray(quantiles)[:, [3, 4]].ravel(), [target]])
    low, high = float(levels.min()), float(levels.max())

    def point(year: float, level: float) -> str:
        x = left + (width - 2 * left) * (year - first) / max(last - first, 1)
        y = 6 + (height - foot - 6) * (1 - (level - low) / max(high - low, 1e-9))
        return f"{x:.1f},{y:.1f}"

    shapes = []
    for down, up, opacity in ((3, 4, 0.2), (1, 2, 0.3)):
        lower = [point(series.origin, series.last), *(point(t, q[down]) for t, q in zip(ahead, quantiles, strict=True))]
        upper = [point(t, q[up]) for t, q in zip(ahead, quantiles, strict=True)]
        shapes.append(
            f'<polygon points="{" ".join([*lower, *reversed(upper)])}" '
            f'style="fill:{_colour("forecast")};fill-opacity:{opacity}"/>'
        )
    seen = " ".join(point(t, y) for t, y in zip(series.years, series.values, strict=True))
    shapes.append(f'<polyline points="{seen}" style="fill:none;stroke:{_colour("ink")};stroke-width:1.6"/>')
    for year, level in zip(series.years, series.values, strict=True):
        x, y = point(year, level).split(",")
        shapes.append(f'<circle cx="{x}" cy="{y}" r="2" style="fill:{_colour("ink")}"/>')
    x, y = point(last, target).split(",")
    shapes.append(_line(float(x) - 14, float(y), float(x) + 4, float(y), "target", width=2.5))
    for year, anchor in ((first, "start"), (last, "end")):
        along = point(year, low).split(",")[0]
        shapes.append(
            f'<text x="{along}" y="{height - 3}" text-anchor="{anchor}" font-size="10" '
            f'style="fill:{_colour("quiet")}">{year}</text>'
        )
    shapes.append(_label(float(x) - 17, float(y) + 3.5, shown[1], "target"))
    x, y = point(series.origin, series.last).split(",")
    shapes.append(_label(float(x) - 4 if len(series.years) > 1 else float(x), float(y) - 6, shown[0], "ink"))
    return _svg(width, height, words, map(Markup, shapes))


def _label(x: float, y: float, words: str, role: str) -> str:
    """A number on the figure, outlined in the page's colour so that bands do not hide it."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="end" font-size="10" style="fill:{_colour(role)};'
        f'stroke:{_colour("paper")};stroke-width:2.5;paint-order:stroke">{words}</text>'
    )


def _svg(width: int, height: int, words: str, shapes: Any, css: str = "") -> Markup:
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}" '
        'style="height:auto">{}</svg>'
    ).format(css, words, width, height, width, height, joined(shapes))


def _line(x1: float, y1: float, x2: float, y2: float, role: str, dash: bool = False, width: float = 1.0) -> str:
    dashed = ";stroke-dasharray:4 3" if dash else ""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'style="stroke:{_colour(role)};stroke-width:{width:g}{dashed}"/>'
    )


def _colour(role: str) -> str:
    return f"var(--ri-{role},{COLOURS[role]})"
