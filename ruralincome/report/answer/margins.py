"""The section on margins: how far each published figure must move before a verdict flips."""

from collections.abc import Sequence

from ruralincome.report.blocks import NOTHING, Block, block, paragraph
from ruralincome.report.tables import heads, lines, table
from ruralincome.report.words.phrases import amount, target_digits, unit_name
from ruralincome.report.words.words import number, say
from ruralincome.scenario.result import Answer
from ruralincome.target.margins import Figure, Margin

FIGURES: tuple[Figure, ...] = ("latest", "base", "target")


def margins_panel(answer: Answer, language: str) -> Block:
    """For the likelihood word and each rule, the nearest move of latest value, base and target that flips it.

    The model is fitted again to every moved figure. Where a scenario changes the forecast, only the rules are walked.
    """
    series, known = answer.assessment.series, answer.margins
    if known is None:
        return NOTHING
    goal, base = answer.assessment.target.value, series.value(answer.assessment.base_year)
    digits = target_digits(goal, series.decimals)
    facts = {
        "latest": amount(series.last, series, language),
        "base": number(base, language, series.decimals),
        "target": number(goal, language, digits),
        "target_half": number(known.target_half, language, digits + 1),
        "half": number(known.half_unit, language, series.decimals + 1),
    }
    found = {name: [m for m in known.each if m.name == name] for name in dict.fromkeys(m.name for m in known.each)}
    word = "likelihood" in found
    if not word:  # the OBR's question has no answer without a probability
        found.pop("obr", None)
    intro = f"{say('margin.intro', language, **facts)} {say('margin.refit' if word else 'margin.no_word', language)}"
    fragile = [name for name, possible in known.together.items() if len(possible) > 1 and name in found]
    names = ", ".join(f"“{_name(name, language)}”" for name in fragile)
    rounding = say(f"margin.rounding.{'some' if fragile else 'none'}", language, names=names, **facts)
    rows = [_row(name, each, series.decimals, language) for name, each in found.items()]
    caption = say("margin.table", language, unit=unit_name(series, language))
    shown = table(caption, heads("margin", language, "verdict", *FIGURES), rows)
    parts = (paragraph(intro), paragraph(rounding), shown)
    return block("margins", "margin.heading", language, *parts, lines=[intro, rounding, *lines(rows)])


def _row(name: str, found: Sequence[Margin], decimals: int, language: str) -> list[str]:
    own = {margin.figure: margin for margin in found}
    label = _label(name, own["latest"].label, language)
    first = say("margin.now", language, name=_name(name, language), label=label)
    return [first, *(_nearest(own[figure], decimals, language) for figure in FIGURES)]


def _nearest(margin: Margin, decimals: int, language: str) -> str:
    """The nearer flip of the two sides, in words."""
    flips = [(f.change, f.label or "") for f in (margin.down, margin.up) if f.change is not None]
    if not flips:
        return say("margin.holds", language)
    change, label = min(flips, key=lambda flip: abs(flip[0]))
    shown = number(change, language, decimals + 1)
    signed = shown if shown.startswith("−") else f"+{shown}"
    return say("margin.flip", language, change=signed, label=_label(margin.name, label, language))


def _label(name: str, label: str, language: str) -> str:
    kind = "likelihood" if name == "likelihood" and label != "not_available" else "label"
    return say(f"{kind}.{label}", language)


def _name(name: str, language: str) -> str:
    return say("margin.likelihood" if name == "likelihood" else f"rule.{name}.name", language)
