"""A new figure of a series that is there: checked, appended with its source, let into answers of an earlier year."""

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ruralincome.data.cells import COLUMNS, Row, decimals, schema
from ruralincome.data.files import csv_lines, json_text, seal, write_all
from ruralincome.data.forms import heads
from ruralincome.data.forms.read import brought
from ruralincome.data.forms.reading import Options, day
from ruralincome.data.package import (
    Resource,
    find_root,
    package_content,
    read_back,
    read_resource,
    read_series,
    written,
)
from ruralincome.scenario.check import check
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.series import Faults, InputError
from ruralincome.series.names import clean
from ruralincome.series.prices import DEFLATOR
from ruralincome.series.units import too_far, unit_of

STEEPEST = 100.0
"""A rate beyond so many percent a year is in another unit."""
STATED = re.compile(rb"^as_of:[^#\r\n]*?(?=[ \t]*(?:#.*)?\r?$)", re.MULTILINE)
"""Where a params file states it."""


@dataclass(frozen=True)
class Appended:
    """What `observe` wrote, and the params files that use the series.

    touched: those whose verdict it changes; held: those asked as of an earlier year, which it leaves as they are;
    due: those whose target can now be scored. said: what is to be told of how a file was read.
    """

    name: str
    year: int
    value: float
    touched: tuple[str, ...]
    held: tuple[str, ...]
    due: tuple[str, ...]
    said: tuple[InputError, ...] = ()


def observe(
    name: str, year: int, value: float | str, source: str, *, status: str = "final", published: str = "",
    precision: Mapping[str, str] | None = None, root: Path | None = None,
) -> Appended:  # fmt: skip
    """Append a figure to a series of levels or of rates and renew its hash, both or neither.

    precision: standard_error, sample_size and design_effect, where the series states them. published: the day,
    YYYY-MM-DD; a year that is there is revised only where both figures state theirs, and both are
    kept. Raises InputError for another year that is there or does not come last, a value that cannot stand or is more
    precise than what was published, or no source.
    """
    where = InputError("keep.figure", name=name, year=year)
    day_of = day(published) if published else ""
    cells = {"year": str(year), "value": str(value).strip(), "status": status, "source": clean(source)}
    row = Row(where, {**cells, "published": day_of, **(precision or {})})
    return _added(name, lambda *_: ([row], ()), root)[0]


def observe_file(
    name: str, path: Path, source: str = "", *, options: Options | None = None, root: Path | None = None
) -> tuple[Appended, ...]:
    """Append the figures of a file that the series does not have yet, all of them or none.

    path: as `read_table` reads it, of one place or with the rows of the series' own. A figure that is there stays; a
    year before the last one known that the series has not is left out, and said. Raises InputError as `observe` does,
    and where the file holds nothing new.
    """

    def rows(resource: Resource, known: Mapping[int, float]) -> tuple[list[Row], tuple[InputError, ...]]:
        named, found, early, last = resource.descriptor.place, list[Row](), list[int](), max(known, default=0)
        rows, told = brought(path, named.vi if named else "", clean(source), options)
        if resource.descriptor.prices == "nominal" and any(one.code == "data.read_real" for one in told):
            raise InputError("keep.constant_prices", file=path.name)
        for row in rows:
            unit = heads.unit(row.text("unit"))
            if unit_of(unit).kind == "money" and unit != resource.descriptor.unit:
                raise InputError("keep.file_unit", file=path.name, found=unit, unit=resource.descriptor.unit)
            if row.year() < last and row.year() not in known:
                early.append(row.year())
            elif row.text("value") and not (row.year() in known and row.number("value") == known[row.year()]):
                found.append(row)
        if not found:
            raise InputError("keep.nothing_new", file=path.name, name=name, last=last)
        said = (InputError("keep.left_early", file=path.name, years=early, last=last),) if early else ()
        return found, (*told, *said)

    return _added(name, rows, root)


def usable(done: Appended, root: Path | None = None) -> dict[str, int | str]:
    """By params file, the as_of with which an answer that was held would use the figure: its year, or the day on which
    it came out where the file states a day. None whose target is of that year or an earlier one."""
    where, day = root or find_root(), f"{done.year:04}-12-31"
    with suppress(InputError):  # rates have none
        day = dict(read_series(done.name, where).published).get(done.year, day)
    asked = {name: read_scenario(where / "params" / f"{name}.yaml") for name in done.held}
    later = {name: one.as_of for name, one in asked.items() if one.target.year > done.year}
    return {name: day if isinstance(as_of, str) else done.year for name, as_of in later.items()}


def use(done: Appended, root: Path | None = None) -> tuple[Path, ...]:
    """Advance as_of in the params files of `usable`, all of them or none; the rest of each stays as it is written.

    One that has it from a file it extends is left alone where that one is advanced. Raises InputError where a file
    would be wrong with it.
    """
    where = root or find_root()
    wanted, params = usable(done, where), where / "params"
    with written(where), TemporaryDirectory() as folder:
        tried = Path(folder) / "params"  # as faults name it
        trial = {name: tried / f"{name}.yaml" for name in wanted}
        before = {path.name: path.read_bytes() for path in params.glob("*.yaml")}
        write_all({tried / name: content for name, content in before.items()})
        for name, path in trial.items():
            write_all({path: STATED.sub(f"as_of: {wanted[name]}".encode(), path.read_bytes())})
        for name, path in trial.items():
            if read_scenario(path).as_of != wanted[name]:
                text = path.read_bytes()
                end = b"\r\n" if b"\r\n" in text else b"\n"
                write_all({path: text.rstrip() + end + f"as_of: {wanted[name]}".encode() + end})
        if faults := check([*trial.values()], where):
            raise InputError("keep.not_used", year=done.year, fault=Faults(faults).faults[0])
        after = {path.name: path.read_bytes() for path in trial.values()}
        changed = {params / name: content for name, content in after.items() if content != before[name]}
        write_all(changed)
    return tuple(changed)


Rows = Callable[[Resource, Mapping[int, float]], tuple[list[Row], tuple[InputError, ...]]]


def _added(name: str, rows: Rows, root: Path | None) -> tuple[Appended, ...]:
    """The rows written, after each was checked; the root is held."""
    where = root or find_root()
    with written(where):
        resource = read_resource(name, where)
        rate = resource.unit.kind == "rate"
        columns, every = [*resource.table.head.heads], [*resource.table.records()]
        there = [row for row in every if row.text("value") and (rate or row.text("status") != "zero")]
        known = {row.year(): row.number("value") for row in there}
        dated = {row.year(): row.text("published") for row in there if row.text("published")}
        new, said = rows(resource, known)
        for row in new:
            _check(resource, row, known, dated)
            columns += [c for c in COLUMNS[4:] if row.text(c) and c not in columns]
            every.append(row)
            known[row.year()] = row.number("value")
            for field in resource.descriptor.table.fields:
                if field.constraints.get("required") and not row.text(field.name):
                    code = "keep.no_source_of" if field.name == "source" else "keep.no_column"
                    raise InputError(code, name=name, year=row.year(), column=field.name)
        every.sort(key=lambda row: (row.year(), row.text("published")))
        package = package_content(where)
        entry = next(r for r in package["resources"] if r["name"] == name)
        content = csv_lines(columns, [{c: row.cells.get(c, "") for c in columns} for row in every])
        if columns == [*resource.table.head.heads] and every[-len(new) :] == new:  # what was there keeps its bytes
            content = resource.path.read_bytes().rstrip(b"\r\n") + b"\n"
            content += csv_lines(columns, [row.cells for row in new], header=False)
        entry["schema"] = schema(every, columns, entry["schema"])
        entry.update(seal(content))
        if not rate:
            entry["decimals"] = max(entry.get("decimals", 0), *(decimals(row.text("value")) for row in new))
        read_back(name, content, package, where)
        write_all({resource.path: content, where / "data" / "datapackage.json": json_text(package)}, durable=True)
        return tuple(
            Appended(name, row.year(), row.number("value"), *_verdicts(name, row.year(), where), said=said)
            for row in new
        )


def _check(resource: Resource, row: Row, known: Mapping[int, float], dated: Mapping[int, str]) -> None:
    """Raise InputError unless a figure can be the next one of the series, or a revision of one that is there."""
    name, rate, year, shown = resource.name, resource.unit.kind == "rate", row.year(), row.text("value")
    value = row.number("value")
    if not rate and value <= 0:
        raise InputError("data.not_positive", where=row.where, value=value)
    last = max(known, default=year - 1)
    if year in known and not (row.text("published") > dated.get(year, "9999")):
        code = "keep.year_there" if not row.text("published") else "keep.year_there_undated"
        raise InputError(code, name=name, year=year, value=known[year], published=dated.get(year, ""))
    if year < last and year not in known:
        raise InputError("keep.year_before", name=name, year=year, last=last)
    if year > last + 50:
        raise InputError("keep.year_after", name=name, year=year, last=last)
    stated = resource.descriptor.decimals
    most = max(stated + 1, *(decimals(cell) for r in resource.table.records() if (cell := r.text("value"))), 1)
    if decimals(shown) > most:
        raise InputError("keep.too_precise", name=name, value=shown, digits=decimals(shown), stated=stated)
    if rate and abs(value) > STEEPEST:
        raise InputError("keep.too_steep", value=shown, most=STEEPEST)
    before = last if year > last else year
    if not rate and known and abs(math.log(value / known[before])) >= too_far(year - before):
        unit = resource.descriptor.unit
        raise InputError("keep.too_far", value=shown, before=known[before], last=before, unit=unit)


def _verdicts(name: str, year: int, root: Path) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    touched, held, due = list[str](), list[str](), list[str]()
    for path in sorted((root / "params").glob("*.yaml")):
        try:
            scenario = read_scenario(path)
            used = name in _used(scenario, root)
            ours = scenario.series == name
            known = scenario.known or (9999 if ours else read_series(scenario.series, root).origin)
        except InputError:
            continue  # `check` says what is wrong with it
        if used:
            (touched if known >= year else held).append(path.stem)
        if ours and scenario.target.year == year:
            due.append(path.stem)
    return tuple(touched), tuple(held), tuple(due)


def _used(scenario: Scenario, root: Path) -> set[str]:
    """The series whose figures an answer rests on."""
    used = {scenario.series}
    used |= {name for step in scenario.adjustments for _, name, _ in step.needs()}
    if scenario.terms is not None:
        used.add(scenario.terms.deflator)
    elif (scenario.target.prices or "nominal") != read_series(scenario.series, root).prices:
        used.add(DEFLATOR)
    return used
