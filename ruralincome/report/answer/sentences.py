"""The sentences of an answer: what is asked, the chance, growth needed against growth achieved, what was known."""

import math

from ruralincome.report.words import phrases
from ruralincome.report.words.phrases import amount, announced, basis_name, indicator, refusal, target_amount
from ruralincome.report.words.words import chance, day, number, percent, say, word
from ruralincome.scenario.result import Answer
from ruralincome.target.target import Assessment, Refusal


def question(a: Assessment, language: str) -> str:
    """The question: is the target to be reached, or, where it is met already, kept?"""
    met = a.reached is None and a.target.direction * (a.series.last - a.target.value) >= 0  # not sure as surveys err
    side = "up" if a.target.direction > 0 else "down"
    code = f"asked.keep.{side}" if met else f"report.question.{side}"
    return say(code, language, indicator=indicator(a.series, language), **_target(a, language))


def answered(a: Assessment, language: str) -> str:
    """The answer: the chance of reaching the target, of being there still, or of being at a ceiling or below."""
    if a.probability is None:
        reason = refusal(a.lead, language) if isinstance(a.lead, Refusal) else ""
        return say("report.answer.refused", language, reason=reason, **_target(a, language))
    code = "asked.answer.up" if a.reached is None and a.series.last >= a.target.value else "report.answer"
    code = "asked.answer.down" if a.target.direction < 0 else code
    facts = {"chance": chance(a.probability, language), "likelihood": word(a.probability, language)}
    return say(code, language, **facts, **_target(a, language))


def support(answer: Answer, language: str) -> list[str]:
    """What stands with the answer: growth needed and achieved, in which prices, and what a scenario changes."""
    a, plain = answer.assessment, answer.baseline
    said = [growth(a, language)]
    if a.series.prices != "nominal":
        said.append(say("report.real", language, prices=basis_name(a.series.prices, a.series.price_year, language)))
    if plain is not None and plain.probability is not None:
        said.append(say("report.scenario.effect", language, chance=chance(plain.probability, language)))
    return said + redrawn(answer, language)


def further(answer: Answer, language: str, *, alone: bool = True) -> list[str]:
    """What was known; `alone`, without a page's other parts, also what the pace achieved would bring, how the class in
    use has fared, and the inflation that it was given."""
    a, as_of = answer.assessment, answer.evidence.as_of
    said = []
    if alone and not math.isnan(a.projection):
        digits = a.series.decimals + 1
        code = f"report.projection.{'short' if a.shortfall > 0 else 'enough'}"
        if a.target.direction < 0:
            code = f"growth.projection.{'below' if a.shortfall > 0 else 'above'}"
        facts = {"projection": amount(a.projection, a.series, language, digits), **_years(a)}
        said.append(say(code, language, gap=number(abs(a.shortfall), language, digits), **facts))
    if a.reference is not None and a.reference.last_year > as_of:
        said.append(say("report.known.hindsight", language, as_of=as_of, last=a.reference.last_year))
    else:
        said.append(say("report.known", language, as_of=as_of))
    if a.series.samples and not a.series.standard_errors:
        said.append(say("report.samples", language))
    if answer.evidence.factors:
        target = target_amount(a.target.value, a.series, language)
        said.append(say("report.restated", language, target=target, stated=announced(answer, language)))
    if alone and a.reference is not None and a.probability is not None:
        said.append(phrases.class_record(answer.records[0], language, a.horizon))
        said.append(phrases.expected_inflation(answer.evidence, language))
    return [words for words in said if words]


def growth(a: Assessment, language: str) -> str:
    """Growth needed and achieved; where a target is met already or a fall is wanted, what keeps it or is allowed."""
    required, achieved, up = a.required_growth, a.historical_growth, a.target.direction > 0
    size, by = percent(abs(required), language), "need" if a.reached is None else "published"
    today, target = "", target_amount(a.target.value, a.series, language)
    if a.reached is not None:
        today = " " + say("growth.reached", language, chance=chance(a.reached, language), target=target, **_years(a))
    if up and required > 0:
        code = "unknown" if math.isnan(achieved) else "one" if a.horizon == 1 else "many"
        historical = "" if math.isnan(achieved) else percent(achieved, language)
        return say(f"report.growth.{code}", language, required=size, historical=historical, **_years(a)) + today
    kept, capped = "hold" if size == percent(0.0, language) else "keep", "fall" if required < 0 else "cap"
    said = say(f"growth.{by}.{kept}" if up else f"growth.need.{capped}", language, required=size, **_years(a))
    was = "unknown" if math.isnan(achieved) else "rise" if achieved >= 0 else "fall"
    historical = "" if math.isnan(achieved) else percent(abs(achieved), language)
    return f"{said} {say(f'growth.was.{was}', language, historical=historical, **_years(a))}{today}"


def redrawn(answer: Answer, language: str) -> list[str]:
    """What was done about a place that was redrawn before the target."""
    found = answer.evidence.redrawn
    if found is None:
        return []
    facts = {"name": found.place.name, "day": day(found.day, language), "basis": found.basis}
    facts |= {"became": phrases.place_names(found.became, language)}
    facts |= {"moved": ", ".join(map(str, found.moved or ())), "to": ", ".join(map(str, (found.moved or {}).values()))}
    said = [say(f"report.redrawn.{found.rule}", language, count=len(found.parts), **facts)]
    if found.fixed:
        of = sorted({(found.weights or {})[year] for year in found.fixed})
        years = {"years": ", ".join(map(str, found.fixed)), "of": ", ".join(map(str, of))}
        said.append(say("report.redrawn.fixed", language, **years))
    return said


def _target(a: Assessment, language: str) -> dict[str, object]:
    return {"target": target_amount(a.target.value, a.series, language), "year": a.target.year}


def _years(a: Assessment) -> dict[str, int]:
    return {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}
