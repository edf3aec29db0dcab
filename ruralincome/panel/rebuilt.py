"""New places of a table of old ones: in each year whose parts are all there, their mean weighed by people."""

from typing import Any

import numpy as np
import pandas as pd

from ruralincome.models.forecast import Array
from ruralincome.panel.redrawn import FAULTS, Naming, Ready
from ruralincome.panel.rows import REASONS, Integers, breaks, read_rows, revised
from ruralincome.places.across import People, ends
from ruralincome.places.boundaries import Place
from ruralincome.places.find import Finder
from ruralincome.series import InputError
from ruralincome.series.units import JUMP

OWN = {"target": "targets_differ", "target_year": "targets_differ", "unit": "units_mixed"}
"""Columns of a rebuilt row that are its parts' own, and what is said where they do not agree."""
UNKNOWN = {"place_divided": -2, "no_origin": -1}
"""The number of parts of a place where it is not known: one was divided, or what it was made of is in no table."""


def rebuilt(frame: pd.DataFrame, finder: Finder, named: Naming, to: str, people: People) -> Ready:
    """The table of the places of the day `to`.

    A row is weighed by the column population: of its own year, else of the nearest year in which its place states
    one. A new place is refused where a part was divided, nobody knows how (`place_divided`), where the table does not
    say what it was made of (`no_origin`), where no year has all parts (`part_missing`), or where a part states no
    people (`no_weights`). What is wrong with a row of a part is wrong with the new place; a row without a figure is no
    row. Rows whose name finds no place stay as they are, with a fault.
    """
    places = named.rows(named.places, None)
    numbered: dict[Place, int] = {}
    part = np.array([numbered.setdefault(p, len(numbered)) if isinstance(p, Place) else -1 for p in places], np.int64)
    new, links, needed, ended = _links(finder, numbered, named, to)
    of_code = {code: count for _, of_year in sorted(people.items()) for code, count in of_year.items()}
    known = [of_code.get(place.code, np.nan) if place.until else np.nan for place in numbered]
    rows = _rows(frame, part, np.array([*known, np.nan])).assign(era=named.era)
    flow = rows[part >= 0].merge(links, on="part").merge(needed, on=["new", "era"], how="left")
    flow = flow[flow["era"] == flow.groupby(["new", "year"])["era"].transform("max")]  # its own figures go before
    flow["people"] *= flow["share"]
    flow["weight"] = flow["people"].where(flow["need"] != 1, flow["there"])
    flow["product"] = (flow["weight"] * flow["value"]).where(flow["there"] == 1, 0.0)
    error = (flow["weight"] * flow["error"]).where(flow["there"] == 1, 0.0)
    flow = flow.assign(squares=flow["product"] ** 2, lack=flow["weight"].isna(), error=error**2, unsure=error.isna())
    found = flow.groupby(["new", "year"], as_index=False).agg(
        need=("need", "first"), there=("there", "sum"), weight=("weight", "sum"), product=("product", "sum"),
        squares=("squares", "sum"), population=("people", "sum"), lack=("lack", "max"), fault=("fault", "max"),
        error=("error", "sum"), unsure=("unsure", "max"),
        row=("row", "first"), after=("after", "max"),
    )  # fmt: skip
    full = found[(found["need"] == found["there"]) & ~found["lack"] & (found["fault"] == 0)]
    wrong = flow[flow["fault"] > 0].drop_duplicates(["new", "year"])
    never = found[~found["new"].isin(full["new"]) & ~found["new"].isin(wrong["new"])]
    rest = never.groupby("new", as_index=False).agg(need=("need", "min"), lack=("lack", "max"), row=("row", "first"))
    why = np.where(rest["lack"], "no_weights", "part_missing")
    for reason, need in UNKNOWN.items():
        why = np.where(rest["need"] == need, reason, why)
    lost = np.flatnonzero((part < 0) | np.isin(part, ended))
    said = [FAULTS.get(p.code, "place_unknown") if isinstance(p, InputError) else "unit_ended" for p in places]
    unpeopled = {"population": np.nan} if "population" in frame else {}  # that of a part is not the place's
    kept = (
        _mean(frame, full, flow).assign(**_names(finder, new, full["new"])),
        frame.iloc[wrong["row"]].assign(**_names(finder, new, wrong["new"]), fault=np.array(REASONS)[wrong["fault"]]),
        frame.iloc[rest["row"]].assign(**_names(finder, new, rest["new"]), fault=why, **unpeopled),
        frame.iloc[lost].assign(fault=[said[i] for i in lost]),
    )
    far = flow.merge(full[["new", "year"]], on=["new", "year"])
    fixed = far.loc[(far["need"] > 1) & (far["of"] != far["year"]), "year"]
    told = named.told(named.places)
    for place in (new[number] for number in rest["new"][why == "part_missing"]):
        parts = [part.place for part in finder.boundaries.parts(place) if part.share != 0]
        missing = tuple(f"{one.code} {one.name}" for one in parts if one not in numbered)
        facts = {"missing": missing} if missing else {"parts": tuple(one.code for one in parts)}
        lacking = "places.part_missing" if missing else "places.no_year"
        told[place.name] = InputError(lacking, name=place.name, code=place.code, **facts)
    return Ready(_joined(kept), "rebuild", told, tuple(sorted(set(fixed.tolist()))))


def _links(
    finder: Finder, numbered: dict[Place, int], named: Naming, to: str
) -> tuple[tuple[Place, ...], pd.DataFrame, pd.DataFrame, list[int]]:
    """The new places; which part goes into which, with its share; how many parts each needs in each era; what ended.

    Parts that none, or nobody knows how many, people came from are no links; the latter make the need UNKNOWN.
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
            try:
                parts = [part.share for part in table.stood(place, min(ends(last), to)) if part.share != 0]
                need = UNKNOWN["place_divided"] if None in parts else len(parts)
            except InputError:  # the table does not go back so far
                need = UNKNOWN["no_origin"]
            needed.append((number, era, need))
    of_links, of_needs = np.array(links, float).reshape(-1, 3), np.array(needed, np.int64).reshape(-1, 3)
    flow = pd.DataFrame(of_links, columns=["part", "new", "share"]).astype({"part": np.int64, "new": np.int64})
    return tuple(new), flow, pd.DataFrame(of_needs, columns=["new", "era", "need"]), ended


def _rows(frame: pd.DataFrame, part: Integers, known: Array) -> pd.DataFrame:
    """Each row's part, year and value; people, and the year they are of; what is wrong with it; and whether it has a
    figure (there), one that comes after a break (after)."""
    cells, fault = read_rows(frame)
    year, value = cells["year"].astype(np.int64), cells["value"]
    there = ~(np.isnan(value) & (fault == REASONS.index("value_missing"))) & ~revised(frame, part, year)
    rows = pd.DataFrame({"row": np.arange(len(frame)), "part": part, "year": year, "value": value})
    rows["error"] = cells.get("standard_error", np.nan)
    twice = rows[there].duplicated(["part", "year"], keep=False).reindex(rows.index, fill_value=False)
    fault = np.where(there & (fault == 0) & twice, REASONS.index("year_twice"), np.where(there, fault, 0))
    people = cells.get("population", np.full(len(frame), np.nan))
    counts, ratio = pd.Series(people).groupby(part), pd.Series(people / known[part])
    least, most = (
        ratio.median() / JUMP,
        ratio.median() * JUMP,
    )  # which is 1, or what all state alike: thousands, or workers
    odd = (counts.transform("max") >= JUMP * counts.transform("min")) | (ratio >= most) | (ratio <= least)
    fault = np.where(there & (fault == 0) & (part >= 0) & odd, REASONS.index("population_jumps"), fault)
    stated = pd.DataFrame({"part": part, "before": -year, "people": people, "of": year}).dropna(subset="people")
    rows = rows.assign(before=-year, fault=fault, there=there.astype(float), after=breaks(frame))
    near = pd.merge_asof(  # of two years equally near the later
        rows.sort_values("before"), stated.sort_values("before"), on="before", by="part", direction="nearest"
    )
    return near.sort_values("row").reset_index(drop=True)


def _mean(frame: pd.DataFrame, full: pd.DataFrame, flow: pd.DataFrame) -> pd.DataFrame:
    """The rows of new places in the years that have all parts, with what all parts state alike."""
    found = full[["year"]].assign(value=full["product"] / full["weight"], fault="")
    own = frame["squares"].to_numpy()[full["row"]] if "squares" in frame else np.nan
    found["squares"] = (full["squares"] / full["product"] ** 2).where(full["need"] > 1, own)
    found["status"] = np.where(full["after"], "break", "")
    if "standard_error" in frame:  # those of different parts are independent
        found["standard_error"] = (np.sqrt(full["error"]) / full["weight"]).where(~full["unsure"])
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
    for column in ("year", "value", "squares", "standard_error", "population", "target", "target_year"):
        if column in table:
            table[column] = table[column].infer_objects()
    for column in ("place", "province", "district", "unit", "fault"):
        if column in table:
            table[column] = table[column].fillna("").astype("category")
    return table.drop(columns=[c for c in ("province", "district", "status") if c in table and set(table[c]) == {""}])
