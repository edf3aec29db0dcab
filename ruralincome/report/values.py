"""Values as a notebook shows them: a small table, as HTML and as text, in the reader's language."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from ruralincome.report.blocks import Number, lines, table
from ruralincome.report.words.phrases import model_name, refusal
from ruralincome.report.words.words import capital, chance, number, percent, quantity, say, text
from ruralincome.target.target import Outlook, target_digits

Rows = Sequence[tuple[str, ...]]


def bundle(value: Any, language: str) -> dict[str, str]:
    """A public value by media type: text/html, a table with a caption and heads, and the same as text/plain."""
    kind = next(base.__name__ for base in type(value).__mro__ if base.__name__ in TABLES)
    keys, shown = TABLES[kind]
    caption, rows = shown(value, language)
    head = [say(f"value.head.{key}", language) for key in keys.split()]
    html = Markup('<div lang="{}">{}</div>').format(language, table(caption, [head[0], *map(Number, head[1:])], rows))
    return {"text/html": str(html), "text/plain": "\n".join([caption, *lines([head, *rows])])}


def _series(found: Any, language: str) -> tuple[str, Rows]:
    title = ", ".join(words for words in (text(found.title, language), text(found.place, language)) if words)
    pairs = zip(found.years, found.values, strict=True)
    return title or found.name, [(str(t), _level(y, found, language)) for t, y in pairs]


def _target(found: Any, language: str) -> tuple[str, Rows]:
    return say("value.target", language), [
        (str(found.year), number(found.value, language, target_digits(found.value, 0)))
    ]


def _forecast(found: Any, language: str) -> tuple[str, Rows]:
    rows = [(str(t), *(number(x, language) for x in (found.median(t), *found.interval(t)))) for t in found.years]
    return say("value.forecast", language), rows


def _refusal(found: Any, language: str) -> tuple[str, Rows]:
    return capital(model_name(found.model, language)), _named({"refused": refusal(found, language)}, language)


def _verdicts(found: Any, language: str) -> tuple[str, Rows]:
    rows = [(say(f"rule.{v.rule}.name", language), say(f"outlook.{v.outlook}", language)) for v in found]
    return say("value.rules", language), rows


def _assessment(found: Any, language: str) -> tuple[str, Rows]:
    series, target, lead = found.series, found.target, found.lead
    if isinstance(lead, Outlook):
        low, median, high = (
            _level(x, series, language) for x in sorted((lead.median(target.year), *lead.interval(target.year)))
        )
        said = {"chance": chance(found.probability, language), "median": median, "interval": f"{low} – {high}"}
    else:
        said = {"chance": "–", "refused": refusal(lead, language)}
    if series.span:
        said["achieved"] = percent(found.historical_growth, language)
    said["required"] = percent(found.required_growth, language)
    shown = _level(target.value, series, language, target_digits(target.value, series.decimals))
    return say("value.assessment", language, target=shown, year=target.year), _named(said, language)


def _class(found: Any, language: str) -> tuple[str, Rows]:
    years, prices = f"{found.first_year}–{found.last_year}", say(f"prices.{found.prices}", language)
    said = {"places": number(found.series, language, 0), "period": years, "prices": prices}
    return text(found.title, language), _named(said, language)


def _scenario(found: Any, language: str) -> tuple[str, Rows]:
    target = f"{number(found.target.value, language, target_digits(found.target.value, 0))} ({found.target.year})"
    said = {"series": found.series, "target": target, "class": found.reference}
    return text(found.title, language), _named(said | {"adjustments": str(len(found.adjustments))}, language)


def _named(said: dict[str, str], language: str) -> Rows:
    return [(say(f"value.{key}", language), words) for key, words in said.items()]


def _level(value: float, series: Any, language: str, digits: int | None = None) -> str:
    digits = series.decimals if digits is None else digits
    return quantity(value, series.unit, language, digits) if series.unit else number(value, language, digits)


TABLES: dict[str, tuple[str, Callable[[Any, str], tuple[str, Rows]]]] = {
    "Series": ("year value", _series),
    "Target": ("year value", _target),
    "Forecast": ("year median low high", _forecast),
    "Refusal": ("what number", _refusal),
    "Verdict": ("rule verdict", lambda found, language: _verdicts([found], language)),
    "Judged": ("rule verdict", _verdicts),
    "Assessment": ("what number", _assessment),
    "Answer": ("what number", lambda found, language: _assessment(found.assessment, language)),
    "ReferenceClass": ("what number", _class),
    "Scenario": ("what number", _scenario),
}
"""Heads and rows of each public value, by the name of its class: the report knows no rooms above the target's."""
