"""Names of version 0.1: each is found where it is now, and a warning says where."""

import subprocess
import sys
import warnings
from importlib import import_module

import pytest

import ruralincome
from ruralincome.series.renamed import RENAMED

NAMES = [(module, name) for module, homes in RENAMED.items() for names in homes.values() for name in names.split()]
NOTEBOOK = """
from ruralincome.answer import answer
from ruralincome.report import margins, notes, record, sections, sensitivities
from ruralincome.scenario import Scenario
shown = sections.verdict, sections.fan_chart, margins.margins_panel, sensitivities.sensitivity, record.track_record
print(answer.__module__, Scenario.__module__, notes.caveats.__module__, shown[1](None, "vi"))
"""
"""The names that the scenario notebook of 0.1 uses."""


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_an_old_name_is_found_and_its_new_place_is_told(module, name):
    with pytest.warns(DeprecationWarning, match=f"ruralincome.{module}.{name} of version 0.1 is now") as told:
        found = getattr(import_module(f"ruralincome.{module}"), name)
    place = str(told[0].message).rsplit(" ", 1)[1]
    if not place.endswith(f".{name}"):
        assert found(None, "vi") is None  # its content is part of another section
        return
    home, _, own = place.rpartition(".")
    assert found is getattr(import_module(home), own)


def test_a_notebook_of_old_imports_what_it_did():
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "ruralincome.scenario.answer",
        "ruralincome.scenario.file",
        "ruralincome.report.answer.sections",
        "None",
    ]
    assert "<string>:2: DeprecationWarning: ruralincome.answer.answer of version 0.1 is now" in done.stderr


def test_what_never_was_is_missing_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for module in RENAMED:
            assert not hasattr(import_module(f"ruralincome.{module}"), "nonsense")
    assert ruralincome.Scenario.__module__ == "ruralincome.scenario.file"
