"""Scenarios side by side: what a batch found, compared by question."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, block, figure, paragraph
from ruralincome.report.charts.style import COLOURS, beside, dots, drawn, line, number_ticks, parted, year_ticks
from ruralincome.report.pages.rankings import Ranking, Result
from ruralincome.report.tables import NONE, Number, heads, lines, table
from ruralincome.report.words.phrases import basis_name, signed, target_digits, unit_in
from ruralincome.report.words.words import chance, number, percent, quantity, say, text, unit_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SAME = 0.005
"""Medians that differ by no more than this share would be one line on a chart."""


def overview(asked: Sequence[Ranking], language: str, failed: Sequence[str] = ()) -> Block:
    """How many scenarios, which is most and which least probable for the question most ask; what failed."""
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
    return block("compare", "compare.heading", language, *map(paragraph, said), lines=said)


def side_by_side(asked: Sequence[Ranking], language: str) -> Block:
    """One table a question: target, growth required, median, interval, chance."""
    columns = ("scenario", "target#", "required#", "median#", "interval#", "chance#", "likelihood")
    parts, words = [], []
    for question in asked:
        rows = [[name, *_cells(result, language)] for name, result in _named(question, language)]
        unit = unit_words(question.unit, language)
        caption = say("compare.table.caption", language, question=_asks(question, language), unit=unit)
        parts.append(table(caption, heads("compare.table", language, *columns), rows))
        words += [caption, *lines(rows)]
    return block("side-by-side", "compare.table.heading", language, *parts, lines=words)


def medians(asked: Sequence[Ranking], language: str) -> Block:
    """One fan chart a question that several scenarios ask: all medians, and the interval of the unadjusted forecast."""
    shown = [q for q in asked if _spread(q) > SAME]
    if not shown:
        return NOTHING
    parts = [_medians(q, k, language) for k, q in enumerate(shown)]
    findings = [_finding(q, language) for q in shown]
    return block("medians", "compare.medians.heading", language, *parts, lines=findings)


def ranking(asked: Sequence[Ranking], language: str) -> Block:
    """The chances of the question that most scenarios ask, ranked."""
    question = asked[0]
    known = [(name, r) for name, r in _named(question, language) if r["probability"] is not None]
    rows = [(name, r, chance(r["probability"], language)) for name, r in known]
    if len(rows) < 2:
        return NOTHING
    plain = next((r for _, r, _ in rows if not r["baseline"]), None)

    def draw(axes: "Axes") -> None:
        axes.axvline(50, color=COLOURS["target"], linewidth=1, dashes=(5, 2), zorder=1)
        ground = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6}
        for place, (name, result, shown) in enumerate(rows):
            role, end = "ink" if result is plain else "forecast", 100 * result["probability"]
            axes.hlines(place, 0, end, color=COLOURS[role], linewidth=1.5, alpha=0.5)
            dots(axes, role, [end], [place], 49)
            beside(axes, shown, (end, place), (8, 0), va="center", fontsize=9, bbox=ground)
            axes.text(0, place - 0.38, name, va="center", fontsize=9, color=COLOURS[role])
        axes.set(xlim=(0, 100), ylim=(len(rows) - 0.4, -0.8), yticks=[], ylabel="")
        axes.grid(visible=False)
        axes.set_xlabel(say("compare.table.chance", language))
        axes.xaxis.set_major_formatter(lambda x, _: number(x, language, 0))

    listed = "; ".join(f"{name}: {shown}" for name, _, shown in rows)
    head = heads("compare.table", language, "scenario", "chance#", "likelihood")
    data = [[name, shown, say(f"likelihood.{r['likelihood']}", language)] for name, r, shown in rows]
    asks = _asks(question, language)
    finding = say("compare.ranking.finding", language, question=asks, high=rows[0][-1], low=rows[-1][-1])
    alternative = say("compare.ranking.alt", language, question=asks, listed=listed)
    chart = drawn("ranking", alternative, draw, 0.3 + 0.13 * len(rows))
    notes = [say("compare.ranking.note", language)]
    picture = figure("ranking-chart", finding, chart, notes, table(finding, head, data), language)
    return block("ranking", "compare.ranking.heading", language, picture, lines=[listed])


def differences(asked: Sequence[Ranking], language: str) -> Block:
    """What the adjustments of each scenario change, with the Monte Carlo error of common random numbers."""
    rows = []
    for question in asked:
        for name, result in _named(question, language):
            if not result["difference"] or result["probability"] is None:
                continue
            moved = result["difference"]
            cells = [chance(p, language) for p in (result["baseline"]["probability"], result["probability"])]
            cells += [signed(100 * moved["probability"], language, 1), number(100 * moved["error"], language, 1)]
            rows.append([f"{name} ({question.year})", *cells])
    if not rows:
        return NOTHING
    head = heads("compare.differences", language, "scenario", "without#", "with#", "points#", "error#")
    shown = table(say("compare.differences.table", language), head, rows)
    note = paragraph(say("compare.differences.note", language), "note")
    return block("differences", "compare.differences.heading", language, shown, note, lines=lines(rows))


def _medians(question: Ranking, place: int, language: str) -> Markup:
    paths = [(name, r) for name, r in _named(question, language) if r["path"] is not None]
    digits = paths[0][1]["decimals"]
    shown = [(name, number(r["path"][-1][2], language, digits)) for name, r in paths]
    finding, listed = _finding(question, language), "; ".join(f"{name}: {level}" for name, level in shown)
    years = sorted({row[0] for _, r in paths for row in r["path"]})
    head = [say("compare.table.scenario", language), *(Number(year) for year in years)]
    data = [
        [name, *[NONE] * (len(years) - len(r["path"])), *(number(row[2], language, digits) for row in r["path"])]
        for name, r in paths
    ]
    alternative = say("compare.medians.alt", language, finding=finding, listed=listed)
    chart = drawn(f"medians{place}", alternative, lambda axes: _draw_medians(axes, question, language), 1.3)
    notes = [say("compare.medians.note", language), say("compare.keys", language)]
    return figure(f"medians-{place}", finding, chart, notes, table(finding, head, data), language)


def _draw_medians(axes: "Axes", question: Ranking, language: str) -> None:
    """The medians of all paths, each with its letter at its end, and the band of the one without adjustments."""
    paths = [(key, r) for key, r in zip(question.keys, question.results, strict=True) if r["path"] is not None]
    plain = next((r for _, r in paths if not r["baseline"]), None)
    origin, year = min(r["observations"][-1][0] for _, r in paths), question.year  # scenarios may know different years
    goals = sorted({r["target"]["value"] for _, r in paths})
    ends = [r["path"][-1][2] for _, r in paths]
    band = [row[k] for row in (plain["path"] if plain else ()) for k in (1, 3)]
    reach = [*ends, *band, *goals]
    places = parted(ends, 0.055 * (max(reach) - min(reach)))
    if plain is not None:
        begin, last = plain["observations"][-1]
        low, high = ([last, *(row[k] for row in plain["path"])] for k in (1, 3))
        years = [begin, *(row[0] for row in plain["path"])]
        axes.fill_between(years, low, high, color=COLOURS["forecast"], alpha=0.16, linewidth=0)
    for (key, r), end, at in zip(paths, ends, places, strict=True):
        role, width, weight = ("ink", 2.0, "bold") if r is plain else ("forecast", 1.2, "normal")
        points = [r["observations"][-1], *((row[0], row[2]) for row in r["path"])]
        line(axes, role, *zip(*points, strict=True), linewidth=width)
        axes.annotate(
            key,
            (year, end),
            (year + (year - origin) * 0.06, at),
            va="center",
            fontsize=9,
            color=COLOURS[role],
            weight=weight,
            arrowprops={"arrowstyle": "-", "color": COLOURS["line"], "linewidth": 0.8},
            annotation_clip=False,
        )
    observed = max((r["observations"] for _, r in paths), key=len)
    axes.plot(*zip(*observed, strict=True), "o", color=COLOURS["ink"], markersize=6)
    axes.plot([year] * len(goals), goals, "D", color=COLOURS["target"], markersize=7, zorder=5)
    first = origin - 0.08 * (year - origin)
    inside = [*(v for t, v in observed if t >= first), *goals, *places, *band]
    room = 0.05 * (max(inside) - min(inside))
    axes.set(xlim=(first, year + 0.16 * (year - origin)), ylim=(min(inside) - room, max(inside) + room))
    year_ticks(axes.xaxis, 6)
    number_ticks(axes.yaxis, language)
    axes.set(title=unit_in(question.unit, question.basis, question.price_year, language), xlabel="", ylabel="")


def _named(question: Ranking, language: str) -> Iterator[tuple[str, Result]]:
    """The results, each with its letter and title."""
    for key, result in zip(question.keys, question.results, strict=True):
        yield f"{key}. {_title(result, language)}", result


def _finding(question: Ranking, language: str) -> str:
    ends = [r["path"][-1][2] for r in question.results if r["path"] is not None]
    digits = question.results[0]["decimals"]
    facts = {"low": number(min(ends), language, digits), "high": quantity(max(ends), question.unit, language, digits)}
    return say("compare.medians.finding", language, year=question.year, prices=_prices(question, language), **facts)


def _asks(question: Ranking, language: str) -> str:
    first, prices = question.results[0], _prices(question, language)
    place, title = text(first["place"], language), text(first["series_title"], language) or question.series
    indicator = say("report.indicator", language, title=title, place=place) if place else title
    return say("compare.question", language, indicator=indicator, year=question.year, prices=prices)


def _prices(question: Ranking, language: str) -> str:
    return basis_name(question.basis, question.price_year, language)


def _cells(result: Result, language: str) -> list[str]:
    digits, target = result["decimals"], result["target"]
    goal = number(target["value"], language, target_digits(target["value"], digits))
    said = ["≤ " + goal if target["direction"] < 0 else goal, percent(result["required_growth"], language)]
    if result["probability"] is None:
        return [*said, NONE, NONE, NONE, say("compare.refused", language)]
    low, high = (number(v, language, digits) for v in result["interval80"])
    said += [number(result["median"], language, digits), say("report.needs.range", language, low=low, high=high)]
    return [*said, chance(result["probability"], language), say(f"likelihood.{result['likelihood']}", language)]


def _spread(question: Ranking) -> float:
    """How far apart the scenarios' last medians lie, as a share of the lowest."""
    ends = [r["path"][-1][2] for r in question.results if r["path"] is not None]
    return max(ends) / min(ends) - 1 if ends else 0.0


def _title(result: Result, language: str) -> str:
    return text(result["title"], language)
