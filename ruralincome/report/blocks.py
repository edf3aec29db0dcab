"""Block: one piece of a report, as HTML, as plain text and, for the verdict, as data that a batch reads back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from ruralincome.report.words.words import say, stored_fault

RESULT_MIME = "application/vnd.ruralincome.result+json"
"""The media type under which an executed notebook carries its own result."""


@dataclass(frozen=True)
class Block:
    """What a notebook cell displays. html: trusted markup, made by `section` and the like; text: the same in words."""

    html: str
    text: str
    data: Mapping[str, Any] | None = None

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        own = {} if self.data is None else {RESULT_MIME: dict(self.data)}
        return {"text/html": self.html, "text/plain": self.text, **own}


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


def failure(job: Mapping[str, Any], language: str) -> Markup:
    """Why a job of a manifest failed; the message of 0.1 follows as it came. Empty if it did not fail."""
    if job.get("status") != "failed":
        return Markup("")
    if words := stored_fault(job, language):
        return escape(words)
    failed, message = say("index.reason.none", language), str(job.get("message") or "")
    quoted = Markup('{}<br>{} <code lang="en">{}</code>')
    return quoted.format(failed, say("index.reason.message", language), message) if message else escape(failed)


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


class Number(str):
    """The head of a column of numbers, which is set flush right."""


def heads(prefix: str, language: str, *keys: str, **facts: object) -> list[str]:
    """The heads of a table's columns, `prefix.key` in words; a key that ends in # heads numbers: "rule", "value#"."""
    said = [say(f"{prefix}.{key.rstrip('#')}", language, **facts) for key in keys]
    return [Number(name) if key.endswith("#") else name for key, name in zip(keys, said, strict=True)]


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Collection[int] = (), css: str = ""
) -> Markup:
    """An HTML table; the first cell of a row is its header, the last one of a short row spans what is left.

    Text is escaped unless it is Markup. head: as `heads` gives it, or names, those of numbers being a `Number`.
    css: a class instead of the usual one. Rows stack on a narrow screen unless the table is two columns, the second
    of numbers.
    """
    head = [Number(name) if i in numeric else name for i, name in enumerate(head)]
    pairs = len(head) == 2 and isinstance(head[1], Number)
    return Markup(
        '<table class="{}"><caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>'
    ).format(
        css or ("pairs" if pairs else "stack"),
        caption,
        joined(Markup('<th scope="col"{}>{}</th>').format(_kind(name), name) for name in head),
        joined(Markup("<tr>{}</tr>").format(joined(_cells(row, head, labelled=not css and not pairs))) for row in rows),
    )


def _cells(row: Sequence[str], head: Sequence[str], labelled: bool) -> list[Markup]:
    """labelled: where rows stack, each cell says its column."""
    labels = [Markup(' data-label="{}"').format(name) if labelled else "" for name in head]
    plain = Markup("<td{}{}>{}</td>").format
    cells = [plain(label, _kind(name), cell) for label, name, cell in zip(labels, head, row, strict=False)]
    cells[0] = Markup('<th scope="row"{}>{}</th>').format(_kind(head[0]), row[0])
    if 1 < len(row) < len(head):
        cells[-1] = Markup('<td colspan="{}">{}</td>').format(len(head) - len(row) + 1, row[-1])
    return cells


def _kind(name: str) -> str:
    return Markup(' class="number"') if isinstance(name, Number) else ""
