"""What changed between two sets of results, as Markdown for a pull request or an e-mail."""

import re
from collections.abc import Sequence

from ruralincome.report.words.phrases import NONE, signed
from ruralincome.report.words.words import chance, say
from ruralincome.scenario.result import Since

CAUSES = ("figures", "target", "method")


def changes(found: Sequence[tuple[str, Since]], alone: Sequence[str], language: str) -> str:
    """A row a scenario whose probability is another, by its title: then, now and the terms that add up to it.

    alone: titles of which there is a result on one side only.
    """
    moved = [(title, one) for title, one in found if one.before != one.after]
    keys = ("scenario", "before", "after", *CAUSES)
    rows = [[say(f"since.{key}", language) for key in keys], ["---", *["---:"] * (len(keys) - 1)]]
    for title, one in moved:
        ends = [say("since.none", language) if p is None else chance(p, language) for p in (one.before, one.after)]
        points = [signed(x, language, 0) for x in one.points.values()] or [NONE] * len(CAUSES)
        rows.append([_cell(title), *ends, *points])
    said = [f"## {say('since.heading', language)}"]
    said += ["\n".join(f"| {' | '.join(row)} |" for row in rows), say("since.note", language)] if moved else []
    said += [say("since.same", language, count=len(found) - len(moved))] if len(found) > len(moved) else []
    said += [say("since.only", language, names=", ".join(map(_cell, alone)))] if alone else []
    return "\n\n".join(said) + "\n"


def _cell(words: str) -> str:
    """Words from outside as text of a cell: one line, no mark of Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(words.split()))
