"""Margins: how far each published figure must move before a verdict flips."""

from collections.abc import Sequence

from markupsafe import Markup

from ruralincome.report.blocks import paragraph
from ruralincome.report.tables import NONE, heads, table
from ruralincome.report.words.phrases import amount, signed, target_digits, unit_name
from ruralincome.report.words.words import number, say
from ruralincome.scenario.result import Answer
from ruralincome.target.margins import Figure, Margin
from ruralincome.target.target import RULES

FIGURES: tuple[Figure, ...] = ("latest", "base", "target")


def margins_parts(answer: Answer, language: str) -> list[Markup]:
    """For the likelihood word and each rule, the nearest move of latest value, base and target that flips it.

    The model is fitted again to every moved figure. Where a scenario changes the forecast, only the rules are walked.
    Empty with one observation.
    """
    series, known = answer.assessment.series, answer.margins
    if known is None:
        return []
    goal, base = answer.assessment.target.value, series.value(answer.assessment.base_year)
    digits = target_digits(goal, series.decimals)
    facts = {
        "latest": amount(series.last, series, language),
        "base": number(base, language, series.decimals),
        "target": number(goal, language, digits),
        "target_half": number(known.target_half, language, digits + 1),
        "half": number(known.half_unit, language, series.decimals + 1),
    }
    found = _found(answer)
    word = "likelihood" in found
    intro = f"{say('margin.intro', language, **facts)} {say('margin.refit' if word else 'margin.no_word', language)}"
    fragile = [name for name, possible in known.together.items() if len(possible) > 1 and name in found]
    names = ", ".join(f"“{_name(name, language)}”" for name in fragile)
    rounding = say(f"margin.rounding.{'some' if fragile else 'none'}", language, names=names, **facts)
    rows = [_row(name, each, series.decimals, language) for name, each in found.items()]
    caption = say("margin.table", language, unit=unit_name(series, language))
    shown = table(caption, heads("margin", language, "verdict", *FIGURES), rows)
    return [paragraph(intro), paragraph(rounding), shown]


def latest_flips(answer: Answer, language: str) -> dict[str, str]:
    """By rule, the nearest change of the latest figure at which it says something else; a dash where none does."""
    known, decimals = answer.margins, answer.assessment.series.decimals
    if known is None:
        return {}
    own = [margin for each in _found(answer).values() for margin in each if margin.figure == "latest"]
    return {m.name: NONE if (found := _flip(m)) is None else signed(found[0], language, decimals + 1) for m in own}


def _found(answer: Answer) -> dict[str, list[Margin]]:
    """The margins by verdict; a rule of chance has no answer without a probability."""
    each = answer.margins.each if answer.margins else ()
    found = {name: [m for m in each if m.name == name] for name in dict.fromkeys(m.name for m in each)}
    chances = [] if "likelihood" in found else [rule.code for rule in RULES if rule.shape == "chance"]
    return {name: margins for name, margins in found.items() if name not in chances}


def _row(name: str, found: Sequence[Margin], decimals: int, language: str) -> list[str]:
    own = {margin.figure: margin for margin in found}
    label = _label(name, own["latest"].label, language)
    first = say("margin.now", language, name=_name(name, language), label=label)
    return [first, *(_nearest(own[figure], decimals, language) for figure in FIGURES)]


def _nearest(margin: Margin, decimals: int, language: str) -> str:
    """The nearer flip of the two sides, in words."""
    found = _flip(margin)
    if found is None:
        return say("margin.holds", language)
    shown, label = signed(found[0], language, decimals + 1), _label(margin.name, found[1], language)
    return say("margin.flip", language, change=shown, label=label)


def _flip(margin: Margin) -> tuple[float, str] | None:
    """The nearer flip of the two sides: by how much, and the label there; None where there is none within reach."""
    flips = [(f.change, f.label or "") for f in (margin.down, margin.up) if f.change is not None]
    return min(flips, key=lambda flip: abs(flip[0]), default=None)


def _label(name: str, label: str, language: str) -> str:
    kind = "likelihood" if name == "likelihood" and label != "not_available" else "label"
    return say(f"{kind}.{label}", language)


def _name(name: str, language: str) -> str:
    return say("margin.likelihood" if name == "likelihood" else f"rule.{name}.name", language)
