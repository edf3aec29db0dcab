"""People of rows without a figure: those of a census between count in every form, those of a year to come in none."""

import pytest
from openpyxl import Workbook

from ruralincome import Target, assess_panel, read_class
from ruralincome.panel.files import read_panel
from ruralincome.panel.histories import histories

ROWS = [
    ("A", 2016, 30, None, None), ("A", 2019, None, 9100, None), ("A", 2020, 38, None, None),
    ("B", 2016, 30, 500, None), ("B", 2018, None, None, None), ("B", 2020, 38, 500, None),
]  # fmt: skip
HEADS = ("place", "year", "value", "population", "unit")


def saved(folder, form, rows, heads=HEADS):
    path = folder / f"people.{form}"
    if form == "xlsx":
        book = Workbook()
        for row in (heads, *rows):
            book.active.append(row)
        book.save(path)
    else:
        lines = (
            ";".join("" if cell is None else str(cell).replace(".", ",") for cell in row) for row in (heads, *rows)
        )
        path.write_text("\n".join(lines), "utf-8")
    return path


def told(path):
    said = []
    return read_panel(path, remark=said.append), {one.code: one.facts for one in said}


@pytest.mark.parametrize("heads", [HEADS, ("Xã", "Năm", "Thu nhập", "Dân số", "Đơn vị tính")])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_people_of_a_row_without_a_figure_count_in_every_form(tmp_path, form, heads):
    rows = [
        (*row[:2], row[2] and row[2] + 0.5, *row[3:]) for row in ROWS
    ]  # with a decimal comma, which has its own way
    frame, said = told(saved(tmp_path, form, rows, heads))
    assert histories(frame)[0]["population"].tolist() == [9100, 500]
    assert histories(frame, as_of=2018)[0]["population"].fillna(0).tolist() == [0, 500]
    assert [(one.facts["place"], one.facts["year"]) for one in said["data.read_gaps"]["gaps"]] == [
        ("A", "2019"),
        ("B", "2018"),
    ]
    found = assess_panel(frame, read_class("vietnam-provinces", 2020), target=Target(48, 2022))
    assert found["observations"].tolist() == [2, 2]
    assert found["refusal"].isna().all()
    assert len(frame) == 5  # the row of B says nothing


def test_people_beside_years_as_columns_are_stated_once(tmp_path):
    """A year that is empty for now is no row of the panel: its people are those of the others."""
    rows = [("A", 9100, 30.5, 38.5, None), ("B", 500, 30.5, None, 38.5)]
    frame, _ = told(saved(tmp_path, "xlsx", rows, ("Xã", "Dân số", 2016, 2020, 2025)))
    assert frame["year"].tolist() == [2016, 2020, 2016, 2025]
    assert histories(frame)[0]["population"].tolist() == [9100, 500]
