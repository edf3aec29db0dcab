"""A pool of reference classes: families that one place may belong to, each with an equal share."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ruralincome.reference.record import Trial
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Text


def pool(name: str, stated: Mapping[str, Any], read: Callable[[str], ReferenceClass]) -> ReferenceClass:
    """The pool that a file states: {"title": {"vi", "en"}, "members": [names], "record": [tests of the pool, if any]}.

    Raises InputError for a pool of one, of the same class twice, or of pools; and as `read` does.
    """
    names = [str(member) for member in stated["members"]]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise InputError("reference.pool_of_one", name=name, members=names)
    members = [read(member) for member in names]
    if deep := next((member.name for member in members if member.members), None):
        raise InputError("reference.pool_of_pools", name=name, member=deep)
    if len({member.kind for member in members}) > 1:
        raise InputError("reference.pool_mixed", name=name, kinds=[member.kind for member in members])
    first = members[0]
    whole = replace(
        first, name=name, title=Text(**stated["title"]), widths=(), centre=0.0, error=0.0, fading=None, measure="",
        country="", first_year=min(m.first_year for m in members), last_year=max(m.last_year for m in members),
        series=sum(m.series for m in members), steps=sum(m.steps for m in members),
        source="; ".join(dict.fromkeys(m.source for m in members)), panel_sha256="", command="",
        record=tuple(Trial(**trial) for trial in stated.get("record", ())),
    )  # fmt: skip
    return whole.of_members(members)
