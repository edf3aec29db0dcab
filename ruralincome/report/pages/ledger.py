"""The ledger in words: how good the kept verdicts were, for the index page and the terminal."""

import math
from typing import Any

from ruralincome.report.blocks import Block, block, paragraph
from ruralincome.report.tables import heads, lines, table
from ruralincome.report.words.words import catalogue, fault, number, percent, say
from ruralincome.series import InputError

LEAST = 30
"""Fewest scored verdicts whose stated and observed shares are compared."""
Scored = Any
"""What `keep.score` gives: the page is handed it, and imports nothing of how verdicts are kept."""


def ledger_block(found: Scored, language: str) -> Block:
    """Scores, reliability by likelihood word, and the record of the official rules."""
    said = _said(found, language)
    parts = [paragraph(" ".join(said))]
    reliability = heads("ledger", language, "word", "count#", "probability#", "frequency#")
    rules = heads("ledger", language, "rule", "on_track#", "on_track_met#", "others#", "others_met#")
    for name, head, rows in (
        ("reliability", reliability, _reliability(found.scores, language) if _enough(found) else []),
        ("rules", rules, _rules(found, language)),
    ):
        if rows:
            caption = say(f"ledger.{name}", language)
            parts.append(table(caption, head, rows))
            said += [caption, *lines([head, *rows])]
    return block("ledger", "ledger.heading", language, *parts, lines=said)


def ledger_fault(found: InputError, language: str) -> Block:
    """What to say where the ledger or its outturns cannot be read, so that no one takes the silence for "none"."""
    shown = f"{say('ledger.broken', language)} {fault(found, language)}"
    return block("ledger", "ledger.heading", language, paragraph(shown, "warning"), lines=[shown])


def _said(found: Scored, language: str) -> list[str]:
    said = [say("ledger.kept", language, entries=found.entries, pending=found.pending)]
    if found.refused:
        said.append(say("ledger.refused", language, refused=found.refused))
    said += _fared(found, language)
    if found.scores is None:
        said.append(say("ledger.none", language))
    else:
        facts = _facts(found.scores, language)
        said.append(say("ledger.scores", language, **facts))
        if found.scores.climate > 0:
            said.append(say("ledger.climate", language, **facts))
        if not _enough(found):
            said.append(say("ledger.few", language, n=found.scores.n, least=LEAST))
        if found.in_time is None:
            said.append(say("ledger.hindsight", language))
        elif found.in_time.n < found.scores.n:
            said.append(say("ledger.in_time", language, **_facts(found.in_time, language)))
    if found.unknown:
        said.append(say("ledger.unknown", language, series=", ".join(found.unknown)))
    return said


def _enough(found: Scored) -> bool:
    """Whether stated and observed shares can be compared: fewer verdicts are counted, not drawn."""
    return found.scores is not None and found.scores.n >= LEAST


def _fared(found: Scored, language: str) -> list[str]:
    """Whether the forecasts were centred, wide enough and accurate."""
    if (fared := found.fared) is None:
        return []
    middle = "low" if fared.above > 2 / 3 else "high" if fared.above < 1 / 3 else "centred"
    width = "narrow" if fared.inside < 0.7 else "wide" if fared.inside > 0.9 else "right"
    above, inside = (number(round(share * fared.n), language, 0) for share in (fared.above, fared.inside))
    facts = {"n": number(fared.n, language, 0), "above": above, "inside": inside}
    error = percent(math.expm1(fared.error), language)
    return [
        say(f"ledger.fared.{middle}", language, **facts),
        say(f"ledger.fared.{width}", language, share=percent(fared.inside, language, 0), **facts),
        say("ledger.fared.accurate", language, error=error),
    ]


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
    def met(count: int, share: float | None) -> list[str]:
        shown = say("ledger.empty", language) if share is None else percent(share, language, 0)
        return [number(count, language, 0), shown]

    return [
        [_rule(one.rule, language), *met(one.on_track, one.on_track_met), *met(one.others, one.others_met)]
        for one in found.rules
    ]


def _rule(code: str, language: str) -> str:
    """A rule's name; the code of one that another version knows."""
    return catalogue(language).get(f"rule.{code}.name", code)
