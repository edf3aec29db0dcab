"""Margins: how far a figure must move before a label flips, and whether rounding alone could have done it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ruralincome.models.all import fit_all
from ruralincome.models.forecast import Array, ClosedForm, Fit, Refusal
from ruralincome.models.walk import chances as chances_of
from ruralincome.rules import Case, all_rules
from ruralincome.series import InputError, Series
from ruralincome.target.likelihood import likelihoods
from ruralincome.target.target import Assessment, Outlook, target_digits

Names = NDArray[np.str_]
FigureName = Literal["base", "latest", "target"]
Labels = Callable[[Array, Array, Array], Mapping[str, Names]]
"""Bases, latest values, targets, (n,) each -> n labels by name (a rule's code, or "likelihood")."""
Chances = Callable[[Array, Array], Array]  # histories (n, years) and targets (n,) -> P(target) (n,)
REACH = 0.5  # how far a figure is moved, as a share of itself
PARTS = 12  # in how many parts the search for an edge cuts what is left, at once for every edge
Edge = tuple[str, int, str]  # figure, side and label of a stretch at whose other end the label is another one
FIGURES: tuple[FigureName, ...] = ("base", "latest", "target")
_INSIDE = 1 - 1e-6


@dataclass(frozen=True)
class Flip:
    """The nearest value of a figure on one side at which the label is another one, and its distance; None where the
    label holds throughout the search."""

    value: float | None
    change: float | None
    label: str | None


@dataclass(frozen=True)
class Margin:
    """How far one published figure may move while one label stays. down, up: the nearest flips within REACH."""

    name: str
    figure: FigureName
    label: str
    down: Flip
    up: Flip


@dataclass(frozen=True)
class Margins:
    """The margins of one assessment. together: by label, the labels that rounding of all figures leaves possible.
    half_unit, target_half: half a unit of the last digit of the observations, and of the target as stated."""

    each: tuple[Margin, ...]
    together: Mapping[str, tuple[str, ...]]
    half_unit: float
    target_half: float


def margins_of(a: Assessment) -> Margins | None:
    """The margins of every rule and, unless a scenario changes the forecast, of the likelihood word with the lead model
    fitted again to the moved figures. None with one observation."""
    if a.series.span == 0:
        return None
    half, goal = (0.5 * 10.0**-d for d in (a.series.decimals, target_digits(a.target.value, a.series.decimals)))
    labels = refitted(a.series, a.base_year, a.target.year, a.target.direction, _chances(a))
    figures = a.series.value(a.base_year), a.series.last, a.target.value
    return Margins(margins(labels, *figures, half), rounding_alone(labels, *figures, half, goal), half, goal)


def margins(labels: Labels, base: float, latest: float, target: float, half_unit: float) -> tuple[Margin, ...]:
    """The margins of every label under a move of the base, the latest value or the target alone. half_unit: half a unit
    of the last published digit, 0.05 for 44.9. Each side is walked in steps that grow by a half from half_unit on, to
    REACH of the figure; where a label changed, the stretch is cut until the edge is found."""
    if not half_unit > 0:
        raise InputError("target.half_unit", half_unit=half_unit)
    published = {"base": base, "latest": latest, "target": target}
    walks = {(figure, side): _walk(published[figure], side * half_unit) for figure in FIGURES for side in (-1, 1)}
    points = np.concatenate([np.concatenate(list(walks.values())), [base]])
    seen = _moved(labels, published, [*(figure for (figure, _), walk in walks.items() for _ in walk), "base"], points)
    edges, begin = dict[Edge, tuple[float, float]](), 0  # a stretch: inside the label holds
    for (figure, side), walk in walks.items():
        for name, found in seen.items():
            other = np.flatnonzero(found[begin : begin + len(walk)] != found[-1])
            if len(other):
                at = int(other[0])
                edges[figure, side, name] = float(walk[at - 1]) if at else published[figure], float(walk[at])
        begin += len(walk)
    held = {name: str(found[-1]) for name, found in seen.items()}
    flips, none = _edges(labels, published, held, edges), Flip(None, None, None)
    return tuple(
        Margin(name, figure, label, *(flips.get((figure, side, name), none) for side in (-1, 1)))
        for figure, (name, label) in product(FIGURES, held.items())
    )


def rounding_alone(
    labels: Labels, base: float, latest: float, target: float, half_unit: float, target_half: float | None = None
) -> Mapping[str, tuple[str, ...]]:
    """By name, the labels that rounding of all three figures together leaves possible; one label: it is harmless. Each
    figure as it stands, half a unit off, and just inside of that: a rule that rounds sees another figure there.
    target_half: the half unit of the target, where it has other digits than the observations."""
    steps = (0.0, -1.0, 1.0, -_INSIDE, _INSIDE)
    goal = half_unit if target_half is None else target_half
    off = np.array([*product(steps, repeat=3)]).T * [[half_unit], [half_unit], [goal]]
    moved = np.round(np.array([[base], [latest], [target]]) + off, 12)  # 44.9 + 0.05 must be 44.95
    return {name: tuple(dict.fromkeys(found.tolist())) for name, found in labels(*moved).items()}


def refitted(series: Series, base_year: int, year: int, direction: int, chances: Chances | None = None) -> Labels:
    """Labels of every official rule, and by `chances` of the likelihood word, where the figures of `base_year` and of
    the series' last year are moved; year, direction: the target's."""
    place, years = series.years.index(base_year), np.array(series.years)

    def labels(base: Array, latest: Array, target: Array) -> Mapping[str, Names]:
        n = len(base)
        values = np.tile(np.array(series.values), (n, 1))
        values[:, place], values[:, -1] = base, latest
        chance = np.full(n, np.nan) if chances is None else chances(values, target)
        seen = np.repeat(np.arange(n), len(years)), np.tile(years, n), values.ravel()
        case = Case(base_year, base, series.origin, latest, year, target, direction, probability=chance, history=seen)
        words = {} if chances is None else {"likelihood": likelihoods(chance)}
        rules = {found.by.code: (found.label, found.by.labels) for found in all_rules(case)}
        return {name: np.array([*names, "not_available"])[code] for name, (code, names) in (words | rules).items()}

    return labels


def _chances(a: Assessment) -> Chances | None:
    """The lead model as a function of the figures; None where it has no closed form or the answer more to it."""
    if a.changed or not isinstance(a.lead, Outlook) or not isinstance(a.lead.fit, ClosedForm):
        return None
    model, years, target = a.lead.model, a.series.years, a.target
    if model == "pooled" and a.reference is not None:
        reference = a.reference.into(a.series.prices)
        errors, way = a.series.standard_errors, target.direction
        return lambda values, goals: chances_of(years, values, reference, target.year, goals, way, errors)

    @cache  # many targets are asked of the same figures
    def fitted(values: tuple[float, ...]) -> Fit | Refusal:
        return fit_all(replace(a.series, values=values), a.reference, [model], year=target.year)[0]

    def chance(values: list[float], goal: float) -> float:
        fit = fitted(tuple(values))
        return fit.probability(target.year, goal, target.direction) if isinstance(fit, ClosedForm) else nan

    return lambda values, goals: np.array([chance(*pair) for pair in zip(values.tolist(), goals.tolist(), strict=True)])


def _walk(value: float, step: float) -> Array:
    """Values of a figure at which it is looked at, on one side and away from `value`; `step` the first move."""
    limit = REACH * abs(value)
    count = 1 + int(np.ceil(np.log(max(limit / abs(step), 1.0)) / np.log(1.5)))
    return np.asarray(value + np.sign(step) * np.minimum(abs(step) * 1.5 ** np.arange(count), limit))


def _moved(labels: Labels, published: Mapping[str, float], figures: list[str], values: Array) -> Mapping[str, Names]:
    """The labels where in each case one figure stands at another value."""
    moved = np.array(figures)
    return labels(*(np.where(moved == figure, values, published[figure]) for figure in FIGURES))


def _edges(
    labels: Labels, published: Mapping[str, float], held: Mapping[str, str], edges: Mapping[Edge, tuple[float, float]]
) -> dict[Edge, Flip]:
    """The nearest flip in each stretch, to 1e-10 of the figure."""
    inside, outside = np.array([*edges.values()], float).reshape(-1, 2).T
    value = np.array([published[figure] for figure, *_ in edges])
    figures, other = [figure for figure, *_ in edges for _ in range(PARTS)], [""] * len(edges)
    for _ in range(60 if edges else 0):
        points = inside[:, None] + (outside - inside)[:, None] * np.arange(1, PARTS + 1) / PARTS
        points[:, -1] = outside
        seen = _moved(labels, published, figures, points.ravel())
        for k, (_, _, name) in enumerate(edges):
            found = seen[name][k * PARTS : (k + 1) * PARTS]
            at = int(np.argmax(found != held[name]))
            outside[k], other[k] = points[k, at], str(found[at])
            inside[k] = points[k, at - 1] if at else inside[k]
        if (np.abs(outside - inside) <= 1e-10 * np.abs(value)).all():
            break
    flips = (Flip(float(x), float(x - v), o) for x, v, o in zip(outside, value, other, strict=True))
    return dict(zip(edges, flips, strict=True))
