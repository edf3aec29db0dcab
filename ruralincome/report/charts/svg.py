"""From a matplotlib figure to inline SVG: text as text, colours by role, unique ids, the same bytes every time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "ink": "#1c2430",
    "quiet": "#5a6472",
    "grid": "#d7dce2",
    "paper": "#fffffe",
    "forecast": "#0067a3",
    "target": "#b3450b",
    "other": "#00735c",
}
"""Colours by role, the same in every figure: told apart by colour-blind readers, dark enough for text on white.

A page may give each its own value by the custom property --ri-ROLE, as the report does in the dark.
"""

WIDE, NARROW = (7.6, 3.9), (3.5, 3.6)
"""Sizes in inches (72 units each): beside the text of a screen or of A4, and on a telephone."""


@contextmanager
def style() -> Iterator[None]:
    """Seaborn's ticks style in our colours, for figures that become SVG."""
    import matplotlib
    import seaborn as sns

    ours: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "ruralincome",
        "font.size": 10,
        "axes.edgecolor": COLOURS["quiet"],
        "axes.labelcolor": COLOURS["quiet"],
        "text.color": COLOURS["ink"],
        "xtick.color": COLOURS["quiet"],
        "ytick.color": COLOURS["quiet"],
        "grid.color": COLOURS["grid"],
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


def both_sizes(
    name: str, description: str, draw: Callable[[Axes, bool], None], height: float = 1.0, lower: float = 1.0
) -> Markup:
    """The figure for wide and for narrow pages, of which a page shows one; `draw(axes, narrow)` fills the axes.

    height: of both as a share of the usual; lower: of the narrow one as a share of that.
    """
    wide, narrow = _drawn(draw, WIDE, height), _drawn(draw, NARROW, height * lower)
    return inline(wide, f"{name}-w", description, "ri-wide") + inline(
        narrow, f"{name}-n", description, "ri-narrow", hidden=True
    )


def _drawn(draw: Callable[[Axes, bool], None], size: tuple[float, float], height: float) -> Figure:
    from matplotlib.figure import Figure

    with style():
        figure = Figure((size[0], size[1] * height))
        draw(figure.add_subplot(), size is NARROW)
        figure.tight_layout(pad=0.3)  # one look at one pair of axes; the constrained layout takes two
    return figure


def inline(figure: Figure, name: str, description: str, css: str, hidden: bool = False) -> Markup:
    """The figure as an <svg> element with alternative text; ids begin with `name`, unique in the page."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    with style():
        stream = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        # savefig would draw twice, for a layout that is made already
        canvas.print_svg(stream, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    drawn = stream.getvalue()
    width, height = (72 * inches for inches in figure.get_size_inches())
    inner = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
    inner = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<defs>\s*</defs>", "", inner, flags=re.S)
    inner = re.sub(r' id="(?!m[0-9a-f]{10}"|p[0-9a-f]{10}")[^"]*"', "", inner)
    inner = re.sub(r'(id="|"#|url\(#)([mp][0-9a-f]{10})', rf"\g<1>{name}-\g<2>", inner)
    inner = re.sub(r"font-family: [^;\"]*", "font-family: inherit", inner).replace("xlink:href", "href")
    inner = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", inner)
    for role, colour in COLOURS.items():
        inner = inner.replace(colour, f"var(--ri-{role}, {_elsewhere(role, colour)})")
    return Markup(
        '<svg class="{css}" role="img" aria-label="{words}" viewBox="0 0 {w:g} {h:g}" width="{w:g}" height="{h:g}" '
        'style="{hide}max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt">{inner}</svg>'
    ).format(
        css=css,
        words=description,
        w=width,
        h=height,
        hide="display:none;" if hidden else "",
        inner=Markup(re.sub(r"\s*\n\s*", "\n", inner)),
    )


def _elsewhere(role: str, colour: str) -> str:
    """The colour where our style sheet is not, as in JupyterLab: the text's own, or one for light and dark alike."""
    return _ANYWHERE.get(role, colour)


_ANYWHERE = {
    "ink": "currentColor",
    "quiet": "currentColor",
    "grid": "#8884",
    "paper": "none",
    "forecast": "#2a86c4",
    "target": "#cf5a20",
    "other": "#1a9478",
}
