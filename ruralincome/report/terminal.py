"""An answer in the terminal: the verdict, the models and the rules in plain text."""

from __future__ import annotations

from ruralincome.report.answer.sections import models_table, rules_panel, verdict
from ruralincome.scenario.answer import Answer


def show(answer: Answer, language: str) -> None:
    """Print the verdict, then one line a model and one a rule."""
    for block in (verdict(answer, language), models_table(answer, language), rules_panel(answer, language)):
        print(block.text, end="\n\n")
