"""Margins: how far each published figure must move before a verdict flips."""

from ruralincome.scenario.result import Answer
from ruralincome.target.margins import Margin
from ruralincome.target.target import RULES

Near = tuple[float, str] | None
"""The nearer flip of the two sides: by how much, and the label there; None where there is none within reach."""


def flips(answer: Answer) -> dict[str, tuple[str, dict[str, Near]]]:
    """By rule, and for the likelihood word, the label now and the nearest flip by figure; empty with one observation.

    A rule of chance has no answer without a probability.
    """
    each = answer.margins.each if answer.margins else ()
    chances = [rule.code for rule in RULES if rule.shape == "chance"]
    left = chances if not any(m.name == "likelihood" for m in each) else []
    names = [name for name in dict.fromkeys(m.name for m in each) if name not in left]
    own = {name: {m.figure: m for m in each if m.name == name} for name in names}
    return {
        name: (found["latest"].label, {figure: _nearest(margin) for figure, margin in found.items()})
        for name, found in own.items()
    }


def latest_flips(answer: Answer) -> dict[str, float | None]:
    """By rule, the nearest change of the latest figure at which it says something else; None where none does."""
    return {name: near["latest"] and near["latest"][0] for name, (_, near) in flips(answer).items()}


def _nearest(margin: Margin) -> Near:
    found = [(flip.change, flip.label or "") for flip in (margin.down, margin.up) if flip.change is not None]
    return min(found, key=lambda flip: abs(flip[0]), default=None)
