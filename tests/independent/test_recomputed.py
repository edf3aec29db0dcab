"""Every params file's result.json worked out again: plain arithmetic and scipy on the files, no code of the package.

The command makes the result; all else is read from data/, params/ and the class files here, and computed from the
formulas of the decision records. The probability is worked out for every class whose drifts do not wander (the state of
wandering ones is the package's own algebra) and, from those of its members as the result states them, for a pool. Where
a scenario adjusts growth, or restates prices, what does not rest on that is checked.
"""

import csv
import json
import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy import stats

ROOT = Path(__file__).parents[2]
CLASSES = ROOT / "ruralincome" / "reference" / "classes"
FILES = sorted(path.stem for path in (ROOT / "params").glob("*.yaml"))
CODE = """
import json, sys
from pathlib import Path
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.scenario.result import result
print(json.dumps({p.stem: result(answer(read_scenario(p), p.stem)) for p in map(Path, sys.argv[1:])}))
"""


@pytest.fixture(scope="module")
def results():
    """What the package says of every params file, made in a process of its own."""
    paths = [f"params/{name}.yaml" for name in FILES]
    done = subprocess.run([sys.executable, "-c", CODE, *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def stated(name):
    """The keys of a params file over those of the files that it extends."""
    own = yaml.safe_load((ROOT / "params" / f"{name}.yaml").read_text(encoding="utf-8")) or {}
    parents = own.get("extends") or []
    below = {}
    for parent in [parents] if isinstance(parents, str) else parents:
        for key, value in stated(parent).items():
            joined = {**below.get(key, {}), **value} if key == "target" else value
            below[key] = [*below.get(key, []), *value] if key == "adjustments" else joined
    for key, value in own.items():
        if key == "target":
            below[key] = {**below.get(key, {}), **value}
        else:
            below[key] = [*below.get(key, []), *value] if key == "adjustments" else value
    return below


def rows(name, until):
    """Years and values of a table of data/ up to a year."""
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8") as stream:
        found = [(int(row["year"]), float(row["value"])) for row in csv.DictReader(stream)]
    return [(year, value) for year, value in found if year <= until]


def plain(name):
    """Whether a scenario asks about the series as it was published, and supposes nothing."""
    keys = stated(name)
    return not (keys.get("adjustments") or keys.get("terms") or keys.get("target", {}).get("prices"))


def asked(name):
    """Observations, target value and year of a scenario, from its files."""
    keys = stated(name)
    target = {"value": 48.9, "year": 2021, **keys.get("target", {})}
    series = keys.get("series", "binh_thuan_rural_income")
    return rows(series, keys.get("as_of", 9999)), target["value"], target["year"]


@pytest.mark.parametrize("name", [name for name in FILES if not stated(name).get("terms")])
def test_growth_and_its_continuation(results, name):
    found, (seen, value, year) = results[name], asked(name)
    base_year = stated(name).get("target", {}).get("base_year", seen[0][0])
    base, (last_year, last) = dict(seen)[base_year], seen[-1]
    assert found["observations"] == [[t, y] for t, y in seen]
    assert found["target"] == {"value": value, "year": year, "direction": 1}
    assert found["required_growth"] == pytest.approx((value / last) ** (1 / (year - last_year)) - 1, rel=1e-12)
    if last_year > base_year:
        growth = (last / base) ** (1 / (last_year - base_year)) - 1
        onward = last * (1 + growth) ** (year - last_year)
        told = (found["historical_growth"], found["projection"], found["shortfall"])
        assert told == pytest.approx((growth, onward, value - onward), rel=1e-9)


@pytest.mark.parametrize("name", [name for name in FILES if plain(name)])
def test_the_walk_on_the_places_own_history(results, name):
    (seen, value, year), found = asked(name), {model["model"]: model for model in results[name]["models"]}
    told = found.get("random_walk_with_drift")
    steps = [(b[0] - a[0], math.log(b[1] / a[1])) for a, b in pairwise(seen)]
    if told is None or len(steps) < 2:
        assert told is None or told["status"] == "refused"
        return
    span, total, ahead = sum(d for d, _ in steps), sum(z for _, z in steps), year - seen[-1][0]
    mean = total / span
    spread = math.sqrt(sum((z - d * mean) ** 2 / d for d, z in steps) / (len(steps) - 1))
    scale = spread * math.sqrt(ahead + ahead**2 / span)
    chance = stats.t.sf((math.log(value / seen[-1][1]) - ahead * mean) / scale, len(steps) - 1)
    assert told["probability"] == pytest.approx(chance, rel=1e-9)
    assert told["median"] == pytest.approx(seen[-1][1] * math.exp(ahead * mean), rel=1e-9)


def members(name, as_of):
    """The file of a class in its latest vintage up to a year."""
    years = [int(m[1]) for p in CLASSES.iterdir() if (m := re.fullmatch(rf"{name}-(\d{{4}})\.json", p.name))]
    year = max((y for y in years if y <= as_of), default=min(years))
    return json.loads((CLASSES / f"{name}-{year}.json").read_text(encoding="utf-8"))


def chance(about, seen, value, year, as_of):
    """P(target) of a class whose drifts do not wander; nominal, as the series. All figures at once: the joint normal of
    the changes seen and of the one to come, given the variance, by its covariance matrix."""
    spans = [b[0] - a[0] for a, b in pairwise(seen)]
    z = np.array([math.log(b[1] / a[1]) for a, b in pairwise(seen)])
    ahead, need = year - seen[-1][0], math.log(value / seen[-1][1])
    rise, unsure = 0.0, 0.0
    if about["prices"] == "real":
        rise = math.log1p(dict(rows("vietnam_cpi", as_of))[as_of] / 100)
        unsure = about["inflation"][1]
    every = [*spans, ahead]
    years = np.arange(sum(every))
    ends = np.cumsum(every)
    adds = np.array([(years >= end - d) & (years < end) for d, end in zip(every, ends, strict=True)], float)
    differs = np.eye(len(every), len(every) + 1, 1) - np.eye(len(every), len(every) + 1)
    parts = []
    for c in about["components"]:
        k0, m0, typical = c["k0"], c["m0"] + rise, c["b0"] / (c["a0"] - 1 / 3)
        for error in (unsure, about["error"]):
            k0 = 1 / (1 / k0 + error**2 / typical)
        damping = c.get("damping", about.get("damping", 1.0))
        reach = sum(damping**i for i in range(1, ahead + 1))
        own = np.array([*spans, reach], float)
        fading = c.get("kappa", 0.0) * c.get("phi", 0.0) ** np.abs(years[:, None] - years)
        V = adds @ (np.eye(len(years)) + fading) @ adds.T + c.get("nu", 0.0) * differs @ differs.T
        V += np.outer(own, own) / k0
        L = np.linalg.cholesky(V[:-1, :-1])
        e, U = np.linalg.solve(L, z - m0 * own[:-1]), np.linalg.solve(L, V[:-1, -1])
        shape, rate, weight = c["a0"], c["b0"], math.log(c["weight"])
        for d, x, spread in zip(spans, e, np.diag(L), strict=True):
            kept = c.get("lam", 1.0) ** d
            shape, rate = c["a0"] + kept * (shape - c["a0"]), c["b0"] + kept * (rate - c["b0"])
            weight += math.lgamma(shape + 0.5) - math.lgamma(shape) + shape * math.log(rate) - math.log(spread)
            weight -= (shape + 0.5) * math.log(rate + x * x / 2)
            shape, rate = shape + 0.5, rate + x * x / 2
        kept = c.get("eta", 1.0) ** (ahead - 1)
        shape, rate = c["a0"] + kept * (shape - c["a0"]), c["b0"] + kept * (rate - c["b0"])
        scale = math.sqrt(rate / shape * (V[-1, -1] - U @ U)) * width(about["widths"], len(spans))
        location = m0 * reach + U @ e + about.get("centre", 0.0) * scale
        if fade := about.get("fading"):
            left = fade["first"] * (1 - fade["lasting"] ** ahead) / (1 - fade["lasting"])
            excess = sum(x["weight"] * x["m0"] for x in about["components"]) - fade["towards"]
            location += excess * (left - ahead)
            scale = math.hypot(scale, fade["spread"] * ahead)
        parts.append((weight, stats.t.sf((need - location) / scale, 2 * shape)))
    top = max(weight for weight, _ in parts)
    share = [math.exp(weight - top) for weight, _ in parts]
    return sum(s * p for s, (_, p) in zip(share, parts, strict=True)) / sum(share)


def width(known, steps):
    """The factor of the scale after so many steps, linear between those learnt."""
    if not known:
        return 1.0
    below = max((k for k in known if k[0] <= steps), default=known[0])
    above = min((k for k in known if k[0] >= steps), default=known[-1])
    return (
        below[1]
        if above[0] == below[0]
        else below[1] + (above[1] - below[1]) * (steps - below[0]) / (above[0] - below[0])
    )


@pytest.mark.parametrize("name", [name for name in FILES if plain(name)])
def test_the_probability_of_every_class_and_of_the_pool(results, name):
    found, (seen, value, year) = results[name], asked(name)
    as_of, told = seen[-1][0], {one["class"]: one["probability"] for one in found["range"]["classes"]}
    checked = 0
    for one, probability in told.items():
        about = members(one, as_of)
        if not any(c.get("wander") for c in about["components"]) and about["last_year"] <= as_of:
            assert probability == pytest.approx(chance(about, seen, value, year, as_of), abs=2e-6), one
            checked += 1
    assert checked >= 2
    pool = json.loads((CLASSES / "vietnam-pool.json").read_text(encoding="utf-8"))["members"]
    assert found["probability"] == pytest.approx(sum(told[one] for one in pool) / len(pool), abs=2e-6)
