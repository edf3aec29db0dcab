"""Block: one piece of a report, as HTML, as plain text and, for the verdict, as data that a batch reads back."""

from collections.abc import Iterable, Mapping, Sequence
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


def section(name: str, heading: str, *parts: str) -> Markup:
    """A section with its heading; `parts` that are not Markup are escaped."""
    return Markup('<section class="ri" id="{0}" aria-labelledby="{0}-h"><h2 id="{0}-h">{1}</h2>{2}</section>').format(
        name, heading, joined(parts)
    )


def fold(name: str, heading: str, finding: str, *parts: str, paper: bool = False) -> Markup:
    """A section that is folded, its summary saying what is found in it; open on `paper`, where it is wanted there."""
    folded = '<details class="ri{1}" id="{0}"><summary><h2>{2}</h2><span>{3}</span></summary>\n{4}</details>'
    return Markup(folded).format(name, " paper" if paper else "", heading, finding, joined(parts))


def block(
    name: str,
    code: str,
    language: str,
    *parts: str,
    lines: Iterable[str],
    headed: bool = True,
    finding: str = "",
    paper: bool = False,
) -> Block:
    """A section under the heading of `code`, folded under its `finding` where there is one, open on `paper`.

    And the same as text: that heading, unless not `headed`, and `lines`.
    """
    heading = say(code, language)
    html = fold(name, heading, finding, *parts, paper=paper) if finding else section(name, heading, *parts)
    return Block(html, "\n".join([heading, *lines] if headed else lines))


def paragraph(words: str, role: str = "") -> Markup:
    """A paragraph, `role` being its class."""
    return Markup('<p class="{}">{}</p>').format(role, words) if role else Markup("<p>{}</p>").format(words)


def bullets(items: list[str]) -> Markup:
    """A list, nothing where there are no items."""
    return Markup("<ul>{}</ul>").format(joined(Markup("<li>{}</li>").format(i) for i in items)) if items else Markup()


def details(summary: str, *parts: str) -> Markup:
    """Content one click away."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, joined(parts))


def figure(name: str, finding: str, picture: Markup, notes: Sequence[str], data: str, language: str) -> Markup:
    """A figure with its finding as title, notes below, and its data table, if it has one, one click away."""
    beside = details(say("report.figure.data", language), data) if data else Markup()
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
