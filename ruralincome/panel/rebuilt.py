"""New places of a table of old ones: in each year whose parts are all there, their mean weighed by people."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.panel.histories import revised
from ruralincome.panel.rows import KEYS, REASONS, Integers, Naming, flag, in_numbers, read_rows, spelled, statuses
from ruralincome.places.across import UNKNOWN, People, ends, parts_on
from ruralincome.places.boundaries import Boundaries, Place, Share
from ruralincome.places.find import Finder
from ruralincome.series import InputError
from ruralincome.series.units import JUMP

OWN = {"target": "targets_differ", "target_year": "targets_differ", "unit": "units_mixed"}
"""Columns of a rebuilt row that are its parts' own, and what is said where they do not agree."""
EARLY = ("estimate", "preliminary")  # of a mean if one of a part, in this order
LACKING = {"no_weights": "unpeopled", "place_divided": "divided", "no_origin": "no_parts"}


def rebuilt(
    frame: pd.DataFrame, finder: Finder, named: Naming, to: str, odd: Mapping[str, InputError]
) -> tuple[pd.DataFrame, dict[str, InputError], tuple[int, ...]]:
    """The table of the places of the day `to`, why a name has no place there, and years weighed by another's people.
    odd: what is told of people, by name. A row is weighed by the column population: of its own year, else of the
    nearest that states one. A new place is refused where a part was divided, nobody knows how (`place_divided`), where
    nothing says what it was made of (`no_origin`), no year has all parts (`part_missing`), or a part states no people
    (`no_weights`). What is wrong with a part's row is wrong with it; a row without a figure is no row."""
    numbered, part, table = named.numbered, named.part, finder.boundaries
    became, new = [table.became(place, to) for place in numbered], dict[Place, int]()
    ways = [(number, end) for number, shares in enumerate(became) for end in shares if end.share != 0]
    links = [(number, new.setdefault(end.place, len(new)), end.share or 0.0) for number, end in ways]
    needed = [(n, era, parts_on(table, p, min(ends(y), to))) for p, n in new.items() for era, y in named.spans.items()]
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
    kept = [
        _mean(frame, full, flow).assign(**called[0]),
        frame.iloc[wrong["row"]].assign(**called[1], fault=np.array(REASONS)[wrong["fault"]], **unpeopled),
        frame.iloc[rest["row"]].assign(**called[2], fault=why, **unpeopled),  # a part's are not the place's
        frame.iloc[lost].assign(fault=[said[i] for i in lost]),
    ]
    far = flow.merge(full[["new", "year"]], on=["new", "year"])
    fixed = far.loc[(far["need"] > 1) & (far["of"] != far["year"]), "year"]
    told, words = named.told(named.faults), spelled(names)[0]
    at = zip(wrong["new"], [named.words[key] for key in named.key[wrong["row"]]], strict=True)
    told |= {words[number]: odd[word] for number, word in at if word in odd}
    gaps = found[(found["there"] > 0) & (found["there"] < found["need"]) & found["new"].isin(full["new"])]
    peopled = {*rows.loc[rows["people"].notna(), "part"]}
    unused = gaps.groupby("new")["year"].agg(tuple)
    have = flow[(flow["there"] == 1) & flow["new"].isin(unused.index)].groupby(["new", "part"])["year"].agg(set)
    for number, reason in [*zip(rest["new"], why, strict=True), *((new, "unused") for new in unused.index)]:
        place, years = placed[number], tuple(map(int, unused.get(number, ())))
        shares = {part.place: part.share for part in table.parts(place) if part.share != 0}
        missing, divided = [p for p in shares if p not in numbered], [p for p in shares if shares[p] is None]
        alone = [p for p in shares if p in numbered and numbered[p] not in peopled]
        code = "no_year" if reason == "part_missing" and not missing else LACKING.get(reason, reason)
        code, which = ("lacking" if missing else code, alone) if code == "unpeopled" else (code, missing or [*shares])
        if reason == "unused":
            which = [p for p in shares if not {*years} <= have.get((number, numbered.get(p, -1)), set())]
        of, none, torn = ([f"{p.code} {p.name}" for p in some] for some in (which, missing, divided))
        more = {"years": years, "parts": of, "missing": none, "divided": torn}
        told[words[number]] = InputError(f"places.{code}", name=place.name, code=place.code, **more)
    whole = pd.concat([some.astype("object") for some in kept if len(some)], ignore_index=True).infer_objects()
    whole = whole.assign(**{c: whole[c].fillna("").astype("category") for c in (*KEYS, "unit", "fault") if c in whole})
    silent = [c for c in ("province", "district", "status") if c in whole and {*whole[c]} == {""}]
    return whole.drop(columns=silent), told, tuple(sorted(set(fixed.tolist())))


def crowds(
    frame: pd.DataFrame, table: Boundaries, named: Naming, people: People
) -> tuple[list[str], dict[str, InputError]]:
    """What is wrong with the people of each row, by its place's others and published ones; what is told, by name."""
    if "population" not in frame:
        return [], {}
    part, published = named.part, {code: n for _, of in sorted(people.items()) for code, n in of.items()}
    lived = pd.Series(in_numbers(frame[["population"]])[0]["population"])
    most = (counts := lived.groupby(part)).max().to_dict()  # of places of which nobody publishes them
    own = {place.code: most[i] for place, i in named.numbered.items() if not place.first and i in most}
    last, came = own | published, [table.parts(p) if p.first else [Share(p, 1.0)] for p in named.numbered]
    each = [sum((s.share or np.nan) * last.get(s.place.code, np.nan) for s in of if s.share != 0) for of in came]
    known = np.array([*(n or np.nan for n in each), np.nan])[part]
    wide = np.array([*({s.place.code for s in of} <= {*published} for of in came), False])[part]
    usual = np.where(wide, known * (lived / known)[wide].quantile(interpolation="higher"), known)  # by 1, or thousands
    low, high = np.fmin(usual, counts.transform("min")), np.fmax(usual, counts.transform("max"))
    odd = (high >= JUMP * low) & (part >= 0) & (cells.read_numbers(frame["value"])[0] > 0)
    of = {named.words[named.key[i]]: (round(low[i]), round(high[i])) for i in np.flatnonzero(odd)}
    told = {name: InputError("places.leap", name=name, low=least, high=most) for name, (least, most) in of.items()}
    return [*np.where(odd, "population_jumps", "")], told


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
    rows = rows.assign(value=columns["value"], error=columns.get("standard_error", np.nan), fault=fault)
    rows = rows.assign(there=there.astype(float), after=statuses(frame) == "break")
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
