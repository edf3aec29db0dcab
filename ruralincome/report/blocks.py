"""Block: one piece of a report, as HTML, as plain text and, for the verdict, as data that a batch reads back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from ruralincome.report.words.words import say

RESULT_MIME = "application/vnd.ruralincome.result+json"
"""The media type under which an executed notebook carries its own result."""


@dataclass(frozen=True)
class Block:
    """What a notebook cell displays. html: trusted markup, made by `section` and the like; text: the same in words."""

    html: str
    text: str
    data: Mapping[str, Any] | None = None

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": self.html, "text/plain": self.text}
        if self.data is not None:
            bundle[RESULT_MIME] = dict(self.data)
        return bundle


NOTHING = Block("", "")
"""What a section shows that has nothing to say."""


def displayed(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """The result that an executed notebook displays, the last one; None if it shows none. Other JSON is one that has
    the keys scenario and probability."""
    shown = [o.get("data", {}) for cell in notebook["cells"] for o in cell.get("outputs", ())][::-1]
    kinds: dict[str, set[str]] = {RESULT_MIME: set(), "application/json": {"scenario", "probability"}}
    found = [(data[kind], keys) for kind, keys in kinds.items() for data in shown if kind in data]
    return next((dict(f) for f, keys in found if isinstance(f, dict) and f and keys <= f.keys()), None)


def figure(name: str, finding: str, picture: Markup, notes: Sequence[str], data: str, language: str) -> Markup:
    """A figure with its finding as title, notes below, and its data table, if it has one, one click away."""
    folded = Markup("<details><summary>{}</summary>{}</details>")
    beside = folded.format(say("report.figure.data", language), data) if data else Markup()
    shown = '<figure id="{}"><p class="title">{}</p>{}<figcaption>{}</figcaption>{}</figure>'
    return Markup(shown).format(name, finding, picture, " ".join(notes), beside)


def marked(code: str, language: str, /, **facts: object) -> Markup:
    """A sentence some of whose facts are markup; what is not is escaped."""
    return Markup(escape(say(code, language))).format(**facts)


def joined(parts: Any) -> Markup:
    """All parts, those that are not Markup escaped."""
    return Markup("\n").join(escape(part) for part in parts)


def formula(latex: str, display: bool = True) -> Markup:
    """A formula as MathML, which browsers draw without a script."""
    from latex2mathml.converter import convert

    return Markup(convert(latex, display="block" if display else "inline"))
