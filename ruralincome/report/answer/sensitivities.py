"""What moves the answer: one input at a time, over the range that the figures leave open."""

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts import pictures
from ruralincome.report.templates import part
from ruralincome.scenario.result import Answer

DRAWN = 0.02
"""Of the inputs of one kind, those after the widest are left out if they move the probability by less."""


def sensitivity(answer: Answer, language: str) -> Block:
    """The inputs, widest first: the chance at either end of each, and the value that brings an even chance."""
    found = answer.tornado
    if found is None or not found.bars:
        return NOTHING
    kinds = [bar.name.partition("_")[0] for bar in found.bars]
    shown = [bar for k, bar in enumerate(found.bars) if bar.width >= DRAWN or kinds[k] not in kinds[:k]]
    return part("answer/sections.sensitivity", language, answer=answer, bars=shown, pictures=pictures)
