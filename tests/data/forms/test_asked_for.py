"""Parts of a table that are asked for by name."""

import pytest

from ruralincome.data.forms.read import readings_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

PARTS = "Năm;Tổng số - Total;Thành thị - Urban;Nông thôn - Rural\n2018;30;40;20\n2019;31;41;21\n"


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def told(found):
    return {said.code: next(iter(said.facts.values()), None) for said in found[0].understood}


def test_a_part_can_be_asked_for_by_some_of_its_head():
    for asked in ("Nông thôn", "rural", "Nông thôn - Rural"):
        (one,) = read(PARTS, indicator=asked)
        assert (one.indicator, one.shown) == ("Nông thôn - Rural", ("20", "21"))
    (one,) = read(f"Thu nhập nông thôn\n{PARTS}", indicator="nông thôn")
    assert (one.indicator, one.shown) == ("Thu nhập nông thôn", ("30", "31"))


@pytest.mark.parametrize("asked", ["thôn miền núi", "thị trấn", "n - r"])
def test_a_part_that_is_not_there_is_refused_with_those_that_are(asked):
    table = f"Thu nhập\n{PARTS}"
    if asked == "n - r":
        assert read(table, indicator=asked)[0].indicator == "Nông thôn - Rural"
        return
    with pytest.raises(InputError, match="choose one of Thu nhập, Thành thị - Urban, Nông thôn - Rural"):
        read(table, indicator=asked)
    with pytest.raises(InputError, match="choose one of '', Thành thị - Urban"):
        read(PARTS, indicator="-")


def test_parts_under_places_are_none_to_ask_for():
    table = "Thu nhập\nĐịa phương;2018;2019\nHuyện A;30;31\n- Nông thôn;20;21\n"
    with pytest.raises(InputError, match=r"choose one of Thu nhập$"):
        read(table, indicator="Nông thôn")
    assert told(read(table))["data.read_parts"] == ("- Nông thôn",)
