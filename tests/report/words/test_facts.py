"""What a fault tells: its numbers in all their digits, with the sign of the language."""

import string
from decimal import Decimal

from ruralincome.report.words.words import LANGUAGES, catalogue, fault
from ruralincome.series import InputError
from ruralincome.series.faults import from_json


def test_a_fault_tells_its_numbers_in_all_their_digits_as_each_language_writes_them():
    found = InputError("keep.too_far", value=48.9, before=Decimal("45.10"), last=2021, unit="x")
    assert fault(found, "vi") == "giá trị 48,9 quá xa 45,10 (2021); hãy ghi bằng x"
    assert fault(from_json(found.to_json()), "vi") == "giá trị 48,9 quá xa 45,1 (2021); hãy ghi bằng x"
    assert fault(found, "en") == "value 48.9 is far from 45.10 (2021); state it in x"
    assert "48900000,5" in fault(InputError("data.not_positive", where="x", value=48_900_000.5), "vi")
    names = (InputError("data.figure_of", year=2025, value=Decimal("60.5"), remark="KH"), "KH 2026")
    assert fault(InputError("data.read_plans", names=names), "vi").endswith(": 2025: 60,5 (KH); KH 2026")
    assert fault(InputError("data.read_plans", names=(1.5, 2.0)), "vi").endswith(": 1,5; 2")


def test_no_sentence_has_a_form_of_its_own_for_a_number():
    """It would be that of Python in every language."""
    for language in LANGUAGES:
        for code, said in catalogue(language).items():
            assert [(code, name) for _, name, form, _ in string.Formatter().parse(said) if form] == []
