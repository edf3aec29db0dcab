"""A reference class of one's own: read places from files, fit on them by the one recipe, write it as JSON; and its
record: fitted again at past origins, and held against what came."""

import hashlib
import json
import math
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome.data.files import WAIT, hold, write_all
from ruralincome.data.forms.read import rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.keep.panels import PANEL, places_of, price_rises
from ruralincome.keep.score import Tell
from ruralincome.models import recipe
from ruralincome.models.posterior import Steps
from ruralincome.models.prior import fit_components
from ruralincome.models.recipe import Errors, Observed
from ruralincome.models.walk import pooled_walks
from ruralincome.reference.component import Component, Trial, fading
from ruralincome.reference.reference import ReferenceClass, checked
from ruralincome.series import InputError, Kind, Prices, Text
from ruralincome.series.prices import expected
from ruralincome.series.units import CURRENCIES, spent_in

PLACES = 5
"""Fewest places of a class: its prior is how far places lie apart, and of a spread fewer than five say next to nothing
(with five, an 80 % interval of a standard deviation still spans a factor of 2.7)."""
EVER = 9999  # `until` where no last year is stated
Seen = dict[str, tuple[str, bytes]]  # panels as they are named, and the hashes of their files, by their figures
AHEAD, HISTORY = 2, 5
"""Years ahead of an origin that a class is tested at; figures of a place that a test knows at the most, as many as
short official series have."""
MANY, APART = 20, 5  # where a panel spans more than so many years, origins lie so far apart


@dataclass(frozen=True)
class Fitting:
    """What `ruralincome reference fit` is asked for; `command` writes it as that command.

    panels: CSV files (place, year, value), each perhaps with the last year to use, as in panel.csv.gz@1990. spread:
    further panels that help to tell how places vary, brought to the mean growth of the others (theirs holds another
    era's inflation). until: last year to use of every panel. half_life: years after which a window counts half.
    components: 1, 2 or 3. damping: factor of the drift a year ahead. memory: fit a fading pace, passing figures, how
    long the spread is remembered, and the damping with them. deflate: a CSV (year, value) of price rises in percent a
    year, by which nominal values become real. hold_out: leave out the half of the places whose hash with this word is
    odd. short: a panel of few years: use windows whose five years have not all passed, and set no widths. undated: the
    years are counts, and `until` is the year in which the last panel was published. country: ISO 3166 code where all
    places are of one country: in constant prices its pace then fades. options: what is stated of how files are read."""

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
        words = ["ruralincome", "reference", "fit", *(Path(panel).name for panel in self.panels)]
        for key, value in (asdict(self) | asdict(self.options)).items():
            if key in ("panels", "options") or not value or value == getattr(type(self), key, None):
                continue
            for one in value if key == "spread" else [value]:
                said = [] if one is True else [Path(one).name if key in ("spread", "deflate") else str(one)]
                words += [f"--{key.replace('_', '-')}", *said]
        return shlex.join(words)


def fit_from_csv(
    order: Fitting, folder: Path = Path(), tell: Tell = lambda said: print(said, file=sys.stderr)
) -> ReferenceClass:
    """Fit the class that `order` asks for; relative paths start in `folder` (the working directory).

    tell: is given what to say of each panel of which places had to be left out, with the reason.
    Raises InputError for a name that no file can have, a missing file, a wrong column, a bad cell, places that do not
    vary, or panels too small to learn from."""
    name, seen = order.name, Seen()
    if not (name.strip() and name.isprintable()) or set(name) & set("/\\") or len(name.encode()) > 200:
        raise InputError("keep.class_name", name=name)
    if order.country and not any(spent_in(money.upper(), order.country) for money in CURRENCIES.split()):
        raise InputError("keep.country", country=order.country)
    if order.undated and not 1000 <= order.until < EVER:
        raise InputError("keep.no_until" if order.until == EVER else "keep.low_until", until=order.until)
    read = [_panel(text, order, folder, seen, tell) for text in (*order.panels, *order.spread)]
    panels, errors = [panel for panel, _ in read[: len(order.panels)]], [stated for _, stated in read]
    if (count := sum(map(len, panels))) < PLACES:
        raise InputError("keep.few_places", files=order.panels, places=_named(count), least=PLACES)
    basis, inflation = order.prices, None
    if order.deflate:
        rates = price_rises(folder / order.deflate, order.deflate, order.options, tell)
        panels = [recipe.deflated(p, rates, order.deflate) for p in panels]
        ahead = expected(rates, max(int(t[-1]) for p in panels for t, _ in p.values()))
        basis, inflation = "real", (round(ahead.mean, 4), ahead.sd)
    for text, panel in zip(order.panels, panels, strict=True):
        if steady := recipe.steady(panel):
            raise InputError("keep.steady", file=text, places=_named(len(steady), steady), count=len(panel))
    components, widths, centre = _fitted(order, panels, [panel for panel, _ in read[len(panels) :]], errors)
    dates = [t for panel in panels for t, _ in panel.values()]
    years = [order.until] if order.undated else [int(year) for t in dates for year in (t[0], t[-1])]
    dated = [] if order.undated else panels
    shares = [recipe.survey_share(p, stated) for p, stated in zip(dated, errors, strict=False)]
    counted = [(recipe.same_year_correlation(p, q), recipe.mean_error(p)) for p, q in zip(dated, shares, strict=True)]
    error = round(math.sqrt(sum(e**2 for _, e in counted)) / len(counted), 5) if counted else 0.0
    return checked(ReferenceClass(
        name=name, title=Text(order.title_vi, order.title_en), source=order.source, command=order.command(),
        panel_sha256=hashlib.sha256(b"".join(digest for _, digest in seen.values())).hexdigest(), kind=order.kind,
        prices=basis, first_year=min(years), last_year=max(years), series=len(dates), widths=widths, centre=centre,
        components=components, steps=sum(len(t) - 1 for t in dates), country=order.country,
        rho=round(float(np.mean([rho for rho, _ in counted])), 3) if counted else 0.0,
        rhos=recipe.rhos(panels, shares) if counted else (), error=error, inflation=inflation, measure=order.measure,
        fading=fading(error) if order.country and basis == "real" else None, growth=recipe.growth_quantiles(panels),
    ))  # fmt: skip


def write_class(found: ReferenceClass, folder: Path) -> Path:
    """Write NAME-YEAR.json, the year being the last the class knows, and return its path; the folder is made. Raises
    InputError where it cannot be written."""
    path = folder / f"{found.name}-{found.last_year:04d}.json"
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    text = re.sub(r"\[\s+([^\[\]{}]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)  # a row a line
    with hold(folder, wait=WAIT):
        write_all({path: (text + "\n").encode()})
    return path


def with_record(
    found: ReferenceClass, order: Fitting, folder: Path = Path(), known: Callable[[int], ReferenceClass] | None = None
) -> ReferenceClass:
    """The class with its record: the same order fitted on what was known at each origin, tested two years ahead.

    known: the class as it was known at an origin, where it need not be fitted. An origin without one is left out;
    panels whose years are counts have none."""
    if order.undated:
        return found
    trials, places, errors = list[Trial](), dict[str, Any](), dict[str, Any]()
    for text in order.panels:
        panel, stated = _panel(text, replace(order, hold_out=""), folder, Seen(), lambda _: None)
        errors |= {f"{text} {name}": own for name, own in stated.items()}
        places |= {f"{text} {name}": row for name, row in panel.items()}
    seen, count = np.unique(np.concatenate([t for t, _ in places.values()]), return_counts=True)
    years = [int(year) for year in seen[2 * count >= len(places)]][:-1]  # with figures of half of the places at least
    for origin in years[::-1][1::APART][::-1] if years and years[-1] - years[0] > MANY else years:
        with suppress(InputError):
            then = known(origin) if known else fit_from_csv(replace(order, until=origin), folder, lambda _: None)
            trials += tested(places, then.into(order.prices), origin, errors)
    return replace(found, record=tuple(trials))


def tested(places: Observed, reference: ReferenceClass, origin: int, errors: Errors) -> list[Trial]:
    """The class, known at the end of `origin`, against each year of the next two that has figures; errors: of those
    that it is told, by their surveys."""
    trials = []
    for year in range(origin + 1, origin + 1 + AHEAD):
        cut = [(n, t[t <= origin][-HISTORY:], v[t <= origin][-HISTORY:], v[t == year]) for n, (t, v) in places.items()]
        seen = [row for row in cut if len(row[1]) > 1 and row[1][-1] == origin and len(row[3]) and row[2].min() > 0]
        if not seen:
            continue
        names, times, values, outcomes = zip(*seen, strict=True)
        said = np.array([errors.get(n, {}).get(int(y), 0.0) for n, t in zip(names, times, strict=True) for y in t])
        steps = Steps(
            np.concatenate([np.diff(np.log(v)) for v in values]), np.concatenate([np.diff(t) for t in times]),
            np.array([len(t) - 1 for t in times]), errors=said if said.any() else None,
        )  # fmt: skip
        walks = pooled_walks(steps, np.array([v[-1] for v in values]), reference)
        came, ahead = np.array([float(one[0]) for one in outcomes]), np.full(len(seen), year - origin)
        off = np.abs(walks.probability(ahead, came) - 0.5)
        error = np.log(came / walks.quantile(ahead, np.array([0.5]))[:, 0])
        half, most, all_but = (round(float(np.mean(off <= level / 2)), 3) for level in recipe.CENTRAL)
        trials.append(Trial(origin, year, len(seen), half, most, all_but, round(float(np.median(error)), 4)))
    return trials


def held_out(word: str, panel: str, place: str) -> bool:
    """Whether a place belongs to the half kept for checking: the sha1 of word|panel|place is odd."""
    return int(hashlib.sha1(f"{word}|{panel}|{place}".encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def _fitted(
    order: Fitting, panels: Sequence[Observed], spread: Sequence[Observed], errors: Sequence[Errors]
) -> tuple[tuple[Component, ...], tuple[tuple[int, float], ...], float]:
    """The components of the prior, and the widths and the centre learnt by recalibration."""
    mean = float(np.mean([recipe.mean_growth(p, order.half_life) for p in panels]))
    every = [*panels, *(recipe.sped_up(p, mean - recipe.mean_growth(p, order.half_life)) for p in spread)]
    known = mean if order.short else None
    fit = partial(fit_components, count=order.components, damping=order.damping, memory=order.memory, mean=known)
    components = fit(found := recipe.windows(every, order.half_life, not order.short, errors))
    if order.undated:
        held = recipe.cross_fitted(every, order.half_life, fit, errors)
        centre = recipe.fit_centre(held)
        return components, recipe.fit_widths(held, 1.5, centre), centre
    return components, () if order.short else recipe.fit_widths([(found, components)]), 0.0


def _panel(text: str, order: Fitting, folder: Path, seen: Seen, tell: Tell) -> tuple[Observed, Errors]:
    """The panel of FILE or FILE@YEAR, cut in time and by half, and its surveys' errors. seen: what was read before;
    it enters there, and is refused where its figures are those of another."""
    path, last, *_ = (*re.split(r"@([0-9]{1,4})\Z", text), str(EVER))
    table = rows_of(folder / path, *PANEL, label=path, options=order.options)
    for said in table.said:
        if said.code == "data.read_real" and order.prices == "nominal":
            raise InputError("keep.constant_panel", file=path)
        tell(said)
    until, stem = min(order.until, int(last)), Path(path).name.split(".")[0]
    (panel, errors), up_to = places_of(table, order.undated), "" if until == EVER else "_until"
    if (figures := repr([(name, t.tolist(), v.tolist()) for name, (t, v) in panel.items()])) in seen:
        raise InputError("keep.panel_twice", file=text, other=seen[figures][0])
    seen[figures] = text, bytes.fromhex(table.sha256)
    asked = {n: row for n, row in panel.items() if not (order.hold_out and held_out(order.hold_out, stem, n))}
    cut = {name: (t[t <= until], v[t <= until]) for name, (t, v) in asked.items()}
    short = [name for name, (t, _) in cut.items() if len(t) < 2]
    low = {n: f"{n} ({v.min():g} in {t[v.argmin()]})" for n, (t, v) in cut.items() if len(t) > 1 and v.min() <= 0}
    for code, names in (("keep.left_low", [*low.values()]), (f"keep.left_short{up_to}", short)):
        if names:
            tell(InputError(code, file=path, places=_named(len(names), names), until=until))
    if kept := {name: row for name, row in cut.items() if name not in {*low, *short}}:
        return kept, errors
    if not (years := [int(y) for t, _ in panel.values() for y in (t[0], t[-1])]):
        raise InputError("data.no_row", file=path)
    raise InputError(f"keep.no_place{up_to}", file=text, until=until, first=min(years), last=max(years))


def _named(count: int, names: Sequence[str] = ()) -> InputError:
    """How many places, and the first of them by name, as words within a fault."""
    first = f" ({', '.join(names[:3])}{', ...' if count > 3 else ''})" if names else ""
    return InputError("keep.one_place" if count == 1 else "keep.places", count=count, names=first)
