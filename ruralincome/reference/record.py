"""The record of a class: what came against what it had expected, at every past origin it can be tested at."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Trial:
    """One test: the class as it was known at the end of `origin`, held against the figures of `year`.

    inside50, inside80, inside95: shares of the places within the intervals; error: median over the places of what came
    less what was expected, in logarithms: -0.05 is about 5 % lower.
    """

    origin: int
    year: int
    places: int
    inside50: float
    inside80: float
    inside95: float
    error: float


@dataclass(frozen=True)
class Record:
    """Several tests of the class `name`."""

    name: str
    trials: tuple[Trial, ...]

    @property
    def direction(self) -> int:
        """1: more came in every test; -1: less; 0: now this, now that."""
        sides = {(t.error > 0) - (t.error < 0) for t in self.trials}
        return sides.pop() if len(sides) == 1 else 0

    @property
    def errors(self) -> tuple[float, float]:
        """The least and the greatest error."""
        return min(t.error for t in self.trials), max(t.error for t in self.trials)

    inside80 = cached_property[float](lambda record: sum(t.inside80 for t in record.trials) / len(record.trials))
    """Mean share of the places within the 80 % interval."""
