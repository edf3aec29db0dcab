"""A new figure of a series that is there: checked, appended with its source, let into answers of an earlier year."""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree
from tempfile import TemporaryDirectory

from ruralincome.data.cells import COLUMNS, Row, decimals, schema_of
from ruralincome.data.files import csv_lines, json_text, seal, write_all
from ruralincome.data.forms import figures, heads
from ruralincome.data.forms.read import brought
from ruralincome.data.forms.reading import Figure, Options, read_day
from ruralincome.data.package import Resource, package_content, read_back, read_resource, read_series, written
from ruralincome.scenario.check import check
from ruralincome.scenario.file import read_params, read_scenario
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.series.prices import DEFLATOR
from ruralincome.series.units import too_far, unit_of

STEEPEST = 100.0  # a rate beyond so many percent a year is in another unit
STATED = re.compile(rb"^as_of:[^#\r\n]*?(?=[ \t]*(?:#.*)?\r?$)", re.MULTILINE)  # where a params file states it
Uses = tuple[Mapping[str, int | str], Mapping[Path, bytes], Mapping[str, InputError]]
"""By params file: with which as_of it can use a figure, what is to be written of it, or why it cannot."""


@dataclass(frozen=True)
class Appended:
    """What `observe` wrote, and the params files that use the series. touched: those whose verdict it changes; held:
    those asked as of an earlier year, which it leaves as they are; due: those whose target can now be scored. said:
    what is to be told of how a file was read. new: it was not there."""

    root: Path
    name: str
    year: int
    value: float
    touched: tuple[str, ...]
    held: tuple[str, ...]
    due: tuple[str, ...]
    said: tuple[InputError, ...] = ()
    new: bool = True


def observe(
    name: str, year: int, value: float | str, source: str, *, status: str = "final", published: str = "",
    precision: Mapping[str, str] | None = None, again: bool = False, root: Path | None = None,
) -> Appended:  # fmt: skip
    """Append a figure to a series of levels or of rates and renew its hash, both or neither.

    value: as a table writes it, 41.2 (*) being preliminary. precision: standard_error, sample_size and design_effect,
    where the series states them. published: the day; a year that is there is revised only where both figures state
    theirs. again: the same may be there. Raises InputError for a year before the last, a value, status or source."""
    parts = figures.FIGURE.fullmatch(shown := str(value).strip())  # 41.2 (*), as in a table
    marked = figures.status_of(parts[4], table="remarks") if parts else None
    if (said := figures.status_of(status)) in (None, "plan") or marked == "plan":
        raise InputError("keep.no_status", status=shown if marked == "plan" else status)
    shown = shown[: parts.start(4)].strip() if parts and marked in ("preliminary", "estimate", "break") else shown
    both = Figure(shown, said or "final").marked(marked or "final", ()).status  # the stronger
    stated = {"year": str(year), "value": shown, "status": both, "source": clean(source)}
    stated |= {"published": read_day(published) if published else "", **(precision or {})}
    row = Row(InputError("keep.figure", name=name, year=year), stated)
    with written(root) as where:
        there = _known(resource := read_resource(name, where)).get(year)
        if again and there and there.number("value") == row.number("value"):
            return Appended(where, name, year, row.number("value"), *_verdicts(name, year, where), new=False)
        return _append(resource, [row])[0]


def observe_file(
    name: str, path: Path, source: str = "", *, options: Options | None = None, root: Path | None = None
) -> tuple[Appended, ...]:
    """Append the figures of a file that the series does not have yet, all of them or none.

    path: as `read_table` reads it, of one place or with the rows of the series' own. A figure that is there stays; a
    year before the last one known that the series has not is left out, and said. Raises InputError as `observe` does,
    and where the file holds nothing new."""
    with written(root) as where:
        resource, found, early = read_resource(name, where), list[Row](), list[int]()
        named, unit, known = resource.descriptor.place, resource.descriptor.unit, _known(resource)
        rows, said = brought(path, named.vi if named else "", clean(source), options)
        if resource.descriptor.prices == "nominal" and any(one.code == "data.read_real" for one in said):
            raise InputError("keep.constant_prices", file=path.name)
        for row in rows:
            stated, year, last = heads.unit(row.text("unit")), row.year(), max(known, default=0)
            if unit_of(stated).kind == "money" and stated != unit:
                raise InputError("keep.file_unit", file=path.name, found=stated, unit=unit)
            if year < last and year not in known:
                early.append(year)
            elif row.text("value") and not (year in known and row.number("value") == known[year].number("value")):
                found.append(row)
        if not found:
            raise InputError("keep.nothing_new", file=path.name, name=name, last=max(known, default=0))
        if early:
            said = (*said, InputError("keep.left_early", file=path.name, years=early, last=max(known)))
        return _append(resource, found, said)


def usable(done: Appended) -> Uses:
    """Who of the answers held from a figure can use it, unless their target is of its year or before. One that has its
    as_of from a file it extends stays as it is written where that one is advanced."""
    params, when = done.root / "params", f"{done.year:04}-12-31"
    with suppress(InputError):  # rates have none
        when = dict(read_series(done.name, done.root).published).get(done.year, when)
    asked, unfit = {name: read_scenario(params / f"{name}.yaml") for name in done.held}, dict[str, InputError]()
    later = {name: one.as_of for name, one in asked.items() if one.target.year > done.year}
    wanted = {name: when if isinstance(as_of, str) else done.year for name, as_of in later.items()}
    while True:
        with TemporaryDirectory() as folder:
            tried = Path(copytree(params, Path(folder) / "params", copy_function=copyfile))  # as faults name it
            trial = {tried / f"{name}.yaml": as_of for name, as_of in wanted.items()}
            for path, as_of in trial.items():
                path.write_bytes(STATED.sub(f"as_of: {as_of}".encode(), path.read_bytes()))
            for path, as_of in trial.items():
                if read_scenario(path).as_of != as_of:
                    end = b"\r\n" if b"\r\n" in (text := path.read_bytes()) else b"\n"
                    path.write_bytes(text.rstrip() + end + f"as_of: {as_of}".encode() + end)
            found = {name: check([tried / f"{name}.yaml"], done.root)[:1] for name in done.held}
            blamed = {one: fault for name in found for fault in found[name] for one in _line(name, wanted, tried)}
            if not blamed:
                files = {params / path.name: path.read_bytes() for path in trial}
                return wanted, {p: text for p, text in files.items() if text != p.read_bytes()}, unfit
        unfit |= blamed
        wanted = {name: as_of for name, as_of in wanted.items() if name not in blamed}


def use(done: Appended) -> Uses:
    """Advance as_of in the params files that can use a figure, all of them or none; the rest of each stays."""
    with written(done.root):
        write_all(dict((found := usable(done))[1]))
    return found


def _line(name: str, wanted: Mapping[str, object], params: Path) -> set[str]:
    """Who makes a file wrong: it itself where it is wanted, else those of the wanted that it extends."""
    named = [] if name in wanted else read_params(params / f"{name}.yaml").get("extends") or []
    above = [_line(one, wanted, params) for one in ([named] if isinstance(named, str) else named)]
    return {name} & wanted.keys() | set().union(*above)


def _known(resource: Resource) -> dict[int, Row]:
    """The rows that growth is measured from, of each year the last."""
    rate = resource.unit.kind == "rate"
    rows = [row for row in resource.table.records() if row.text("value") and (rate or row.text("status") != "zero")]
    return {row.year(): row for row in rows}


def _append(resource: Resource, new: Sequence[Row], said: tuple[InputError, ...] = ()) -> tuple[Appended, ...]:
    """The rows written, after each was checked; the root is held."""
    name, root, rate, known = resource.name, resource.path.parents[1], resource.unit.kind == "rate", _known(resource)
    heads, every = [*resource.table.head.heads], [*resource.table.records(), *new]
    for row in new:
        _check(resource, row, known)
        known[row.year()] = row
        for field in resource.descriptor.columns:
            if field.required and not row.text(field.name):
                code = "keep.no_source_of" if field.name == "source" else "keep.no_column"
                raise InputError(code, name=name, year=row.year(), column=field.name)
    columns = [*heads, *(c for c in COLUMNS[4:] if c not in heads and any(row.text(c) for row in new))]
    ordered = sorted(every, key=lambda row: (row.year(), row.text("published")))
    if columns == heads and ordered == every:  # what was there keeps its bytes
        content = resource.path.read_bytes().rstrip(b"\r\n") + b"\n"
        content += csv_lines(columns, [row.cells for row in new], header=False)
    else:
        content = csv_lines(columns, [{c: row.cells.get(c, "") for c in columns} for row in ordered])
    package = package_content(root)
    entry = next(r for r in package["resources"] if r["name"] == name)
    entry |= {"schema": schema_of(ordered, columns, entry["schema"]), **seal(content)}
    if not rate:
        entry["decimals"] = max(entry.get("decimals", 0), *(decimals(row.text("value")) for row in new))
    read_back(name, content, package, root)
    write_all({resource.path: content, root / "data" / "datapackage.json": json_text(package)}, durable=True)
    added = [(row.year(), row.number("value")) for row in new]
    return tuple(Appended(root, name, year, value, *_verdicts(name, year, root), said) for year, value in added)


def _check(resource: Resource, row: Row, known: Mapping[int, Row]) -> None:
    """Raise InputError unless a figure can be the next one of the series, or a revision of one that is there."""
    name, rate, year, shown = resource.name, resource.unit.kind == "rate", row.year(), row.text("value")
    value, last, there = row.number("value"), max(known, default=row.year() - 1), known.get(row.year())
    if not rate and value <= 0:
        raise InputError("data.not_positive", where=row.where, value=value)
    day = there.text("published") if there else ""
    if there and not (day and row.text("published") > day):
        code = "keep.year_there_undated" if row.text("published") else "keep.year_there"
        raise InputError(code, name=name, year=year, value=there.number("value"), published=day)
    if year < last and not there:
        raise InputError("keep.year_before", name=name, year=year, last=last)
    if year > last + 50:
        raise InputError("keep.year_after", name=name, year=year, last=last)
    stated = resource.descriptor.decimals
    most = max(stated + 1, *(decimals(cell) for r in resource.table.records() if (cell := r.text("value"))), 1)
    if (digits := decimals(shown)) > most:
        raise InputError("keep.too_precise", name=name, value=Figure(shown).number, digits=digits, stated=stated)
    if rate and abs(value) > STEEPEST:
        raise InputError("keep.too_steep", value=value, most=STEEPEST)
    before = min(last, year)
    if not rate and known and abs(math.log(value / (level := known[before].number("value")))) >= too_far(year - before):
        raise InputError("keep.too_far", value=value, before=level, last=before, unit=resource.descriptor.unit)


def _verdicts(name: str, year: int, root: Path) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The params files that a figure touches, those held from it, and those whose target it is of."""
    touched, held, due = list[str](), list[str](), list[str]()
    for path in sorted((root / "params").glob("*.yaml")):
        with suppress(InputError):  # `check` says what is wrong with it
            scenario = read_scenario(path)
            used = {scenario.series, *(need for step in scenario.adjustments for _, need, _ in step.needs())}
            if scenario.terms is not None:
                used.add(scenario.terms.deflator)
            elif (scenario.target.prices or "nominal") != read_series(scenario.series, root).prices:
                used.add(DEFLATOR)
            ours = scenario.series == name
            known = scenario.known or (9999 if ours else read_series(scenario.series, root).origin)
            if name in used:
                (touched if known >= year else held).append(path.stem)
            if ours and scenario.target.year == year:
                due.append(path.stem)
    return tuple(touched), tuple(held), tuple(due)
