"""How many places reach their target: the distribution of the count, and one question beside the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from ruralincome.report.blocks import paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.adjusting import changes
from ruralincome.report.words.words import number, say, text
from ruralincome.series import Said, Text

SURE = (95, 90, 75, 50, 25, 10, 5)
"""How sure one may be, in percent, of each count in the table."""


class Count(Protocol):
    """How many places reach their target, as a distribution."""

    @property
    def expected(self) -> float:
        """The mean."""

    def quantile(self, q: float) -> int:
        """The smallest count whose cumulative probability is at least q."""


@dataclass(frozen=True)
class Layer:
    """What is said of one question where there are several: of a scenario, or of a cell of its sweep.

    reference, shock (points of growth): what tells a cell from its scenario; target: value and year, if all share one;
    reason: why most places were refused, where none was answered; direction: of the target; changes: its adjustments.
    """

    title: Text | None
    reference: Text | None
    shock: float | None
    target: tuple[float, int] | None
    answered: int
    refused: int
    count: Count | None
    reason: str = ""
    direction: int = 1
    changes: Sequence[Said] = ()


def distribution(count: Count | None, language: str) -> Markup:
    """The count that is reached with each of several probabilities."""
    if count is None:
        return Markup()
    head = [say(code, language) for code in ("panel.count.sure", "panel.count.least")]
    rows = [[f"{sure}%", number(count.quantile(1 - sure / 100), language, 0)] for sure in SURE]
    return table(say("panel.count.table", language), head, rows, numeric=(0, 1))


def questions(layers: Sequence[Layer], language: str, digits: int) -> Markup:
    """All questions, one a row; nothing where there is one only."""
    if not layers:
        return Markup()
    columns = ("scenario", "target", "expected", "interval", "answered", "refused")
    head = [say(f"panel.questions.{code}", language) for code in columns]
    rows = [_row(layer, language, digits) for layer in layers]
    listed = table(say("panel.questions.table", language), head, rows, numeric=range(2, 6))
    note = paragraph(say("panel.questions.note", language), "note")
    return section("questions", say("panel.questions.heading", language), listed, note)


def _row(layer: Layer, language: str, digits: int) -> list[str]:
    name = text(layer.title, language)
    if layer.shock is not None:
        shock = number(layer.shock, language, 1)
        facts = {"scenario": name, "shock": shock, "reference": text(layer.reference, language)}
        name = say("panel.questions.cell", language, **facts)
    target = say("panel.questions.own", language)
    if layer.target is not None:
        value, year = layer.target
        target = f"{number(value, language, digits)} ({year})"
    if layer.direction < 0:
        target = say("panel.questions.most", language, target=target)
    if layer.changes:
        name = f"{name} ({changes(layer.changes, language)})"
    if layer.count is None:
        name, counts = f"{name}. {say(f'panel.refusal.{layer.reason}', language)}", ["", ""]
    else:
        low, high = (number(layer.count.quantile(q), language, 0) for q in (0.1, 0.9))
        counts = [number(layer.count.expected, language, 0), f"{low} – {high}"]
    return [name, target, *counts, number(layer.answered, language, 0), number(layer.refused, language, 0)]
