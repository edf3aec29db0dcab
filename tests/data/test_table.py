"""The one reader of tables: the forms of one file, and what each fault says of where it stands."""

import gzip
import hashlib
import os

import pytest

from ruralincome.data.table import content_of, table_of
from ruralincome.series import InputError

PLAIN = "place,year,value\nXã A,2016,32.6\nXã A,2020,44.9\n"
FORMS = {
    "commas": PLAIN,
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "told": "sep=;\r\n" + PLAIN.replace(",", ";"),
    "mark": "\ufeff" + PLAIN,
    "windows": PLAIN.replace("\n", "\r\n"),
    "old mac": PLAIN.replace("\n", "\r"),
    "no end": PLAIN.rstrip("\n"),
    "blank": "\n" + PLAIN.replace("\n", "\n\n"),
    "emptied": PLAIN.replace("\n", ",,\n") + ",,,,\n",
    "quoted": '"place","year","value"\n"Xã A","2016","32.6"\n"Xã A","2020","44.9"\n',
    "capitals": PLAIN.replace("place,year", " Place ,YEAR"),
    "series_id": PLAIN.replace("place", "series_id"),
    "composed": PLAIN.replace("ã", "a\u0303"),
    "gzip": gzip.compress(PLAIN.encode(), mtime=0),
}


def read_delimited(path, needed, also=()):
    return table_of(content_of(path, needed), path.name, needed, also)


def saved(folder, content, name="in.csv"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


@pytest.mark.parametrize("form", FORMS)
def test_one_table_in_many_forms(tmp_path, form):
    rows = list(read_delimited(saved(tmp_path, FORMS[form]), ("place", "year", "value")).records())
    assert [(row.text("place"), row.year(), row.number("value")) for row in rows] == [
        ("Xã A", 2016, 32.6),
        ("Xã A", 2020, 44.9),
    ]


def test_where_a_row_stands_counts_every_line_of_the_file(tmp_path):
    table = read_delimited(saved(tmp_path, "\nsep=;\nyear;value\n\n2016;1\n;\n2020;x\n"), ("year", "value"))
    assert (table.head.line, table.head.separator, table.at) == (3, ";", (5, 7))
    with pytest.raises(InputError, match=r"in\.csv row 7: value 'x' is not a number"):
        list(table.records())[1].number("value")


def test_a_place_of_its_own_name_is_the_place(tmp_path):
    found = read_delimited(saved(tmp_path, "series_id,place,year\n7,Xã A,2020\n"), ("place",))
    assert found.head.columns == ("series_id", "place", "year")


def test_the_hash_is_of_the_bytes_unpacked(tmp_path):
    digest = hashlib.sha256(PLAIN.encode()).hexdigest()
    assert table_of(PLAIN.encode(), "x").sha256 == digest
    assert read_delimited(saved(tmp_path, FORMS["gzip"]), ()).sha256 == digest


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", r"in\.csv is empty; the first line holds"),
        ("sep=;\n\n", "is empty"),
        ("place,year\nA,2016\n", r"column 'value' is missing; its columns are place, year; name it in line 1"),
        ("year,value,value\n2016,1,2\n", "column 'value' stands twice; take one of them out"),
        ("year,value,status,status\n2016,1,a,b\n", "column 'status' stands twice"),
        ("year,value\n2016,32,6\n", r"in\.csv row 2 has not one cell a column; is there a decimal comma"),
        ("year,value\n2016\n", r"row 2 has not one cell a column"),
        ('year,value\n2016,"1\n2017,2"\n', r"row 2: a quoted cell runs over a line break"),
        ('year,value\n2016,1\n2017,"2', r"row 3: a quoted cell runs over a line break"),
        (PLAIN.encode("utf-16"), "is not UTF-8 text; save it as 'CSV UTF-8'"),
        (PLAIN.encode() + b"X\xe3,2016,1\n", "is not UTF-8 text"),
        (b"PK\x03\x04" + bytes(40), "is a workbook or an archive, not text; save the sheet"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "cannot be unpacked"),
    ],
)
def test_a_file_that_is_no_such_table(tmp_path, content, words):
    with pytest.raises(InputError, match=words):
        read_delimited(saved(tmp_path, content), ("year", "value"), ("status",))


def test_what_is_no_file(tmp_path):
    with pytest.raises(InputError, match=r"no file .*none\.csv; name a table .* with year, value"):
        read_delimited(tmp_path / "none.csv", ("year", "value"))
    with pytest.raises(InputError, match="is a folder; name a CSV file in it"):
        read_delimited(tmp_path, ("year",))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe, not a file"):
        read_delimited(tmp_path / "pipe", ("year",))
    name = os.fsdecode(b"c\xff.csv")
    with pytest.raises(InputError, match=r"the name of the file 'c\\udcff\.csv' is not text; rename it"):
        read_delimited(tmp_path / name, ("year",))


def test_a_blank_row_is_none_whatever_blank_it_holds():
    assert len(table_of('place,year,value\n"\n",,\nXã A,2020,44.9\n'.encode(), "f.csv").rows) == 1
