"""Said: what is to be said, as a code and its facts. Words and the forms of numbers come from the catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ruralincome.series.series import Series, Text


@dataclass(frozen=True)
class Shown:
    """A number and how it is shown: bare, with its sign, as percent of a fraction, as a level in the series' unit."""

    value: float
    how: Literal["number", "signed", "percent", "level"] = "number"
    digits: int = 0


@dataclass(frozen=True)
class Priced:
    """A series called by its title and the prices of its numbers."""

    series: Series


@dataclass(frozen=True)
class Said:
    """A sentence or a part of one. code: a key of the catalogues; facts: what fills its named places. A whole number is
    a year, a Series is called by its title and place, text stands as it is; parts of a tuple are listed."""

    code: str
    facts: Mapping[str, "Fact"] = field(default_factory=dict)


Fact = int | str | Text | Series | Priced | Shown | Said | tuple["Fact", ...]
