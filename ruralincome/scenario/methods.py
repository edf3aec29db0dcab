"""Methods: what the page on the method rests on, read once and worked out."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralincome.data.package import find_root, read_benchmark, read_series
from ruralincome.models.forecast import Refusal
from ruralincome.models.pooling import pooled
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import class_names, read_class, vintages
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError, Series
from ruralincome.target.target import Alternative, Outlook, Target


@dataclass(frozen=True)
class Methods:
    """A case and what the method is known by.

    classes: those that know no more than the series, as they ship, each with the lead model on the series; default:
    the class of a scenario that states none, as it is known today and at current prices; results, regimes: what
    benchmarks/results.json and provinces.json hold.
    """

    series: Series
    target: Target
    classes: tuple[Alternative, ...]
    default: ReferenceClass
    results: Mapping[str, Any]
    regimes: tuple[Mapping[str, Any], ...]

    def own_weight(self, observations: int) -> float:
        """The weight S/(k0+S) of a place's own pace under the default class after so many years in a row."""
        span = observations - 1
        return sum(c.weight * span / (c.k0 + span) for c in self.default.prior())


def methods(series: str, value: float, year: int, root: Path | None = None) -> Methods:
    """What the page on the method says of a target of `series`. Raises InputError where something cannot be read."""
    root = root or find_root()
    observed, found = read_series(series, root), []
    for name in class_names():
        with suppress(InputError):  # a class that knows later years
            reference = read_class(name, observed.origin)
            fit = pooled(observed, reference)
            found.append(Alternative(reference, fit if isinstance(fit, Refusal) else Outlook(fit, fit)))
    name = Scenario().reference
    default = read_class(name, max(vintages(name))).into("nominal")
    results, regimes = (read_benchmark(name, root) for name in ("results.json", "provinces.json"))
    return Methods(observed, Target(value, year), tuple(found), default, results, tuple(regimes))
