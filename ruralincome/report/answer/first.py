"""The first screen of a report: the answer with its direction, how sure, what would be safe; and other targets."""

from typing import Any

import numpy as np

from ruralincome.report.answer.needs import held, safe
from ruralincome.report.answer.sentences import answered, further, growth, question, redrawn, support
from ruralincome.report.answer.sweeping import first_map
from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.templates import embedded, part, rendered
from ruralincome.report.words.phrases import short_amount, target_digits
from ruralincome.report.words.verdicts import counts
from ruralincome.report.words.words import WORDS, number, say
from ruralincome.scenario.result import Answer, result
from ruralincome.target.target import Outlook

STEPS = 200
"""The quantiles embedded for other targets stand at 1/200 ... 199/200 of each year."""
FURTHER, MOST = 5, 12
"""Years after the last observation that may be asked of a closed form, and how many at most of any."""
REACH = (0.6, 1.6)
"""The slider's ends, as shares of the target; beyond what the quantiles say nothing is asked."""


def verdict(answer: Answer, language: str, short: bool = False) -> Block:
    """The first screen, carrying the result; as text the question, the answer and what stands with it; short: of which
    the words alone, beside the answer."""
    a, (good, behind) = answer.assessment, counts(answer.assessment.verdicts)
    known = further(answer, language, alone=False)
    if a.likelihood is not None:
        known.append(say("page.ipcc", language, word=say(f"likelihood.{a.likelihood}", language)))
    facts: dict[str, Any] = {"others": beside(answer), "growth": growth(a, language), "good": good, "behind": behind}
    facts |= {"safe": safe(a, a.lead.view, 0.8) if isinstance(a.lead, Outlook) else None}
    facts |= {"picture": first_map(answer, language), "below": [*redrawn(answer, language), " ".join(known)]}
    if short:
        return part("answer/verdict.words", language, answer=answer, **facts)
    return part("answer/verdict.verdict", language, opening(answer, language), result(answer), answer=answer, **facts)


def opening(answer: Answer, language: str) -> str:
    """The question, the answer and what stands with it, a line each."""
    a = answer.assessment
    lines = [question(a, language), answered(a, language), *support(answer, language), *further(answer, language)]
    return "\n".join(lines)


def beside(answer: Answer) -> list[float]:
    """P(target) of the lead model under the other classes that could have been chosen."""
    views = (other.outlook for other in answer.assessment.alternatives if not other.left_out)
    return [view.probability(answer.assessment.target) for view in views if isinstance(view, Outlook)]


def other_targets(answer: Answer, language: str) -> Block:
    """A field, a slider and a year for other targets, answered in the page from quantiles; empty where there are none.

    Without its script a sentence stands there: the chance of a round target beside the stated one.
    """
    a = answer.assessment
    if not isinstance(a.lead, Outlook):
        return NOTHING
    last = a.target.year if hasattr(a.lead.view, "paths") else max(a.target.year, a.series.origin + FURTHER)
    years = [y for y in range(max(a.series.origin + 1, last - MOST + 1), last + 1) if answer.evidence.askable(y)]
    levels = a.lead.view.quantile(years, (np.arange(1, STEPS) / STEPS).tolist())
    digits, down = target_digits(a.target.value, a.series.decimals), a.target.direction < 0
    ends = np.array(REACH) * a.target.value
    step = 10.0 ** max(-digits, int(np.floor(np.log10(a.target.value))) - 2)
    facts: dict[str, Any] = {
        "quantiles": {str(year): _finely(row) for year, row in zip(years, levels.tolist(), strict=True)},
        "last": a.series.last,
        "origin": a.series.origin,
        "down": down,
        "comma": number(1.5, language, 1)[1] == ",",
        "words": [[least, say(f"word.{code}", language)] for least, code in WORDS],
        "said": {name: say(f"try.{name}", language) for name in ("told", "wrong", "far")},
        "amount": short_amount(7.0, a.series, language, 0).replace("7", "#", 1),  # the number's place in it
    }
    slider = [float(f"{x:.6g}") for x in (*(ends - ends % step), step)]
    given = {"digits": digits, "slider": slider, "years": years, "data": embedded(facts)}
    return Block(rendered("answer/try.html.j2", language=language, a=a, held=held(answer, language).html, **given), "")


def _finely(levels: list[float]) -> list[float]:
    """Levels with as many digits as keep a chance between them within a tenth of a point: 1/500 of the middle half."""
    middle = levels[3 * STEPS // 4 - 1] - levels[STEPS // 4 - 1]
    digits = 2 - int(np.floor(np.log10(middle / 2.5 or 1.0)))
    return [round(level, digits) for level in levels]
