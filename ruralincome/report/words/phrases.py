"""Short phrases that several sections share: indicators, models, refusals, amounts, classes."""

import math
import re
from collections.abc import Callable, Sequence
from unicodedata import bidirectional

from ruralincome.report.words.words import catalogue, chance, day, number, percent, quantity, say, text, unit_words
from ruralincome.scenario.result import Answer, Evidence, Record, ReferenceClass, Since
from ruralincome.series import Fact, Priced, Said, Series, Shown, Text
from ruralincome.series.faults import plain
from ruralincome.series.prices import DEFLATOR
from ruralincome.series.units import unit_of
from ruralincome.target.target import Refusal
from ruralincome.target.target import target_digits as target_digits

SMALL = re.compile(
    r"^(?:Tỉnh|Thành phố|Thị xã|Thị trấn|Huyện|Quận|Phường|Xã|Đặc khu)(?= \D)(?! Hồ Chí Minh)", re.MULTILINE
)
NONE = "–"
"""A cell without a number."""


def indicator(series: Series, language: str) -> str:
    """What the series measures and where: its title and place, or its name where it states none."""
    title = text(series.title, language) or series.name
    if series.title is None or series.place is None:
        return title
    return say("report.indicator", language, title=title, place=isolated(text(series.place, language)))


def isolated(name: str) -> str:
    """A name in letters written from right to left, set apart so that it moves no number beside it; others as is."""
    return f"\u2068{plain(name)}\u2069" if any(bidirectional(c) in ("R", "AL") for c in name) else name


def refusal(refused: Refusal, language: str) -> str:
    """Why a model refused, as one sentence."""
    facts = {name: f"{x:.0f}" if name == "year" else number(x, language, 0) for name, x in refused.facts.items()}
    return say(f"refusal.{refused.reason}{'.none' if refused.facts.get('models') == 0 else ''}", language, **facts)


def amount(value: float, series: Series, language: str, digits: int | None = None, form: str = "quantity") -> str:
    """A level of the series with its unit (form: or "short"), and the year of its prices where they are constant."""
    digits = level_digits(value, series.decimals) if digits is None else digits
    shown = quantity(value, series.unit, language, digits, form)
    if series.prices == "nominal" or series.price_year is None:
        return shown
    return say(f"report.constant_prices.{form}", language, amount=shown, year=series.price_year)


def unit_name(series: Series, language: str) -> str:
    """The series' unit and, for money, its prices: triệu đồng/người/năm, giá hiện hành."""
    return unit_in(series.unit, series.prices, series.price_year, language)


def unit_in(unit: str, prices: str, price_year: int | None, language: str) -> str:
    """A unit and, for money, the prices it is counted in."""
    name, basis = unit_words(unit, language), basis_name(prices, price_year, language)
    return say("prices.unit", language, words=name, prices=basis) if unit_of(unit).currency else name


def in_prices(words: str, series: Series, language: str) -> str:
    """The caption of a table or an axis and, for money, the prices of its numbers."""
    prices = basis_name(series.prices, series.price_year, language)
    return say("prices.caption", language, words=words, prices=prices) if unit_of(series.unit).currency else words


def basis_name(prices: str, price_year: int | None, language: str) -> str:
    """Prices in words: giá hiện hành, giá năm 2020."""
    known = "nominal" if prices == "nominal" else "real" if price_year is not None else "unknown"
    return say(f"prices.{known}", language, year=price_year)


def target_amount(value: float, series: Series, language: str) -> str:
    """A target's value with its unit."""
    return amount(value, series, language, target_digits(value, series.decimals))


def level_digits(value: float, decimals: int) -> int:
    """Digits of a level that was worked out: its series', more where it is small, four figures from a million on."""
    if abs(value) >= 1e6:
        return min(decimals, 3 - math.floor(math.log10(abs(value))))
    return next(d for d in range(decimals, 400) if 200 * abs(round(value, d) - value) <= abs(value))


def short_amount(value: float, series: Series, language: str, digits: int | None = None) -> str:
    """A level for a heading: its unit in short, and the year of its prices where they are constant."""
    return amount(value, series, language, digits, "short")


def class_title(reference: ReferenceClass, prices: str, language: str) -> str:
    """A class's title; one in constant prices that would be given inflation is not where the question is in such."""
    title = text(reference.title, language)
    bare = prices == "real" and reference.inflation is not None
    return say("report.class.bare", language, title=title) if bare else title


def class_facts(reference: ReferenceClass, language: str) -> dict[str, object]:
    """What a sentence says of a reference class in the prices of a question: title, period, number of series."""
    title = class_title(reference, reference.prices, language)
    years = {"first": reference.first_year, "last": reference.last_year}
    return {"reference": title, "series": reference.series, **years}


def class_source(reference: ReferenceClass, language: str) -> str:
    """Where a class's figures come from: in words where it ships with the package, else as its file states it."""
    if reference.members:
        return "; ".join(class_source(member, language) for member in reference.members)
    code = f"source.{reference.name}"
    return say(code, language) if catalogue("en").get(code) == reference.source else reference.source


def class_record(found: Record, language: str, horizon: int = 0) -> str:
    """What came against what a class had expected, in all tests of the past and how far ahead they were, as a sentence;
    or that it has none. horizon: years to the target, which may lie farther ahead than any test."""
    if not found.trials:
        return say("report.caveats.record.none", language)
    away = [abs(math.expm1(error)) for error in found.errors]
    low, high = (percent(x, language, 0) for x in (sorted(away) if found.direction else away))
    code = {1: "more", -1: "less", 0: "both"}[found.direction]
    facts = {"count": len(found.trials), "low": low, "high": high, "inside": percent(found.inside80, language, 0)}
    years = {"first": found.trials[0].origin, "last": found.trials[-1].year}
    steps = sorted({t.year - t.origin for t in found.trials})
    span = "–".join(map(str, dict.fromkeys((steps[0], steps[-1]))))
    ahead = say(f"report.caveats.record.{'one' if steps[-1] == 1 else 'many'}", language, span=span)
    said = say(f"report.caveats.record.{code}", language, ahead=ahead, **facts, **years)
    return f"{said} {say('report.caveats.record.far', language, years=horizon)}" if horizon > steps[-1] else said


def ranged(code: str, chances: Sequence[float], language: str, **facts: object) -> str:
    """The range that chances span, in the sentence of a code; in that of `code.same` where all are printed alike."""
    low, high = chance(min(chances), language), chance(max(chances), language)
    return say(code if low != high else f"{code}.same", language, low=low, high=high, **facts)


def place_names(names: Sequence[str], language: str) -> str:
    """Names of places within a sentence: Vietnamese writes the kind of place small (tỉnh Lâm Đồng, but Phường 1 and
    Thành phố Hồ Chí Minh), as decree 30/2020 has it."""
    small = SMALL.sub(lambda kind: kind[0].lower(), "\n".join(names)) if language == "vi" else "\n".join(names)
    return small.replace("\n", ", ")


def signed(value: float, language: str, digits: int) -> str:
    """A change with its sign, as +3 or −3."""
    shown = number(value, language, digits)
    return f"+{shown}" if float(number(value, "en", digits).replace(",", "").replace("−", "-")) > 0 else shown


def expected_inflation(evidence: Evidence, language: str) -> str:
    """What was added to a class in constant prices to make it nominal, and whence, as a sentence; empty if nothing."""
    fitted, stated, known = evidence.fitted, evidence.inflation, evidence.inflation or evidence.usual
    if fitted is None or not fitted.real or evidence.reference.prices != "nominal":
        return ""
    mean, spread = (known.mean, known.sd) if known else fitted.inflation or (0.0, 0.0)
    facts = {"mean": percent(math.expm1(mean), language), "spread": percent(math.expm1(spread), language)}
    real = "part" if any(part.prices == "nominal" for part in fitted.members) else "whole"
    facts["real"] = say(f"report.models.real.{real}", language)
    if stated:
        return say("report.models.inflation.stated", language, **facts)
    if known:
        table = _fact(evidence.title(DEFLATOR), language)
        return say("report.models.inflation.folder", language, last=evidence.as_of, table=table, **facts)
    return say("report.models.inflation", language, last=fitted.last_year, **facts)


def since(found: Since, language: str) -> str:
    """What moved a probability after an earlier result: since a day, from and to, and the terms that add up to it."""
    ends = {"before": found.before, "after": found.after}
    facts = {key: say("since.none", language) if p is None else chance(p, language) for key, p in ends.items()}
    said = say("since.said", language, day=day(found.day, language), **facts)
    if None in ends.values():
        return f"{said}."
    terms = {cause: signed(points, language, 0) for cause, points in found.points.items()}
    return f"{said}: {say('since.terms', language, **terms) if terms else say('since.whole', language)}."


def adjustments(answer: Answer, language: str) -> list[str]:
    """One sentence an adjustment, in order."""
    return [told(step.said(answer.evidence), language, answer.evidence.series) for step in answer.scenario.adjustments]


def adjusted(steps: Sequence[Said], language: str) -> str:
    """The adjustments of every place of a panel, one after the other; empty where there are none."""
    return "; ".join(told(step, language) for step in steps)


def told(said: Said, language: str, series: Series | None = None) -> str:
    """A code and its facts in words. series: whose unit levels are in; a panel's is named by its page."""
    return say(said.code, language, **{name: _fact(fact, language, series) for name, fact in said.facts.items()})


def announced(answer: Answer, language: str) -> str:
    """The target as it was announced, in prices that are not those of the question."""
    published, spec, terms = answer.evidence.published, answer.evidence.spec, answer.scenario.terms
    year = (terms.year if terms else None) or published.price_year or published.origin
    words = quantity(spec.value, published.unit, language, target_digits(spec.value, published.decimals))
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
        case Shown(value, "percent" | "signed" | "number" as how, digits):
            ways: dict[str, Callable[..., str]] = {"percent": percent, "signed": signed, "number": number}
            return ways[how](value, language, digits)
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
