"""The first screen of a report: the answer with its direction, how sure, what would be safe; and other targets."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.answer.needs import safe
from ruralincome.report.answer.sentences import answered, further, growth, question, redrawn, support
from ruralincome.report.answer.sweeping import first_map
from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fanchart import fan_figure
from ruralincome.report.pages.benchmark import class_record
from ruralincome.report.templates import embedded, rendered
from ruralincome.report.words.adjusting import adjustments
from ruralincome.report.words.phrases import indicator, refusal, short_amount, target_digits, unit_name
from ruralincome.report.words.words import WORDS, capital, chance, number, percent, say, text, word
from ruralincome.scenario.result import Answer, result
from ruralincome.target.target import Assessment, Outlook, Refusal

STEPS = 200
"""The quantiles embedded for other targets stand at 1/200 ... 199/200 of each year."""
FURTHER, MOST = 5, 12
"""Years after the last observation that may be asked of a closed form, and how many at most of any."""
REACH = (0.6, 1.6)
"""The slider's ends, as shares of the target; beyond what the quantiles say nothing is asked."""


def verdict(answer: Answer, language: str) -> Block:
    """The first screen, carrying the result; as text the question, the answer and what stands with it."""
    a, below = answer.assessment, [*redrawn(answer, language), " ".join(_known(answer, language))]
    none = a.probability is None
    html = rendered(
        "answer/verdict.html.j2",
        language=language,
        kicker=f"{indicator(a.series, language)} · {text(answer.scenario.title, language)}",
        target=goal(a, language),
        word=say("page.none", language) if a.probability is None else word(a.probability, language),
        why=refusal(a.lead, language) if isinstance(a.lead, Refusal) else "",
        chance="–" if a.probability is None else chance(a.probability, language),
        range="" if none else span(answer, language),
        strip="" if none else _strip(answer, language),
        facts=list(_facts(answer, language)),
        picture=first_map(answer, language) or fan_figure(a, language),
        below=[said for said in below if said],
    )
    lines = [question(a, language), answered(a, language), *support(answer, language), *further(answer, language)]
    return Block(html, "\n".join(lines), result(answer))


def goal(a: Assessment, language: str) -> str:
    """The target in a heading: its value, in constant prices with their year, and its year."""
    code = "page.target.up" if a.target.direction > 0 else "page.target.down"
    digits = target_digits(a.target.value, a.series.decimals)
    return say(code, language, target=short_amount(a.target.value, a.series, language, digits), year=a.target.year)


def beside(answer: Answer) -> list[float]:
    """P(target) of the lead model under the other classes that could have been chosen."""
    views = (other.outlook for other in answer.assessment.alternatives if not other.left_out)
    return [view.probability(answer.assessment.target) for view in views if isinstance(view, Outlook)]


def span(answer: Answer, language: str) -> str:
    """The range of the chance over the classes that could have been chosen; empty where there is one only."""
    found, p = beside(answer), answer.assessment.probability
    if not found or p is None:
        return ""
    low, high = (chance(end(p, *found), language) for end in (min, max))
    return say("page.range" if low != high else "page.range.none", language, low=low, high=high)


def other_targets(answer: Answer, language: str) -> Block:
    """A field, a slider and a year for other targets, answered in the page from quantiles; empty where there are none.

    Without its script a sentence stands there: the chance of a round target beside the stated one.
    """
    a = answer.assessment
    if not isinstance(a.lead, Outlook):
        return NOTHING
    closed = not hasattr(a.lead.view, "paths")
    last = max(a.target.year, a.series.origin + FURTHER) if closed else a.target.year
    years = range(max(a.series.origin + 1, last - MOST + 1), last + 1)
    shares = (np.arange(1, STEPS) / STEPS).tolist()
    levels = a.lead.view.quantile(years, shares)
    digits, down = target_digits(a.target.value, a.series.decimals), a.target.direction < 0
    ends = np.array(REACH) * a.target.value
    step = 10.0 ** max(-digits, int(np.floor(np.log10(a.target.value))) - 2)
    facts: dict[str, Any] = {
        "quantiles": {str(year): [float(f"{x:.6g}") for x in row] for year, row in zip(years, levels, strict=True)},
        "last": a.series.last,
        "origin": a.series.origin,
        "down": down,
        "comma": number(1.5, language, 1)[1] == ",",
        "words": [[least, say(f"word.{code}", language)] for least, code in WORDS],
        "said": {"told": say("try.told", language), "wrong": say("try.wrong", language)},
    }
    value = round(a.target.value, digits)
    told = {"chance": chance(a.probability or 0.0, language), "word": word(a.probability or 0.0, language)}
    html = rendered(
        "answer/try.html.j2",
        language=language,
        unit=unit_name(a.series, language),
        value=value,
        shown=number(value, language, digits).replace("." if facts["comma"] else ",", ""),
        least=float(f"{ends[0] - ends[0] % step:.6g}"),
        most=float(f"{ends[1] - ends[1] % step:.6g}"),
        step=float(f"{step:.3g}"),
        years=list(years),
        goal=a.target.year,
        said=say("try.told", language, growth=percent(a.required_growth, language), **told),
        share=round(100 * (a.probability or 0.0), 1),
        data=embedded(facts),
    )
    return Block(html, "")


def _strip(answer: Answer, language: str) -> Markup:
    """The range as a picture."""
    others, p = beside(answer), answer.assessment.probability or 0.0
    if not others:
        return Markup()
    listed = ", ".join(chance(q, language) for q in sorted(others))
    words = say("strip.alt", language, lead=chance(p, language), others=listed)
    return pictures.strip(p, others, words, language)


def _facts(answer: Answer, language: str) -> Iterator[tuple[str, Markup | str]]:
    """What stands with the number, each with its name."""
    a = answer.assessment
    if isinstance(a.lead, Outlook):
        value, grown = safe(a, a.lead.view, 0.8)
        facts = {"value": short_amount(value, a.series, language), "growth": percent(grown, language)}
        yield say("page.safe", language), _bold("page.safe.said", language, ("value",), facts)
    yield say("page.growth", language), growth(a, language)
    good, behind = counts(a)
    said = _bold("page.rules.said", language, ("good", "behind"), {"good": str(good), "behind": str(behind)})
    shown = pictures.marks(good, behind, len(a.verdicts), said.striptags())
    yield say("page.rules", language, count=len(a.verdicts)), shown + said
    plain = answer.baseline
    if plain is not None and plain.probability is not None:
        steps = "; ".join(adjustments(answer, language))
        effect = say("report.scenario.effect", language, chance=chance(plain.probability, language))
        yield say("page.supposed", language), f"{capital(steps)}. {effect}"
    if seen := class_record(answer, language):
        yield say("page.fared", language), seen


def counts(a: Assessment) -> tuple[int, int]:
    """How many rules say on track or met, and how many behind, moving away or missed."""
    outlooks = [v.outlook for v in a.verdicts]
    return sum(o in ("met", "on_track") for o in outlooks), sum(o in ("behind", "away", "missed") for o in outlooks)


def _known(answer: Answer, language: str) -> list[str]:
    """What was known, and the word of the IPCC's scale."""
    a, said = answer.assessment, further(answer, language, projected=False)
    if a.likelihood is not None:
        said.append(say("page.ipcc", language, word=say(f"likelihood.{a.likelihood}", language)))
    return said


def _bold(code: str, language: str, names: Sequence[str], facts: dict[str, str]) -> Markup:
    """A sentence with some of its facts in bold."""
    marked = {name: Markup("<b>{}</b>").format(fact) if name in names else fact for name, fact in facts.items()}
    return Markup(say(code, language)).format(**marked)
