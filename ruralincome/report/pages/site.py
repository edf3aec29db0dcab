"""Ways from page to page of a batch: index, shared pages, the other language, the scenario before and the one after."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ruralincome.report.pages.html import is_shared, page_title
from ruralincome.report.templates import environment
from ruralincome.report.words.words import LANGUAGES

PARTS = ("bar", "beside")
"""The two places of a page for ways elsewhere, between comments of these names; base.html.j2 leaves them."""


def ways(jobs: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Of each page its `scenario/language` and what stands in its two places; all links are relative.

    jobs: those that have a page, in order; titles: of scenarios, by `scenario/language`.
    """
    have = {f"{job['scenario']}/{job['language']}" for job in jobs}
    macro = environment().get_template("ways.html.j2").module
    for language in LANGUAGES:
        own = [str(job["scenario"]) for job in jobs if job["language"] == language]
        scenarios = [name for name in own if not is_shared(name)]
        shared = [name for name in ("compare", "targets", "methods") if name in own]
        for name in own:
            links = [(f"../../{page}/{language}/report.html", page_title(page, language)) for page in shared]
            links = [link for page, link in zip(shared, links, strict=True) if page != name]
            others = [x for x in LANGUAGES if x != language and f"{name}/{x}" in have]
            at = scenarios.index(name) if name in scenarios else None
            before = scenarios[at - 1 : at] if at else []
            after = [] if at is None else scenarios[at + 1 : at + 2]
            beside = [
                (kind, f"../../{other}/{language}/report.html", titles.get(f"{other}/{language}", other))
                for kind, found in (("prev", before), ("next", after))
                for other in found
            ]
            yield (
                f"{name}/{language}",
                {
                    "bar": str(macro.bar(language, links, others)),
                    "beside": str(macro.beside(language, beside, f"{name}/{language}" in titles)),
                },
            )


def digest(parts: Mapping[str, str]) -> str:
    """By which a manifest knows what ways a page has."""
    return sha256("\n".join(parts[name] for name in PARTS).encode()).hexdigest()[:16]


def joined(html: str, parts: Mapping[str, str]) -> str:
    """A page with its ways; one of another make, without the places for them, stays as it is."""
    for name in PARTS:
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, found, rest = html.partition(begin)
        _, ended, after = rest.partition(end)
        if found and ended:
            html = before + begin + parts[name].strip() + end + after
    return html
