"""Scenarios side by side: what a batch found, question by question, every scenario by its name."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, block, paragraph
from ruralincome.report.charts import pictures
from ruralincome.report.pages.rankings import Ranking, Result
from ruralincome.report.tables import NONE, heads, lines
from ruralincome.report.words.phrases import basis_name, signed, target_digits, unit_in
from ruralincome.report.words.words import chance, number, say, text


def overview(asked: Sequence[Ranking], language: str, failed: Sequence[str] = ()) -> Block:
    """The range of the chance for the question that most ask, as the page's heading; what failed."""
    first = asked[0]
    ranked = [r["probability"] for r in first.results if r["probability"] is not None]
    base = first.base
    facts: dict[str, object] = {"year": first.year, "count": len(first.results)}
    heading = say("compare.none", language, **facts)
    if ranked:
        facts |= {"low": chance(min(ranked), language), "high": chance(max(ranked), language)}
        plain = base["probability"] if base else None
        code = "compare.answer" if plain is not None else "compare.answer.alone"
        heading = say(code, language, **facts, plain=chance(plain or 0.0, language))
    said = [say("compare.count", language, count=sum(len(q.results) for q in asked), questions=len(asked))]
    if failed:
        said.append(say("compare.failed", language, names=", ".join(failed)))
    said.append(say("compare.same", language))
    top = Markup('<p class="kicker">{} · {}</p>\n<h1>{}</h1>').format(
        say("compare.heading", language), asks(first, language), heading
    )
    return Block(top + Markup().join(map(paragraph, said)), "\n".join([heading, *said]))


def changes(asked: Sequence[Ranking], language: str) -> Block:
    """What each scenario makes of the chance: hollow the base's, filled its own; a table a question."""
    parts, words, scale = [], list[str](), pictures.Scale(0, 1)
    for question in asked:
        base = question.base
        known = [r for r in question.results if r["probability"] is not None]
        if base is None or len(known) < 2:
            continue
        rows, error = list[dict[str, Any]](), 0.0
        for one in known:
            p, plain, own = one["probability"], base["probability"], one is base
            moved = one["difference"] if (one["baseline"] or {}).get("probability") == plain else None
            points = signed(100 * (moved["probability"] if moved else p - plain), language, 0)
            error = max(error, 100 * moved["error"] if moved else 0.0)
            dots = [(p, True)] if own else [(plain, False), (p, True)]
            plot = pictures.mark(scale, min(p, plain), max(p, plain), dots, even=0.5, base=own)
            cells = [chance(p, language), say("compare.base", language) if own else points]
            rows.append({"name": _title(one, language), "link": _link(one, language), "plot": plot, "cells": cells})
            rows[-1]["base"] = own
        note = say("compare.changes.note", language, error=number(error, language, 1))
        head = heads("compare.changes", language, "scenario", "chance", "chance", "points")
        axis = pictures.axis(scale, language, percent=True)
        parts.append(_headed(question, language))
        parts.append(pictures.rows(note, head, axis, rows))
        words += [asks(question, language), *lines([str(r["name"]), *map(str, r["cells"])] for r in rows)]
    return block("changes", "compare.changes", language, *parts, lines=words) if parts else NOTHING


def forecasts(asked: Sequence[Ranking], language: str) -> Block:
    """Median and 80 % interval of the target's year, from high to low, against the target; a table a question."""
    parts, words = [], list[str]()
    for question in asked:
        parts.append(_headed(question, language))
        rows = forecast_rows(question, language)
        parts.append(rows[0])
        words += [asks(question, language), *rows[1]]
    return block("forecasts", "compare.forecasts", language, *parts, lines=words)


def forecast_rows(question: Ranking, language: str) -> tuple[Markup, list[str]]:
    """The table of one question and the same as lines; those without a probability come last, without a mark."""
    known = sorted((r for r in question.results if r["median"] is not None), key=lambda r: (-r["median"], r["name"]))
    rows, digits = list[dict[str, Any]](), question.results[0]["decimals"]
    goals = sorted({r["target"]["value"] for r in question.results})
    ends = [x for r in known for x in r["interval80"]]
    scale = pictures.Scale.around([*goals, *ends])
    for one in known:
        (low, high), own = one["interval80"], one is question.base
        plot = pictures.mark(scale, low, high, [(one["median"], True)], target=one["target"]["value"], base=own)
        cells = [number(one["median"], language, digits), "–".join(number(x, language, digits) for x in (low, high))]
        row: dict[str, Any] = {"name": _title(one, language), "plot": plot, "cells": cells, "base": own}
        rows.append(row | {"link": _link(one, language)})
    for one in (r for r in question.results if r["median"] is None):
        cells = [NONE, say("compare.refused", language)]
        rows.append({"name": _title(one, language), "plot": "", "cells": cells, "link": _link(one, language)})
    unit = unit_in(question.unit, question.basis, question.price_year, language)
    head = heads("compare.forecasts", language, "scenario", "plot", "median", "interval", year=question.year)
    named = ", ".join(number(goal, language, target_digits(goal, digits)) for goal in goals[:1])
    goal = (goals[0], named) if len(goals) == 1 else None
    shown = pictures.rows(
        say("compare.forecasts.note", language, unit=unit), head, pictures.axis(scale, language, goal), rows
    )
    return shown, lines([str(r["name"]), *map(str, r["cells"])] for r in rows)


def asks(question: Ranking, language: str) -> str:
    """What a question asks of, in words: indicator, year and prices."""
    first = question.results[0]
    place, title = text(first["place"], language), text(first["series_title"], language) or question.series
    indicator = say("report.indicator", language, title=title, place=place) if place else title
    prices = basis_name(question.basis, question.price_year, language)
    return say("compare.question", language, indicator=indicator, year=question.year, prices=prices)


def _headed(question: Ranking, language: str) -> Markup:
    return Markup("<h3>{}</h3>").format(asks(question, language))


def _link(result: Mapping[str, Any], language: str) -> str:
    """From the page that compares to a scenario's own."""
    return f"../../{result['name']}/{language}/report.html"


def _title(result: Result, language: str) -> str:
    return text(result["title"], language)
