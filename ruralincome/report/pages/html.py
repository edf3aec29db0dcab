"""From an executed notebook to one HTML file that needs no network: nbconvert with our own template."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup, escape

from ruralincome.report.blocks import formula
from ruralincome.report.templates import CONTROL, TEMPLATES, dressed, environment, source
from ruralincome.report.words.words import LANGUAGES, catalogue, say

FOOT = re.compile(r'data-foot="([^"]*)"')  # words for the foot of each printed page, as `answer/grounds.html.j2` writes
ESCAPES = re.compile(rf"\x1b\[[0-?]*[ -/]*[@-~]|{CONTROL.pattern}")
PARTS = ("bar", "beside")  # a page's places for ways elsewhere, between comments so named, which base.html.j2 leaves


def render(notebook: Any, language: str, title: str) -> str:
    """The report of an executed notebook, in `language`, with `title` as its heading.

    HTML that cells displayed is taken as it is (our blocks escape what they are given); titles, code and text are
    escaped. The same notebook gives the same bytes.
    """
    outputs = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    shown = [_text(data.get("text/html", "")) for data in outputs]
    headed = any("<h1" in html for html in shown)
    made = "page.made" if any('id="provenance"' in html for html in shown) else "page.made.shared"
    resources = {
        "language": language,
        "title": page_title(title, language),
        "headed": headed,
        "foot": _foot(shown),
        "script": source("report/control.js") if headed else "",
        "made": say(made, language, version=version("ruralincome")),
    }
    body, _ = _exporter().from_notebook_node(notebook, resources)
    return CONTROL.sub(" ", re.sub(r"[ \t]+\n", "\n", str(body)))


def page_title(name: str, language: str) -> str:
    """The heading of a page: the words for a page that every batch has (methods, compare, targets), else the name."""
    return catalogue(language).get(f"page.title.{name}", name)


def is_shared(name: str) -> bool:
    """Is this a page that every batch has, beside those of its scenarios?"""
    return f"page.title.{name}" in catalogue("en")


def ways(
    jobs: Sequence[Mapping[str, Any]], titles: Mapping[str, str], taken: Mapping[str, Sequence[str]] | None = None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Of each page its `scenario/language` and what stands in its two places; all links are relative.

    jobs: those that have a page, in order; titles: of scenarios, by `scenario/language`; taken: files beside a
    page to take away, by the same.
    """
    have = {f"{job['scenario']}/{job['language']}" for job in jobs}
    for language in LANGUAGES:
        macro = environment().get_template("ways.html.j2").make_module({"language": language})
        own = [str(job["scenario"]) for job in jobs if job["language"] == language]
        scenarios = [name for name in own if not is_shared(name)]
        for name in own:
            shared = [page for page in ("compare", "targets", "methods") if page in own and page != name]
            others = [x for x in LANGUAGES if x != language and f"{name}/{x}" in have]
            at = scenarios.index(name) if name in scenarios else None
            before = scenarios[at - 1 : at] if at else []
            after = [] if at is None else scenarios[at + 1 : at + 2]
            beside = str(macro.beside(before, after, titles, (taken or {}).get(f"{name}/{language}", ())))
            yield f"{name}/{language}", {"bar": str(macro.bar(shared, others)), "beside": beside}


def digest(parts: Mapping[str, str]) -> str:
    """By which a manifest knows what ways a page has."""
    return sha256("\n".join(parts[name] for name in PARTS).encode()).hexdigest()[:16]


def with_ways(html: str, parts: Mapping[str, str]) -> str:
    """A page with its ways; one of another make, without the places for them, stays as it is."""
    for name in PARTS:
        if found := re.search(rf"<!-- {name} -->(.*?)<!-- /{name} -->", html, re.DOTALL):
            html = html[: found.start(1)] + parts[name].strip() + html[found.end(1) :]
    return html


def _foot(shown: list[str]) -> Markup:
    """The words at the foot of a printed page, as a CSS string: every letter that could end it is a number."""
    words = next((unescape(found[1]) for html in shown if (found := FOOT.search(html))), "")
    return Markup("".join(c if c.isalnum() or c in " ,.;:" else f"\\{ord(c):x} " for c in words))


@cache
def _exporter() -> Any:
    """One exporter a process: compiling the template is most of the cost."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(
        template_name="report",
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        extra_loaders=[environment().loader],
        optimistic_validation=True,
    )
    exporter.output_mimetype = "text/html"
    for name, way in (("markdown", _markdown), ("plain", _plain), ("whole", _text), ("formula", _formula)):
        exporter.register_filter(name, way)
    dressed(exporter.environment)
    return exporter


def _formula(latex: str, display: bool = True) -> Markup:
    """A formula; one that is none, as its source."""
    try:
        return formula(latex, display)
    except Exception:  # latex2mathml has no family of errors, and raises IndexError too
        return Markup("<pre>{}</pre>" if display else "<code>{}</code>").format(latex)


def _plain(value: str | list[str]) -> str:
    return ESCAPES.sub("", _text(value))


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _markdown(source: str, pictures: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """Markdown to HTML, formulas as MathML, markup in it shown as text; pictures: by name, what is attached."""
    converter = _converter()
    converter.renderer.attachments = dict(pictures or {})
    return Markup(converter.render(source))


@cache
def _converter() -> Any:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):  # type: ignore[misc]
        def inline_math(self, body: str) -> str:
            return _formula(body, display=False)

        def block_math(self, body: str) -> str:
            return _formula(body)

        def image(self, text: str, url: str, **_: Any) -> str:
            if not (found := self.attachments.get(unquote(url.removeprefix("attachment:")))):
                return str(escape(f"{text} ({unquote(url)})"))
            kind, content = next(iter(found.items()))  # the first of its types, as base64
            return str(Markup('<img src="data:{};base64,{}" alt="{}">').format(kind, "".join(content.split()), text))

        def heading(self, text: str, level: int, **_: Any) -> str:
            name = re.sub(r"\W+", "-", re.sub(r"<[^>]*>", "", text).lower()).strip("-")
            return f'<h{max(level, 2)} id="{escape(name)}">{text}</h{max(level, 2)}>\n'

    return MarkdownWithMath(renderer=Renderer(escape=True))
