"""ReferenceClass: how comparable places, or places made of several, grew: a prior and quantiles, of stated years."""

import dataclasses
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, get_args

from ruralincome.reference.component import Component, Fading, Record, Trial
from ruralincome.series import InputError, Kind, Prices, Shows, Text
from ruralincome.series.prices import Inflation

LATER = 7  # fields of a class, its last ones, that files of before 0.2 lack: they are written where they say something


@dataclass(frozen=True)
class ReferenceClass(Shows):
    """Growth of comparable places over stated years; or a pool of several such classes in equal shares.

    components: the prior, a mixture; widths: pairs (steps of history, factor of the predictive scale), and centre: by
    how many scales every prediction is moved, learnt by recalibration; rho: correlation of places within a year; rhos:
    equally likely values of it, which few steps do not tell; error: standard error of the mean growth a year, by years;
    inflation: for a real class, expected a year from last_year on, and its spread (logarithms); growth: {span in years:
    quantiles of compound growth a year, as fractions, at evenly spaced probabilities 0..1}; measure: "income", "gdp"
    per head, or "" where they are mixed; country: ISO 3166 code where all places are of one country; fading: of that
    country's pace; record: its tests; members: of a pool, its classes; what a pool states else is that of the first,
    and its components stand for it."""

    name: str
    title: Text
    kind: Kind
    prices: Prices
    first_year: int
    last_year: int
    series: int
    steps: int
    components: tuple[Component, ...] = field(repr=False)
    widths: tuple[tuple[int, float], ...] = field(default=(), repr=False)
    rho: float = 0.0
    error: float = 0.0
    inflation: tuple[float, float] | None = None
    growth: Mapping[int, tuple[float, ...]] = field(default_factory=dict, repr=False)
    source: str = field(default="", repr=False)
    panel_sha256: str = field(default="", repr=False)
    command: str = field(default="", repr=False)
    centre: float = 0.0
    measure: str = "income"
    country: str = ""
    fading: Fading | None = field(default=None, repr=False)
    record: tuple[Trial, ...] = field(default=(), repr=False)
    rhos: tuple[float, ...] = field(default=(), repr=False)
    members: tuple["ReferenceClass", ...] = field(default=(), repr=False)

    def percentile(self, growth: float, years: int = 1) -> float:
        """Share (0..1) of the class's growth over `years` that lay below `growth` (a year, as a fraction)."""
        if years not in self.growth:
            raise InputError("reference.span", name=self.name, years=years, known=sorted(self.growth))
        return interpolate(growth, self.growth[years], evenly(len(self.growth[years])))

    def pace(self, q: float, over: int | None = None) -> float:
        """The q-quantile of growth a year (a fraction) over `over` years; the longest, since single years are noise."""
        if over is not None and over not in self.growth:
            raise InputError("reference.no_growth_over", name=self.name, over=over, known=tuple(sorted(self.growth)))
        grid = self.growth[over if over is not None else max(self.growth)]
        return interpolate(q, evenly(len(grid)), grid)

    def width(self, steps: int) -> float:
        """Factor of the predictive scale after `steps` steps of history, linear between those learnt."""
        if not self.widths:
            return 1.0
        counts, factors = zip(*self.widths, strict=True)
        return interpolate(steps, counts, factors)

    def fared(self, as_of: int) -> Record:
        """Its record by what was known at as_of."""
        return Record(self.name, tuple(trial for trial in self.record if trial.year <= as_of))

    def expecting(self, inflation: float, spread: float) -> "ReferenceClass":
        """The nominal class: real growth plus inflation of mean `inflation` and standard deviation `spread` a year,
        which moves the mean m0 and makes it less sure: 1/k0 + s^2/sigma^2 at the component's typical sigma^2."""
        if self.members:
            nominal = (m if m.prices == "nominal" else m.expecting(inflation, spread) for m in self.members)
            return self.of_members([*nominal])
        if self.prices == "nominal":
            raise InputError("reference.nominal_already", name=self.name)
        return self._moved(inflation, spread, "nominal")

    def of_members(self, members: Sequence["ReferenceClass"]) -> "ReferenceClass":
        """The pool of other classes: prices and growth of the first, a mixture of all that stands for them."""
        first, share = members[0], 1 / len(members)
        mixed = tuple(replace(c, weight=c.weight * share) for m in members for c in m.prior())
        known = next((m.inflation for m in members if m.inflation), None)
        whole = replace(self, prices=first.prices, growth=first.growth, rho=first.rho)
        return replace(whole, components=mixed, members=tuple(members), inflation=known)

    real = cached_property[bool](lambda found: any(part.prices == "real" for part in found.members or (found,)))
    """Whether it, or a class of the pool, is in constant prices."""

    restated = cached_property[dict[Any, "ReferenceClass"]](lambda _: {})  # what `into` made of it last

    def into(self, prices: Prices, ahead: Inflation | None = None) -> "ReferenceClass":
        """The class in other prices: by the inflation ahead, where some is known or stated, else by its own. Expected
        inflation is taken from the nominal classes of a pool that is to be real, its spread is not added: a level at
        current prices is restated with it, and the two would not cancel. Raises InputError where it cannot be."""
        if all(part.prices == prices for part in self.members or (self,)):
            return self
        known = self.inflation if ahead is None else (ahead.mean, ahead.sd)
        if known is None or (prices == "real" and not self.members):
            raise InputError("reference.is_real" if self.prices == "real" else "reference.is_nominal", name=self.name)
        if (found := self.restated.get((prices, known))) is None:
            real = (m if m.prices == "real" else m._moved(-known[0], 0.0, "real") for m in self.members)
            found = self.expecting(*known) if prices == "nominal" else self.of_members([*real])
            self.__dict__["restated"] = {(prices, known): found}
        return found

    def faster(self, pace: float) -> "ReferenceClass":
        """The class with `pace` more log growth a year, for ever."""
        if self.members:
            return self.of_members([member.faster(pace) for member in self.members])
        moved = tuple(c.faster(pace) for c in self.components)
        fading = self.fading and replace(self.fading, towards=self.fading.towards + pace)
        return replace(self, components=moved, fading=fading)

    def _moved(self, inflation: float, spread: float, prices: Prices) -> "ReferenceClass":
        """The class with `inflation` a year more, unsure by `spread`."""
        growth = {k: tuple((1 + g) * math.exp(inflation) - 1 for g in q) for k, q in self.growth.items()}
        unsure = replace(self, components=tuple(c.less_sure(spread) for c in self.components))
        return replace(unsure.faster(inflation), prices=prices, growth=growth, inflation=None)

    def prior(self) -> tuple[Component, ...]:
        """The components, their means made less sure by the standard error that the class's few years leave."""
        return _prior(self.components, self.error)

    def correlated(self, rho: Any, years: Any, spread: float) -> Any:
        """Correlation of two places' growth over `years`, their year's shocks having rho (numbers or arrays). What is
        not known of the class's mean, of the pace that a country takes on and of inflation (`spread` a year) is the
        same for all places, and grows with the square of the years."""
        own = sum(c.weight * c.variance for c in self.components) * years
        alike = (self.error**2 + spread**2 + (self.fading.spread if self.fading else 0.0) ** 2) * years**2
        return (rho * own + alike) / (own + alike)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file; `from_json` reads them back."""
        plain = {each.name: each.default for each in dataclasses.fields(self)[-LATER:]}  # what older files lack
        every = dataclasses.asdict(self) | {"components": [c.to_json() for c in self.components]}
        return {key: value for key, value in every.items() if key not in plain or value != plain[key]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ReferenceClass":
        """The class that `to_json` wrote, or 0.1: there one damping stood beside the components, and a noise of 0."""
        components = [dict(component) for component in data["components"]]
        for noise in filter(None, [component.pop("noise", 0) for component in components]):
            raise InputError("reference.noise", value=noise)
        inflation, damping = data.get("inflation"), data.get("damping", 1.0)
        read = {
            "title": Text(**data["title"]),
            "components": tuple(Component(**{"damping": damping, **c}) for c in components),
            "widths": tuple((int(k), float(f)) for k, f in data["widths"]),
            "inflation": None if inflation is None else (float(inflation[0]), float(inflation[1])),
            "growth": {int(k): tuple(v) for k, v in data["growth"].items()},
            "record": tuple(Trial(**trial) for trial in data.get("record", ())),
            "rhos": tuple(data.get("rhos", ())),
            "fading": None if (fading := data.get("fading")) is None else Fading(**fading),
        }
        return checked(cls(**{**{k: v for k, v in data.items() if k != "damping"}, **read}))


def merged(reference: ReferenceClass, weights: Sequence[float]) -> ReferenceClass:
    """The class of a place made of several of the class's own; weights: their incomes (or people), in any unit.

    Growth of the whole is near the mean of the parts' growth, weighed by income. Within a year the parts are correlated
    by rho and share the expected growth; what is a part's own averages out. With c the sum of squared shares,

        sigma'^2 = v sigma^2,  v = rho + (1 - rho) c;  var(mu'), kappa, nu, wander (a part's own): c times;
        rho' = rho / v between two such places;  quantiles of growth: drawn to their median by sqrt(v), in logarithms.

    One part gives the class itself. Raises InputError for weights that are not positive."""
    total = math.fsum(weights)
    if not weights or min(weights) <= 0 or not math.isfinite(total):
        raise InputError("reference.parts", weights=tuple(weights))
    return narrowed(reference, math.fsum((weight / total) ** 2 for weight in weights))


def narrowed(reference: ReferenceClass, own: float) -> ReferenceClass:
    """`merged` by the sum of squared shares alone: nothing else of the weights matters."""
    if reference.members:
        return reference.of_members([narrowed(member, own) for member in reference.members])
    v = reference.rho + (1 - reference.rho) * own
    left = own / v  # of what is a part's own, over sigma^2
    components = tuple(
        replace(c, k0=c.k0 / left, b0=c.b0 * v, kappa=c.kappa * left, nu=c.nu * left, wander=c.wander * left)
        for c in reference.components
    )
    growth = dict[int, tuple[float, ...]]()
    for years, quantiles in reference.growth.items():
        logs = [math.log1p(rate) for rate in quantiles]
        middle = (logs[(len(logs) - 1) // 2] + logs[len(logs) // 2]) / 2
        growth[years] = tuple(math.expm1(middle + math.sqrt(v) * (x - middle)) for x in logs)
    return replace(reference, components=components, rho=reference.rho / v, growth=growth)


def correlation(rho: Any, own: Any) -> Any:
    """rho' of places by their sums of squared shares, a number or an array: two have sqrt(rho'_i rho'_j) in common."""
    return rho / (rho + (1 - rho) * own)


def checked(found: ReferenceClass) -> ReferenceClass:
    """The class, once a forecast can rest on it. Raises InputError naming the first field that cannot stand."""
    for field_, value, low, high in _ranges(found):
        if not (isinstance(value, (int, float)) and low <= value <= high):
            code = f"reference.{'above_0' if low == _TINY else 'at_least'}{'' if high == _HUGE else '_at_most'}"
            raise InputError("reference.outside", field=field_, value=value, range=InputError(code, low=low, high=high))
    for field_, value, known in (("kind", found.kind, get_args(Kind)), ("prices", found.prices, get_args(Prices))):
        if value not in known:
            raise InputError("reference.neither", field=field_, value=value, one=known[0], other=known[1])
    if not found.components:
        raise InputError("reference.no_components")
    if abs((total := sum(c.weight for c in found.components)) - 1) > 0.01:
        raise InputError("reference.weights", total=total)
    if (steps := [k for k, _ in found.widths]) != sorted(set(steps)):
        raise InputError("reference.widths", steps=steps)
    for span, quantiles in found.growth.items():
        for a, b in ((a, b) for a, b in pairwise(quantiles) if not a <= b):  # nor is NaN
            raise InputError("reference.growth", span=span, before=a, after=b)
    return found


def interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """y at x, linear between the points (xs rise), level beyond their ends; as numpy.interp, which loads longer."""
    i = bisect_right(xs, x) - 1
    if i < 0 or i >= len(xs) - 1:
        return float(ys[0 if i < 0 else -1])
    return float((ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i])


def evenly(count: int) -> list[float]:
    """So many probabilities from 0 to 1, evenly spaced: those of the growth quantiles."""
    return [i / max(count - 1, 1) for i in range(count)]


_TINY, _HUGE = 1e-300, 1e300
_OF_COMPONENT = {
    "weight": (_TINY, 1), "m0": (-10, 10), "k0": (_TINY, _HUGE), "a0": (0.34, _HUGE), "b0": (_TINY, _HUGE),
    "damping": (_TINY, 1), "kappa": (0, 1e6), "phi": (0, 0.999), "nu": (0, 1e6), "lam": (0, 1), "eta": (0, 1),
    "wander": (0, _HUGE), "trend": (-10, 10),
}  # fmt: skip
"""The least and the most of each number of a component: a mean is within a factor of 20,000 a year, a0 above 1/3 or
`variance` is not positive, and at phi of 1 the fading pace would be a second pace of its own."""
_OF_CLASS = {
    "centre": (-2, 2), "rho": (0, 0.999), "error": (0, 10), "last_year": (1000, 9999),
    "series": (1, _HUGE), "steps": (1, _HUGE),
}  # fmt: skip
"""The same of a class; at rho of 1 a place would have no year of its own."""
_OF_FADING = {"towards": (-1, 1), "first": (0, 1), "lasting": (0, 0.999), "spread": (0, 1)}
_OF_TRIAL = {"origin": (1000, 9999), "places": (1, _HUGE), "error": (-4, 4)}
_OF_TRIAL |= dict.fromkeys(("inside50", "inside80", "inside95"), (0, 1))


def _ranges(found: ReferenceClass) -> Iterator[tuple[str, Any, float, float]]:
    """Each number of a class: its field, its value, the least and the most that it may be (NaN is in no range)."""
    parts: list[Any] = [(f"components[{i}].", c, _OF_COMPONENT) for i, c in enumerate(found.components)]
    parts += [("", found, _OF_CLASS), *([("fading.", found.fading, _OF_FADING)] if found.fading else [])]
    for where, part, limits in [*parts, *((f"record[{i}].", t, _OF_TRIAL) for i, t in enumerate(found.record))]:
        yield from ((f"{where}{name}", getattr(part, name), *ends) for name, ends in limits.items())
    yield "first_year", found.first_year, 1000, found.last_year
    yield from ((f"record[{i}].year", t.year, t.origin + 1, 9999) for i, t in enumerate(found.record))
    yield from ((f"rhos[{i}]", rho, *_OF_CLASS["rho"]) for i, rho in enumerate(found.rhos))
    for i, (steps, factor) in enumerate(found.widths):
        yield f"widths[{i}] (steps)", steps, 1, _HUGE
        yield f"widths[{i}] (factor)", factor, _TINY, _HUGE
    yield from ((f"inflation[{i}]", value, -10 * (1 - i), 10) for i, value in enumerate(found.inflation or ()))
    for span, quantiles in found.growth.items():
        yield f"growth.{span} (years)", span, 1, 9999
        yield f"growth.{span} (quantiles)", len(quantiles), 2, _HUGE
        yield from ((f"growth.{span}", q, -1, _HUGE) for q in (*quantiles[:1], *quantiles[-1:]))  # between, they rise


@lru_cache(maxsize=64)
def _prior(components: tuple[Component, ...], error: float) -> tuple[Component, ...]:
    """The components made less sure, once a class: thousands of places ask for the same."""
    return tuple(c.less_sure(error) for c in components)
