"""Short phrases that several sections share: indicators, models, refusals, classes, adjustments."""

from __future__ import annotations

from ruralincome.answer import Answer
from ruralincome.models import Refusal
from ruralincome.report.words import catalogue, number, percent, say, text
from ruralincome.series import Series


def indicator(series: Series, language: str) -> str:
    """What the series measures and where: its title and place, or its name where it states none."""
    if series.title is None:
        return series.name
    if series.place is None:
        return text(series.title, language)
    facts = {"title": text(series.title, language), "place": text(series.place, language)}
    return say("report.indicator", language, **facts)


def model_name(model: str, language: str) -> str:
    """The model's name."""
    return say(f"model.{model}.name", language)


def refusal(refused: Refusal, language: str) -> str:
    """Why a model refused, as one sentence."""
    facts = {name: number(value, language, 0) for name, value in refused.facts.items()}
    return say(f"refusal.{refused.reason}", language, **facts)


def class_title(name: str, language: str) -> str:
    """The title of a shipped reference class; the name itself where no class of that name ships."""
    from ruralincome.data import read_class, vintages

    known = vintages(name)
    return text(read_class(name, max(known)).title, language) if known else name


def adjustments(answer: Answer, language: str) -> list[str]:
    """A scenario's adjustments in words, in order."""
    first = answer.assessment.series.origin + 1
    return [_adjustment(step.model_dump(), first, language) for step in answer.scenario.adjustments]


def _adjustment(step: dict[str, object], first: int, language: str) -> str:
    """The sentence of an adjustment: its kind, then the first of its keys that has words of its own."""
    facts = {key: _shown(key, value, language) for key, value in step.items() if value is not None}
    facts.setdefault("year", facts.get("first_year", str(first)))
    kind = f"adjustment.{step['kind']}"
    stated = [f"{kind}.{key}" for key, value in step.items() if value]
    code = next((c for c in stated if c in catalogue(language)), kind)
    words = say(code, language, **facts)
    return say("adjustment.illustration", language, words=words) if step.get("illustration") else words


def _shown(key: str, value: object, language: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if key == "rate":
        return percent(value, language)
    if key == "quantile":
        return percent(value, language, 0)
    return number(value, language, 0 if value == int(value) else 1)
