"""The data package of the nearest folder that has data/datapackage.json: read, checked, or refused."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from ruralincome.data.cells import observed
from ruralincome.data.files import WAIT, hold, json_text, no_pipe, parsed, part_of, settle
from ruralincome.data.table import Table, table_of
from ruralincome.series import InputError, Kind, Prices, Series, Source, Text
from ruralincome.series.units import UNITS, Unit, unit_of


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class _Field(_Part):
    name: str
    constraints: dict[str, Any] = {}
    required: bool = Field(False, validation_alias=AliasPath("constraints", "required"))


class _Territory(_Part):
    on: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    source: str = Field(min_length=1)


class Descriptor(_Part):
    """What the project relies on in a resource of the data package; the package may say more."""

    name: str
    path: str = Field(pattern=r"^[^/\\]+$")
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    unit: str
    sources: list[Source] = Field(min_length=1)
    columns: list[_Field] = Field(validation_alias=AliasPath("schema", "fields"))
    prices: Prices = "nominal"
    kind: Kind = "income"
    decimals: int = Field(0, ge=0, le=9)
    titles: Text | None = None
    place: Text | None = None
    coverage: Text | None = None
    territory: _Territory | None = None
    price_year: int | None = None
    accessed: str = ""


class Package(_Part):
    """data/datapackage.json."""

    resources: list[Descriptor]


@dataclass(frozen=True, eq=False)
class Resource:
    """One table of the data package: its descriptor, checked rows as text, and the hash of its bytes. One of the same
    content is read and checked once in a process, and so compared by identity."""

    path: Path
    descriptor: Descriptor
    table: Table

    name = property(lambda self: str(self.descriptor.name))
    sha256 = property(lambda self: str(self.table.sha256))
    label = property(lambda self: str(self.table.head.file))  # the file's name in faults
    sources = property(lambda one: tuple(replace(s, accessed=one.descriptor.accessed) for s in one.descriptor.sources))

    @property
    def unit(self) -> Unit:
        """What its figures count: an income in money, another series of levels in any words. Raises InputError."""
        if (unit := unit_of(self.descriptor.unit)).kind == "other" and self.descriptor.kind != "general":
            raise InputError("data.no_unit", name=self.name, unit=unit.code, known=sorted(UNITS))
        return unit

    @cached_property
    def series(self) -> Series:
        """Its levels as a series. Raises InputError for another table, and for a row that cannot stand."""
        unit, told = self.unit, self.descriptor
        if "kind" not in told.model_fields_set or unit.kind == "rate":
            raise InputError("data.no_levels", name=self.name, unit=unit.code)
        if not (known := self._observed())["years"]:
            raise InputError("data.no_row", file=self.label)
        return Series(
            self.name, **known, unit=unit.code, sources=self.sources, prices=told.prices, kind=told.kind,
            price_year=told.price_year, decimals=told.decimals, title=told.titles, place=told.place,
            coverage=told.coverage, territory=told.territory.on if told.territory else "",
            territory_source=told.territory.source if told.territory else "",
        )  # fmt: skip

    @cached_property
    def rates(self) -> dict[int, float]:
        """Its rates by year, as fractions a year. Raises InputError as `series` does."""
        if self.unit.kind != "rate":
            raise InputError("data.no_rates", name=self.name, unit=self.unit.code)
        known = self._observed(positive=False)
        return {year: value / 100 for year, value in zip(known["years"], known["values"], strict=True)}

    def _observed(self, positive: bool = True) -> dict[str, Any]:
        self.table.head.check(("year", "value"))
        return observed(self.table.records(), positive)


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (the working directory) that holds data/datapackage.json."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    raise InputError("data.no_root", folder=here)


def nearest_root(*starts: Path) -> Path | None:
    """The root found from the first of the starts that lies in one, at last from the working directory."""
    for start in (*starts, None):
        with suppress(InputError):
            return find_root(start)
    return None


def resource_names(root: Path | None = None) -> tuple[str, ...]:
    """Names of the tables in the data package."""
    return tuple(r.name for r in _parsed(_package(root or find_root())))


def package_content(root: Path) -> dict[str, Any]:
    """data/datapackage.json, to be changed and written; an empty package where there is none yet."""
    if not (root / "data" / "datapackage.json").is_file():
        profile = "https://datapackage.org/profiles/2.0/datapackage.json"
        return {"$schema": profile, "name": "ruralincome-data", "title": "Official series", "resources": []}
    return dict(parsed(_package(root)))


def read_resource(name: str, root: Path | None = None) -> Resource:
    """One table, its hash and columns checked. Raises InputError for a name that is unknown and a file that differs."""
    root = root or find_root()
    try:
        return _read(name, root)
    except InputError as fault:
        if fault.code != "data.changed":
            raise
    return _read(name, root)  # one who wrote meanwhile has ended, or the file was changed indeed


def read_back(name: str, content: bytes, package: Mapping[str, Any], root: Path) -> None:
    """Read a table that is yet to be written, of a package that is too; raises InputError as who reads it does."""
    resource = _resource(name, root / "data" / f"{name}.csv", content, json_text(package).decode())
    _ = resource.rates if resource.unit.kind == "rate" else resource.series


@contextmanager
def written(root: Path | None) -> Iterator[Path]:
    """Hold the root, the nearest unless stated, to write to its data package; what a crash left of it is settled."""
    with hold(root := root or find_root(), wait=WAIT):
        settle(root / "data" / "datapackage.json", ("data", "params", "notebooks"))
        yield root


def _read(name: str, root: Path) -> Resource:
    package = _package(root)
    known = {r.name: r.path for r in _parsed(package)}
    if name not in known:
        raise InputError("data.no_series", name=name, known=sorted(known))
    path = root / "data" / known[name]
    if not path.is_file():
        raise InputError("data.missing", file=f"data/{known[name]}")
    return _resource(name, path, path.read_bytes(), package)


@lru_cache(maxsize=256)
def _resource(name: str, path: Path, content: bytes, package: str) -> Resource:
    descriptor = next(r for r in _parsed(package) if r.name == name)
    label, stated, sha256 = f"data/{descriptor.path}", descriptor.hash[7:], hashlib.sha256(content).hexdigest()
    if stated != sha256:
        raise InputError("data.changed", file=label, found=sha256[:12], stated=stated[:12])
    table, wanted = table_of(content, label), tuple(f.name for f in descriptor.columns)
    if (table.head.heads, table.head.separator, table.head.line) != (wanted, ",", 1):
        raise InputError("data.heads", file=label, found=table.head.heads, wanted=wanted)
    required = [i for i, f in enumerate(descriptor.columns) if f.required]
    for row, cells in zip(table.records(), table.rows, strict=True):
        if empty := [wanted[i] for i in required if not cells[i].strip()]:
            raise InputError("data.no_cell", where=row.where, column=empty[0])
    return Resource(path, descriptor, table)


def read_series(name: str, root: Path | None = None) -> Series:
    """An observed series of the package, as published. Raises InputError as read_resource does, and for a bad row."""
    return read_resource(name, root).series


def read_rates(name: str, root: Path | None = None) -> dict[int, float]:
    """A series of rates (inflation, say) by year, as fractions a year."""
    return dict(read_resource(name, root).rates)


def read_benchmark(name: str, root: Path) -> Any:
    """What benchmarks/NAME holds, as `make bench` leaves it. Raises InputError where it is missing or torn."""
    try:
        return parsed(no_pipe(root / "benchmarks" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("data.no_benchmark", name=name) from None


def _package(root: Path) -> str:
    described = root / "data" / "datapackage.json"
    if part_of(described).exists():  # one who writes now, or has crashed
        with suppress(InputError), written(root):
            pass
    try:
        _parsed(content := no_pipe(described).read_text(encoding="utf-8"))
        return content
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError("data.bad_package", key=".".join(map(str, first["loc"])), why=first["msg"].lower()) from None
    except (OSError, ValueError) as fault:
        if isinstance(fault, InputError) and fault.code == "data.name_twice":
            raise
        why = fault.strerror if isinstance(fault, OSError) else fault if isinstance(fault, InputError) else str(fault)
        raise InputError("data.no_package", why=why) from None


@lru_cache(maxsize=4)
def _parsed(content: str) -> list[Descriptor]:
    """The resources of a package file's content, checked; the same content is read once. Nobody changes them."""
    parsed(content)  # where a key stands twice
    resources = Package.model_validate_json(content).resources
    names = [r.name for r in resources]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError("data.name_twice", name=twice)
    return resources
