"""What a manifest says of a fault, in the reader's language: a job's, and that of a run that was refused."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from ruralincome.report.words.words import fault, say
from ruralincome.series.faults import from_json


def stored_fault(entry: Mapping[str, Any], language: str) -> str:
    """The first line of the fault that a job or a run of a manifest keeps; empty where it keeps none, as in 0.1."""
    try:
        return fault(from_json(entry["fault"]), language).partition("\n")[0]
    except (LookupError, TypeError, ValueError, AttributeError):  # of 0.1, or of another make
        return ""


def failure(job: Mapping[str, Any], language: str) -> Markup:
    """Why a job of a manifest failed; the message of 0.1 follows as it came. Empty if it did not fail."""
    if job.get("status") != "failed":
        return Markup("")
    if words := stored_fault(job, language):
        return escape(words)
    failed, message = say("index.reason.none", language), str(job.get("message") or "")
    quoted = Markup('{}<br>{} <code lang="en">{}</code>')
    return quoted.format(failed, say("index.reason.message", language), message) if message else escape(failed)
