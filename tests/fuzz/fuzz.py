"""Fuzzing, outside CI: files that ship, changed at random, are read by what reads them. `make fuzz`.

What is no file of its kind is an InputError of one line a fault; what passes has no NaN and no probability beyond 0 and
1. Anything else is kept in corpus/KIND/ and told; tests/fuzz/test_corpus.py reads the corpus again at every commit.
The same seed and counts read the same files.
"""

import argparse
import hashlib
import json
import math
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from datetime import date
from pathlib import Path

from ruralincome.batch import Task
from ruralincome.batch.plan import plan
from ruralincome.data.forms.read import rows_of
from ruralincome.data.package import read_resource, read_series, resource_names
from ruralincome.keep.book import add, read_book
from ruralincome.keep.panels import PANEL, places_of
from ruralincome.keep.score import read_outturns
from ruralincome.panel.files import read_panel
from ruralincome.panel.places import assess_panel
from ruralincome.reference.vintages import read_class
from ruralincome.scenario.check import check
from ruralincome.series import InputError
from ruralincome.target.target import Target

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
ODD = [
    "0", "-1", "1e400", "-1e-320", ".inf", "nan", "NaN", "null", "~", "yes", "010", "0x1F", "12:30", "47,9",
    "47.900", "1_000", "\uff14\uff17", "\u0663", "2019-02-30", "9999", "1e308", "\u0000", "\u001b[31m",
    "\u202e", "\ufeff", "\ud7ff", "'", "\"", "[", "]", "{", "}", ":", "-", "#", "&", "*", "!", "%", "@", "`",
    "|", ">", ",", ";", "\t", "\n", "\r\n", "=1+1", "../x", "<script>", "Ho\u00e0", "H\u00f2a", "\U0001d7dc",
    "",
]  # fmt: skip
"""What people and programs write where a number or a word is meant."""


def params(content, folder):
    """A params file, as `check` reads it."""
    path = folder / "params" / "mine.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    for fault in check([path], ROOT):
        told(fault)


def panel(content, folder):
    """A panel, read and answered."""
    path = folder / "panel.csv"
    path.write_bytes(content)
    found = assess_panel(read_panel(path), read_class("vietnam-provinces", 2020), target=Target(50.0, 2025))
    chance = found["probability"][found["refusal"].isna()]
    assert chance.between(0, 1).all(), chance


def places(content, folder):
    """Places of a reference class."""
    path = folder / "places.csv"
    path.write_bytes(content)
    for years, values in places_of(rows_of(path, *PANEL), undated=False)[0].values():
        assert len(years) == len(values)
        assert all(map(math.isfinite, values))


def outturns(content, folder):
    """Outturns of kept verdicts."""
    path = folder / "outturns.csv"
    path.write_bytes(content)
    assert all(math.isfinite(value) and value > 0 for value in read_outturns(path).values())


def package(content, folder):
    """A data package beside the tables that ship."""
    data = folder / "data"
    if not data.is_dir():
        data.mkdir()
        for table in (ROOT / "data").glob("*.csv"):
            (data / table.name).write_bytes(table.read_bytes())
    (data / "datapackage.json").write_bytes(content)
    for name in resource_names(folder):
        read_resource(name, folder)
    assert all(map(math.isfinite, read_series("binh_thuan_rural_income", folder).values))


def reference(content, folder):
    """A reference class from a file."""
    (folder / "class.json").write_bytes(content)
    found = read_class("class.json", 2024, root=folder)
    assert all(map(math.isfinite, (found.rho, found.error, *(c.m0 for c in found.components))))


def result(content, folder):
    """A result to be kept in a ledger."""
    (folder / "result.json").write_bytes(content)
    ledger = folder / "book" / "ledger.jsonl"
    add(folder / "result.json", ledger, date(2021, 3, 1))
    for path in ledger.parent.iterdir():
        path.unlink()


def ledger(content, folder):
    """A ledger."""
    (folder / "ledger.jsonl").write_bytes(content)
    read_book(folder / "ledger.jsonl")


def notebook(content, folder):
    """A notebook of one's own."""
    path = folder / "own.ipynb"
    path.write_bytes(content)
    plan([Task("own", path, {"language": "vi"})], ["vi"], folder / "out", "", {}, "")


KINDS = {f.__name__: f for f in (params, panel, places, outturns, package, reference, result, ledger, notebook)}
COUNTS = dict.fromkeys(KINDS, 10_000) | {"params": 100_000, "panel": 20_000}


def told(fault):
    """Whether a fault has words, none of which commands a terminal."""
    words = str(fault)
    assert words, fault.code
    assert all(letter.isprintable() or letter == "\n" for letter in words), repr(words)


def tried(kind, content, folder):
    """How a reader takes a file: read or refused; or the traceback of what should not be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            KINDS[kind](content, folder)
    except InputError as fault:
        try:
            told(fault)
        except Exception:
            return traceback.format_exc()
        return "refused"
    except Exception:
        return traceback.format_exc()
    return "read"


def seeds(kind):
    """Files of a kind that are whole."""
    table = "place,year,value\n" + "".join(
        f"Xã {p},{y},{20 + i + 1.5 * (y - 2014)}\n" for i, p in enumerate("ABCDE") for y in (2014, 2016, 2018, 2020)
    )
    found = {
        "params": [p.read_bytes() for p in sorted((ROOT / "params").glob("*.yaml"))],
        "panel": [table.encode(), table.replace(",", ";").encode(), table.replace("place", "district,place").encode()],
        "places": [table.encode()],
        "outturns": [b"series,year,value\nbinh_thuan_rural_income,2021,46.1\nvietnam_rural_income,2025,5010\n"],
        "package": [(ROOT / "data" / "datapackage.json").read_bytes()],
        "reference": [p.read_bytes() for p in sorted((ROOT / "ruralincome/reference/classes").glob("*.json"))],
        "ledger": [b"".join((ROOT / "ledger.jsonl").read_bytes().splitlines(keepends=True)[:4])],
        "notebook": [p.read_bytes() for p in sorted((ROOT / "notebooks").glob("*.ipynb"))],
    }
    if kind == "result":
        kept = json.loads((ROOT / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[0])
        target = {"value": kept["target"], "year": kept["year"], "direction": 1}
        provenance = {"versions": {"ruralincome": "0.2.0"}, "inputs": {"data/a.csv": "00"}}
        whole = kept | {"target": target, "models": [{"model": "pooled"}], "rules": [], "provenance": provenance}
        return [json.dumps(whole).encode()]
    return found[kind]


def changed(content, rng):
    """A file with one to four changes."""
    for _ in range(rng.randint(1, 4)):
        at, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
        end, odd = min(end, at + rng.choice([0, 1, 2, 8, 40])), rng.choice(ODD).encode()
        way = rng.random()
        if way < 0.5:
            content = content[:at] + odd + content[end:]
        elif way < 0.65:
            content = content[:at] + content[end:]
        elif way < 0.8:
            content = content[:at] + content[at:end] * rng.choice([2, 3, 50]) + content[end:]
        elif way < 0.9:
            lines = content.splitlines(keepends=True) or [b""]
            i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
            content = b"".join(lines)
        else:
            content = content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
    return content


def main():
    """Read changed files of every kind until the counts are reached or the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=math.inf, help="time for all kinds together")
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    stated = parser.parse_args()
    wrong = 0
    for kind in stated.kinds:
        most = COUNTS[kind]
        rng, counts, until = (
            random.Random(f"{stated.seed} {kind}"),
            Counter(),
            time.monotonic() + stated.seconds / len(stated.kinds),
        )
        whole = seeds(kind)
        with tempfile.TemporaryDirectory() as folder:
            while sum(counts.values()) < most and time.monotonic() < until:
                content = changed(rng.choice(whole), rng)
                how = tried(kind, content, Path(folder))
                counts[how if how in ("read", "refused") else "wrong"] += 1
                if how not in ("read", "refused"):
                    name = hashlib.sha256(how.splitlines()[-1][:60].encode()).hexdigest()[:12]
                    (CORPUS / kind).mkdir(parents=True, exist_ok=True)
                    if not (CORPUS / kind / name).exists():
                        (CORPUS / kind / name).write_bytes(content)
                        print(f"{kind}: corpus/{kind}/{name}\n{how}", file=sys.stderr)
        wrong += counts["wrong"]
        print(f"{date.today()} {kind}: {sum(counts.values())} files, {dict(counts)}", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
