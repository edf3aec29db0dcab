"""New places of a table of old ones: in each year whose parts are all there, their mean weighed by people."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.models.forecast import Array
from ruralincome.panel.histories import numbers, people
from ruralincome.panel.names import Integers
from ruralincome.panel.redrawn import FAULTS, Naming, Ready
from ruralincome.places.across import ends
from ruralincome.places.find import Finder
from ruralincome.places.place import Place
from ruralincome.series import InputError

OWN = {"target": "targets_differ", "target_year": "targets_differ", "unit": "units_mixed"}
"""Columns of a rebuilt row that are its parts' own, and what is said where they do not agree."""
DIVIDED = -1
"""The number of parts of a place of which one was divided, nobody knows how."""


def rebuilt(frame: pd.DataFrame, finder: Finder, named: Naming, year: Integers, to: str) -> Ready:
    """The table of the places of the day `to`.

    A row is weighed by the column population: of its own year, else of the nearest year in which its place states
    one. A new place is refused where a part was divided, nobody knows how (`place_divided`), where no year has all
    parts (`part_missing`), or where a part states no people (`no_weights`). What is wrong with a row of a part is
    wrong with the new place. Rows whose name finds no place stay as they are, with a fault.
    """
    places = named.rows(named.places, None)
    numbered: dict[Place, int] = {}
    part = np.array([numbered.setdefault(p, len(numbered)) if isinstance(p, Place) else -1 for p in places], np.int64)
    new, links, needed, ended = _links(finder, numbered, named, to)
    rows = pd.DataFrame({"part": part, "year": year, "era": named.era, "row": np.arange(len(frame))})
    rows["value"], rows["people"], rows["of"] = _numbers(frame, part, year)
    rows["wrong"] = _wrong(frame, rows)
    flow = rows[part >= 0].merge(links, on="part").merge(needed, on=["new", "era"], how="left")
    flow = flow[flow["era"] == flow.groupby(["new", "year"])["era"].transform("max")]  # its own figures go before
    people_ = flow["share"] * flow["people"]
    weight = np.where(flow["need"] == 1, 1.0, people_)
    flow = flow.assign(people=people_, weight=weight, product=weight * flow["value"], lack=np.isnan(weight))
    flow["squares"] = flow["product"] ** 2
    groups = flow.groupby(["new", "year"], as_index=False)
    found = groups.agg(
        need=("need", "first"), size=("row", "size"), weight=("weight", "sum"), product=("product", "sum"),
        squares=("squares", "sum"), population=("people", "sum"), lack=("lack", "max"), wrong=("wrong", "max"),
        row=("row", "first"),
    )  # fmt: skip
    full = found[(found["need"] == found["size"]) & ~found["lack"] & ~found["wrong"]]
    wrong = flow.merge(found.loc[found["wrong"], ["new", "year"]], on=["new", "year"])
    never = found[~found["new"].isin(full["new"]) & ~found["new"].isin(wrong["new"])]
    rest = never.groupby("new", as_index=False).agg(need=("need", "min"), lack=("lack", "max"), row=("row", "first"))
    why = np.where(rest["need"] == DIVIDED, "place_divided", np.where(rest["lack"], "no_weights", "part_missing"))
    lost = np.flatnonzero((part < 0) | np.isin(part, ended))
    said = [FAULTS.get(p.code, "place_unknown") if isinstance(p, InputError) else "unit_ended" for p in places]
    kept = (
        _mean(frame, full, flow).assign(**_names(finder, new, full["new"])),
        frame.iloc[wrong["row"]].assign(**_names(finder, new, wrong["new"])),
        frame.iloc[rest["row"]].assign(**_names(finder, new, rest["new"]), fault=why),
        frame.iloc[lost].assign(fault=[said[i] for i in lost]),
    )
    far = flow.merge(full[["new", "year"]], on=["new", "year"])
    fixed = far.loc[(far["need"] > 1) & (far["of"] != far["year"]), "year"]
    told = {named.words[k]: place for (k, _), place in named.places.items() if isinstance(place, InputError)}
    return Ready(_joined(kept), "rebuild", told, tuple(sorted(set(fixed.tolist()))))


def _links(
    finder: Finder, numbered: dict[Place, int], named: Naming, to: str
) -> tuple[tuple[Place, ...], pd.DataFrame, pd.DataFrame, list[int]]:
    """The new places; which part goes into which, with its share; how many parts each needs in each era; what ended.

    Parts that none, or nobody knows how many, people came from are no links; the latter make the need DIVIDED.
    """
    table, links, ended = finder.boundaries, [], []
    new: dict[Place, int] = {}
    for place, number in numbered.items():
        shares = table.became(place, to)
        if not shares:
            ended.append(number)
        for end in shares:
            if end.share != 0:
                links.append((number, new.setdefault(end.place, len(new)), end.share or 0.0))
    needed = []
    for place, number in new.items():
        for era, last in named.spans.items():
            parts = [part.share for part in table.stood(place, min(ends(last), to)) if part.share != 0]
            needed.append((number, era, DIVIDED if None in parts else len(parts)))
    types = {"part": np.int64, "new": np.int64, "era": np.int64, "share": float, "need": np.int64}  # also of no rows
    frames = [
        pd.DataFrame(links, columns=["part", "new", "share"]),
        pd.DataFrame(needed, columns=["new", "era", "need"]),
    ]
    flow, need = (frame.astype({name: types[str(name)] for name in frame}) for frame in frames)
    return tuple(new), flow, need, ended


def _numbers(frame: pd.DataFrame, part: Integers, year: Integers) -> tuple[Array, Array, Array]:
    """Values, people, and the year that the people are of: the row's own, else the nearest of its place."""
    value = numbers(frame["value"], "value_text")[0]
    count = people(frame["population"])[0] if "population" in frame else np.full(len(frame), np.nan)
    order = np.lexsort((year, part))
    known, at = ~np.isnan(count[order]), np.arange(len(order))
    before = np.maximum.accumulate(np.where(known, at, -1))
    after = np.minimum.accumulate(np.where(known, at, len(order))[::-1])[::-1]
    own, when = part[order], year[order].astype(float)
    lag = [np.where((i >= 0) & (i < len(own)), i, 0) for i in (before, after)]
    gone = [
        np.where((i >= 0) & (i < len(own)) & (own[j] == own), np.abs(when[j] - when), np.inf)
        for i, j in zip((before, after), lag, strict=True)
    ]
    near = np.where(gone[0] < gone[1], lag[0], lag[1]) if len(own) else at
    none = np.minimum(gone[0], gone[1]) == np.inf
    found, of = (np.full(len(frame), np.nan) for _ in range(2))
    found[order] = np.where(none, np.nan, count[order][near])
    of[order] = np.where(none, np.nan, when[near])
    return value, found, of


def _wrong(frame: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that cannot be used: no level, no year, a fault already, or their place in a second row of one year."""
    wrong = ~((rows["value"] > 0) & np.isfinite(rows["value"])) | (rows["year"] == 0)
    wrong |= rows.duplicated(["part", "year"], keep=False)
    if "population" in frame:
        wrong |= people(frame["population"])[1] > 0
    if "fault" in frame:
        wrong |= (frame["fault"].astype("object").fillna("") != "").to_numpy()
    return np.asarray(wrong, bool)


def _mean(frame: pd.DataFrame, full: pd.DataFrame, flow: pd.DataFrame) -> pd.DataFrame:
    """The rows of new places in the years that have all parts, with what all parts state alike."""
    found = full[["year"]].assign(value=full["product"] / full["weight"], fault="")
    own = frame["squares"].to_numpy()[full["row"]] if "squares" in frame else np.nan
    found["squares"] = (full["squares"] / full["product"] ** 2).where(full["need"] > 1, own)
    if "population" in frame:
        found["population"] = full["population"].round().where(full["population"] > 0)
    for column, fault in OWN.items():
        if column in frame:
            stated = frame[column].astype("object").where(frame[column].notna(), "")
            alike = flow[["new", "year"]].assign(own=stated.to_numpy()[flow["row"]]).groupby(["new", "year"])["own"]
            one = full[["new", "year"]].merge(alike.nunique().reset_index(), on=["new", "year"])["own"].to_numpy() == 1
            found[column] = stated.to_numpy()[full["row"]]
            found["fault"] = np.where(one | (found["fault"] != ""), found["fault"], fault)
    return found


def _names(finder: Finder, new: tuple[Place, ...], numbers_of: Any) -> dict[str, Any]:
    """The columns that name new places: the name, and the province it lies in, if it does; no district."""
    shown = [(p.name, next((above.name for above in finder.boundaries.above(p)[::-1]), "")) for p in new]
    chosen = [shown[i] for i in numbers_of]
    return {"place": [name for name, _ in chosen], "province": [area for _, area in chosen], "district": ""}


def _joined(parts: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    """One table, names and faults as categories; without columns that say nothing."""
    table = pd.concat([part.astype("object") for part in parts if len(part)], ignore_index=True)
    for column in ("year", "value", "squares", "population", "target", "target_year"):
        if column in table:
            table[column] = table[column].infer_objects()
    for column in ("place", "province", "district", "unit", "fault"):
        if column in table:
            table[column] = table[column].fillna("").astype("category")
    return table.drop(columns=[c for c in ("province", "district") if c in table and set(table[c]) == {""}])
