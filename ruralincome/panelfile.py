"""Panel files: read places from CSV, fit a reference class on them by the one recipe, write it as JSON."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import re
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome import recipe
from ruralincome.prior import Windows, fit_components
from ruralincome.recipe import Panel
from ruralincome.reference import Component, ReferenceClass
from ruralincome.series import InputError, Kind, Prices, Text


@dataclass(frozen=True)
class Order:
    """What `ruralincome reference fit` is asked for; `command` writes it as that command.

    panels: CSV files (series_id, year, value), each perhaps with the last year to use, as in panel.csv.gz@1990.
    spread: further panels that only help to set the widths, brought to the mean growth of the others (theirs holds
    another era's inflation). until: last year to use of every panel. half_life: years after which a window counts
    half. components: 1, 2 or 3. damping: factor of the drift a year ahead. wander: let drifts wander. deflate: a CSV
    (year, value) of price rises in percent a year, by which nominal values become real. hold_out: leave out the half of
    the places whose hash with this word is odd. short: a panel of few years: use windows whose five years have not all
    passed, and set no widths.
    undated: the years are counts, and `until` is the year in which the last panel was published.
    """

    name: str
    panels: tuple[str, ...]
    title_vi: str
    title_en: str
    kind: Kind = "income"
    prices: Prices = "nominal"
    spread: tuple[str, ...] = ()
    until: int = 9999
    half_life: float = 10.0
    components: int = 3
    damping: float = 1.0
    wander: bool = False
    deflate: str = ""
    hold_out: str = ""
    short: bool = False
    undated: bool = False
    source: str = ""

    def command(self) -> str:
        """The command that fits this class again; files stand by name, without their folder."""
        words = ["ruralincome", "reference", "fit", *(Path(p).name for p in self.panels)]
        for key, value in asdict(self).items():
            if key == "panels" or value == getattr(type(self), key, None):
                continue
            if key == "spread":
                words += [word for panel in value for word in ("--spread", Path(panel).name)]
                continue
            words.append(f"--{key.replace('_', '-')}")
            if value is not True:
                words.append(Path(str(value)).name if key == "deflate" else str(value))
        return shlex.join(words)


def fit_from_csv(order: Order, folder: Path | None = None) -> ReferenceClass:
    """Fit the class that `order` asks for; relative paths start in `folder` (the working directory).

    Raises InputError for a missing file, a wrong column, a bad cell, or a panel too small to learn from.
    """
    start = folder or Path()
    digest = hashlib.sha256()
    read = [_panel(text, order, start, digest) for text in (*order.panels, *order.spread)]
    panels = [p for p in read[: len(order.panels)] if p]
    if not panels:
        raise InputError(f"{', '.join(order.panels)}: no place has two positive values up to {order.until}; add years")
    inflation = None
    if order.deflate:
        rates = _rates(_content(start / order.deflate), order.deflate)
        panels = [_deflated(p, rates, order.deflate) for p in panels]
        last_year = max(int(t[-1]) for p in panels for t, _ in p.values())
        recent = np.log1p([rates[y] for y in range(last_year - 4, last_year + 1) if y in rates])
        if len(recent) < 5:
            raise InputError(f"{order.deflate}: needs the five years up to {last_year} for the inflation expected")
        inflation = (round(float(recent.mean()), 4), round(float(recent.std(ddof=1)), 4))
    mean = float(np.mean([recipe.mean_growth(p, order.half_life) for p in panels]))

    def fit(found: Sequence[Windows]) -> tuple[Component, ...]:
        held = mean if order.short else None
        return fit_components(found, order.components, order.damping, order.wander, held)

    found = recipe.windows(panels, order.half_life, complete=not order.short)
    components = fit(found)
    if order.undated:
        widths = recipe.fit_widths(recipe.crossed(panels, order.half_life, fit), order.damping, 1.5)
    elif order.short:
        widths = ()
    else:
        alike = [recipe.moved(p, mean - recipe.mean_growth(p, order.half_life)) for p in read[len(order.panels) :] if p]
        every = recipe.windows([*panels, *alike], order.half_life)
        widths = recipe.fit_widths([(every, components)], order.damping)
    places = {f"{i} {name}": row for i, panel in enumerate(panels) for name, row in panel.items()}
    years = [int(y) for t, _ in places.values() for y in (t[0], t[-1])]
    counted = [(recipe.same_year_correlation(p), recipe.mean_error(p)) for p in panels if not order.undated]
    return ReferenceClass(
        name=order.name,
        title=Text(order.title_vi, order.title_en),
        kind=order.kind,
        prices="real" if order.deflate else order.prices,
        first_year=order.until if order.undated else min(years),
        last_year=order.until if order.undated else max(years),
        series=len(places),
        steps=sum(len(t) - 1 for t, _ in places.values()),
        components=components,
        damping=order.damping,
        widths=widths,
        rho=round(float(np.mean([rho for rho, _ in counted])), 3) if counted else 0.0,
        error=round(math.sqrt(sum(e**2 for _, e in counted)) / len(counted), 5) if counted else 0.0,
        inflation=inflation,
        growth=recipe.growth_quantiles(panels),
        source=order.source,
        panel_sha256=digest.hexdigest(),
        command=order.command(),
    )


def write_class(found: ReferenceClass, folder: Path) -> Path:
    """Write NAME-YEAR.json, the year being the last the class knows, and return its path."""
    path = folder / f"{found.name}-{found.last_year:04d}.json"
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(_rows_on_one_line(text) + "\n", encoding="utf-8")
    return path


def read_panel(content: bytes, label: str) -> Panel:
    """Places from CSV text with the columns series_id, year and value; places with a value <= 0 are left out."""
    rows: dict[str, dict[int, float]] = {}
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    missing = {"series_id", "year", "value"} - set(reader.fieldnames or ())
    if missing:
        raise InputError(f"{label}: no column {', '.join(sorted(missing))}; a panel has series_id, year and value")
    for number, cells in enumerate(reader, start=2):
        try:
            year, value = int(cells["year"]), float(cells["value"])
        except (TypeError, ValueError):
            raise InputError(
                f"{label} row {number}: year '{cells['year']}', value '{cells['value']}' are not numbers; "
                "write whole years and a decimal point"
            ) from None
        place = rows.setdefault(cells["series_id"], {})
        if year in place:
            raise InputError(f"{label} row {number}: {cells['series_id']} has {year} twice; keep one")
        place[year] = value
    good = {name: sorted(v.items()) for name, v in sorted(rows.items()) if min(v.values()) > 0}
    return {n: (np.array([y for y, _ in v]), np.array([x for _, x in v])) for n, v in good.items()}


def held_out(word: str, panel: str, place: str) -> bool:
    """Whether a place belongs to the half kept for checking: the sha1 of word|panel|place is odd."""
    return int(hashlib.sha1(f"{word}|{panel}|{place}".encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def _panel(text: str, order: Order, folder: Path, digest: Any) -> Panel:
    """The panel that FILE or FILE@YEAR names, cut in time and by half; its content enters the digest."""
    path, _, last = text.partition("@")
    content = _content(folder / path)
    digest.update(hashlib.sha256(content).digest())
    until = min(order.until, _year(text, last) if last else order.until)
    return _cut(read_panel(content, path), until, order.hold_out, Path(path).name.split(".")[0])


def _cut(panel: Panel, until: int, word: str, label: str) -> Panel:
    kept = {}
    for name, (t, v) in panel.items():
        keep = t <= until
        if keep.sum() >= 2 and not (word and held_out(word, label, name)):
            kept[name] = (t[keep], v[keep])
    return kept


def _deflated(panel: Panel, rates: dict[int, float], label: str) -> Panel:
    level = {min(rates) - 1: 0.0}
    for year in sorted(rates):
        level[year] = level[year - 1] + math.log1p(rates[year])
    lacking = sorted({int(y) for t, _ in panel.values() for y in t} - set(level))
    if lacking:
        raise InputError(f"{label}: no price rise for {lacking[0]}; add it, or cut the panel")
    return {n: (t, v / np.exp([level[int(y)] for y in t])) for n, (t, v) in panel.items()}


def _rates(content: bytes, label: str) -> dict[int, float]:
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        found = {int(r["year"]): float(r["value"]) / 100 for r in rows}
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{label}: price rises need the columns year and value, in percent a year") from None
    if not found or sorted(found) != list(range(min(found), max(found) + 1)):
        raise InputError(f"{label}: price rises have a gap; state every year")
    return found


def _content(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError:
        raise InputError(f"no file {path}; name a CSV file with series_id, year and value") from None
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def _year(text: str, last: str) -> int:
    if not last.isdigit():
        raise InputError(f"'{text}': after @ stands the last year to use, as in panel.csv@1990")
    return int(last)


def _rows_on_one_line(text: str) -> str:
    """Lists of numbers on one line each, so that a class file can be read."""
    return re.sub(r"\[\s+([^\[\]{}]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
