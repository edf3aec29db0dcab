"""A plain table is read in pieces, whatever its columns are called; only other forms are read whole."""

import tracemalloc

import pytest

from ruralincome.panel.files import read_panel
from ruralincome.series import InputError


@pytest.mark.parametrize(
    ("head", "rows", "places"),
    [
        ("code,year,value", ["101,2016,32.6", "102,2020,44.9"], ["101", "102"]),
        ("place,code,year,value", ["A,101,2016,32.6", ",102,2020,44.9"], ["A", "102"]),
    ],
)
def test_codes_name_the_places_that_have_no_name(tmp_path, head, rows, places):
    path, heard = tmp_path / "panel.csv", []
    path.write_text("\n".join([head, *rows, ""]), "utf-8")
    found = read_panel(path, rows=1, tell=heard.append)
    assert found["place"].tolist() == places
    assert heard == [1, 1]  # and no second reading, which would take the whole file at once


def test_of_a_line_left_open_the_first_forty_letters_are_shown(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(f'place,year,value,note\nA,2016,32.6,"{"x" * 40}\nA,2020,44.9,end"\n', "utf-8")
    with pytest.raises(InputError) as raised:
        read_panel(path)
    assert raised.value.facts["cell"] == 'A,2016,32.6,"' + "x" * 27


@pytest.mark.parametrize("blank", [(0,), (1,), (0, 1), (3,)])
def test_pieces_in_which_every_row_is_blank_are_none(tmp_path, blank):
    """A spreadsheet keeps the rows whose cells were emptied."""
    path = tmp_path / "panel.csv"
    rows = [f"{name},{year},{value}" for name, year, value in (("A", 2016, 32), ("A", 2020, 44.5), ("B", 2020, 40))]
    for at in reversed(blank):
        rows[at:at] = [",,"] * 2
    path.write_text("\n".join(["place,year,value", *rows, ""]), "utf-8")
    found = read_panel(path, rows=2 if blank[0] != 1 else 1)
    assert found[["place", "year", "value"]].to_numpy().tolist() == [
        ["A", 2016, 32],
        ["A", 2020, 44.5],
        ["B", 2020, 40],
    ]


def test_a_table_of_blank_rows_has_no_row(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("place,year,value\n,,\n,,\n", "utf-8")
    with pytest.raises(InputError, match="no rows below its heads"):
        read_panel(path, rows=1)


def test_names_that_come_again_in_each_piece_are_kept_once(tmp_path):
    """A table sorted by year takes no more memory to read than one sorted by place."""
    names, years = [f"Xã {i:04}" for i in range(1000)], range(2000, 2024)
    by_place = [f"{name},{year},{30 + year % 7}.5" for name in names for year in years]
    by_year = [f"{name},{year},{30 + year % 7}.5" for year in years for name in names]
    peaks = []
    for rows in (by_place, by_place, by_year):  # the first loads what is loaded once
        path = tmp_path / "xa.csv"
        path.write_text("\n".join(["place,year,value", *rows]), encoding="utf-8")
        tracemalloc.start()
        read_panel(path, rows=1000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.5 * peaks[1]
