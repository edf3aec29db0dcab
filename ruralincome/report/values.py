"""Values as a notebook shows them: a small table, as HTML and as text, in the reader's language."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from ruralincome.report.tables import Number, lines, table
from ruralincome.report.words.phrases import refusal
from ruralincome.report.words.words import chance, number, percent, quantity, say, text
from ruralincome.target.target import Outlook, Refusal, target_digits

Shown = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Caption, heads and rows."""


def bundle(value: Any, language: str) -> dict[str, str]:
    """A public value by media type: text/html, a table with a caption and heads, and the same as text/plain."""
    kind = next(base.__name__ for base in type(value).__mro__ if base.__name__ in TABLES)
    caption, head, rows = TABLES[kind](value, language)
    html = Markup('<div lang="{}">{}</div>').format(language, table(caption, [head[0], *map(Number, head[1:])], rows))
    return {"text/html": str(html), "text/plain": "\n".join([caption, *lines([head, *rows])])}


def _series(found: Any, language: str) -> Shown:
    where = text(found.place, language)
    title = text(found.title, language) or found.name
    rows = [(str(t), _level(y, found, language)) for t, y in zip(found.years, found.values, strict=True)]
    return f"{title}, {where}" if where else title, _head(language, "year", "value"), rows


def _target(found: Any, language: str) -> Shown:
    return (
        say("value.target", language),
        _head(language, "year", "value"),
        [(str(found.year), number(found.value, language, target_digits(found.value, 0)))],
    )


def _forecast(found: Any, language: str) -> Shown:
    rows = []
    for year in found.years:
        low, high = found.interval(year)
        rows.append((str(year), *(number(x, language, 1) for x in (found.median(year), low, high))))
    return say("value.forecast", language), _head(language, "year", "median", "low", "high"), rows


def _verdicts(found: Any, language: str) -> Shown:
    rows = [(say(f"rule.{v.rule}.name", language), say(f"outlook.{v.outlook}", language)) for v in found]
    return say("value.rules", language), _head(language, "rule", "verdict"), rows


def _assessment(found: Any, language: str) -> Shown:
    series, target, lead = found.series, found.target, found.lead
    shown = quantity(target.value, series.unit, language, target_digits(target.value, series.decimals))
    rows = [(say("value.chance", language), "–" if found.probability is None else chance(found.probability, language))]
    if isinstance(lead, Outlook):
        low, high = (_level(x, series, language) for x in lead.interval(target.year))
        rows += [
            (say("value.median", language), _level(lead.median(target.year), series, language)),
            (say("value.interval", language), f"{low} – {high}"),
        ]
    elif isinstance(lead, Refusal):
        rows.append((say("value.refused", language), refusal(lead, language)))
    if series.span:
        rows.append((say("value.achieved", language), percent(found.historical_growth, language)))
    rows.append((say("value.required", language), percent(found.required_growth, language)))
    return say("value.assessment", language, target=shown, year=target.year), _head(language, "what", "number"), rows


def _answer(found: Any, language: str) -> Shown:
    return _assessment(found.assessment, language)


def _class(found: Any, language: str) -> Shown:
    rows = [
        (say("value.places", language), number(found.series, language, 0)),
        (say("value.period", language), f"{found.first_year}–{found.last_year}"),
        (say("value.prices", language), say(f"prices.{found.prices}", language)),
    ]
    return text(found.title, language), _head(language, "what", "number"), rows


def _scenario(found: Any, language: str) -> Shown:
    rows = [
        (say("value.series", language), found.series),
        (say("value.target", language), f"{number(found.target.value, language, 2)} ({found.target.year})"),
        (say("value.class", language), found.reference),
        (say("value.adjustments", language), str(len(found.adjustments))),
    ]
    return text(found.title, language), _head(language, "what", "number"), rows


def _head(language: str, *keys: str) -> list[str]:
    return [say(f"value.head.{key}", language) for key in keys]


def _level(value: float, series: Any, language: str) -> str:
    if not series.unit:
        return number(value, language, series.decimals)
    return quantity(value, series.unit, language, series.decimals)


TABLES: dict[str, Callable[[Any, str], Shown]] = {
    "Series": _series, "Target": _target, "Forecast": _forecast, "Judged": _verdicts, "Assessment": _assessment,
    "Answer": _answer, "ReferenceClass": _class, "Scenario": _scenario,
}  # fmt: skip
"""How each public value is shown, by the name of its class: the report knows no rooms above the target's."""
