"""Standards: criteria as dated data, so that a place is judged by those that hold for it in the year asked."""

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ruralincome.data.forms.heads import unit
from ruralincome.places.boundaries import sound_day
from ruralincome.series import InputError
from ruralincome.series.names import clean, sound
from ruralincome.series.units import INCOMES, UNITS, unit_of

STANDARDS = Path(__file__).parent / "standards"
KINDS = {"missing": "missing", "string_too_short": "missing", "extra_forbidden": "unknown", "greater_than": "positive"}
KINDS |= dict.fromkeys(("float_parsing", "float_type", "finite_number"), "number") | {"int_parsing": "of_year"}
KINDS |= dict.fromkeys(("model_type", "dict_type"), "keys")
"""What is said of a key that is wrong in a way that pydantic knows."""
Day = Annotated[str, AfterValidator(sound_day)]
Year = Annotated[int, Field(strict=False)]


class Strict(BaseModel):
    """No unknown keys, no conversions, no infinities; frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class Words(Strict):
    """The same words in Vietnamese and English."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Group(Strict):
    """Places that share thresholds: {year: threshold}, and who published them."""

    name: Words
    thresholds: dict[Year, Annotated[float, Field(gt=0, strict=False)]] = Field(min_length=1)
    source: str = Field(min_length=1)


class Standard(Strict):
    """A standard: the decision that set it, the days it holds (None: it still does), its unit, and thresholds."""

    name: Words
    decision: str = Field(min_length=1)
    valid_from: Day
    until: Annotated[Day | None, BeforeValidator(lambda words: words or None)] = None
    unit: Annotated[str, BeforeValidator(lambda words: unit(words) if isinstance(words, str) else words)]
    groups: tuple[Group, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if self.until is not None and self.until <= self.valid_from:
            raise InputError("places.standard_ends", first=self.valid_from, until=self.until)
        if self.unit not in UNITS and unit_of(self.unit).kind != "money":
            raise InputError("places.standard_unit", unit=self.unit, known=INCOMES)
        names = [sound(name) for group in self.groups for name in {group.name.vi, group.name.en}]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InputError("places.standard_twice", group=twice)
        return self

    @property
    def last(self) -> int:
        """The last year for which every group has a threshold. Raises InputError where there is none."""
        years = set.intersection(*(set(group.thresholds) for group in self.groups))
        if not years:
            raise InputError("places.standard_no_year", decision=self.decision)
        return max(years)

    def threshold(self, group: str, year: int) -> float:
        """That of a group in a year. Raises InputError for an unknown group, and a year for which there is none."""
        end = f"{year:04}-12-31"
        if end < self.valid_from or (self.until and end >= self.until):
            facts = {"decision": self.decision, "first": self.valid_from, "until": self.until or "…"}
            raise InputError("places.standard_days", year=year, **facts)
        heard = sound(clean(group))
        for known in self.groups:
            if heard in (sound(known.name.vi), sound(known.name.en)):
                if year not in known.thresholds:
                    raise InputError("places.standard_year", group=group, year=year, years=tuple(known.thresholds))
                return known.thresholds[year]
        names = tuple(known.name.vi for known in self.groups)
        raise InputError("places.standard_group", group=group, decision=self.decision, groups=names)


def standard_names() -> tuple[str, ...]:
    """Names of the standards that ship."""
    return tuple(sorted(path.stem for path in STANDARDS.glob("*.yaml")))


def read_standard(name: str) -> Standard:
    """A standard that ships, by its name, or a user's own, by the path of its file. Raises InputError for an unknown
    name and for a file that is none: it names the key and what is wrong."""
    own = Path(name)
    if not own.is_file():
        if name not in (known := standard_names()):
            raise InputError("places.no_standard", name=name, known=known)
        own = STANDARDS / f"{name}.yaml"
    try:
        return Standard.model_validate(yaml.load(own.read_text(encoding="utf-8"), yaml.BaseLoader))  # days stay text
    except OSError as fault:
        raise InputError("data.unreadable", file=own.name, why=fault.strerror) from None
    except UnicodeDecodeError as fault:
        at = 1 + fault.object[: fault.start].count(b"\n")
        raise InputError("places.standard_file", file=own.name, row=at) from None
    except yaml.YAMLError as fault:
        at, mark = getattr(fault, "position", 0), getattr(fault, "problem_mark", None)
        row = 1 + (mark.line if mark else own.read_text(encoding="utf-8")[:at].count("\n"))
        raise InputError("places.standard_file", file=own.name, row=row) from None
    except ValidationError as error:
        first = error.errors()[0]
        key, kind = ".".join(map(str, first["loc"])).removesuffix(".[key]"), first["type"]
        said = InputError(f"places.standard_{KINDS.get(kind, 'other')}", value=str(first["input"] or "")[:80])
        said = first["ctx"]["error"] if kind == "value_error" else said
        whole = InputError("data.at", where=own.name, fault=said)
        raise (InputError("places.standard_key", file=own.name, key=key, why=said) if key else whole) from None
