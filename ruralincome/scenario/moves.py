"""Moves: the shapes of a scenario that have a closed form, for many places at once.

What sets the path multiplies every level of a year by one factor, new median over old (see `paths.follow`): the
level's distribution keeps its form. What adds points to growth adds a constant to the level one year ahead, and has no
closed form further on, where it meets growth that is not known yet. After any number of moves the level in the target
year is A x + B of the plain level x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruralincome.scenario.shapes import Move

Array = NDArray[np.float64]
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
    logs, shift = np.log(medians), np.zeros((n, years))
    addend, refused = np.zeros(n), np.zeros(n, "U16")
    k = np.arange(1, years + 1)[None, :]
    for step, base in zip(moves, bases, strict=True):
        if step.kind == "add":
            far = [(year <= origin) | (year > origin + ahead) for year in step.on]
            refused = _first(refused, np.any(far, axis=0) if far else np.zeros(n, bool), "outside")
            refused = _first(refused, ahead > 1, "no_closed_form")
            more = last * step.numbers[0]
            level = np.asarray(np.exp(logs[:, 0]) + more)
            refused = _first(refused, level <= 0, "leaves_nothing")
            addend = addend + more
            logs[:, 0] = np.log(np.maximum(level, np.finfo(float).tiny))
            continue
        begin = np.ones(n, np.int64) if step.first is None else step.first - origin
        end = ahead if step.last is None else step.last - origin
        if step.kind == "scaled" and len(step.numbers) > 1:
            end = np.minimum(begin + len(step.numbers) - 1, ahead)
        refused = _first(refused, (begin < 1) | (begin > ahead) | (end < begin), "outside")
        begin, stop = np.clip(begin, 1, years)[:, None], np.clip(np.minimum(end, ahead), 1, years)[:, None]
        if step.kind == "baseline":
            refused = _first(refused, np.isnan(base), "no_base")
        value = base if step.kind == "baseline" else np.full(n, step.numbers[0]) if step.numbers else target
        goal = _goal(step, logs, np.log(last), k, begin, end[:, None], value)
        lost = ~np.isfinite(goal) & (k >= begin) & (k <= stop)
        refused = _first(refused, np.asarray(np.any(lost, axis=1)), "leaves_nothing")
        ratio = np.where(k >= begin, goal - logs, 0.0)
        ratio = np.where(k > stop, np.take_along_axis(ratio, stop - 1, axis=1), ratio)
        shift, logs = shift + ratio, logs + ratio
        addend = addend * np.exp(ratio[:, 0])
    factor = np.exp(np.take_along_axis(shift, np.clip(ahead, 1, years)[:, None] - 1, axis=1)[:, 0])
    return Moved(factor, addend, refused)


def _goal(step: Move, logs: Array, last: Array, k: Integers, begin: Integers, end: Integers, value: Array) -> Array:
    """ln median that a move asks for in each year, (n, years); right from `begin` to `end`."""
    before = np.concatenate([last[:, None], logs], axis=1)
    start = np.take_along_axis(before, begin - 1, axis=1)
    count = (k - begin + 1).astype(float)
    number = step.numbers[0] if step.numbers else np.nan
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if step.kind == "pace":
            return np.asarray(start + count * np.log1p(number))
        if step.kind == "scaled":
            at = np.clip(k - begin, 0, len(step.numbers) - 1)
            grown = np.where(k >= begin, np.diff(before, axis=1) * np.asarray(step.numbers)[at], 0.0)
            return np.asarray(start + np.cumsum(grown, axis=1))
        if step.kind == "linear":
            return np.asarray(np.log(np.exp(start) + number * count))
        to = value[:, None] * (number if step.kind == "baseline" else 1.0)
        share = count / (end - begin + 1)
        if step.kind == "geometric":
            return np.asarray(start + (np.log(to) - start) * share)
        return np.asarray(np.log(np.exp(start) + (to - np.exp(start)) * share))


def _first(refused: NDArray[np.str_], mask: NDArray[np.bool_], reason: str) -> NDArray[np.str_]:
    return np.where(mask & (refused == ""), reason, refused)
