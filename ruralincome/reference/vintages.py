"""The classes that ship, as vintages: a question of the past gets one that knew no later year."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralincome.data.package import find_root
from ruralincome.reference.component import Trial
from ruralincome.reference.reference import ReferenceClass, checked
from ruralincome.series import InputError, Text


@lru_cache(maxsize=256)
def vintages(name: str) -> Mapping[int, str]:
    """The shipped files of a reference class, or of the first class of a pool, by the last year they know."""
    if name in pool_names():
        return vintages(_stated(f"{name}.json")["members"][0])
    found = ((re.fullmatch(rf"{re.escape(name)}-(\d{{4}})\.json", shipped), shipped) for shipped in sorted(_shipped()))
    return MappingProxyType({int(match[1]): shipped for match, shipped in found if match})


def pool_names() -> tuple[str, ...]:
    """Names of the pools of classes that ship."""
    return tuple(sorted(n.removesuffix(".json") for n in _shipped() if re.fullmatch(r"[a-z-]+\.json", n)))


def class_names() -> tuple[str, ...]:
    """Names of the reference classes that ship, without the pools of them."""
    names = {re.sub(r"-\d{4}\.json$", "", shipped) for shipped in _shipped()}
    return tuple(sorted(n for n in names if "." not in n and not n.startswith("_")))


def read_class(name: str, as_of: int, *, root: Path | None = None, hindsight: bool = False) -> ReferenceClass:
    """A reference class in its latest vintage that knows nothing after `as_of`; NAME.json is a file under the root. A
    pool is a file that names its members, and is read with each of them. Raises InputError for an unknown class, or one
    that knows later years, unless `hindsight` asks for it, and for a pool of fewer than two."""
    if name in pool_names():
        return _pool(name, as_of, hindsight)
    if name.endswith(".json"):
        if not (path := (root or find_root()) / name).is_file():
            raise InputError("reference.no_file", name=name)
        try:
            stated = json.loads(path.read_text(encoding="utf-8"))
            if "members" in stated:
                return pool(name, stated, partial(read_class, as_of=as_of, root=root, hindsight=hindsight))
            found = ReferenceClass.from_json(stated)
        except InputError as fault:
            named = fault.facts.get("name") == name  # a pool's own
            raise fault if named else InputError("data.at", where=name, fault=fault) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
            raise InputError("reference.no_class_file", name=name) from None
    else:
        if not (known := vintages(name)):
            raise InputError("reference.no_class", name=name, known=class_names())
        found = _class(known[max((year for year in known if year <= as_of), default=min(known))])
    if found.last_year > as_of and not hindsight:
        raise InputError("reference.hindsight", name=name, last=found.last_year, as_of=as_of)
    return found


def pool(name: str, stated: Mapping[str, Any], read: Callable[[str], ReferenceClass]) -> ReferenceClass:
    """The pool of classes, in equal shares, that a file states: {"title": {"vi", "en"}, "members": [names], "record":
    [tests of the pool, if any]}. Raises InputError for a pool of one, itself, a class twice or pools, and as `read`."""
    if not (names := stated["members"]) or not isinstance(names, list):
        raise InputError("reference.pool_members", name=name, members=repr(names))
    if Path(name) in map(Path, names):
        raise InputError("reference.pool_of_itself", name=name)
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise InputError("reference.pool_of_one", name=name, members=names)
    members = [read(member) for member in names]
    for deep in (member for member in members if member.members):
        raise InputError("reference.pool_of_pools", name=name, member=deep.name)
    if len({member.kind for member in members}) > 1:
        raise InputError("reference.pool_mixed", name=name, kinds=[member.kind for member in members])
    whole = replace(
        members[0], name=name, title=Text(**stated["title"]), widths=(), centre=0.0, error=0.0, fading=None, measure="",
        country="", first_year=min(m.first_year for m in members), last_year=max(m.last_year for m in members),
        series=sum(m.series for m in members), steps=sum(m.steps for m in members),
        source="; ".join(dict.fromkeys(m.source for m in members)), panel_sha256="", command="",
        record=tuple(Trial(**trial) for trial in stated.get("record", ())),
    )  # fmt: skip
    return checked(whole.of_members(members))


@lru_cache(maxsize=1)
def _shipped() -> tuple[str, ...]:
    """Names of the files of the classes that ship, which do not change while we run."""
    return tuple(entry.name for entry in files("ruralincome.reference.classes").iterdir())


@lru_cache(maxsize=64)
def _stated(shipped: str) -> Mapping[str, Any]:
    """What a shipped file states."""
    return dict(json.loads((files("ruralincome.reference.classes") / shipped).read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def _pool(name: str, as_of: int, hindsight: bool) -> ReferenceClass:
    return pool(name, _stated(f"{name}.json"), partial(read_class, as_of=as_of, hindsight=hindsight))


@lru_cache(maxsize=64)
def _class(shipped: str) -> ReferenceClass:
    return ReferenceClass.from_json(_stated(shipped))
