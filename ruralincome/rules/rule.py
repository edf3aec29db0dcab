"""Rule: a function over the columns of a Case, and the traits it declares; Verdict: what it says of one place."""

import pkgutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ruralincome.rules.case import EXACT, Array, Case, Form, Mask, Rounding, at_least
from ruralincome.series import Shows

Standing = Literal["met", "on_track", "behind", "away", "missed", "unknown"]
Measure = Literal["growth", "share", "percent", "rate", "years", "span", "score", "deviation", "level", "chance"]
"""How a number is shown: growth, a share of the growth needed (of the fall, where the number `required` is below 0);
share, a fraction in percent; rate, in percent a year; span, whole years; score, plain; deviation, above or below."""
_OUTCOMES: Mapping[str, Standing] = {"target_achieved": "met", "target_not_met": "missed", "not_available": "unknown"}


@dataclass(frozen=True)
class Step:
    """A label, the least measure that reaches it, and what it says of the target on the scale that all rules share."""

    least: float
    label: str
    outlook: Standing
    reaches: Callable[[Any, Any], Any] = at_least


@dataclass(frozen=True)
class Found:
    """What a rule's function works out, a column each. Where the case has an obstacle it need not make sense.

    value, score: the rule's own numbers; attained: what was achieved as a share of what was needed, in the rule's own
    shape (without a target: growth a year); measure: what the steps are held against, where it is not `attained`;
    lines: by label, lines that differ from place to place (of `growth`, where the rule declares it); numbers:
    intermediate results; refused: where more cannot be worked out, and notes: what else is said, by code."""

    value: Array
    attained: Array
    score: Array | None = None
    measure: Array | None = None
    lines: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, Array] = field(default_factory=dict)
    refused: Mapping[str, Mask] = field(default_factory=dict)
    notes: Mapping[str, Mask] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict(Shows):
    """One rule's answer for one place: value and score in the rule's own units, label and notes as codes. attained:
    what was achieved as a share of what was needed; line: the share from which the rule says on track (without a
    target: growth a year, and growth asked for); numbers: the rule's intermediate results, by code."""

    by: "Rule"
    value: float | None
    score: float | None
    label: str
    attained: float | None
    line: float
    numbers: Mapping[str, float] = field(repr=False)
    notes: tuple[str, ...]

    rule = cached_property[str](lambda verdict: verdict.by.code)  # the rule's code
    trend = cached_property[Standing](lambda verdict: verdict.by.outlooks[verdict.label])
    """What the label alone says of the target, as its rule declares."""

    @property
    def outlook(self) -> Standing:
        """What is to be said of the target, on the scale that all rules share: its outcome, else the trend."""
        return "met" if "target_met" in self.notes else "missed" if "target_not_met" in self.notes else self.trend


@dataclass(frozen=True, eq=False)
class Rule:
    """A function and its traits; used as a decorator by `partial(Rule, code=..., ...)`.

    shape: straight line, compound growth or chance; anchor: from where the needed pace counts; line: the share from
    which it says on track, a band below 1, or strict; steps: labels from the top, the last below all lines; growth: the
    same for growth a year where there is no target, () for a rule that needs one; shows: the numbers of its sentence
    rule.CODE.value, and how each is shown; mark: V read in the primary text or in running code, P partly read, M from
    memory, no parity claimed.

    settles: a case decided beforehand (met from the base on, its year gone, target equal to the base) is not measured;
    met: whether a target met turns the label, only a blank one, or stands in the notes; best: the score of a target
    met; zero: what is put in the place of a base or a target of zero; rounding: what is rounded before comparing."""

    function: Callable[[Case], Found] = field(repr=False)
    _: KW_ONLY
    code: str
    shape: Form = field(repr=False)
    anchor: Literal["baseline", "now"] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    shows: Mapping[str, Measure] = field(repr=False)
    source: str = field(repr=False)
    mark: Literal["V", "P", "M"] = field(repr=False)
    line: float = field(default=1.0, repr=False)
    growth: tuple[Step, ...] = field(default=(), repr=False)
    settles: bool = field(default=True, repr=False)
    met: Literal["label", "blank", "note"] = field(default="label", repr=False)
    best: float | None = field(default=None, repr=False)
    zero: float | None = field(default=None, repr=False)
    rounding: Rounding = field(default=EXACT, repr=False)

    outlooks = cached_property[Mapping[str, Standing]](
        lambda rule: {step.label: step.outlook for step in (*rule.steps, *rule.growth)} | dict(_OUTCOMES)
    )
    """What each of the rule's labels says of the target; the last three are those of an outcome, or of none."""
    labels = cached_property[tuple[str, ...]](lambda rule: tuple(rule.outlooks))  # the labels that the rule may give

    def __reduce_ex__(self, protocol: Any) -> Any:
        module, name = self.function.__module__, self.function.__name__
        if getattr(sys.modules.get(module), name, None) is self:  # who reads it has it, too
            return pkgutil.resolve_name, (f"{module}:{name}",)
        return super().__reduce_ex__(protocol)

    def __call__(self, case: Case) -> "Verdicts":
        """The verdicts on every place of the case."""
        replaced = dict[str, Mask]()
        if self.zero is not None:
            replaced = {"base_replaced": case.base == 0, "target_replaced": case.target == 0}
            if np.any([*replaced.values()]):
                case = case.without_zeros(self.zero)
        case = replace(case, rounding=self.rounding) if self.rounding != case.rounding else case
        with np.errstate(all="ignore"):
            return self._judged(case, self.function(case), replaced)

    def _judged(self, case: Case, found: Found, replaced: Mapping[str, Mask]) -> "Verdicts":
        obstacles, never = dict(case.obstacles[self.shape]), np.zeros(len(case.base), bool)
        free = obstacles.pop("no_target") if self.growth else never
        missed = case.notes["target_not_met"] if self.settles else never
        # a chance has no base, and stays a number when the target is met
        settled = case.settled if self.settles and self.shape != "chance" else missed
        if not self.settles:  # a ratio to nothing is infinite, and a number
            obstacles["base_equals_target"] = obstacles["base_equals_target"] & np.isnan(found.value)
        stopped = np.logical_or.reduce([never, *obstacles.values()])
        for code, mask in found.refused.items():
            obstacles[code], stopped = mask & ~stopped, stopped | mask
        worked = ~(settled | stopped)
        measure = found.attained if found.measure is None else found.measure
        label = self._labels(self.steps, measure, {} if self.growth else found.lines)
        if free.any():
            label = np.where(free, self._labels(self.growth, measure, found.lines), label)
        achieved, not_met, blank = map(self.labels.index, _OUTCOMES)
        _put(label, blank, ~worked | np.isnan(measure))
        _put(label, not_met, missed)
        turned = {"label": case.met, "blank": case.met & (label == blank), "note": never}[self.met]
        _put(label, achieved, turned)
        silent = missed | turned if self.met == "label" else missed
        return Verdicts(self, case, label, found, worked, free, replaced, obstacles, silent)

    def _labels(self, steps: tuple[Step, ...], measure: Array, lines: Mapping[str, Array]) -> NDArray[np.int8]:
        """The number in `labels` of the first step that the measure reaches."""
        label = np.full(len(measure), self.labels.index(steps[-1].label), np.int8)
        for step in reversed(steps[:-1]):
            _put(label, self.labels.index(step.label), step.reaches(measure, lines.get(step.label, step.least)))
        return label


@dataclass(frozen=True)
class Verdicts:
    """One rule's verdicts on every place of a case; `verdicts[i]` is the Verdict on place i.

    label: (n,) numbers of `by.labels`; worked: where the rule has been worked out; free: where growth alone is judged;
    replaced, obstacles: by code, where a zero was replaced and what kept the rule from being worked out; silent: where
    an outcome is all that is said of obstacles."""

    by: Rule
    case: Case
    label: NDArray[np.int8]
    found: Found
    worked: Mask
    free: Mask
    replaced: Mapping[str, Mask]
    obstacles: Mapping[str, Mask]
    silent: Mask

    @cached_property
    def notes(self) -> Mapping[str, Mask]:
        """By code, where each note is said."""
        found = {code: mask & self.worked for code, mask in self.found.notes.items()}
        obstacles = {code: mask & ~self.silent for code, mask in self.obstacles.items()}
        return {**self.case.notes, "no_target": self.free, **self.replaced, **found, **obstacles}

    def __getitem__(self, i: int) -> Verdict:
        rule, found, worked, line = self.by, self.found, bool(self.worked[i]), self.by.line
        if self.free[i]:
            first = rule.growth[0]
            line = float(np.broadcast_to(found.lines.get(first.label, first.least), len(self.free))[i])

        def number(column: Array | None) -> float | None:
            return None if column is None or not worked or np.isnan(column[i]) else float(column[i])

        score = rule.best if rule.best is not None and self.notes["target_met"][i] else number(found.score)
        numbers = {name: x for name, column in found.numbers.items() if (x := number(column)) is not None}
        notes = tuple(code for code, mask in self.notes.items() if mask[i])
        label, attained = rule.labels[self.label[i]], number(found.attained)
        return Verdict(rule, number(found.value), score, label, attained, line, numbers, notes)


def _put(label: NDArray[np.int8], number: int, where: Mask) -> None:
    """Write a number where the mask holds; by arithmetic, for a processor cannot foresee the turns of a mask."""
    label += (number - label) * where
