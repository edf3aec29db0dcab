"""Margins: how far a figure must move before a label flips, and whether rounding alone could have done it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Literal

from ruralincome.likelihood import likelihood
from ruralincome.models import ClosedForm, Fit, Refusal
from ruralincome.rules import all_rules
from ruralincome.series import InputError, Series

Figure = Literal["base", "latest", "target"]
Labels = Callable[[float, float, float], Mapping[str, str]]
"""Base, latest, target -> label by name (a rule's code, or "likelihood" with the model refitted)."""

REACH = 0.5
"""How far a figure is moved, as a share of itself."""
_INSIDE = 1 - 1e-6


@dataclass(frozen=True)
class Flip:
    """The nearest value on one side at which the label is another one; None where it holds throughout the search.

    value: the figure there; change: value less the published figure; label: the new label. reason: "holds_within".
    """

    value: float | None
    change: float | None
    label: str | None
    reason: Literal["holds_within"] | None = None


@dataclass(frozen=True)
class Margin:
    """How far one published figure may move while one label stays.

    down, up: the nearest flips within REACH; half_unit: the most that rounding hides; rounding_flips: whether the
    figure's own rounding could have flipped the label.
    """

    name: str
    figure: Figure
    label: str
    down: Flip
    up: Flip
    half_unit: float

    @property
    def rounding_flips(self) -> bool:
        """Could the label be another one, had the figure been published with more digits?"""
        changes = (flip.change for flip in (self.down, self.up) if flip.change is not None)
        return any(abs(change) <= self.half_unit * (1 + 1e-9) for change in changes)


def margins(labels: Labels, base: float, latest: float, target: float, half_unit: float) -> tuple[Margin, ...]:
    """The margins of every label under a move of the base, the latest value or the target alone.

    half_unit: half a unit of the last published digit, 0.05 for 44.9. Each side is walked in steps that grow by a
    half from half_unit on, to REACH of the figure; where a label changed, bisection finds the edge.
    """
    if not half_unit > 0:
        raise InputError(f"half_unit {half_unit!r} is not positive; state half a unit of the last digit, as 0.05")
    figures: dict[Figure, float] = {"base": base, "latest": latest, "target": target}
    found = []
    for figure, value in figures.items():

        @cache  # rules of one family flip at the same edge, and share the search for it
        def moved(x: float, figure: Figure = figure) -> Mapping[str, str]:
            at = {**figures, figure: x}
            return labels(at["base"], at["latest"], at["target"])

        start = moved(value)
        sides = {side: _walk(moved, start, value, side * half_unit) for side in (-1, 1)}
        found += [Margin(name, figure, start[name], sides[-1][name], sides[1][name], half_unit) for name in start]
    return tuple(found)


def rounding_alone(
    labels: Labels, base: float, latest: float, target: float, half_unit: float, target_half: float | None = None
) -> Mapping[str, tuple[str, ...]]:
    """By name, the labels that rounding of all three figures together leaves possible; one label: it is harmless.

    Each figure as it stands, half a unit off, and just inside of that: a rule that rounds sees another figure there.
    target_half: half a unit of the target's last stated digit, where it has other digits than the observations.
    """
    steps = (0.0, -1.0, 1.0, -_INSIDE, _INSIDE)
    goal = half_unit if target_half is None else target_half
    seen: dict[str, list[str]] = {}
    for low, high, aim in product(steps, repeat=3):
        shifted = (base + low * half_unit, latest + high * half_unit, target + aim * goal)
        moved = labels(*(round(x, 12) for x in shifted))  # 44.9 + 0.05 must be 44.95, which a rule rounds to 45.0
        for name, label in moved.items():
            if label not in seen.setdefault(name, []):
                seen[name].append(label)
    return {name: tuple(possible) for name, possible in seen.items()}


def refitted(
    series: Series, base_year: int, year: int, direction: int, fit: Callable[[Series], Fit | Refusal] | None = None
) -> Labels:
    """Labels of every official rule, and of the likelihood word with the model fitted again to the moved figures.

    series: as published, the figures of `base_year` and of its last year being moved; year, direction: the target's;
    fit: the model, None to leave the likelihood out. The word is left out as well where the model refuses or knows no
    closed form: draws would make its edge jitter.
    """
    place = series.years.index(base_year)

    @cache  # many targets are asked of the same figures
    def fitted_to(values: tuple[float, ...]) -> Fit | Refusal | None:
        return fit(replace(series, values=values)) if fit is not None else None

    def labels(base: float, latest: float, target: float) -> Mapping[str, str]:
        values = list(series.values)
        values[place], values[-1] = base, latest
        fitted = fitted_to(tuple(values))
        chance = fitted.probability(year, target, direction) if isinstance(fitted, ClosedForm) else None
        verdicts = all_rules(
            base_year,
            values[place],
            series.origin,
            latest,
            year,
            target,
            direction,
            years=series.years,
            values=values,
            probability=chance,
        )
        words = {} if chance is None else {"likelihood": likelihood(chance)}
        return {**words, **{verdict.rule: verdict.label for verdict in verdicts}}

    return labels


def _walk(
    moved: Callable[[float], Mapping[str, str]], start: Mapping[str, str], value: float, step: float
) -> dict[str, Flip]:
    """The nearest flip of each label on one side of `value`, the side of `step`."""
    flips: dict[str, Flip] = {}
    limit = REACH * abs(value)
    near, distance = value, min(abs(step), limit)
    while len(flips) < len(start) and distance < 1.5 * limit:
        far = value + min(distance, limit) * (1 if step > 0 else -1)
        there = moved(far)
        for name in start:
            if name not in flips and there[name] != start[name]:
                flips[name] = _edge(moved, name, start[name], near, far, value)
        near, distance = far, distance * 1.5
    return {name: flips.get(name, Flip(None, None, None, "holds_within")) for name in start}


def _edge(
    moved: Callable[[float], Mapping[str, str]], name: str, label: str, inside: float, outside: float, value: float
) -> Flip:
    """Bisection between a value with the old label and one with another."""
    other = moved(outside)[name]
    for _ in range(60):
        middle = (inside + outside) / 2
        if middle in (inside, outside) or abs(outside - inside) <= 1e-10 * abs(value):
            break
        there = moved(middle)[name]
        inside, outside, other = (middle, outside, other) if there == label else (inside, middle, there)
    return Flip(outside, outside - value, other)
