"""A scenario's adjustments in words, and the elasticities that were estimated for them."""

from collections.abc import Sequence

from ruralincome.report.words.phrases import basis_name, in_prices, indicator, signed, target_amount, target_digits
from ruralincome.report.words.words import number, percent, quantity, say, text
from ruralincome.scenario.result import Answer
from ruralincome.series import Fact, Priced, Said, Series, Shown, Text


def adjustments(answer: Answer, language: str) -> list[str]:
    """One sentence an adjustment, in order."""
    return [told(step.said(answer.evidence), language, answer.evidence.series) for step in answer.scenario.adjustments]


def changes(steps: Sequence[Said], language: str) -> str:
    """The adjustments of every place of a panel, one after the other; empty where there are none."""
    return "; ".join(told(step, language) for step in steps)


def told(said: Said, language: str, series: Series | None = None) -> str:
    """A code and its facts in words. series: whose unit levels are in; a panel's is named by its page."""
    return say(said.code, language, **{name: _fact(fact, language, series) for name, fact in said.facts.items()})


def announced(answer: Answer, language: str) -> str:
    """The target as it was announced, in prices that are not those of the question."""
    published, spec, terms = answer.evidence.published, answer.evidence.spec, answer.scenario.terms
    year = (terms.year if terms else None) or published.price_year or published.origin
    digits = target_digits(spec.value, published.decimals)
    words = quantity(spec.value, published.unit, language, digits)
    prices = basis_name(spec.prices or published.prices, year, language)
    return say("prices.caption", language, words=words, prices=prices)


def title(answer: Answer, name: str, language: str) -> str:
    """The title of a table that the answer rests on."""
    return _fact(answer.evidence.title(name), language)


def _fact(fact: Fact, language: str, series: Series | None = None) -> str:
    match fact:
        case Said():
            return told(fact, language, series)
        case tuple():
            sentences = any(isinstance(one, Said) for one in fact)
            return ("; " if sentences else ", ").join(_fact(one, language, series) for one in fact)
        case Shown(value, "percent", digits):
            return percent(value, language, digits)
        case Shown(value, "signed", digits):
            return signed(value, language, digits)
        case Shown(value, "number", digits):
            return number(value, language, digits)
        case Shown(value) if series is not None:
            return target_amount(value, series, language)
        case Shown(value):
            return number(value, language, 0 if value == round(value) else target_digits(value, 1))
        case Series():
            return indicator(fact, language)
        case Priced():
            return in_prices(text(fact.series.title, language) or fact.series.name, fact.series, language)
        case Text():
            return text(fact, language)
        case _:
            return str(fact)
