"""What a notebook and its runner need, imported once: workers and kernels are forks of a process that imported this.

Only such a process imports this module. Nothing in it may start a thread, as a fork does not copy threads."""

import contextlib
import gc
import importlib
import signal
import sys
from pathlib import Path

from ruralincome.models import lean

NAMES = """ruralincome.batch.notebook nbconvert.exporters.templateexporter importlib.resources.readers sqlite3 yaml
    babel.numbers pydantic latex2mathml.converter xml.sax.saxutils tornado.platform.asyncio encodings.utf_8_sig
    IPython.core.completerlib IPython.core.debugger IPython.core.oinspect IPython.extensions.storemagic
    ipykernel.kernelapp ipykernel.ipkernel ipykernel.debugger encodings.latin_1 encodings.ascii"""
EMPTY = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
SECTIONS = "verdict other_targets key_numbers models_table caveats parameters provenance"
REST = ("cli", "batch", "explorer", "panel", "keep", "models.prior", "models.recipe", "report.pages.panelpage")

signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is the command's, also while we import
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
base = Path(__file__).parents[1]
ours = sorted(".".join(p.relative_to(base).with_suffix("").parts) for p in base.rglob("[!_]*.py"))
# Nobody debugs a batch, and debugpy starts threads; the other builds grammars for IRI checks, which takes 0.8 s.
absent = dict.fromkeys({"debugpy", "rfc3987_syntax"} - sys.modules.keys())
sys.modules.update(absent)  # type: ignore[arg-type]
gc.disable()  # a seventh of the time
importlib.import_module("ruralincome.batch.kernels")  # which sets the environment that numpy finds
lean()
for name in (*NAMES.split(), *(f"ruralincome.{name}" for name in ours if not name.startswith(REST))):
    with contextlib.suppress(Exception):
        importlib.import_module(name)
with contextlib.suppress(Exception):  # templates, words, classes and a schema are then in each fork
    answered = sys.modules["ruralincome.scenario.answer"].answer(sys.modules["ruralincome.scenario.file"].Scenario())
    for language in sys.modules["ruralincome.report.words.words"].LANGUAGES:
        for section in SECTIONS.split():
            vars(sys.modules["ruralincome.report.answer.sections"])[section](answered, language)
    sys.modules["ruralincome.report.pages.html"].render(sys.modules["nbformat"].reads(EMPTY, 4), "en", "")
gc.freeze()  # a collection in a kernel then does not touch, and so copy, what it shares with us
gc.enable()
for name in absent:
    del sys.modules[name]
if len(list(Path("/proc/self/task").iterdir())) > 1:
    raise ImportError("an import started a thread, which a fork does not copy: kernels start as usual")
