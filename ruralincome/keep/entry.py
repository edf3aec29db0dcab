"""An entry of a ledger: one verdict, the key of what it says, and the hash that chains it to the entry before."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, get_args

from ruralincome.rules import Standing
from ruralincome.series import InputError

FIRST = ""
"""What the first entry has for the hash of the entry before."""
_UNSAID = ("key", "date", "previous", "hash")


@dataclass(frozen=True)
class Entry:
    """One verdict kept. probability is None where it was refused; inputs: hash of the hashes of all input files.

    interval: lower end of the 80 % interval, median and upper end, None where it was not kept (before 0.2) or refused.

    key: hash of what was said, without its date, so that the same verdict is known again; previous: hash of the entry
    before; hash: of all the rest, the date and `previous` included.
    """

    key: str
    date: str
    scenario: str
    series: str
    as_of: int
    target: float
    year: int
    direction: int
    probability: float | None
    model: str
    version: str
    inputs: str
    outlooks: Mapping[str, str]
    previous: str = FIRST
    hash: str = ""
    interval: tuple[float, float, float] | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """What is written down: an entry of before 0.2 has no interval, and its hash knows none."""
        return {name: value for name, value in asdict(self).items() if name != "interval" or value is not None}

    @property
    def in_time(self) -> bool:
        """Was it written down before the target's year was over?"""
        return int(self.date[:4]) <= self.year


def entry_of(result: Mapping[str, Any], today: date) -> Entry:
    """The entry of a result.json's object, not yet chained. Raises InputError naming what cannot be kept."""
    try:
        provenance, target = result["provenance"], result["target"]
        said: dict[str, Any] = {
            "scenario": str(result["scenario"]),
            "series": str(result["series"]),
            "as_of": _whole("as_of", result["as_of"]),
            "target": _number("target", target["value"]),
            "year": _whole("target year", target["year"]),
            "direction": _side(target.get("direction", 1)),
            "probability": None if result["probability"] is None else _number("probability", result["probability"]),
            "model": _lead(result["models"]),
            "version": str(provenance["versions"]["ruralincome"]),
            "inputs": _digest(provenance["inputs"]),
            "outlooks": {str(rule["rule"]): str(rule["outlook"]) for rule in result["rules"]},
        }
        if result.get("interval80") and result.get("median") is not None:
            low, high = result["interval80"]
            said["interval"] = tuple(_number("interval80", level) for level in (low, result["median"], high))
        chance = said["probability"]
        _require(chance is None or 0 <= chance <= 1, "keep.not_a_chance", value=chance)
        _require(said["target"] > 0, "keep.low_target", value=said["target"])
        for rule, outlook in said["outlooks"].items():
            _require(outlook in get_args(Standing), "keep.no_outlook", outlook=outlook, rule=rule)
        return Entry(_digest(said), today.isoformat(), **said)
    except KeyError as fault:
        raise InputError("keep.result_lacks", key=fault.args[0]) from None
    except InputError:
        raise
    except (TypeError, ValueError, AttributeError) as fault:
        raise InputError("keep.result_odd", why=str(fault)) from None


def chained(entry: Entry, previous: str) -> Entry:
    """The entry with the hash of the entry before and its own."""
    linked = replace(entry, previous=previous)
    return replace(linked, hash=_seal(linked))


def intact(entry: Entry) -> bool:
    """Is the entry as it was kept, its date included?"""
    date.fromisoformat(entry.date)
    said = {name: value for name, value in entry.plain.items() if name not in _UNSAID}
    return entry.key == _digest(said) and entry.hash == _seal(entry)


def _number(name: str, value: Any) -> float:
    sound = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    _require(sound, "keep.not_finite", name=name, value=value)
    return float(value)


def _whole(name: str, value: object) -> int:
    found = _number(name, value)
    _require(found.is_integer(), "keep.not_whole", name=name, value=value)
    return int(found)


def _side(direction: Any) -> int:
    _require(direction in (1, -1) and not isinstance(direction, bool), "keep.no_direction", value=direction)
    return int(direction)


def _lead(models: Any) -> str:
    """The code of the lead model, the first; empty where there is none."""
    _require(isinstance(models, list), "keep.no_list", value=models)
    return str(models[0]["model"]) if models else ""


def _require(holds: bool, code: str, **facts: object) -> None:
    if not holds:
        raise InputError(code, **facts)


def _seal(entry: Entry) -> str:
    return _digest({name: value for name, value in entry.plain.items() if name != "hash"})


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
