"""Style: colours by role for pages and charts, and a chart on matplotlib's axes as inline SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

COLOURS = {
    "ink": "#1c2430",
    "quiet": "#5a6472",
    "line": "#c9d0d8",
    "paper": "#fffffe",
    "shade": "#f3f5f8",
    "forecast": "#0067a3",
    "target": "#b3450b",
    "other": "#00735c",
}
"""Colours by role, the same on every page and in every chart: told apart by colour-blind readers, dark enough for text.

A page sets them as the custom properties --ri-ROLE, to these in the light and to `DARK` in the dark.
"""
DARK = {
    "ink": "#e8ebef",
    "quiet": "#aab3bf",
    "line": "#414b57",
    "paper": "#14181d",
    "shade": "#1d232a",
    "forecast": "#6bb8ec",
    "target": "#ff9d66",
    "other": "#5fd0b0",
}
ELSEWHERE = {
    "ink": "currentColor",
    "quiet": "currentColor",
    "line": "#8884",
    "paper": "none",
    "shade": "none",
    "forecast": "#2a86c4",
    "target": "#cf5a20",
    "other": "#1a9478",
}
"""The colours where our style sheet is not, as in JupyterLab: the text's own, or one for light and dark alike."""

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

    ours: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "ruralincome",
        "font.size": 10,
        "axes.edgecolor": COLOURS["quiet"],
        "axes.labelcolor": COLOURS["quiet"],
        "axes.titlecolor": COLOURS["quiet"],
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "text.color": COLOURS["ink"],
        "xtick.color": COLOURS["quiet"],
        "ytick.color": COLOURS["quiet"],
        "grid.color": COLOURS["line"],
        "font.sans-serif": ["DejaVu Sans"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "ytick.major.size": 0,
        "axes.grid": True,
        "axes.axisbelow": True,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "text.parse_math": False,
        "text.hinting": "none",
        "axes.grid.axis": "y",
    }
    with sns.axes_style("ticks"), matplotlib.rc_context(ours):
        yield


def number_ticks(axis: Axis, language: str, steps: int | None = None) -> None:
    """Write the numbers of an axis, its limits set, in one language, with as many digits as its steps need.

    steps: at most so many, if it is stated.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

    from ruralincome.report.words.words import number

    if steps is not None:
        axis.set_major_locator(MaxNLocator(steps))
    ticks = [float(tick) for tick in axis.get_majorticklocs()]
    digits = next((d for d in range(4) if all(abs(round(t, d) - t) < 1e-6 for t in ticks)), 4)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([number(tick, language, digits) for tick in ticks]))


def drawn(name: str, description: str, draw: Callable[[Axes], object], height: float = 1.0) -> Markup:
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
    for role, colour in COLOURS.items():
        inner = inner.replace(colour, f"var(--ri-{role}, {ELSEWHERE[role]})")
    return re.sub(r"\s*\n\s*", "\n", inner)
