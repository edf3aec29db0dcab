"""What one command accepts of a file of figures, all accept; what one refuses, all refuse in the same words."""

import gzip
import io
import math
import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ruralincome.keep import add, read_outturns, score
from ruralincome.keep.fit import Fitting, fit_from_csv
from ruralincome.keep.place import new
from ruralincome.panel.files import read_panel
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
NAMES = ("Xã An", "Xã Bình", "Xã Cát", "Xã Đức", "Xã Em", "Xã Gia")
LEVELS = {
    name: [round(30 * math.exp(0.05 * t + 0.03 * math.sin(7 * i + t * t)), 2) for t in range(8)]
    for i, name in enumerate(NAMES)
}


def places():
    """A panel of six places."""
    lines = (f"{name},{2010 + t},{value}\n" for name, levels in LEVELS.items() for t, value in enumerate(levels))
    return "place,year,value\n" + "".join(lines)


ONE = "year,value,source\n" + "".join(f"{2010 + t},{value},Yearbook\n" for t, value in enumerate(LEVELS["Xã An"]))
OUTTURN = "series,year,value\nbinh_thuan_rural_income,2021,49.5\n"
RISES = "year,value\n" + "".join(f"{year},3.{year % 7}\n" for year in range(2010, 2018))


def as_new(path, root):
    shutil.copytree(ROOT / "data", root / "data")
    placed = new("Xã An", path, "50@2020", root=root)
    return (root / "data" / f"{placed.name}.csv").read_text(encoding="utf-8").count("Yearbook")


def as_panel(path, root):
    frame = read_panel(path)
    assert (frame["fault"] == "").all()
    return len(frame), frame["value"].sum()


def as_fit(path, root):
    return fit_from_csv(Fitting("mine", (str(path),), "a", "b", components=1, short=True), root).components


def as_rises(path, root):
    (root / "panel.csv").write_text(places(), encoding="utf-8")
    order = Fitting("mine", ("panel.csv",), "a", "b", components=1, short=True, deflate=str(path))
    return fit_from_csv(order, root).inflation


def workbook(text):
    """The rows in a sheet, numbers as numbers, under a title."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Biểu 1. Số liệu"])
    for line in text.splitlines():
        book.active.append([float(c) if re.fullmatch(r"[0-9.]+", c) else c for c in line.split(",")])
    book.save(stream)
    return stream.getvalue()


READERS = {
    "new": (as_new, ONE),
    "panel": (as_panel, places()),
    "reference fit": (as_fit, places()),
    "reference fit --deflate": (as_rises, RISES),
    "ledger score": (lambda path, _: read_outturns(path), OUTTURN),
}
FORMS = {
    "semicolons": lambda text: text.replace(",", ";"),
    "tabs": lambda text: text.replace(",", "\t"),
    "told": lambda text: "sep=;\r\n" + text.replace(",", ";"),
    "mark": lambda text: "\ufeff" + text,
    "windows": lambda text: text.replace("\n", "\r\n"),
    "capitals": lambda text: text.replace("year,value", "Year , VALUE"),
    "emptied": lambda text: text.replace("\n", ",,\n") + ",,,,\n\n",
    "decimal comma": lambda text: re.sub(r"(\d)\.(\d)", r"\1,\2", text.replace(",", ";")),
    "heads": lambda text: text.replace("place,", "Địa phương,").replace("year,value", "Năm,Giá trị"),
    "cells": lambda text: text.replace("year,value", "Năm,Thu nhập").replace("2012,", "Năm 2012,"),
    "utf-16": lambda text: text.encode("utf-16"),
    "workbook": lambda text: workbook(text),
    "gzip": lambda text: gzip.compress(text.encode(), mtime=0),
}
FAULTS = {
    "workbook": (lambda _: b"PK\x03\x04" + bytes(40), "cannot be read as a workbook"),
    "no text": (lambda _: b"\x00\xff\xfe" * 9, "is not UTF-8 text"),
    "column twice": (lambda text: text.replace("value", "value,value", 1), "column 'value' stands twice"),
    "no column": (lambda _: "a,b\nc,d\n", "column '(year|place|series)' is missing"),
    "open quote": (lambda text: text.rstrip("\n") + ',"\nx,"\n', "a quoted cell runs over a line break"),
    "empty": (lambda _: "", "is empty"),
}


def saved(folder, content):
    path = folder / "figures.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reader", READERS)
def test_what_one_accepts_all_accept(tmp_path, reader, form):
    read, text = READERS[reader]
    found = []
    for name, content in (("plain", text), ("form", FORMS[form](text))):
        (tmp_path / name).mkdir()
        found.append(read(saved(tmp_path / name, content), tmp_path / name))
    assert found[0] == found[1]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("reader", READERS)
def test_what_one_refuses_all_refuse_in_the_same_words(tmp_path, reader, fault):
    read, text = READERS[reader]
    change, words = FAULTS[fault]
    path = saved(tmp_path, change(text))
    with pytest.raises(InputError, match=words):
        read(path, tmp_path)


def test_outturns_are_scored_whatever_separates_them(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, date(2021, 3, 1))
    path = saved(tmp_path, "sep=;\n" + OUTTURN.replace(",", ";"))
    assert score(ledger, path).scores.brier == pytest.approx(0.63**2)
