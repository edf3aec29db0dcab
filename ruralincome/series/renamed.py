"""Renamed: the names of version 0.1 that its notebooks and documents use, and where they are now; for one version."""

import sys
import warnings
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

RENAMED = {
    "answer": {"scenario.answer": "Answer answer"},
    "data": {"data.package": "read_rates read_series", "reference.vintages": "class_names read_class"},
    "forecast": {"models.forecast": "Forecast"},
    "models": {"models.all": "fit_all", "models.walk": "pooled random_walk_with_drift"},
    "panel": {"panel.places": "assess_panel", "panel.joint": "nearest reaching totals"},
    "reference": {"reference.reference": "ReferenceClass"},
    "report.margins": {"": "margins_panel"},
    "report.notes": {"report.answer.sections": "caveats parameters provenance"},
    "report.phrases": {"report.words.phrases": "refusal"},
    "report.record": {"report.pages.methods": "track_record"},
    "report.sections": {
        "report.answer.sections": "verdict key_numbers rules_panel models_table against_baseline",
        "": "fan_chart",
    },
    "report.sensitivities": {"report.answer.sections": "sensitivity"},
    "report.words": {"report.words.words": "chance number percent quantity say text"},
    "scenario": {"scenario.file": "Scenario"},
    "target": {"target.target": "Assessment Target assess"},
}
"""By module of 0.1, where each of its names is now; of no module: what `verdict` and `rules_panel` now show too."""


def stand_in() -> None:
    """Have modules answer for their names of 0.1, with a warning; those that are gone are made for it."""
    for module in RENAMED:
        name = f"ruralincome.{module}"
        try:
            held = import_module(name)
        except ModuleNotFoundError:
            held = sys.modules[name] = ModuleType(name)
        vars(held)["__getattr__"] = partial(_found, module)


def _found(module: str, name: str) -> Any:
    home = next((home for home, names in RENAMED[module].items() if name in names.split()), None)
    if home is None:
        raise AttributeError(f"module 'ruralincome.{module}' has no attribute {name!r}")
    place = f"ruralincome.{home}.{name}" if home else "within ruralincome.report.answer.sections"
    warnings.warn(f"ruralincome.{module}.{name} of version 0.1 is now {place}", DeprecationWarning, stacklevel=2)
    return getattr(import_module(f"ruralincome.{home}"), name) if home else lambda *_: None
