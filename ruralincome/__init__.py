"""Is an official target reachable? Calibrated answers from very short official series.

>>> import ruralincome as ri
>>> series = ri.read_series("binh_thuan_rural_income")
>>> provinces = ri.read_class("vietnam-provinces", as_of=2020)
>>> answer = ri.assess(series, ri.Target(48.9, 2021), ri.fit_all(series, provinces), reference=provinces)
>>> f"{answer.historical_growth:.3%} a year achieved, {answer.required_growth:.3%} needed"
'8.332% a year achieved, 8.909% needed'
>>> f"{answer.projection:.3f} projected, {answer.shortfall:.3f} short"
'48.641 projected, 0.259 short'
>>> 0 < answer.probability < 1
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruralincome.answer import Answer as Answer
    from ruralincome.data import class_names as class_names
    from ruralincome.data import read_class as read_class
    from ruralincome.data import read_rates as read_rates
    from ruralincome.data import read_series as read_series
    from ruralincome.explorer import explore as explore
    from ruralincome.forecast import Forecast as Forecast
    from ruralincome.models import fit_all as fit_all
    from ruralincome.models import pooled as pooled
    from ruralincome.panel import assess_panel as assess_panel
    from ruralincome.reference import ReferenceClass as ReferenceClass
    from ruralincome.scenario import Scenario as Scenario
    from ruralincome.series import InputError as InputError
    from ruralincome.series import Series as Series
    from ruralincome.target import Assessment as Assessment
    from ruralincome.target import Target as Target
    from ruralincome.target import assess as assess

_HOMES = {
    "Answer": "answer",
    "Assessment": "target",
    "Forecast": "forecast",
    "InputError": "series",
    "ReferenceClass": "reference",
    "Scenario": "scenario",
    "Series": "series",
    "Target": "target",
    "assess": "target",
    "assess_panel": "panel",
    "class_names": "data",
    "explore": "explorer",
    "fit_all": "models",
    "pooled": "models",
    "read_class": "data",
    "read_rates": "data",
    "read_series": "data",
}
"""Where each public name lives: loaded when first used, so that the command starts without numpy."""

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ruralincome' has no attribute '{name}'")
    found = getattr(import_module(f"ruralincome.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
