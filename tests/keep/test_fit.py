import gzip
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from ruralincome.data.forms.read import rows_of
from ruralincome.keep.fit import EVER, PLACES, Fitting, fit_from_csv, write_class
from ruralincome.keep.panels import PANEL, places_of
from ruralincome.reference.component import fading
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError

HEAD = "place,year,value\n"
ONE = Fitting("mine", ("p.csv",), "a", "b", components=1, short=True)


def rows(places=6, years=8, seed=2, first=2000):
    """Lines of a sound panel."""
    logs = np.cumsum(np.random.default_rng(seed).normal(0.05, 0.04, (places, years)), axis=1)
    return "".join(f"q{i},{first + t},{100 * np.exp(x)}\n" for i, row in enumerate(logs) for t, x in enumerate(row))


def paced(paces, years=8, name="c"):
    """Lines of places that grow at one pace each."""
    lines = (f"{name}{i},{2000 + t},{100 * (1 + g) ** t}\n" for i, g in enumerate(paces) for t in range(years))
    return "".join(lines)


def fitted(folder, text, order=ONE, told=None):
    (folder / "p.csv").write_text(text, encoding="utf-8")
    return fit_from_csv(order, folder, (told if told is not None else []).append)


def refusal(folder, order):
    """The one line by which an order is refused, nothing being written."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(InputError) as fault:
        fit_from_csv(order, folder, lambda _: None)
    assert "\n" not in str(fault.value)
    assert sorted(folder.rglob("*")) == before
    return str(fault.value)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        (rows(40) + paced([0.0] * 4), r"4 places \(c0, c1, c2, \.\.\.\) of 44"),
        (rows(40) + paced([0.03]), r"1 place \(c0\) of 41"),
        (paced([0.01 * i for i in range(10)]), r"10 places \(c0, c1, c2, \.\.\.\) of 10"),
        (paced([0.05] * 10), r"10 places \(c0, c1, c2, \.\.\.\) of 10"),
    ],
)
def test_places_that_do_not_vary_are_refused_by_name(tmp_path, text, named, count):
    with pytest.raises(InputError, match=rf"p\.csv: growth does not vary in {named}"):
        fitted(tmp_path, HEAD + text, replace(ONE, components=count))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("q0,2003,1,5", "p.csv row 3 has not one cell a column; is there a decimal comma, as in 48,9?"),
        ("q0,2003", "p.csv row 3 has not one cell a column"),
        ('q0,2003,"1,500"', "p.csv row 3: value '1,500' may be read in two ways"),
        ("q0,2003,-inf", "p.csv row 3: value '-inf' is not a number"),
        ("q0,2003,1e999", "p.csv row 3: value '1e999' is not a number"),
        ("q0,2003,1_000", "p.csv row 3: value '1_000' is not a number"),
        ("q0,-2003,5", "p.csv row 3: year '-2003' is not a calendar year of four digits"),
        ("q0,203,5", "p.csv row 3: year '203' is not a calendar year of four digits; correct it, or say --undated"),
        ("q0,0203,5", "p.csv row 3: year '0203' is not"),
        ("q0,2001,5\n ,2003,5", "p.csv row 4 column 1: no place; name it in every row"),
        ("q0,2000,5", "p.csv row 3: q0 has 2000 twice"),
        ('q0,2003,"5', "p.csv row 3: a quoted cell runs over a line break"),
    ],
)
def test_a_cell_that_cannot_stand_is_named_with_its_row(tmp_path, row, words):
    (tmp_path / "p.csv").write_text(f"{HEAD}q0,2000,4\n{row}\n", encoding="utf-8")
    assert words in refusal(tmp_path, ONE)


def test_counts_of_years_stand_where_the_panel_is_undated(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(HEAD + "a,1,1\na,203,2\n", encoding="utf-8")
    assert places_of(rows_of(path, *PANEL), undated=True)[0]["a"][0].tolist() == [1, 203]
    path.write_text(HEAD + "a,-1,1\na,203,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"p\.csv row 2: year '-1' is not a count"):
        places_of(rows_of(path, *PANEL), undated=True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.csv", (HEAD + "q\0,2000,1\n").encode() + b"\xff", "p.csv is not UTF-8 text"),
        ("p.csv.gz", gzip.compress(HEAD.encode(), mtime=0)[:-9], "p.csv.gz cannot be unpacked"),
        ("p.csv", HEAD.encode(), "p.csv has no rows below its heads"),
    ],
    ids=["no text", "torn gzip", "no row"],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert words in refusal(tmp_path, replace(ONE, panels=(name,)))


def test_a_folder_as_panel_is_called_a_folder(tmp_path):
    (tmp_path / "p.csv").mkdir()
    assert "p.csv is a folder; name a CSV file in it" in refusal(tmp_path, ONE)


def test_a_cut_before_the_first_year_names_that_year(tmp_path):
    (tmp_path / "p.csv").write_text(HEAD + rows(), encoding="utf-8")
    (tmp_path / "late.csv").write_text(HEAD + rows(first=2010), encoding="utf-8")
    words = "no place has two positive values up to 1995 (its years are 2000 to 2007)"
    assert words in refusal(tmp_path, replace(ONE, panels=("p.csv@1995",)))
    assert words in refusal(tmp_path, replace(ONE, until=1995))
    late = refusal(tmp_path, replace(ONE, panels=("p.csv", "late.csv"), until=2007))
    assert "late.csv: no place has two positive values up to 2007 (its years are 2010 to 2017)" in late


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("year,value\n2000,3\n2001,3,5\n", "cpi.csv row 3 has not one cell a column"),
        ("year,value\n2000,nan\n", "cpi.csv row 2: value 'nan' is not a number"),
        ("year,value\n2000,-100\n", "cpi.csv row 2: a price rise of -100 % leaves no price"),
        ("when,rise\nx,3\n", "cpi.csv: column 'year' is missing"),
        ("year,value\n2000,100\n2001,106.1\n2002,109.9\n", "every value is above 40, as in an index"),
        ("year,value\n2000,102.3\n2001,103.1\n2002,99.8\n", "state price rises in percent a year, 3.2 for an index"),
    ],
)
def test_price_rises_are_read_as_strictly(tmp_path, text, words):
    (tmp_path / "p.csv").write_text(HEAD + rows(), encoding="utf-8")
    (tmp_path / "cpi.csv").write_text(text, encoding="utf-8")
    assert words in refusal(tmp_path, replace(ONE, deflate="cpi.csv"))


@pytest.mark.parametrize("country", ["VNM", "THA", "vn", "Vietnam", "ZZ", "Viet Nam"])
def test_a_country_that_no_money_could_be_of_is_refused(tmp_path, country):
    (tmp_path / "p.csv").write_text(HEAD + rows(), encoding="utf-8")
    said = refusal(tmp_path, replace(ONE, country=country))
    assert said.startswith(f"--country {country} is no country whose money is known; state the two letters")


def test_the_pace_of_one_country_fades_in_constant_prices_however_they_came(tmp_path):
    (tmp_path / "cpi.csv").write_text("year,value\n" + "".join(f"{y},3\n" for y in range(2000, 2008)), encoding="utf-8")
    plain, real, deflated = (
        fitted(tmp_path, HEAD + rows(), replace(ONE, country="VN", **more))
        for more in ({}, {"prices": "real"}, {"deflate": "cpi.csv"})
    )
    assert (plain.fading, plain.prices) == (None, "nominal")
    assert real.prices == deflated.prices == "real"
    assert real.fading == fading(real.error)
    assert deflated.fading == fading(deflated.error)
    assert fitted(tmp_path, HEAD + rows(), replace(ONE, prices="real")).fading is None


def test_places_left_out_are_told_with_the_reason(tmp_path):
    told, fallen = [], "a,2000,5\na,2001,0\nb,2000,5\nb,2001,-1\nc,2000,5\n"
    found = fitted(tmp_path, HEAD + rows() + fallen, told=told)
    assert found.series == 6
    assert [str(said).split(":")[1] for said in told] == [
        " 2 places (a (0 in 2001), b (-1 in 2001)) left out",
        " 1 place (c) left out",
    ]
    assert found.components == fitted(tmp_path, HEAD + rows()).components


def test_a_place_left_out_is_told_on_stderr(tmp_path, capsys):
    (tmp_path / "p.csv").write_text(HEAD + rows() + "a,2000,5\na,2001,0\n", encoding="utf-8")
    fit_from_csv(ONE, tmp_path)
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("\n")) == ("", 1)
    assert "a (0 in 2001)" in heard.err


def test_a_value_after_the_cut_leaves_no_place_out(tmp_path):
    told = []
    text = HEAD + rows() + "a,2000,5\na,2001,6\na,2007,0\n"
    assert fitted(tmp_path, text, replace(ONE, until=2006), told).series == 7
    assert told == []


@pytest.mark.parametrize("places", [1, PLACES - 1])
def test_too_few_places_are_no_class(tmp_path, places):
    with pytest.raises(InputError, match=f"{places} place.*needs at least {PLACES}"):
        fitted(tmp_path, HEAD + rows(places))


def test_the_fewest_places_are_a_class_that_reads_back(tmp_path):
    found = fitted(tmp_path, HEAD + rows(PLACES))
    assert found.series == PLACES
    path = write_class(found, tmp_path / "made" / "for it")
    assert ReferenceClass.from_json(json.loads(path.read_text(encoding="utf-8"))) == found


def test_places_that_move_as_one_keep_a_year_of_their_own(tmp_path):
    """rho below 1, as counts of places need, and as a class file must state."""
    shared = rows(1).splitlines()
    text = "".join(line.replace("q0", f"q{i}") + "\n" for i in range(PLACES) for line in shared)
    assert fitted(tmp_path, HEAD + text).rho == 0.999


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\\b", "a\nb", "a\0b", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    assert "--name" in refusal(tmp_path, replace(ONE, name=name))


@pytest.mark.parametrize("until", [EVER, 30])
def test_an_undated_class_needs_the_year_it_was_published(tmp_path, until):
    (tmp_path / "p.csv").write_text(HEAD + rows(first=1), encoding="utf-8")
    assert "--until 2010" in refusal(tmp_path, replace(ONE, undated=True, until=until))


def test_a_class_that_cannot_be_written_is_one_line(tmp_path):
    found = fitted(tmp_path, HEAD + rows())
    with pytest.raises(InputError, match="cannot be written"):
        write_class(found, tmp_path / "p.csv" / "below a file")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.csv"]


def test_one_name_in_two_forms_or_with_spaces_is_one_place(tmp_path):
    text = rows().replace("q0", "Hòa Bình")
    plain = fitted(tmp_path, HEAD + text)
    lines = text.splitlines(keepends=True)
    odd = "".join(line.replace("Hòa Bình", "Ho\u0300a Bình " if i % 2 else "Hòa  Bình") for i, line in enumerate(lines))
    assert odd != text
    assert fitted(tmp_path, HEAD + odd).components == plain.components


def by_year(change):
    """The sound panel with each row of q1 changed: change(year, value)."""
    cells = (line.split(",") for line in rows().splitlines())
    return "".join(
        f"{name},{','.join(map(str, change(int(t), float(y)))) if name == 'q1' else f'{t},{y}'}\n"
        for name, t, y in cells
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (by_year(lambda t, y: (t, y * (1000 if t > 2003 else 1))), r"q1: value [\d.]+ in 2004 cannot be in one unit"),
        (by_year(lambda t, y: (t + (543 if t > 2003 else 0), y)), "q1 has 2003 and then 2547; look for a slip"),
        (by_year(lambda t, y: (2051 if t == 2005 else t, y)), "q1 has 2007 and then 2051; look for a slip"),
        (rows().replace("q0", "Hòa An").replace("q1", "Hoà An"), "'Hòa An' and 'Hoà An' look alike"),
        (rows().replace("q0", "Trà Ôn").replace("q1", "TRÀ ÔN"), "'Trà Ôn' and 'TRÀ ÔN' look alike"),
    ],
)
def test_places_of_two_units_calendars_or_names_are_refused(tmp_path, text, words):
    with pytest.raises(InputError, match=rf"p\.csv: {words}"):
        fitted(tmp_path, HEAD + text)


def test_a_year_of_price_rises_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "p.csv").write_text(HEAD + rows(), encoding="utf-8")
    (tmp_path / "cpi.csv").write_text("year,value\n2000,3\n2001,3.2\n2001,32\n", encoding="utf-8")
    assert "cpi.csv row 4: 2001 stands twice, 3.2 and 32" in refusal(tmp_path, replace(ONE, deflate="cpi.csv"))


def surveyed(error, some=""):
    """The lines of `rows` with a column of standard errors, a share of each figure; that of `some` left empty."""
    lines = [line.split(",") for line in rows().splitlines()]
    said = [f"{float(v) * error}" if f"{name},{year}" != some else "" for name, year, v in lines]
    return "".join(f"{','.join(line)},{one}\n" for line, one in zip(lines, said, strict=True))


def test_a_panel_that_states_its_surveys_errors_is_fitted_net_of_them(tmp_path):
    head = "place,year,value,standard_error\n"
    plain, net = fitted(tmp_path, HEAD + rows()), fitted(tmp_path, head + surveyed(0.02))
    assert fitted(tmp_path, head + surveyed(0.0)).components == plain.components
    assert net.components[0].variance < 0.7 * plain.components[0].variance
    assert min(net.rhos) > min(plain.rhos)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (surveyed(0.02, "q1,2003"), "q1: 7 standard errors for 8 values; state one a value, or none"),
        (surveyed(-0.02), r"q0: standard error -.* in 2000 is not between 0 and the value"),
        (surveyed(1.0), r"q0: standard error .* in 2000 is not between 0 and the value"),
        (surveyed(1.5), r"q0: standard error .* in 2000 is not between 0 and the value"),
    ],
)
def test_errors_of_surveys_that_cannot_stand_are_refused(tmp_path, text, words):
    (tmp_path / "p.csv").write_text("place,year,value,standard_error\n" + text, encoding="utf-8")
    assert re.search(words, refusal(tmp_path, ONE))


def test_constant_prices_are_not_taken_for_current_ones(tmp_path):
    title = "Thu nhập theo giá so sánh 2010\nĐịa phương;2018;2019\nA;38;41\n"
    (tmp_path / "p.csv").write_text(title, encoding="utf-8")
    assert "state --prices real" in refusal(tmp_path, ONE)
