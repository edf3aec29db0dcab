"""The ledger in words: how good the kept verdicts were, for the index page and the terminal."""

from typing import Any

from ruralincome.report.blocks import Block, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.words import fault, number, percent, say
from ruralincome.series import InputError

Scored = Any
"""What `keep.score` gives: the page is handed it, and imports nothing of how verdicts are kept."""


def ledger_block(found: Scored, language: str) -> Block:
    """Scores, reliability by likelihood word, and the record of the official rules."""
    heading = say("ledger.heading", language)
    said = _said(found, language)
    parts, lines = [paragraph(" ".join(said))], [heading, *said]
    tables = [
        (
            "reliability",
            ("word", "count", "probability", "frequency"),
            found.scores and _reliability(found.scores, language),
        ),
        ("rules", ("rule", "on_track", "on_track_met", "others", "others_met"), _rules(found, language)),
    ]
    for name, keys, rows in tables:
        if rows:
            caption, head = say(f"ledger.{name}", language), [say(f"ledger.{key}", language) for key in keys]
            parts.append(table(caption, head, rows, numeric=range(1, len(head))))
            lines += [caption, *(" · ".join(row) for row in (head, *rows))]
    return Block(section("ledger", heading, *parts), "\n".join(lines))


def ledger_fault(found: InputError, language: str) -> Block:
    """What to say where the ledger or its outturns cannot be read, so that no one takes the silence for "none"."""
    heading, said = say("ledger.heading", language), say("ledger.broken", language)
    shown = f"{said} {fault(found, language)}"
    return Block(section("ledger", heading, paragraph(shown, "warning")), f"{heading}\n{shown}")


def _said(found: Scored, language: str) -> list[str]:
    said = [say("ledger.kept", language, entries=found.entries, pending=found.pending)]
    if found.refused:
        said.append(say("ledger.refused", language, refused=found.refused))
    if found.scores is None:
        said.append(say("ledger.none", language))
    else:
        facts = _facts(found.scores, language)
        said.append(say("ledger.scores", language, **facts))
        if found.scores.climate > 0:
            said.append(say("ledger.climate", language, **facts))
        if found.in_time is None:
            said.append(say("ledger.hindsight", language))
        elif found.in_time.n < found.scores.n:
            said.append(say("ledger.in_time", language, **_facts(found.in_time, language)))
    if found.unknown:
        said.append(say("ledger.unknown", language, series=", ".join(found.unknown)))
    return said


def _facts(scores: Any, language: str) -> dict[str, str]:
    digits = {"n": 0, "targets": 0, "brier": 3, "climate": 3, "log": 3}
    return {name: number(getattr(scores, name), language, places) for name, places in digits.items()}


def _reliability(scores: Any, language: str) -> list[list[str]]:
    return [
        [
            say(f"likelihood.{one.word}", language),
            number(one.count, language, 0),
            *(percent(share, language, 0) for share in (one.probability, one.frequency)),
        ]
        for one in scores.reliability
    ]


def _rules(found: Scored, language: str) -> list[list[str]]:
    def met(share: float | None) -> str:
        return say("ledger.empty", language) if share is None else percent(share, language, 0)

    return [
        [
            say(f"rule.{one.rule}.name", language),
            number(one.on_track, language, 0),
            met(one.on_track_met),
            number(one.others, language, 0),
            met(one.others_met),
        ]
        for one in found.rules
    ]
