"""Scenarios side by side: what a batch found, compared by question."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ruralincome.report.blocks import Block, figure, paragraph, section
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks, parted
from ruralincome.report.pages.rankings import Ranking, Result
from ruralincome.report.tables import NONE, table
from ruralincome.report.words.phrases import basis_name, signed, unit_in
from ruralincome.report.words.words import chance, number, percent, quantity, say, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


SAME = 0.005
"""Medians that differ by no more than this share would be one line on a chart."""


def overview(asked: Sequence[Ranking], language: str, failed: Sequence[str] = ()) -> Block:
    """How many scenarios, which is most and which least probable for the question most ask; what failed."""
    heading = say("compare.heading", language)
    first = asked[0]
    ranked = [r for r in first.results if r["probability"] is not None]
    said = [say("compare.count", language, count=sum(len(q.results) for q in asked), questions=len(asked))]
    if len(ranked) > 1:
        ends = {"best": _title(ranked[0], language), "worst": _title(ranked[-1], language)}
        facts = {"high": chance(ranked[0]["probability"], language), "low": chance(ranked[-1]["probability"], language)}
        said.append(say("compare.ends", language, question=_asks(first, language), **ends, **facts))
    if failed:
        said.append(say("compare.failed", language, names=", ".join(failed)))
    said.append(say("compare.same", language))
    return Block(section("compare", heading, *map(paragraph, said)), "\n".join([heading, *said]))


def side_by_side(asked: Sequence[Ranking], language: str) -> Block:
    """One table a question: target, growth required, median, interval, chance."""
    heading = say("compare.table.heading", language)
    names = ("scenario", "target", "required", "median", "interval", "chance", "likelihood")
    head = [say(f"compare.table.{name}", language) for name in names]
    parts, lines = [], [heading]
    for question in asked:
        rows = [
            [f"{key}. {_title(result, language)}", *_cells(result, language)]
            for key, result in zip(question.keys, question.results, strict=True)
        ]
        caption = _caption(question, language)
        parts.append(table(caption, head, rows, numeric={1, 2, 3, 4, 5}))
        lines += [caption, *(" · ".join(row) for row in rows)]
    return Block(section("side-by-side", heading, *parts), "\n".join(lines))


def medians(asked: Sequence[Ranking], language: str) -> Block:
    """One fan chart a question that several scenarios ask: all medians, and the interval of the unadjusted forecast."""
    heading = say("compare.medians.heading", language)
    shown = [q for q in asked if _spread(q) > SAME]
    parts = [_medians(q, k, language) for k, q in enumerate(shown)]
    lines = [_finding(q, language) for q in shown]
    return Block(section("medians", heading, *parts), "\n".join([heading, *lines])) if shown else Block("", "")


def ranking(asked: Sequence[Ranking], language: str) -> Block:
    """The chances of the question that most scenarios ask, ranked."""
    question = asked[0]
    rows = [r for r in question.results if r["probability"] is not None]
    heading = say("compare.ranking.heading", language)
    if len(rows) < 2:
        return Block("", "")
    plain = next((r for r in rows if not r["baseline"]), None)
    chances = [chance(r["probability"], language) for r in rows]

    def draw(axes: "Axes") -> None:
        import seaborn as sns
        from matplotlib.ticker import FuncFormatter

        axes.axvline(50, color=COLOURS["target"], linewidth=1, dashes=(5, 2), zorder=1)
        for place, (result, key) in enumerate(zip(rows, question.keys, strict=False)):
            colour = COLOURS["ink" if result is plain else "forecast"]
            end = 100 * result["probability"]
            axes.hlines(place, 0, end, color=colour, linewidth=1.5, alpha=0.5)
            sns.scatterplot(x=[end], y=[place], ax=axes, color=colour, s=49, zorder=3)
            axes.annotate(
                chances[place],
                (end, place),
                (8, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6},
            )
            axes.text(0, place - 0.38, f"{key}. {_title(result, language)}", va="center", fontsize=9, color=colour)
        axes.set_xlim(0, 100)
        axes.set_ylim(len(rows) - 0.4, -0.8)
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set(xlabel=say("compare.table.chance", language), ylabel="")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x, language, 0)))

    listed = "; ".join(
        f"{key}. {_title(r, language)}: {p}" for key, r, p in zip(question.keys, rows, chances, strict=False)
    )
    head = [say(f"compare.table.{name}", language) for name in ("scenario", "chance", "likelihood")]
    data = [
        [f"{key}. {_title(r, language)}", p, say(f"likelihood.{r['likelihood']}", language)]
        for key, r, p in zip(question.keys, rows, chances, strict=False)
    ]
    facts = {"question": _asks(question, language), "high": chances[0], "low": chances[-1]}
    finding = say("compare.ranking.finding", language, **facts)
    alternative = say("compare.ranking.alt", language, question=_asks(question, language), listed=listed)
    picture = figure(
        "ranking-chart",
        finding,
        drawn("ranking", alternative, draw, 0.3 + 0.13 * len(rows)),
        [say("compare.ranking.note", language)],
        table(finding, head, data, numeric={1}),
        language,
    )
    return Block(section("ranking", heading, picture), "\n".join([heading, listed]))


def differences(asked: Sequence[Ranking], language: str) -> Block:
    """What the adjustments of each scenario change, with the Monte Carlo error of common random numbers."""
    heading = say("compare.differences.heading", language)
    names = ("scenario", "without", "with", "points", "error")
    head = [say(f"compare.differences.{name}", language) for name in names]
    rows = []
    for question in asked:
        for key, result in zip(question.keys, question.results, strict=True):
            if not result["difference"] or result["probability"] is None:
                continue
            moved = result["difference"]
            cells = [chance(result["baseline"]["probability"], language), chance(result["probability"], language)]
            cells += [signed(100 * moved["probability"], language, 1), number(100 * moved["error"], language, 1)]
            rows.append([f"{key}. {_title(result, language)} ({question.year})", *cells])
    if not rows:
        return Block("", "")
    note = say("compare.differences.note", language)
    shown = table(say("compare.differences.table", language), head, rows, numeric={1, 2, 3, 4})
    lines = [" · ".join(row) for row in rows]
    return Block(section("differences", heading, shown, paragraph(note, "note")), "\n".join([heading, *lines]))


def _medians(question: Ranking, place: int, language: str) -> Markup:
    paths = [(key, r) for key, r in zip(question.keys, question.results, strict=True) if r["path"] is not None]
    plain = next((r for _, r in paths if not r["baseline"]), None)
    origin = min(r["observations"][-1][0] for _, r in paths)  # scenarios may know different years
    goals = sorted({r["target"]["value"] for _, r in paths})
    band = [row[k] for row in (plain["path"] if plain else ()) for k in (1, 3)]
    medians = [r["path"][-1][2] for _, r in paths]
    reach = [*medians, *band, *goals]
    ends = parted(medians, 0.055 * (max(reach) - min(reach)))

    def draw(axes: "Axes") -> None:
        import seaborn as sns
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        if plain is not None:
            begin, last = plain["observations"][-1]
            years = [begin, *(row[0] for row in plain["path"])]
            low, high = ([last, *(row[k] for row in plain["path"])] for k in (1, 3))
            axes.fill_between(years, low, high, color=COLOURS["forecast"], alpha=0.16, linewidth=0)
        for (key, r), end in zip(paths, ends, strict=True):
            colour = COLOURS["ink" if r is plain else "forecast"]
            line = [r["observations"][-1], *((row[0], row[2]) for row in r["path"])]
            at, levels = zip(*line, strict=True)
            sns.lineplot(x=at, y=levels, ax=axes, color=colour, linewidth=2 if r is plain else 1.2, estimator=None)
            axes.annotate(
                key,
                (question.year, r["path"][-1][2]),
                (question.year + (question.year - origin) * 0.06, end),
                va="center",
                fontsize=9,
                color=colour,
                weight="bold" if r is plain else "normal",
                arrowprops={"arrowstyle": "-", "color": COLOURS["line"], "linewidth": 0.8},
                annotation_clip=False,
            )
        observed = max((r["observations"] for _, r in paths), key=len)
        axes.plot(*zip(*observed, strict=True), "o", color=COLOURS["ink"], markersize=6)
        axes.plot([question.year] * len(goals), goals, "D", color=COLOURS["target"], markersize=7, zorder=5)
        axes.set_xlim(origin - 0.08 * (question.year - origin), question.year + 0.16 * (question.year - origin))
        inside = [v for t, v in observed if t >= axes.get_xlim()[0]]
        inside += [*goals, *ends, *band]
        room = 0.05 * (max(inside) - min(inside))
        axes.set_ylim(min(inside) - room, max(inside) + room)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
        number_ticks(axes.yaxis, language)
        unit = unit_in(question.unit, question.basis, question.price_year, language)
        axes.set(title=unit, xlabel="", ylabel="")

    digits = paths[0][1]["decimals"]
    listed = "; ".join(
        f"{key}. {_title(r, language)}: {number(r['path'][-1][2], language, digits)}" for key, r in paths
    )
    finding = _finding(question, language)
    years = sorted({row[0] for _, r in paths for row in r["path"]})
    head = [say("compare.table.scenario", language), *map(str, years)]
    data = [
        [
            f"{key}. {_title(r, language)}",
            *([NONE] * (len(years) - len(r["path"]))),
            *(number(row[2], language, digits) for row in r["path"]),
        ]
        for key, r in paths
    ]
    notes = [say("compare.medians.note", language), say("compare.keys", language)]
    return figure(
        f"medians-{place}",
        finding,
        drawn(f"medians{place}", say("compare.medians.alt", language, finding=finding, listed=listed), draw, 1.3),
        notes,
        table(finding, head, data, numeric=range(1, len(head))),
        language,
    )


def _finding(question: Ranking, language: str) -> str:
    ends = [r["path"][-1][2] for r in question.results if r["path"] is not None]
    digits = question.results[0]["decimals"]
    facts = {"low": number(min(ends), language, digits), "high": quantity(max(ends), question.unit, language, digits)}
    return say("compare.medians.finding", language, year=question.year, prices=_prices(question, language), **facts)


def _asks(question: Ranking, language: str) -> str:
    first = question.results[0]
    place, title = text(first["place"], language), text(first["series_title"], language) or question.series
    indicator = say("report.indicator", language, title=title, place=place) if place else title
    return say(
        "compare.question", language, indicator=indicator, year=question.year, prices=_prices(question, language)
    )


def _caption(question: Ranking, language: str) -> str:
    unit = say(f"unit.{question.unit}.name", language)
    return say("compare.table.caption", language, question=_asks(question, language), unit=unit)


def _prices(question: Ranking, language: str) -> str:
    return basis_name(question.basis, question.price_year, language)


def _cells(result: Result, language: str) -> list[str]:
    digits = result["decimals"]
    value, target = result["target"]["value"], result["target"]
    exact = digits if abs(round(value, digits) - value) < 1e-9 else digits + 1
    goal = ("≤ " if target["direction"] < 0 else "") + number(value, language, exact)
    required = percent(result["required_growth"], language)
    if result["probability"] is None:
        return [goal, required, NONE, NONE, NONE, say("compare.refused", language)]
    low, high = (number(v, language, digits) for v in result["interval80"])
    interval = say("report.needs.range", language, low=low, high=high)
    words = say(f"likelihood.{result['likelihood']}", language)
    shown = chance(result["probability"], language)
    return [goal, required, number(result["median"], language, digits), interval, shown, words]


def _spread(question: Ranking) -> float:
    """How far apart the scenarios' last medians lie, as a share of the lowest."""
    ends = [r["path"][-1][2] for r in question.results if r["path"] is not None]
    return max(ends) / min(ends) - 1 if ends else 0.0


def _title(result: Result, language: str) -> str:
    return str(result["title"][language])
