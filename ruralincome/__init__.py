"""Is an official target reachable? Answers from very short official series, each with its record.

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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ruralincome.data import spoken
from ruralincome.series import InputError, Shows
from ruralincome.series.renamed import stand_in

if TYPE_CHECKING:
    from ruralincome.data.forms.read import read_table as read_table
    from ruralincome.data.package import read_rates as read_rates
    from ruralincome.data.package import read_series as read_series
    from ruralincome.data.spoken import language as language
    from ruralincome.explorer import explore as explore
    from ruralincome.models.all import fit_all as fit_all
    from ruralincome.models.forecast import Forecast as Forecast
    from ruralincome.models.walk import pooled as pooled
    from ruralincome.panel.places import assess_panel as assess_panel
    from ruralincome.reference.reference import ReferenceClass as ReferenceClass
    from ruralincome.reference.vintages import class_names as class_names
    from ruralincome.reference.vintages import read_class as read_class
    from ruralincome.report.charts.fan import plot as plot
    from ruralincome.scenario.answer import Answer as Answer
    from ruralincome.scenario.file import Scenario as Scenario
    from ruralincome.series import Series as Series
    from ruralincome.target.target import Assessment as Assessment
    from ruralincome.target.target import Target as Target
    from ruralincome.target.target import assess as assess

_ROOMS = {
    "data.forms.read": "read_table",
    "data.package": "read_rates read_series",
    "data.spoken": "language",
    "explorer": "explore",
    "models.all": "fit_all",
    "models.forecast": "Forecast",
    "models.walk": "pooled",
    "panel.places": "assess_panel",
    "reference.reference": "ReferenceClass",
    "reference.vintages": "class_names read_class",
    "report.charts.fan": "plot",
    "scenario.answer": "Answer",
    "scenario.file": "Scenario",
    "series": "Series",
    "target.target": "Assessment Target assess",
}
"""Where the public names live: loaded when first used, so that the command starts without numpy."""
_HOMES = {name: room for room, names in _ROOMS.items() for name in names.split()}
__all__ = sorted([*_HOMES, "InputError"])


def _found(room: str, name: str) -> Any:
    try:
        return getattr(import_module(f"ruralincome.{room}"), name)
    except ModuleNotFoundError as missing:  # what an extra brings
        raise InputError("cli.extra", package=missing.name, extra="notebooks") from None


# What rooms below ask of rooms above
InputError.voice = lambda fault: _found("report.words.words", "fault")(fault, "en")
Shows.table = lambda value: _found("report.templates", "bundle")(value, spoken.language())
Shows.speaks = spoken.language
Shows.draw = lambda value, ax, language: _found("report.charts.fan", "plot")(value, ax, language)
spoken.languages = lambda: _found("report.words.words", "LANGUAGES")
stand_in()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ruralincome' has no attribute '{name}'")
    globals()[name] = found = _found(_HOMES[name], name)
    return found


def __dir__() -> list[str]:
    return __all__
