"""What each number of a class file may be: the limit itself stands, and what lies beyond it is refused by its field."""

from dataclasses import replace

import pytest

from ruralincome.reference.component import Fading, Trial
from ruralincome.reference.reference import Component, ReferenceClass, checked
from ruralincome.series import InputError, Text

WHOLE = ReferenceClass(
    "x", Text("x", "x"), "income", "nominal", 2000, 2010, 5, 50, (Component(1.0, 0.05, 10.0, 3.0, 0.01),),
    widths=((1, 1.1),), inflation=(0.03, 0.01), growth={1: (-0.1, 0.0, 0.2)}, fading=Fading(0.02, 0.4, 0.8, 0.02),
    record=(Trial(2014, 2016, 63, 0.5, 0.8, 0.95, -0.03),), rhos=(0.3,),
)  # fmt: skip
OF_COMPONENT = [
    ("weight", 1.0, 1.01), ("m0", 10, 10.1), ("m0", -10, -10.1), ("a0", 0.34, 0.33), ("damping", 1.0, 1.01),
    ("kappa", 0.0, -0.1), ("kappa", 1e6, 1e6 + 0.1), ("phi", 0.0, -0.1), ("phi", 0.999, 0.9991), ("nu", 0.0, -0.1),
    ("nu", 1e6, 1e6 + 0.1), ("lam", 0.0, -0.1), ("lam", 1.0, 1.01), ("eta", 0.0, -0.1), ("eta", 1.0, 1.01),
    ("wander", 0.0, -0.1), ("trend", 10, 10.1), ("trend", -10, -10.1), ("k0", 1e-9, 0.0), ("b0", 1e-9, 0.0),
]  # fmt: skip
OF_CLASS = [
    ("centre", 2.0, 2.1), ("centre", -2.0, -2.1), ("rho", 0.0, -0.1), ("rho", 0.999, 0.9991), ("error", 0.0, -0.1),
    ("error", 10, 10.1), ("first_year", 1000, 999), ("last_year", 9999, 10000), ("series", 1, 0), ("steps", 1, 0),
    ("widths", ((1, 1e-9),), ((1, 0.0),)), ("widths", ((1, 1.0),), ((0, 1.0),)), ("inflation", (10, 0), (10.1, 0)),
    ("inflation", (-10, 10), (-10.1, 10)), ("inflation", (0, 0), (0, -0.1)), ("inflation", (0, 10), (0, 10.1)),
    ("rhos", (0.0, 0.999), (0.0, 0.9991)), ("rhos", (0.0,), ("0.3",)), ("rhos", (0.3,), (-0.1,)),
    ("growth", {1: (-1, 1)}, {1: (-1.1, 1)}), ("growth", {1: (0, 1)}, {1: (0,)}), ("growth", {1: (0, 1)}, {0: (0, 1)}),
]  # fmt: skip

OF_FADING = [
    ("towards", 1, 1.01), ("towards", -1, "x"), ("first", 0, -0.1), ("first", 1, 1.1), ("lasting", 0, -0.1),
    ("lasting", 0.999, 1), ("spread", 0, -5), ("spread", 1, float("nan")),
]  # fmt: skip
OF_TRIAL = [
    ("origin", 1000, 999), ("year", 2015, 2014), ("year", 9999, 10000), ("places", 1, 0), ("inside50", 0, 7),
    ("inside80", 1, 9.68), ("inside95", 0.0, -1), ("error", -4, -5), ("error", 4, float("inf")), ("error", 0, "x"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "name", "limit", "beyond"), [
    *(("fading", *each) for each in OF_FADING), *(("record", *each) for each in OF_TRIAL),
])  # fmt: skip
def test_each_number_of_the_fading_and_of_the_record_has_its_limit(field, name, limit, beyond):
    part = WHOLE.fading if field == "fading" else WHOLE.record[0]
    whole = [part if field == "fading" else (part,) for part in (replace(part, **{name: x}) for x in (limit, beyond))]
    assert checked(replace(WHOLE, **{field: whole[0]}))
    with pytest.raises(InputError) as caught:
        checked(replace(WHOLE, **{field: whole[1]}))
    assert caught.value.facts["field"] == f"{'fading' if field == 'fading' else 'record[0]'}.{name}"


@pytest.mark.parametrize(("name", "limit", "beyond"), OF_COMPONENT)
def test_each_number_of_a_component_has_its_limit(name, limit, beyond):
    part = WHOLE.components[0]
    assert checked(replace(WHOLE, components=(replace(part, **{name: limit}),)))
    with pytest.raises(InputError) as caught:
        checked(replace(WHOLE, components=(replace(part, **{name: beyond}),)))
    assert (caught.value.code, caught.value.facts["field"]) == ("reference.outside", f"components[0].{name}")


@pytest.mark.parametrize(("name", "limit", "beyond"), OF_CLASS)
def test_each_number_of_a_class_has_its_limit(name, limit, beyond):
    assert checked(replace(WHOLE, **{name: limit}))
    with pytest.raises(InputError) as caught:
        checked(replace(WHOLE, **{name: beyond}))
    assert caught.value.code == "reference.outside"
    assert caught.value.facts["field"].startswith(name)


@pytest.mark.parametrize(("name", "beyond", "may"), [
    ("b0", 0.0, "a number above 0"), ("weight", 0.0, "a number above 0 and at most 1"),
    ("a0", 0.33, "a number at least 0.34"), ("lam", 1.5, "a number at least 0 and at most 1"),
])  # fmt: skip
def test_a_refusal_says_what_the_number_may_be(name, beyond, may):
    with pytest.raises(InputError) as caught:
        checked(replace(WHOLE, components=(replace(WHOLE.components[0], **{name: beyond}),)))
    assert f", not {may}; " in str(caught.value)


def test_weights_may_miss_one_by_a_hundredth_and_no_more():
    part = WHOLE.components[0]
    assert checked(replace(WHOLE, components=(replace(part, weight=0.5), replace(part, weight=0.491))))
    with pytest.raises(InputError, match="weights"):
        checked(replace(WHOLE, components=(replace(part, weight=0.5), replace(part, weight=0.48))))


def test_a_pool_of_two_weighs_each_half():
    pool = WHOLE.of_members([WHOLE, replace(WHOLE, components=(*WHOLE.components, *WHOLE.components))])
    assert [c.weight for c in pool.components] == [0.5, 0.5, 0.5]
