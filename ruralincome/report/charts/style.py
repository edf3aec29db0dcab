"""Style: colours by role for pages and charts, and a chart on matplotlib's axes as inline SVG."""

import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ruralincome.report.words.words import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

ROLES = {
    "ink": ("#1c2430", "#e8ebef", "currentColor"),
    "quiet": ("#5a6472", "#aab3bf", "currentColor"),
    "line": ("#c9d0d8", "#414b57", "#8884"),
    "paper": ("#fffffe", "#14181d", "none"),
    "shade": ("#f3f5f8", "#1d232a", "none"),
    "forecast": ("#0067a3", "#6bb8ec", "#2a86c4"),
    "target": ("#b3450b", "#ff9d66", "#cf5a20"),
    "other": ("#00735c", "#5fd0b0", "#1a9478"),
}
"""Colours by role, the same on every page and in every chart: told apart by colour-blind readers, dark enough for text.

A page sets them as the custom properties --ri-ROLE, to the first in the light and to the second in the dark; the third
serves where our style sheet is not, as in JupyterLab: the text's own colour, or one for light and dark alike.
"""
COLOURS, DARK, ELSEWHERE = ({role: colours[k] for role, colours in ROLES.items()} for k in range(3))

WIDTH, HEIGHT = 5.6, 3.3
"""Size in inches (72 units each) of a chart on axes: its letters are of ten units, legible from a telephone to A4."""


def roles(colours: Mapping[str, str]) -> str:
    """The colours as declarations of a style sheet."""
    return " ".join(f"--ri-{role}: {colour};" for role, colour in colours.items())


@contextmanager
def style() -> Iterator[None]:
    """Seaborn's ticks style in our colours, for charts that become SVG."""
    import matplotlib
    import seaborn as sns

    quiet = ("axes.edgecolor", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
    absent = ("axes.spines.top", "axes.spines.right", "axes.spines.left", "text.parse_math")
    bare = ("figure.facecolor", "axes.facecolor", "text.hinting", "svg.fonttype")
    ours: Any = dict.fromkeys(quiet, COLOURS["quiet"]) | dict.fromkeys(absent, False) | dict.fromkeys(bare, "none")
    ours |= {"text.color": COLOURS["ink"], "grid.color": COLOURS["line"], "font.sans-serif": ["DejaVu Sans"]}
    ours |= {"axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "axes.titlelocation": "left"}
    ours |= {"font.size": 10, "axes.titlesize": 10, "svg.hashsalt": "ruralincome", "ytick.major.size": 0}
    with sns.axes_style("ticks"), matplotlib.rc_context(ours):
        yield


def number_ticks(axis: "Axis", language: str, steps: int | None = None) -> None:
    """Write the numbers of an axis, its limits set, in one language, with as many digits as its steps need. steps: at
    most so many, if it is stated."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

    if steps is not None:
        axis.set_major_locator(MaxNLocator(steps))
    ticks = [float(tick) for tick in axis.get_majorticklocs()]
    digits = next((d for d in range(4) if all(abs(round(t, d) - t) < 1e-6 for t in ticks)), 4)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([number(tick, language, digits) for tick in ticks]))


def parted(values: Sequence[float], apart: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Places near `values`, one for each in the same order, at least `apart` from each other where there is room.

    Each is moved as little as some passes up and down allow, and none out of low..high.

    >>> parted([5.0, 1.0, 4.5], 1.0)
    [5.25, 1.0, 4.25]
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    places = [min(max(values[i], low), high) for i in order]
    for _ in range(200):
        for k in range(len(places) - 1):
            short = apart - (places[k + 1] - places[k])
            if short > 1e-9:
                places[k] -= short / 2
                places[k + 1] += short / 2
        if places:
            places[0], places[-1] = max(places[0], low), min(places[-1], high)
    return [places[order.index(i)] for i in range(len(values))]


def drawn(name: str, description: str, draw: Callable[["Axes"], object], height: float = 1.0) -> Markup:
    """What `draw` puts on axes, as one <svg> with alternative text for every width of page, the same bytes every time.

    name: begins the ids in it, unique in the page; height: as a share of the usual.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    stream, size = io.StringIO(), (WIDTH, HEIGHT * height)
    with style():
        figure = Figure(size)
        draw(figure.add_subplot())
        figure.tight_layout(pad=0.3)  # one look at one pair of axes; the constrained layout takes two
        canvas: Any = FigureCanvasSVG(figure)
        # savefig would draw twice, for a layout that is made already
        canvas.print_svg(stream, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return Markup(
        '<svg class="ri-drawn" role="img" aria-label="{words}" viewBox="0 0 {w:g} {h:g}" width="{w:g}" height="{h:g}" '
        'style="max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt">{inner}</svg>'
    ).format(words=description, w=72 * size[0], h=72 * size[1], inner=Markup(_cleaned(stream.getvalue(), name)))


def _cleaned(svg: str, name: str) -> str:
    """What stands within matplotlib's <svg>: no metadata, ids of our own, colours by role, the page's letters."""
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inner = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<defs>\s*</defs>", "", inner, flags=re.S)
    inner = re.sub(r' id="(?!m[0-9a-f]{10}"|p[0-9a-f]{10}")[^"]*"', "", inner)
    inner = re.sub(r'(id="|"#|url\(#)([mp][0-9a-f]{10})', rf"\g<1>{name}-\g<2>", inner)
    inner = re.sub(r"font-family: [^;\"]*", "font-family: inherit", inner).replace("xlink:href", "href")
    inner = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", inner)
    inner = re.sub(r"(?<=[\d ])(\d*\.\d\d)\d+", r"\1", inner)
    inner = re.sub(r' d="[^"]*"', lambda way: re.sub(r"(\.\d)\d", r"\1", way[0]), inner)  # finer than any screen
    for role, colour in COLOURS.items():
        inner = inner.replace(colour, f"var(--ri-{role}, {ELSEWHERE[role]})")
    return re.sub(r"\s*\n\s*", "\n", inner)
