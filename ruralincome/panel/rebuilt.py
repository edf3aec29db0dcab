"""New places of a table of old ones: in each year whose parts are all there, their mean weighed by people."""

from typing import Any

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.panel.histories import revised
from ruralincome.panel.rows import NUMBERS, REASONS, Integers, Naming, flag, in_numbers, read_rows, spelled, statuses
from ruralincome.places.across import People, ends, split
from ruralincome.places.boundaries import Boundaries, Place
from ruralincome.places.find import Finder
from ruralincome.series import InputError
from ruralincome.series.units import JUMP

OWN = {"target": "targets_differ", "target_year": "targets_differ", "unit": "units_mixed"}
"""Columns of a rebuilt row that are its parts' own, and what is said where they do not agree."""
EARLY = ("estimate", "preliminary")  # of a mean if one of a part, in this order
LACKING = {"no_weights": "unpeopled", "place_divided": "divided", "no_origin": "no_parts"}
UNKNOWN = {"place_divided": -2, "no_origin": -1}  # numbers of parts: one was divided, or of no table


def rebuilt(
    frame: pd.DataFrame, finder: Finder, named: Naming, to: str
) -> tuple[pd.DataFrame, dict[str, InputError], tuple[int, ...]]:
    """The table of the places of the day `to`, why a name has no place there, and years weighed by another's people.

    A row is weighed by the column population: of its own year, else of the nearest that states one. A new place is
    refused where a part was divided, nobody knows how (`place_divided`), where nothing says what it was made of
    (`no_origin`), no year has all parts (`part_missing`), or a part states no people (`no_weights`). What is wrong with
    a part's row is wrong with it; a row without a figure is no row. Rows whose name finds no place keep a fault."""
    numbered, part, table = named.numbered, named.part, finder.boundaries
    became, new = [table.became(place, to) for place in numbered], dict[Place, int]()
    ways = [(number, end) for number, shares in enumerate(became) for end in shares if end.share != 0]
    links = [(number, new.setdefault(end.place, len(new)), end.share or 0.0) for number, end in ways]
    needed = [(n, era, _need(table, p, min(ends(y), to))) for p, n in new.items() for era, y in named.spans.items()]
    rows = _rows(frame, part).assign(era=named.era)
    flow = rows[part >= 0].merge(pd.DataFrame(links, columns=["part", "new", "share"], dtype=float), on="part")
    parts = pd.DataFrame(needed, columns=["new", "era", "need"], dtype=float)
    flow = flow.astype({"new": np.int64}).merge(parts, on=["new", "era"], how="left")
    flow = flow[flow["era"] == flow.groupby(["new", "year"])["era"].transform("max")]  # its own figures go before
    flow["people"] *= flow["share"]
    flow["weight"] = flow["people"].where(flow["need"] != 1, flow["there"])
    flow[["value", "error"]] = flow[["value", "error"]].mul(flow["weight"], axis=0).where(flow["there"] == 1, 0.0)
    flow = flow.assign(squares=flow["value"] ** 2, lack=flow["weight"].isna(), unsure=flow["error"].isna())
    flow["error"] **= 2
    sums = dict.fromkeys(("there", "weight", "value", "squares", "people", "error"), "sum")
    most = dict.fromkeys(("lack", "fault", "unsure", "after", "early"), "max")
    found = flow.groupby(["new", "year"], as_index=False).agg(sums | most | {"need": "first", "row": "first"})
    full = found[(found["need"] == found["there"]) & ~found["lack"]]
    counts = full[full["people"] > 0].groupby("new")["people"]  # those of its own rows are the sum of its parts'
    leaps = counts.max().index[counts.max() >= JUMP * counts.min()]
    for one in (flow, found):
        one.loc[one["new"].isin(leaps) & (one["fault"] == 0), "fault"] = REASONS.index("population_jumps")
    full = full[found["fault"][full.index] == 0]
    wrong = flow[flow["fault"] > 0].drop_duplicates(["new", "year"])
    never = found[~found["new"].isin(full["new"]) & ~found["new"].isin(wrong["new"])]
    rest = never.groupby("new", as_index=False).agg({"need": "min", "lack": "max", "row": "first"})
    unknown = [rest["need"] == need for need in UNKNOWN.values()]
    why = np.select([*unknown, rest["lack"]], [*UNKNOWN, "no_weights"], "part_missing")
    lost = np.flatnonzero((part < 0) | np.isin(part, [number for number, shares in enumerate(became) if not shares]))
    said, unpeopled = named.rows(named.faults, "unit_ended"), {"population": np.nan} if "population" in frame else {}
    placed, codes = list(new), {} if "code" not in frame else {"code": [place.code for place in new]}
    area = [next((above.name for above in table.above(place)[::-1]), "") for place in new]
    names = pd.DataFrame({**codes, "province": area, "district": "", "place": [place.name for place in new]})
    called: list[Any] = [names.iloc[of["new"]].to_dict("list") for of in (full, wrong, rest)]
    kept = (
        _mean(frame, full, flow).assign(**called[0]),
        frame.iloc[wrong["row"]].assign(**called[1], fault=np.array(REASONS)[wrong["fault"]], **unpeopled),
        frame.iloc[rest["row"]].assign(**called[2], fault=why, **unpeopled),  # a part's are not the place's
        frame.iloc[lost].assign(fault=[said[i] for i in lost]),
    )
    far = flow.merge(full[["new", "year"]], on=["new", "year"])
    fixed = far.loc[(far["need"] > 1) & (far["of"] != far["year"]), "year"]
    told, words = named.told(named.faults), spelled(names)[0]
    gaps = found[(found["there"] > 0) & (found["there"] < found["need"]) & found["new"].isin(full["new"])]
    peopled = {*rows.loc[rows["people"].notna(), "part"]}
    unused = gaps.groupby("new")["year"].agg(tuple)
    for number, reason in [*zip(rest["new"], why, strict=True), *((new, "unused") for new in unused.index)]:
        place, years = placed[number], tuple(map(int, unused.get(number, ())))
        shares = {part.place: part.share for part in table.parts(place) if part.share != 0}
        missing, divided = [p for p in shares if p not in numbered], [p for p in shares if shares[p] is None]
        alone = [p for p in shares if p in numbered and numbered[p] not in peopled]
        code = "no_year" if reason == "part_missing" and not missing else LACKING.get(reason, reason)
        code, which = ("lacking" if missing else code, alone) if code == "unpeopled" else (code, missing or [*shares])
        of, none, torn = ([f"{p.code} {p.name}" for p in some] for some in (which, missing, divided))
        facts = {"name": place.name, "code": place.code, "years": years, "parts": of, "missing": none, "divided": torn}
        told[words[number]] = InputError(f"places.{code}", **facts)
    return _joined(kept), told, tuple(sorted(set(fixed.tolist())))


def crowds(frame: pd.DataFrame, table: Boundaries, named: Naming, people: People) -> list[str]:
    """What is wrong with the people of each row, by whom totals weigh too: by its place's others and published ones."""
    if "population" not in frame:
        return []
    known, part = np.array([*(_known(table, p, people) for p in named.numbered), np.nan]), named.part
    lived = pd.Series(in_numbers(frame[["population"]])[0]["population"])
    counts, ratio = lived.groupby(part), lived / known[part]
    odd = np.log(ratio / ratio.median()).abs() >= np.log(JUMP)  # of 1, or of what all state: thousands, or workers
    odd |= counts.transform("max") >= JUMP * counts.transform("min")
    return [*np.where(odd & (part >= 0) & (cells.read_numbers(frame["value"])[0] > 0), "population_jumps", "")]


def _known(table: Boundaries, place: Place, people: People) -> float:
    """The people of a place as last published, of a new one those of all that it was made of; nan where not known."""
    if not place.first:
        return ([np.nan] + [of[place.code] for _, of in sorted(people.items()) if place.code in of])[-1]
    return sum(split(table, place, people)[1]) or np.nan if {s.share for s in table.parts(place)} <= {0, 1} else np.nan


def _need(table: Boundaries, place: Place, on: str) -> int:
    """How many parts a place had on a day, or UNKNOWN; those that none of its people came from are none."""
    try:
        shares = [part.share for part in table.stood(place, on) if part.share != 0]
    except InputError:  # the table does not go back so far
        return UNKNOWN["no_origin"]
    return UNKNOWN["place_divided"] if None in shares else len(shares)


def _rows(frame: pd.DataFrame, part: Integers) -> pd.DataFrame:
    """Each row's part, year and value; people, and the year they are of; what is wrong with it; and whether it has a
    figure (there), one that comes after a break (after)."""
    columns, fault = read_rows(frame)
    year, people = columns["year"], columns.get("population", np.full(len(frame), np.nan))
    there = (fault != REASONS.index("value_missing")) & ~revised(frame, part, year)
    rows = pd.DataFrame({"row": np.arange(len(frame)), "part": part, "year": year, "before": -year})
    twice = rows[there].duplicated(["part", "year"], keep=False).reindex(rows.index, fill_value=False)
    fault[~there] = 0
    flag(fault, there & twice.to_numpy(bool), "year_twice")
    rows = rows.assign(value=columns["value"], error=columns.get("standard_error", np.nan))
    rows = rows.assign(fault=fault, there=there.astype(float), after=statuses(frame) == "break")
    rows["early"] = np.select([there & (statuses(frame) == status) for status in EARLY], [2, 1], 0)
    stated = rows[["part", "before"]].assign(people=people, of=year).dropna(subset="people")
    near = pd.merge_asof(  # of two years equally near the later
        rows.sort_values("before"), stated.sort_values("before"), on="before", by="part", direction="nearest"
    )
    return near.sort_values("row").reset_index(drop=True)


def _mean(frame: pd.DataFrame, full: pd.DataFrame, flow: pd.DataFrame) -> pd.DataFrame:
    """The rows of new places in the years that have all parts, with what all parts state alike."""
    found = full[["year"]].assign(value=full["value"] / full["weight"], fault="")
    own = frame["squares"].to_numpy()[full["row"]] if "squares" in frame else np.nan
    found["squares"] = (full["squares"] / full["value"] ** 2).where(full["need"] > 1, own)
    found["status"] = np.select([full["after"], full["early"] == 2, full["early"] == 1], ["break", *EARLY], "")
    if "standard_error" in frame:  # those of different parts are independent
        found["standard_error"] = (np.sqrt(full["error"]) / full["weight"]).where(~full["unsure"])
        found["fault"] = np.where(full["unsure"] & (full["error"] > 0), "errors_wrong", found["fault"])
    if "population" in frame:
        found["population"] = full["people"].round().where(full["people"] > 0)
    for column, fault in OWN.items():
        if column in frame:
            stated = frame[column].astype("object").where(frame[column].notna(), "").to_numpy()
            alike = flow[["new", "year"]].assign(own=stated[flow["row"]]).groupby(["new", "year"])["own"].nunique()
            one = alike.loc[pd.MultiIndex.from_frame(full[["new", "year"]])].to_numpy() == 1
            found[column] = stated[full["row"]]
            found["fault"] = np.where(one | (found["fault"] != ""), found["fault"], fault)
    return found


def _joined(parts: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    """One table, names and faults as categories; without columns that say nothing."""
    table = pd.concat([part.astype("object") for part in parts if len(part)], ignore_index=True)
    for column in {"code", "place", "province", "district", "unit", "fault"} & {*table}:
        table[column] = table[column].fillna("").astype("category")
    numbers = [column for column in table if column in NUMBERS or column == "squares"]
    table[numbers] = table[numbers].infer_objects()
    return table.drop(columns=[c for c in ("province", "district", "status") if c in table and set(table[c]) == {""}])
