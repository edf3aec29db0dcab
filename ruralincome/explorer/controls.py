"""Controls: what is moved or typed: a slider a number, beside it a box for the number in the language's own form."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import partial
from typing import Any

import ipywidgets as w

from ruralincome.explorer.sliders import DEFAULTS, Sliders, typed
from ruralincome.report.words.phrases import target_amount
from ruralincome.report.words.words import number, say
from ruralincome.scenario.check import FACTOR
from ruralincome.scenario.evidence import HORIZON
from ruralincome.scenario.shapes.adding import MOST
from ruralincome.series import InputError, Series

YEARS_AHEAD = 10
PAGES, TIMES = (1, 2, 5, 10, 20, 50), 10
"""Steps that PageUp may go at once: it goes so many times, or more, from one end to the other."""


class Controls:
    """The controls of one series; moved: called when an answer is due; refused: with what cannot be read of a box."""

    def __init__(
        self, series: Series, classes: tuple[str, ...], moved: Callable[[], None], refused: Callable[[InputError], None]
    ) -> None:
        self.series, self.moved, self.refused, self.quiet, self.language = series, moved, refused, False, "vi"
        self.sliders = self._sliders(classes)
        numbers = [key for key in self.sliders if key != "reference"]
        self.usual = {key: (one.min, one.max, one.step) for key, one in self.sliders.items() if key in numbers}
        (first, *_), last, far = series.years, series.last, series.origin + HORIZON
        self.limits = {"target": (last / FACTOR, last * FACTOR), "points": (-MOST, MOST), "sd": (0.0, 15.0)}
        self.limits |= {"year": (first + 1, far), "as_of": (first, far)}
        self.boxes = {key: w.Text(continuous_update=False).add_class("ri-box") for key in numbers}
        self.readouts = {key: w.HTML().add_class("ri-readout") for key in numbers}
        for slider in self.sliders.values():
            slider.observe(lambda _: self.quiet or self.moved(), "value")
        for key, box in self.boxes.items():
            box.observe(partial(self._typed, key), "value")

    @property
    def question(self) -> Sliders:
        """Where the sliders stand."""
        at = {key: slider.value for key, slider in self.sliders.items()}
        for key in ("target", "points", "sd"):
            at[key] = round(at[key], _digits(self.sliders[key].step))
        return Sliders(self.series, **at)

    def start(self, reply: Callable[[Sliders], object]) -> None:
        """Begin with the usual class, or with the first that serves: one of one country serves no other money."""
        chosen = self.sliders["reference"]
        for name in sorted(chosen.options, key=lambda name: name != DEFAULTS.reference):
            with self.quietly(), suppress(InputError):
                chosen.value = name
                reply(self.question)
                break

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Let what changes within ask for no answer."""
        self.quiet = True
        try:
            yield
        finally:
            self.quiet = False

    def rows(self) -> list[w.VBox]:
        """A row a control."""
        beside = {key: [w.HBox([self.readouts[key], box])] for key, box in self.boxes.items()}
        return [w.VBox([one, *beside.get(key, ())]).add_class("ri-control") for key, one in self.sliders.items()]

    def translate(self, language: str, titles: dict[str, str]) -> None:
        """All words that do not depend on where the sliders stand; titles: of the classes, by name."""
        self.language = language
        for key, slider in self.sliders.items():
            if key != "points":
                slider.description = say(f"explore.{key}", language)
        self.relabel(self.sliders["reference"], [(title, name) for name, title in titles.items()])

    def relabel(self, chosen: w.Dropdown, options: list[tuple[str, str]]) -> None:
        """Give a list other words, and leave what was chosen of it."""
        with self.quietly():
            value = chosen.value
            chosen.options = options
            chosen.value = value

    def read_out(self) -> None:
        """Say where the sliders stand, beside them and in their boxes."""
        at, language = self.question, self.language
        self.sliders["points"].description = say("explore.points", language, year=at.shock_year)
        with self.quietly():
            for key, box in self.boxes.items():
                value, digits = getattr(at, key), self.series.decimals if key == "target" else 1
                whole = isinstance(value, int)
                box.value = words = str(value) if whole else number(value, language, max(digits, _digits(value)))
                if key == "target":
                    words = target_amount(value, self.series, language)
                elif not whole:
                    plus = "+" if key == "points" and value > 0 else ""
                    words = say("explore.points.readout", language, points=plus + words)
                self.readouts[key].value = words

    def _sliders(self, classes: tuple[str, ...]) -> dict[str, Any]:
        s = self.series
        finest = 2 - math.floor(math.log10(s.last))  # a step is a thousandth to a hundredth
        digits = max(min(s.decimals, finest), finest - 2)  # or a tenth, where the figures are rounded so far
        step, (low, high) = 10.0**-digits, (round(s.last / 2, digits), round(s.last * 3, digits))
        target = DEFAULTS.target.value if s.name == DEFAULTS.series else round(s.last * 1.1, digits)

        def slider(kind: Callable[..., Any], least: float, most: float, step: float, value: float) -> Any:
            page = max(n for n in PAGES if n == 1 or n * TIMES * step <= most - least)
            made = kind(readout=False, layout=w.Layout(width="auto"), min=least, max=most, step=step, value=value)
            return made.add_class(f"ri-page-{page}")

        return {
            "target": slider(w.FloatSlider, max(low, step), high, step, target),
            "year": slider(w.IntSlider, s.years[0] + 1, s.origin + YEARS_AHEAD, 1, s.origin + 1),
            "points": slider(w.FloatSlider, -20.0, 20.0, 0.5, 0.0),
            "sd": slider(w.FloatSlider, 0.0, 10.0, 0.5, 0.0),
            "reference": w.Dropdown(options=classes),
            "as_of": slider(w.IntSlider, s.years[0], s.origin, 1, s.origin),
        }

    def _typed(self, key: str, change: dict[str, Any]) -> None:
        """Take a number that was typed, though its slider has to stretch to it; to the next, it goes back first."""
        if self.quiet:
            return
        slider, (low, high, step) = self.sliders[key], self.usual[key]
        try:
            value = typed(change["new"], self.language, isinstance(low, int), self.limits[key])
        except InputError as fault:
            self.refused(fault)
            return
        with self.quietly():
            slider.min, slider.max = min(low, value), max(high, value)
            slider.step = step if isinstance(low, int) else min(step, 10.0 ** -_digits(value))
            slider.value = value
        self.moved()  # which writes the box as the language does


def _digits(stated: float) -> int:
    """Digits after the point of a number; fewer than none of tens and hundreds."""
    return -int(Decimal(repr(stated)).normalize().as_tuple().exponent)
