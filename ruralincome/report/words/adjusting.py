"""A scenario's adjustments in words, and the elasticities that were estimated for them."""

from __future__ import annotations

from markupsafe import Markup

from ruralincome.report.tables import table
from ruralincome.report.words.phrases import (
    basis_name,
    change_words,
    in_prices,
    pace_basis,
    target_amount,
    target_digits,
)
from ruralincome.report.words.words import number, percent, quantity, say, text
from ruralincome.scenario.change import span
from ruralincome.scenario.evidence import pace_rate
from ruralincome.scenario.keys import Adjustment, Elasticity, Linear, Pace, PathTo, Percent, Return, Shock
from ruralincome.scenario.result import Answer


def adjustments(answer: Answer, language: str) -> list[str]:
    """One sentence an adjustment, in order."""
    return [_sentence(step, answer, language) for step in answer.scenario.adjustments]


def elasticities(answer: Answer, language: str) -> Markup:
    """The estimated elasticities with their standard errors; empty where there are none."""
    rows = [
        [
            title(answer, driver, language),
            number(coefficient, language, 2),
            number(error, language, 2),
            say("report.elasticity.years", language, first=found.first_year, last=found.last_year, steps=found.steps),
        ]
        for found in answer.estimated
        for driver, coefficient, error in zip(found.drivers, found.coefficients, found.errors, strict=True)
    ]
    head = [say(f"report.elasticity.{key}", language) for key in ("driver", "coefficient", "error", "basis")]
    return table(say("report.elasticity.table", language), head, rows, numeric={1, 2}) if rows else Markup()


def announced(answer: Answer, language: str) -> str:
    """The target as it was announced, in prices that are not those of the question."""
    published, spec, terms = answer.evidence.published, answer.evidence.spec, answer.scenario.terms
    year = (terms.year if terms else None) or published.price_year or published.origin
    digits = target_digits(spec.value, published.decimals)
    words = quantity(spec.value, published.unit, language, digits)
    prices = basis_name(spec.prices or published.prices, year, language)
    return say("prices.caption", language, words=words, prices=prices)


def title(answer: Answer, name: str, language: str) -> str:
    """The title of a table of the data package."""
    return text(answer.evidence.tables[name].title, language) or name


def _sentence(step: Adjustment, answer: Answer, language: str) -> str:
    first, last = span(step, answer.evidence)
    years = ", ".join(map(str, step.years)) if isinstance(step, Shock | Elasticity) else f"{first}–{last}"
    code = "adjustment.when.one" if first == last or "," in years else "adjustment.when.many"
    when = say(code, language, years=years if first != last else first)
    said = say("adjustment.said", language, when=when, what=_what(step, answer, last, language))
    if not isinstance(step, Elasticity) and step.sd:
        said = say("adjustment.sd", language, words=said, sd=number(step.sd, language, 1))
    return say("adjustment.illustration", language, words=said) if step.illustration else said


def _what(step: Adjustment, answer: Answer, last: int, language: str) -> str:
    series = answer.evidence.series
    if (words := change_words(step, language)) is not None:
        return words
    match step:
        case Pace():
            rate = percent(pace_rate(step, answer.evidence), language)
            basis = pace_basis(step, answer.evidence.companions[step.series] if step.series else None, language)
            return say("adjustment.pace", language, rate=rate, basis=basis)
        case Linear():
            return say("adjustment.linear", language, amount=target_amount(step.amount, series, language))
        case PathTo():
            goal = answer.evidence.target.value if step.value is None else answer.evidence.level(step.value, last)
            value = target_amount(goal, series, language)
            return say(f"adjustment.path.{step.shape}", language, value=value, year=last)
        case Percent():
            base = step.base_year or answer.evidence.target.base_year or series.years[0]
            share = percent(step.percent / 100, language, 0)
            return say("adjustment.percent_of_baseline", language, percent=share, base=base, year=last)
        case Return():
            return say("adjustment.return", language, year=last)
        case Elasticity():
            rates = [(title(answer, d.series, language), number(d.percent, language, 1)) for d in step.drivers]
            assumed = "; ".join(say("adjustment.driver", language, driver=name, rate=rate) for name, rate in rates)
            of = in_prices(title(answer, step.of, language), answer.evidence.companions[step.of], language)
            return say("adjustment.elasticity", language, assumed=assumed, of=of)
        case _:
            raise ValueError(f"{step.kind} has no words")
