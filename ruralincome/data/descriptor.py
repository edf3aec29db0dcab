"""What the project relies on in data/datapackage.json, checked before a figure is read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ruralincome.series import Kind, Prices


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class _Words(_Part):
    vi: str
    en: str


class _Source(_Part):
    title: str
    titles: _Words | None = None
    path: str = ""


class _Constraints(_Part):
    required: bool = False


class _Field(_Part):
    name: str
    constraints: _Constraints = _Constraints()


class _Schema(_Part):
    fields: list[_Field]


class Descriptor(_Part):
    """What the project relies on in a resource of the data package; the package may say more."""

    name: str
    path: str = Field(pattern=r"^[^/\\]+$")
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    unit: str
    sources: list[_Source] = Field(min_length=1)
    table: _Schema = Field(alias="schema")
    prices: Prices = "nominal"
    kind: Kind = "income"
    decimals: int = Field(0, ge=0, le=9)
    titles: _Words | None = None
    place: _Words | None = None
    coverage: _Words | None = None


class Package(_Part):
    """data/datapackage.json."""

    resources: list[Descriptor]
