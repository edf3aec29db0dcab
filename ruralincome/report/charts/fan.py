"""The fan: what was observed, what is forecast and the target; its numbers once, as a part of pages and on axes.

Pages are made of its picture (`pictures.fan`); who takes a chart away draws the same numbers on axes with `plot`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralincome.report.charts.style import COLOURS, number_ticks, parted, style
from ruralincome.report.words.phrases import target_digits, unit_name
from ruralincome.report.words.words import compact, say
from ruralincome.series import InputError, Series, Shows
from ruralincome.series.growth import carried
from ruralincome.target.likelihood import whole_percent
from ruralincome.target.target import QUANTILES, Assessment, Outlook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BANDS = (0.95, 0.8, 0.5)
"""Levels of the prediction intervals drawn, widest first."""
SHARES = tuple(QUANTILES.values())
"""The ends of those intervals, the median between them."""
LOW, MEDIAN, HIGH = (list(QUANTILES).index(name) for name in ("low80", "median", "high80"))
"""Where the 80 % interval and the median stand among them."""
SHADES = (0.16, 0.2, 0.26)
OUTCOMES = 100
"""Equally likely outcomes of the target's year."""

Points = tuple[tuple[int, float], ...]
"""Pairs (year, level)."""


@dataclass(frozen=True)
class Fan:
    """The numbers of a fan.

    ahead: the last year observed and those forecast; quantiles: (ahead, 7) at SHARES, the last observation first, or
    None; required, trend: the path that the target requires, and the growth achieved carried on, empty if not shown;
    outcomes: equally likely levels of the target's year, rising, and how many of them reach the target, which is the
    probability as it is printed; direction: of the target.
    """

    series: Series
    year: int
    target: float
    ahead: tuple[int, ...]
    quantiles: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None
    required: Points = ()
    trend: Points = ()
    outcomes: tuple[float, ...] = ()
    reached: int = 0
    direction: int = 1

    @classmethod
    def of(cls, a: Assessment) -> "Fan":
        """The fan of an assessment's lead model."""
        origin, last = a.series.origin, a.series.last
        ahead = tuple(range(origin, a.target.year + 1))
        found = a.lead.view.quantile(ahead[1:], SHARES) if isinstance(a.lead, Outlook) else None
        years = range(a.base_year, a.target.year + 1) if a.base_year < origin else ()
        trend = tuple((t, carried(last, a.historical_growth, t - origin)) for t in years)
        required = tuple((t, carried(last, a.required_growth, t - origin)) for t in ahead[:-1])
        required += ((a.target.year, a.target.value),)
        fan = cls(a.series, a.target.year, a.target.value, ahead, _since(last, found), required, trend)
        if not isinstance(a.lead, Outlook):
            return fan
        each = a.lead.view.quantile(ahead[-1:], [(k + 0.5) / OUTCOMES for k in range(OUTCOMES)])[0]
        reached = whole_percent(a.lead.probability(a.target))
        return replace(fan, outcomes=tuple(each.tolist()), reached=reached, direction=a.target.direction)

    @classmethod
    def of_place(cls, series: Series, target: float, quantiles: Any) -> "Fan":
        """A place's history, with its (years, 7) quantiles at SHARES, the last in the year of its target."""
        ahead = tuple(range(series.origin, series.origin + len(quantiles) + 1))
        return cls(series, ahead[-1], target, ahead, _since(series.last, quantiles))

    @property
    def observed(self) -> Points:
        """The observations."""
        return tuple(zip(self.series.years, self.series.values, strict=True))

    @property
    def median(self) -> Points:
        """The median of the forecast, from the last observation on."""
        return self._along(MEDIAN)

    def band(self, level: float) -> tuple[Points, Points]:
        """The lower and the upper end of a prediction interval."""
        k = BANDS.index(level)
        return self._along(k), self._along(6 - k)

    @property
    def levels(self) -> list[float]:
        """All levels that must find room."""
        end = [] if self.quantiles is None else self.quantiles[-1].tolist()
        return [*self.series.values, self.target, *(level for _, level in self.required), *end, *self.outcomes[1:-1]]

    def _along(self, k: int) -> Points:
        """The quantile at SHARES[k], from the last observation on."""
        return () if self.quantiles is None else tuple(zip(self.ahead, self.quantiles[:, k].tolist(), strict=True))

    def named(self) -> list[int]:
        """Which observations are labelled: all of a few, the first and the last of many."""
        last = len(self.series.years) - 1
        return list(range(last + 1)) if last < 4 else [0, last]

    def ends(self, language: str) -> list[tuple[float, str, str]]:
        """What is written at the target's year: (level, role, words), the target first."""
        digits = self.series.decimals
        exact = target_digits(self.target, digits)
        found = [(self.target, "target", "target", exact)]
        if self.quantiles is not None:
            end = self.quantiles[-1].tolist()
            found += [(end[MEDIAN], "forecast", "median", exact)]
            found += [(end[k], "forecast", code, digits) for k, code in ((LOW, "low"), (HIGH, "high"))]
        return [
            (level, role, say(f"report.fan.label.{code}", language, value=compact(level, language, places)))
            for level, role, code, places in found
        ]


def plot(a: Assessment, ax: "Axes | None" = None, language: str = "") -> "Axes":
    """The fan of an assessment on axes of matplotlib, on new ones unless `ax` is given; the numbers of its page.
    language: the reader's unless stated.

    >>> plot(answer.assessment, language="en").figure.savefig("fan.pdf")  # doctest: +SKIP
    """
    import seaborn as sns

    a = getattr(a, "assessment", a)
    if not isinstance(a, Assessment):
        raise InputError("report.no_plot", given=type(a).__name__)
    fan, language = Fan.of(a), language or Shows.speaks()
    first, span = fan.series.years[0], fan.year - fan.series.years[0]
    with style():
        if ax is None:
            from matplotlib import pyplot  # which a notebook shows

            ax = pyplot.figure(layout="constrained").add_subplot()
        for level, shade in zip(BANDS, SHADES, strict=True):
            low, high = ([y for _, y in end] for end in fan.band(level))
            if low:
                ax.fill_between(fan.ahead, low, high, color=COLOURS["forecast"], alpha=shade, linewidth=0)
        for points, role, look in (
            (fan.trend, "quiet", {"linewidth": 1, "dashes": (2, 2)}),
            (fan.median, "forecast", {"linewidth": 2}),
            (fan.required, "target", {"linewidth": 1.5, "dashes": (5, 2)}),
        ):
            x, y = zip(*points, strict=True) if points else ((), ())
            sns.lineplot(x=x, y=y, ax=ax, color=COLOURS[role], estimator=None, **look)
        observed, goal = (fan.series.years, fan.series.values), ([fan.year], [fan.target])
        for role, (years, levels), mark in (("ink", observed, "o"), ("target", goal, "D")):
            sns.scatterplot(x=years, y=levels, ax=ax, color=COLOURS[role], s=45, zorder=3, marker=mark)
        ax.margins(y=0.12)  # a label stands below its dot
        ax.set_xlim(first - 0.06 * span, fan.year + 0.3 * span)
        for dot in (fan.observed[k] for k in fan.named()):
            value = compact(dot[1], language, fan.series.decimals)
            ax.annotate(value, dot, (0, -9), textcoords="offset points", ha="center", va="top", weight="bold")
        ends, (bottom, top) = fan.ends(language), ax.get_ylim()
        places = parted([level for level, _, _ in ends], (top - bottom) / 17)
        near, far = fan.year + 0.015 * span, fan.year + 0.05 * span
        for (level, role, words), place in zip(ends, places, strict=True):
            ax.plot([near, far], [level, place], color=COLOURS[role], linewidth=0.7)
            weight = "bold" if role == "target" else "normal"
            ax.text(far + 0.01 * span, place, words, va="center", color=COLOURS[role], weight=weight)
        ax.locator_params(axis="x", nbins=8, integer=True)
        ax.xaxis.set_major_formatter("{x:.0f}")
        number_ticks(ax.yaxis, language, 5)
        ax.set(xlabel="", ylabel="", title=unit_name(fan.series, language))
        ax.spines[["top", "right", "left"]].set_visible(False)  # on axes of any style
    return ax


def _since(last: float, quantiles: Any) -> Any:
    """Quantiles with the last observation before them."""
    return None if quantiles is None else np.vstack([np.full(len(SHARES), last), quantiles])
