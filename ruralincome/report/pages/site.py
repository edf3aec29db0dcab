"""Ways from page to page of a batch: index, shared pages, the other language, the scenario before and the one after."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ruralincome.report.pages.html import is_shared
from ruralincome.report.templates import environment
from ruralincome.report.words.words import LANGUAGES

PARTS = ("bar", "beside")
"""The two places of a page for ways elsewhere, between comments of these names; base.html.j2 leaves them."""


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


def joined(html: str, parts: Mapping[str, str]) -> str:
    """A page with its ways; one of another make, without the places for them, stays as it is."""
    for name in PARTS:
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, found, rest = html.partition(begin)
        _, ended, after = rest.partition(end)
        if found and ended:
            html = before + begin + parts[name].strip() + end + after
    return html
