"""Moves: what a move asks of a median, and the shapes that have a closed form, for many places at once.

What sets the path multiplies every level of a year by one factor, new median over old (see `paths.follow`): the
level's distribution keeps its form. What adds points to growth adds a constant to the level one year ahead, and has no
closed form further on, where it meets growth that is not known yet. After any number of moves the level in the target
year is A x + B of the plain level x.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruralincome.models.forecast import Array
from ruralincome.scenario.shapes import Move

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Moved:
    """Factor A and addend B of the level in the target year, (n,); `refused` is a reason or empty."""

    factor: Array
    addend: Array
    refused: NDArray[np.str_]


def move(
    moves: Sequence[Move],
    medians: Array,
    last: Array,
    origin: Integers,
    ahead: Integers,
    target: Array,
    bases: Sequence[Array],
) -> Moved:
    """What the moves do to each place, in order.

    medians: of the level in each year from the origin on, (n, years), at least up to the target; last: level at the
    origin; ahead: years to the target; bases: for each move the values (n,) that it refers to as the baseline.
    """
    n, years = medians.shape
    levels, scale = medians.copy(), np.ones((n, years))
    addend, refused = np.zeros(n), np.zeros(n, "U16")
    k = np.arange(1, years + 1)[None, :]
    for step, base in zip(moves, bases, strict=True):
        if step.kind == "add":
            far = [(year <= origin) | (year > origin + ahead) for year in step.on]
            refused = _first(refused, np.any(far, axis=0) if far else np.zeros(n, bool), "outside")
            refused = _first(refused, ahead > 1, "no_closed_form")
            more = last * step.numbers[0]
            level = levels[:, 0] + more
            refused = _first(refused, level <= 0, "leaves_nothing")
            addend = addend + more
            levels[:, 0] = np.maximum(level, np.finfo(float).tiny)
            continue
        begin = np.ones(n, np.int64) if step.first is None else step.first - origin
        end = ahead if step.last is None else step.last - origin
        if step.kind == "scaled" and len(step.numbers) > 1:
            end = np.minimum(begin + len(step.numbers) - 1, ahead)
        refused = _first(refused, (begin < 1) | (begin > ahead) | (end < begin), "outside")
        begin, stop = np.clip(begin, 1, years)[:, None], np.clip(np.minimum(end, ahead), 1, years)[:, None]
        goal = np.full(n, step.numbers[0]) if step.numbers else target
        if step.kind == "baseline":
            refused = _first(refused, np.isnan(base), "no_base")
            goal = base * step.numbers[0]
        before = np.column_stack([last, levels])
        start, pace = np.take_along_axis(before, begin - 1, axis=1), np.diff(np.log(before), axis=1)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            asked = course(step, start, pace, k - begin + 1, end[:, None] - begin + 1, goal[:, None])
        lost = ~((asked > 0) & np.isfinite(asked)) & (k >= begin) & (k <= stop)
        refused = _first(refused, np.asarray(np.any(lost, axis=1)), "leaves_nothing")
        ratio = np.where((k >= begin) & ~lost, asked / levels, 1.0)
        ratio = np.where(k > stop, np.take_along_axis(ratio, stop - 1, axis=1), ratio)
        levels, scale, addend = levels * ratio, scale * ratio, addend * ratio[:, 0]
    return Moved(np.take_along_axis(scale, np.clip(ahead, 1, years)[:, None] - 1, axis=1)[:, 0], addend, refused)


def course(
    step: Move, start: Array | float, pace: Array, count: Integers, years: Integers | int, goal: Array | float
) -> Array:
    """The median that a Move asks for `count` years into it, right from count 1 on; arrays broadcast to (..., years).

    start: the median before; pace: its log growth a year as it would be; years: how many the move has; goal: the level
    that it leads to, by equal growth a year (geometric) or in a straight line.
    """
    kind, numbers = step.kind, step.numbers
    if kind == "pace":
        return np.asarray(start * (1 + numbers[0]) ** count)
    if kind == "scaled":
        factors = np.asarray(numbers, float)[np.clip(count, 1, len(numbers)) - 1]
        return np.asarray(start * np.exp(np.cumsum(np.where(count > 0, pace * factors, 0.0), axis=-1)))
    if kind == "linear":
        return np.asarray(start + numbers[0] * count)
    if kind == "geometric":
        return np.asarray(start * (goal / start) ** (count / years))
    return np.asarray(start + (goal - start) * (count / years))


def _first(refused: NDArray[np.str_], mask: NDArray[np.bool_], reason: str) -> NDArray[np.str_]:
    return np.where(mask & (refused == ""), reason, refused)
