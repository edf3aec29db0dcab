"""A reference class of one's own: read places from files, fit on them by the one recipe, write it as JSON."""

import hashlib
import json
import math
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome.data.files import WAIT, hold, write_all
from ruralincome.data.forms.read import rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.keep.panels import PANEL, errors_of, places_of, price_rises
from ruralincome.models import recipe
from ruralincome.models.prior import Windows, fit_components
from ruralincome.models.recipe import Errors, Observed
from ruralincome.reference.component import Component, fading
from ruralincome.reference.reference import ReferenceClass, checked
from ruralincome.series import InputError, Kind, Prices, Text
from ruralincome.series.prices import expected

PLACES = 5
"""Fewest places of a class: its prior is how far places lie apart, and of a spread fewer than five say next to nothing
(with five, an 80 % interval of a standard deviation still spans a factor of 2.7)."""
EVER = 9999
"""`until` where no last year is stated."""


@dataclass(frozen=True)
class Fitting:
    """What `ruralincome reference fit` is asked for; `command` writes it as that command.

    panels: CSV files (place, year, value), each perhaps with the last year to use, as in panel.csv.gz@1990.
    spread: further panels that help to tell how places vary, brought to the mean growth of the others (theirs holds
    another era's inflation). until: last year to use of every panel. half_life: years after which a window counts
    half. components: 1, 2 or 3. damping: factor of the drift a year ahead. memory: fit a fading pace, passing figures,
    how long the spread is remembered, and the damping with them. deflate: a CSV
    (year, value) of price rises in percent a year, by which nominal values become real. hold_out: leave out the half of
    the places whose hash with this word is odd. short: a panel of few years: use windows whose five years have not all
    passed, and set no widths.
    undated: the years are counts, and `until` is the year in which the last panel was published. country: ISO 3166 code
    where all places are of one country: in constant prices its pace then fades. measure: see ReferenceClass. options:
    what is stated of how the files are read.
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
    memory: bool = False
    deflate: str = ""
    hold_out: str = ""
    short: bool = False
    undated: bool = False
    country: str = ""
    measure: str = "income"
    source: str = ""
    options: Options = field(default_factory=Options)

    def command(self) -> str:
        """The command that fits this class again; files stand by name, without their folder."""
        words = ["ruralincome", "reference", "fit", *(Path(p).name for p in self.panels)]
        stated = {**asdict(self), **asdict(self.options)}
        for key, value in stated.items():
            if key in ("panels", "options") or not value or value == getattr(type(self), key, None):
                continue
            if key == "spread":
                words += [word for panel in value for word in ("--spread", Path(panel).name)]
                continue
            words.append(f"--{key.replace('_', '-')}")
            if value is not True:
                words.append(Path(str(value)).name if key == "deflate" else str(value))
        return shlex.join(words)


def fit_from_csv(
    order: Fitting,
    folder: Path | None = None,
    tell: Callable[[InputError], None] = lambda said: print(said, file=sys.stderr),
) -> ReferenceClass:
    """Fit the class that `order` asks for; relative paths start in `folder` (the working directory).

    tell: is given what to say of each panel of which places had to be left out, with the reason.
    Raises InputError for a name that no file can have, a missing file, a wrong column, a bad cell, places that do not
    vary, or panels too small to learn from.
    """
    _check(order)
    start = folder or Path()
    digest = hashlib.sha256()
    read = [_panel(text, order, start, digest, tell) for text in (*order.panels, *order.spread)]
    panels, errors = [panel for panel, _ in read[: len(order.panels)]], [stated for _, stated in read]
    if (count := sum(map(len, panels))) < PLACES:
        raise InputError("keep.few_places", files=order.panels, places=_named(count), least=PLACES)
    inflation = None
    if order.deflate:
        rates = price_rises(start / order.deflate, order.deflate, order.options, tell)
        panels = [recipe.deflated(p, rates, order.deflate) for p in panels]
        last_year = max(int(t[-1]) for p in panels for t, _ in p.values())
        ahead = expected(rates, last_year)
        inflation = (round(ahead.mean, 4), ahead.sd)
    for text, panel in zip(order.panels, panels, strict=True):
        if steady := recipe.steady(panel):
            raise InputError("keep.steady", file=text, places=_named(len(steady), steady), count=len(panel))
    components, widths, centre = _fitted(order, panels, [panel for panel, _ in read[len(order.panels) :]], errors)
    places = {f"{i} {name}": row for i, panel in enumerate(panels) for name, row in panel.items()}
    years = [int(y) for t, _ in places.values() for y in (t[0], t[-1])]
    dated = [] if order.undated else panels
    shares = [recipe.survey_share(p, stated) for p, stated in zip(dated, errors, strict=False)]
    counted = [(recipe.same_year_correlation(p, q), recipe.mean_error(p)) for p, q in zip(dated, shares, strict=True)]
    error = round(math.sqrt(sum(e**2 for _, e in counted)) / len(counted), 5) if counted else 0.0
    fitted = ReferenceClass(
        name=order.name, title=Text(order.title_vi, order.title_en), source=order.source, command=order.command(),
        kind=order.kind, prices="real" if order.deflate else order.prices, panel_sha256=digest.hexdigest(),
        first_year=order.until if order.undated else min(years),
        last_year=order.until if order.undated else max(years),
        series=len(places), steps=sum(len(t) - 1 for t, _ in places.values()),
        components=components, widths=widths, centre=centre, rhos=recipe.rhos(panels, shares) if counted else (),
        rho=round(float(np.mean([rho for rho, _ in counted])), 3) if counted else 0.0,
        error=error, inflation=inflation, country=order.country, measure=order.measure,
        fading=fading(error) if order.country and order.deflate else None, growth=recipe.growth_quantiles(panels),
    )  # fmt: skip
    return checked(fitted)


def write_class(found: ReferenceClass, folder: Path) -> Path:
    """Write NAME-YEAR.json, the year being the last the class knows, and return its path; the folder is made.

    Raises InputError where it cannot be written.
    """
    path = folder / f"{found.name}-{found.last_year:04d}.json"
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    text = re.sub(r"\[\s+([^\[\]{}]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)  # a row a line
    with hold(folder, wait=WAIT):
        write_all({path: (text + "\n").encode()})
    return path


def held_out(word: str, panel: str, place: str) -> bool:
    """Whether a place belongs to the half kept for checking: the sha1 of word|panel|place is odd."""
    return int(hashlib.sha1(f"{word}|{panel}|{place}".encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def _check(order: Fitting) -> None:
    """Refuse, before anything is read, an order whose class could not be written."""
    name = order.name
    if not (name.strip() and name.isprintable()) or set(name) & set("/\\") or len(name.encode()) > 200:
        raise InputError("keep.class_name", name=name)
    if order.undated and not 1000 <= order.until < EVER:
        raise InputError("keep.no_until" if order.until == EVER else "keep.low_until", until=order.until)


def _fitted(
    order: Fitting, panels: Sequence[Observed], spread: Sequence[Observed], errors: Sequence[Errors]
) -> tuple[tuple[Component, ...], tuple[tuple[int, float], ...], float]:
    """The components of the prior, and the widths and the centre learnt by recalibration."""
    mean = float(np.mean([recipe.mean_growth(p, order.half_life) for p in panels]))
    alike = [recipe.moved(p, mean - recipe.mean_growth(p, order.half_life)) for p in spread]
    every = [*panels, *alike]

    def fit(found: Sequence[Windows]) -> tuple[Component, ...]:
        known = mean if order.short else None
        return fit_components(found, order.components, order.damping, order.memory, known)

    components = fit(found := recipe.windows(every, order.half_life, not order.short, errors))
    if order.undated:
        held = recipe.crossed(every, order.half_life, fit, errors)
        centre = recipe.fit_centre(held)
        return components, recipe.fit_widths(held, 1.5, centre), centre
    return components, () if order.short else recipe.fit_widths([(found, components)]), 0.0


def _panel(
    text: str, order: Fitting, folder: Path, digest: Any, tell: Callable[[InputError], None]
) -> tuple[Observed, Errors]:
    """The panel that FILE or FILE@YEAR names, cut in time and by half, and what is stated of its surveys' errors; its
    content enters the digest."""
    path, _, last = text.partition("@")
    table = rows_of(folder / path, *PANEL, label=path, options=order.options)
    for said in table.said:
        tell(said)
    digest.update(bytes.fromhex(table.sha256))
    if last and not re.fullmatch(r"[0-9]{1,4}", last):
        raise InputError("keep.last_year", panel=text)
    until = min(order.until, int(last or EVER))
    stem = Path(path).name.split(".")[0]
    panel = places_of(table, order.undated)
    asked = {n: row for n, row in panel.items() if not (order.hold_out and held_out(order.hold_out, stem, n))}
    kept = _cut(asked, until, path, tell)
    if not kept:
        years = [int(y) for t, _ in panel.values() for y in (t[0], t[-1])]
        if not years:
            raise InputError("data.no_row", file=path)
        code = "keep.no_place" if until == EVER else "keep.no_place_until"
        raise InputError(code, file=text, until=until, first=min(years), last=max(years))
    return kept, errors_of(table, order.undated)


def _cut(panel: Observed, until: int, label: str, tell: Callable[[InputError], None]) -> Observed:
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
        tell(InputError("keep.left_low", file=label, places=_named(len(low), low)))
    if short:
        code = "keep.left_short" if until == EVER else "keep.left_short_until"
        tell(InputError(code, file=label, places=_named(len(short), short), until=until))
    return kept


def _named(count: int, names: Sequence[str] = ()) -> InputError:
    """How many places, and the first of them by name, as words within a fault."""
    first = f" ({', '.join(names[:3])}{', ...' if count > 3 else ''})" if names else ""
    return InputError("keep.one_place" if count == 1 else "keep.places", count=count, names=first)
