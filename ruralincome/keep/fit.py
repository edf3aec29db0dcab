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
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome.data.files import write_all
from ruralincome.models import recipe
from ruralincome.models.prior import Windows, fit_components
from ruralincome.models.recipe import Panel
from ruralincome.reference.reference import Component, ReferenceClass, checked
from ruralincome.series import InputError, Kind, Prices, Text

PLACES = 5
"""Fewest places of a class: its prior is how far places lie apart, and of a spread fewer than five say next to nothing
(with five, an 80 % interval of a standard deviation still spans a factor of 2.7)."""
EVER = 9999
"""`until` where no last year is stated."""


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
    until: int = EVER
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


def fit_from_csv(
    order: Order, folder: Path | None = None, tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr)
) -> ReferenceClass:
    """Fit the class that `order` asks for; relative paths start in `folder` (the working directory).

    tell: is given a line for each panel of which places had to be left out, with the reason.
    Raises InputError for a name that no file can have, a missing file, a wrong column, a bad cell, places that do not
    vary, or panels too small to learn from.
    """
    _check(order)
    start = folder or Path()
    digest = hashlib.sha256()
    read = [_panel(text, order, start, digest, tell) for text in (*order.panels, *order.spread)]
    panels = read[: len(order.panels)]
    if (count := sum(map(len, panels))) < PLACES:
        raise InputError(f"{', '.join(order.panels)}: {_named(count)}; add some, a class needs at least {PLACES}")
    inflation = None
    if order.deflate:
        rates = _rates(_content(start / order.deflate), order.deflate)
        panels = [recipe.deflated(p, rates, order.deflate) for p in panels]
        last_year = max(int(t[-1]) for p in panels for t, _ in p.values())
        recent = np.log1p([rates[y] for y in range(last_year - 4, last_year + 1) if y in rates])
        if len(recent) < 5:
            raise InputError(f"{order.deflate}: needs the five years up to {last_year} for the inflation expected")
        inflation = (round(float(recent.mean()), 4), round(float(recent.std(ddof=1)), 4))
    for text, panel in zip(order.panels, panels, strict=True):
        if steady := recipe.steady(panel):
            raise InputError(
                f"{text}: growth does not vary in {_named(len(steady), steady)} of {len(panel)}; leave out what was "
                "filled in at one pace"
            )
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
        alike = [recipe.moved(p, mean - recipe.mean_growth(p, order.half_life)) for p in read[len(order.panels) :]]
        every = recipe.windows([*panels, *alike], order.half_life)
        widths = recipe.fit_widths([(every, components)], order.damping)
    places = {f"{i} {name}": row for i, panel in enumerate(panels) for name, row in panel.items()}
    years = [int(y) for t, _ in places.values() for y in (t[0], t[-1])]
    counted = [(recipe.same_year_correlation(p), recipe.mean_error(p)) for p in panels if not order.undated]
    fitted = ReferenceClass(
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
    return checked(fitted)


def write_class(found: ReferenceClass, folder: Path) -> Path:
    """Write NAME-YEAR.json, the year being the last the class knows, and return its path; the folder is made.

    Raises InputError where it cannot be written.
    """
    path = folder / f"{found.name}-{found.last_year:04d}.json"
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    write_all({path: (_rows_on_one_line(text) + "\n").encode()})
    return path


def read_panel(content: bytes, label: str, undated: bool = False) -> Panel:
    """Places from CSV text with the columns series_id, year and value; undated: the years are counts.

    Raises InputError naming the row for a cell that cannot stand.
    """
    form, wanted = (r"[0-9]{1,4}", "a count") if undated else (r"[1-9][0-9]{3}", "a calendar year of four digits")
    remedy = "write 1, 2, 3, ..." if undated else "correct it, or say --undated where years are counts"
    rows: dict[str, dict[int, float]] = {}
    for where, cells in _records(content, label, ("series_id", "year", "value")):
        name = cells["series_id"]
        if not name.strip():
            raise InputError(f"{where}: no series_id; name the place")
        if not re.fullmatch(form, cells["year"].strip()):
            raise InputError(f"{where}: year '{cells['year']}' is not {wanted}; {remedy}")
        year, value = int(cells["year"]), _number(cells["value"], where)
        place = rows.setdefault(name, {})
        if year in place:
            raise InputError(f"{where}: {name} has {year} twice; keep one")
        place[year] = value
    ordered = {name: sorted(v.items()) for name, v in sorted(rows.items())}
    return {n: (np.array([y for y, _ in v]), np.array([x for _, x in v])) for n, v in ordered.items()}


def held_out(word: str, panel: str, place: str) -> bool:
    """Whether a place belongs to the half kept for checking: the sha1 of word|panel|place is odd."""
    return int(hashlib.sha1(f"{word}|{panel}|{place}".encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def _check(order: Order) -> None:
    """Refuse, before anything is read, an order whose class could not be written."""
    name = order.name
    if not (name.strip() and name.isprintable()) or set(name) & set("/\\") or len(name.encode()) > 200:
        raise InputError(f"--name {name!r} cannot name a file; use letters, digits and hyphens, as in my-communes")
    if order.undated and not 1000 <= order.until < EVER:
        stated = "" if order.until == EVER else f", which {order.until} is not"
        raise InputError(
            f"--undated needs --until, the year in which the last panel was published{stated}; state it, as in "
            "--until 2010"
        )


def _panel(text: str, order: Order, folder: Path, digest: Any, tell: Callable[[str], None]) -> Panel:
    """The panel that FILE or FILE@YEAR names, cut in time and by half; its content enters the digest."""
    path, _, last = text.partition("@")
    content = _content(folder / path)
    digest.update(hashlib.sha256(content).digest())
    if last and not re.fullmatch(r"[0-9]{1,4}", last):
        raise InputError(f"'{text}': after @ stands the last year to use, as in panel.csv@1990")
    until = min(order.until, int(last or EVER))
    stem = Path(path).name.split(".")[0]
    panel = read_panel(content, path, order.undated)
    asked = {n: row for n, row in panel.items() if not (order.hold_out and held_out(order.hold_out, stem, n))}
    kept = _cut(asked, until, path, tell)
    if not kept:
        years = [int(y) for t, _ in panel.values() for y in (t[0], t[-1])]
        span = f"its years are {min(years)} to {max(years)}" if years else "it has no row"
        raise InputError(
            f"{text}: no place has two positive values{_up_to(until)} ({span}); add years or cut the panel later"
        )
    return kept


def _cut(panel: Panel, until: int, label: str, tell: Callable[[str], None]) -> Panel:
    """The places up to a year; those without two values by then, or with one that is not positive, are told of."""
    kept, short, low = {}, [], []
    for name, (t, v) in panel.items():
        t, v = t[t <= until], v[t <= until]
        if len(t) < 2:
            short.append(name)
        elif v.min() <= 0:
            low.append(f"{name} ({v.min():g} in {t[v.argmin()]})")
        else:
            kept[name] = (t, v)
    if low:
        tell(f"{label}: {_named(len(low), low)} left out: growth needs values above 0; correct them if they are wrong")
    if short:
        tell(f"{label}: {_named(len(short), short)} left out: fewer than two years{_up_to(until)}")
    return kept


def _named(count: int, names: Sequence[str] = ()) -> str:
    """How many places, and the first of them by name."""
    first = f" ({', '.join(names[:3])}{', ...' if count > 3 else ''})" if names else ""
    return f"{count} place{'' if count == 1 else 's'}{first}"


def _up_to(until: int) -> str:
    return "" if until == EVER else f" up to {until}"


def _rates(content: bytes, label: str) -> dict[int, float]:
    """Price rises a year, as fractions, from CSV text in percent."""
    found = {}
    for where, cells in _records(content, label, ("year", "value")):
        if not re.fullmatch(r"[1-9][0-9]{3}", cells["year"].strip()):
            raise InputError(f"{where}: year '{cells['year']}' is not a calendar year of four digits; correct it")
        rate = _number(cells["value"], where) / 100
        if rate <= -1:
            raise InputError(f"{where}: a price rise of {cells['value']} % leaves no price; state percent a year")
        found[int(cells["year"])] = rate
    if not found or sorted(found) != list(range(min(found), max(found) + 1)):
        raise InputError(f"{label}: price rises have a gap; state every year")
    return found


def _records(content: bytes, label: str, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Where it stands (file and row) and the cells of each row of CSV text, every row with one cell a column."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        missing = [c for c in columns if c not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"{label}: no column {', '.join(missing)}; it needs {', '.join(columns)}")
        for cells in reader:
            where = f"{label} row {reader.line_num}"
            if None in cells or None in cells.values():
                raise InputError(f"{where} has not one cell a column; is there a decimal comma, as in 48,9?")
            yield where, cells
    except (UnicodeDecodeError, csv.Error) as fault:
        raise InputError(f"{label} is not CSV in UTF-8 ({fault}); save it as that") from None


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in cell:  # Python reads 1_000, others do not
        comma = re.fullmatch(r"\s*-?[0-9]+,[0-9]+\s*", cell)
        remedy = f"write {cell.strip().replace(',', '.')}" if comma else "correct it, or leave the row out"
        raise InputError(f"{where}: value '{cell}' is not a number with a decimal point; {remedy}")
    return value


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a CSV file in it")
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise InputError(f"{path} is not gzip ({fault}); compress it again, or name it .csv if it is CSV") from None
    except FileNotFoundError:
        raise InputError(f"no file {path}; name a CSV file with series_id, year and value") from None
    except OSError as fault:
        raise InputError(f"{path} cannot be read ({fault.strerror}); name a CSV file that can") from None


def _rows_on_one_line(text: str) -> str:
    """Lists of numbers on one line each, so that a class file can be read."""
    return re.sub(r"\[\s+([^\[\]{}]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
