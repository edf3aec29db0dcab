"""Rankings: the results of a batch grouped by what they ask, the most probable first; nothing is computed again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Result = Mapping[str, Any]
"""What result.json holds, and `name`, the scenario's; `series_title` and `place` of its series in words."""


@dataclass(frozen=True)
class Ranking:
    """Scenarios that ask of one series, in one basis of prices, for one year; the most probable first.

    results: as result.json holds them, `name` being the scenario's.
    """

    series: str
    unit: str
    basis: str
    price_year: int | None
    year: int
    results: tuple[Result, ...]

    @property
    def answered(self) -> list[Result]:
        """Those with a probability."""
        return [r for r in self.results if r["probability"] is not None]

    @property
    def forecast(self) -> list[Result]:
        """Those with a forecast, the highest first."""
        return sorted((r for r in self.results if r["median"] is not None), key=lambda r: (-r["median"], r["name"]))

    @property
    def goals(self) -> list[float]:
        """The targets asked of, rising."""
        return sorted({r["target"]["value"] for r in self.results})

    @property
    def levels(self) -> list[float]:
        """All levels that a scale must hold: targets, and the ends of forecasts."""
        return [*self.goals, *(end for r in self.results for end in r["interval80"] or ())]

    @cached_property
    def base(self) -> Result | None:
        """The scenario that the others are held to: without adjustments, "baseline" before others; None if none is."""
        plain = [r for r in self.answered if r.get("baseline") is None]
        return min(plain, key=lambda r: (r["name"] != "baseline", r["name"]), default=None)


def rankings(results: Iterable[Result]) -> tuple[Ranking, ...]:
    """The results by what they ask, those with most scenarios first."""
    groups: dict[tuple[str, str, str, int | None, int], list[Result]] = {}
    for result in results:
        prices = result["prices"]
        key = (result["series"], result["unit"], prices["basis"], prices["year"], result["target"]["year"])
        groups.setdefault(key, []).append(result)
    asked = [Ranking(*key, tuple(sorted(group, key=_rank))) for key, group in groups.items()]
    return tuple(sorted(asked, key=lambda q: (-len(q.results), q.year, q.basis, q.series)))


def _rank(result: Result) -> tuple[float, str]:
    p = result["probability"]
    return (2.0 if p is None else -p, result["name"])
