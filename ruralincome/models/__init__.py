"""Models: each a function Series -> Fit | Refusal, one family a file."""

from __future__ import annotations

from ruralincome.models.base import ClosedForm, Fit, Refusal

__all__ = ["ClosedForm", "Fit", "Refusal"]
