"""PX, JSON-stat, SDMX and Eurostat's TSV: the same two series in each, their traps, and what is not well formed.

Other readers (pyjstat, pyaxis) have no wheels to pin, so none of them is installed for the tests; FULL was read by
sdmx1 2.28, which gives the same three figures.
"""

import json

import pytest

from ruralincome.data.forms.read import readings_of
from ruralincome.series import InputError

SERIES = {"An Bình": (32.6, 38.25, 44.9), "Tân Hội": (30.1, 1234.5, None)}
YEARS = ("2016", "2018", "2020")
PX = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="utf-8";
TITLE="Thu nhập bình quân "
"đầu người";
UNITS="triệu đồng/người/năm";
STUB="Xã";
HEADING="Năm";
VALUES("Xã")="An Bình","Tân Hội";
VALUES[en]("Xã")="One","Two";
VALUES("Năm")="2016",
"2018","2020";
CODES("Xã")="01","02";
NOTE="Một ghi chú; có dấu "
"chấm phẩy";
DATA=
32.60 38.25 44.90
30.10 1234.50 ".." ;
"""
SPARSE = (
    PX.replace("DATA=", 'KEYS("Xã")=CODES;\nDATA=').replace("32.60 38", '"01",32.60 38').replace("30.10", '"02",30.10')
)
CUBE = {
    "version": "2.0",
    "class": "dataset",
    "label": "Thu nhập",
    "id": ["geo", "time"],
    "size": [2, 3],
    "role": {"time": ["time"], "geo": ["geo"]},
    "dimension": {
        "geo": {"label": "Xã", "category": {"index": {"b": 1, "a": 0}, "label": {"a": "An Bình", "b": "Tân Hội"}}},
        "time": {"category": {"index": list(YEARS)}},
    },
    "value": [32.6, 38.25, 44.9, 30.1, 1234.5, None],
    "status": {"5": "m"},
}
FIRST = {"d": {key: CUBE[key] for key in ("label", "value", "status")} | {"dimension": dict(CUBE["dimension"])}}
FIRST["d"]["dimension"] |= {key: CUBE[key] for key in ("id", "size", "role")}
SPARSE_CUBE = CUBE | {"value": {str(i): v for i, v in enumerate(CUBE["value"]) if v is not None}}


def generic():
    parts = []
    for place, values in SERIES.items():
        parts.append(f'<g:Series><g:SeriesKey><g:Value id="REF_AREA" value="{place}"/></g:SeriesKey>')
        for year, value in zip(YEARS, values, strict=True):
            shown = "NaN" if value is None else value
            parts.append(f'<g:Obs><g:ObsDimension value="{year}"/><g:ObsValue value="{shown}"/></g:Obs>')
        parts.append("</g:Series>")
    return f'<m:GenericData xmlns:m="urn:m" xmlns:g="urn:g"><m:DataSet>{"".join(parts)}</m:DataSet></m:GenericData>'


def structured(flat=False):
    parts = []
    for place, values in SERIES.items():
        parts.append("" if flat else f'<Series REF_AREA="{place}">')
        area = f'REF_AREA="{place}" ' if flat else ""
        for year, value in zip(YEARS, values, strict=True):
            shown = "NaN" if value is None else value
            parts.append(f'<Obs {area}TIME_PERIOD="{year}" OBS_VALUE="{shown}"/>')
        parts.append("" if flat else "</Series>")
    return f'<?xml version="1.0"?><m:Data xmlns:m="urn:m"><m:DataSet>{"".join(parts)}</m:DataSet></m:Data>'


def sdmx_csv(second):
    head = "STRUCTURE,STRUCTURE_ID,ACTION," if second else "DATAFLOW,"
    lead = "dataflow,GSO:INC(1.0),I," if second else "GSO:INC(1.0),"
    rows = [f"{head}FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,DECIMALS"]
    for place, values in SERIES.items():
        rows += [f"{lead}A,{place},{t},{'' if v is None else v},A,1" for t, v in zip(YEARS, values, strict=True)]
    return "\n".join(rows)


TSV = "freq,geo\\TIME_PERIOD\t2016 \t2018 \t2020 \nA,An Bình\t32.6 \t38.25 \t44.9 \nA,Tân Hội\t30.1 \t1234.5 \t: \n"
WDI = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-01-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2016","2018","2020",\n'
    '"An Bình","ANB","GNI","NY","32.6","38.25","44.9",\n"Tân Hội","TAH","GNI","NY","30.1","1234.5","",\n'
)
FORMS = {
    "PX": PX,
    "PX with KEYS": SPARSE,
    "JSON-stat 2": json.dumps(CUBE),
    "JSON-stat 2 sparse": json.dumps(SPARSE_CUBE),
    "JSON-stat 1": json.dumps(FIRST),
    "SDMX-ML generic": generic(),
    "SDMX-ML structured": structured(),
    "SDMX-ML flat": structured(flat=True),
    "SDMX-CSV 1": sdmx_csv(second=False),
    "SDMX-CSV 2": sdmx_csv(second=True),
    "Eurostat": TSV,
    "World Bank": WDI,
}


def of(text):
    return readings_of(text.encode(), "f")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_series_in_every_form(form):
    found = of(FORMS[form])
    assert {one.place: one.values for one in found} == SERIES
    assert {one.years for one in found} == {(2016, 2018, 2020)}
    assert found[1].status == ("final", "final", "not_available")


def test_a_key_names_its_row_and_no_figure_is_dealt_out_to_another():
    one = SPARSE.replace('"01",32.60 38.25 44.90\n', "")
    assert {reading.place: reading.values for reading in of(one)} == {"Tân Hội": SERIES["Tân Hội"]}


def test_px_says_its_unit_and_notes():
    reading = of(PX)[0]
    assert (reading.indicator, reading.unit) == ("Thu nhập bình quân đầu người", "million_vnd_per_person_year")
    assert reading.notes == ("Một ghi chú; có dấu chấm phẩy",)


def test_statuses_are_kept():
    cube = json.dumps(CUBE | {"status": {"0": "b", "2": "p", "5": "c"}})
    assert [one.status for one in of(cube)] == [("break", "final", "preliminary"), ("final", "final", "confidential")]
    flags = TSV.replace("32.6 ", "32.6 b").replace("44.9 ", "44.9 sb").replace(": \n", ": c\n")
    assert [one.status for one in of(flags)] == [("break", "final", "break"), ("final", "final", "confidential")]


def test_equal_labels_are_two_places():
    label = {"a": "An Bình", "b": "An Bình"}
    cube = json.loads(json.dumps(CUBE))
    cube["dimension"]["geo"]["category"]["label"] = label
    assert [one.place for one in of(json.dumps(cube))] == ["An Bình (a)", "An Bình (b)"]


def test_several_data_sets_ask_which():
    with pytest.raises(InputError, match="--sheet"):
        of(json.dumps({"class": "collection", "link": {"item": [CUBE | {"label": "a"}, CUBE | {"label": "b"}]}}))


@pytest.mark.parametrize(
    ("value", "read"),
    [("519.4sb", (519.4, "preliminary")), ("7 902.3", (7902.3, "final")), ("ERROR: #N/A", (None, "not_available"))],
)
def test_what_stands_in_published_observations(value, read):
    reading = of(generic().replace("38.25", value))[0]
    assert (reading.values[1], reading.status[1]) == read


def test_a_decimal_comma_in_xml_is_decided_by_the_column():
    text = '<m:D xmlns:m="u"><m:DataSet><Obs TIME_PERIOD="2016" OBS_VALUE="2.767.229,12"/></m:DataSet></m:D>'
    assert of(text)[0].values == (2767229.12,)


def test_a_multiplier_stays_with_the_unit():
    text = structured().replace("<Series REF", '<Series UNIT_MEASURE="VND" UNIT_MULT="3" REF')
    assert of(text)[0].unit == "VND ×10^3"


SPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
FULL = f"""<?xml version="1.0" encoding="UTF-8"?>
<mes:GenericData xmlns:mes="{SPACE}/message" xmlns:gen="{SPACE}/data/generic" xmlns:com="{SPACE}/common">
<mes:Header><mes:ID>x</mes:ID><mes:Test>false</mes:Test><mes:Prepared>2020-01-01T00:00:00</mes:Prepared>
<mes:Sender id="GSO"/><mes:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><com:Structure>
<Ref agencyID="GSO" id="DSD" version="1.0"/></com:Structure></mes:Structure></mes:Header>
<mes:DataSet structureRef="S" action="Replace"><gen:Series><gen:SeriesKey><gen:Value id="FREQ" value="A"/>
<gen:Value id="REF_AREA" value="VN1"/></gen:SeriesKey>
<gen:Obs><gen:ObsDimension value="2016"/><gen:ObsValue value="32.6"/></gen:Obs>
<gen:Obs><gen:ObsDimension value="2020"/><gen:ObsValue value="44.9"/><gen:Attributes>
<gen:Value id="OBS_STATUS" value="P"/></gen:Attributes></gen:Obs></gen:Series>
<gen:Series><gen:SeriesKey><gen:Value id="FREQ" value="A"/><gen:Value id="REF_AREA" value="VN2"/></gen:SeriesKey>
<gen:Obs><gen:ObsDimension value="2016"/><gen:ObsValue value="30.1"/></gen:Obs></gen:Series></mes:DataSet>
</mes:GenericData>"""


def test_a_whole_message_as_another_reader_has_it():
    one, other = of(FULL)
    assert (one.place, one.years, one.values, one.status[1]) == ("VN1", (2016, 2020), (32.6, 44.9), "preliminary")
    assert (other.place, other.years, other.values) == ("VN2", (2016,), (30.1,))


BROKEN = {
    "PX short": PX.replace(' ".."', ""),
    "PX without DATA": PX.split("DATA=")[0],
    "PX unknown key": SPARSE.replace('"02",', '"03",'),
    "JSON": '{"class": "dataset"}',
    "JSON sizes": json.dumps(CUBE | {"size": [3, 3]}),
    "JSON cut": json.dumps(CUBE)[:-5],
    "XML cut": generic()[:-9],
    "XML with entities": '<!DOCTYPE a [<!ENTITY b "c">]>' + generic(),
    "quarters": structured().replace('"2018"', '"2018-Q1"'),
    "TSV uneven": TSV.replace("\t: \n", "\n"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_not_well_formed_is_refused(case):
    with pytest.raises(InputError, match=r"^f[: ]"):
        of(BROKEN[case])


OF_VN = '<Series REF_AREA="VN"><Obs TIME_PERIOD="2018" OBS_VALUE="7"/></Series></DataSet>'
WHOLE = {
    "structured": '<DataSet UNIT_MEASURE="VND">{group}' + OF_VN,
    "generic": '<DataSet><Attributes><Value id="UNIT_MEASURE" value="VND"/></Attributes>{group}<Series><SeriesKey>'
    '<Value id="REF_AREA" value="VN"/></SeriesKey><Obs><ObsDimension value="2018"/><ObsValue value="7"/></Obs>'
    "</Series></DataSet>",
}
GROUP = {
    "structured": '<Group REF_AREA="{area}" UNIT_MULT="3"/>',
    "generic": '<Group type="Sibling"><GroupKey><Value id="REF_AREA" value="{area}"/></GroupKey><Attributes>'
    '<Value id="UNIT_MULT" value="3"/></Attributes></Group>',
}


@pytest.mark.parametrize("form", WHOLE)
@pytest.mark.parametrize(("area", "unit"), [("VN", "VND ×10^3"), ("LA", "VND")])
def test_what_stands_on_the_data_set_and_on_a_group_is_of_their_series(form, area, unit):
    content = f"<m>{WHOLE[form].format(group=GROUP[form].format(area=area))}</m>"
    (one,) = readings_of(content.encode(), "f.xml")
    assert (one.place, one.values, one.unit) == ("VN", (7,), unit)


@pytest.mark.parametrize(
    "content",
    [
        "STRUCTURE,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE\ndataflow,I,VN,2018,4000\ndataflow,D,VN,2019,4100\n",
        f'<m><DataSet action="Delete">{OF_VN}</m>',
    ],
)
def test_what_is_to_be_deleted_is_no_figure(content):
    with pytest.raises(InputError, match="deletes figures"):
        readings_of(content.encode(), "f")


def test_px_may_say_a_unit_of_each_content():
    text = PX.replace('UNITS="triệu đồng/người/năm"', 'CONTVARIABLE="Xã";\nUNITS("An Bình")="Nghìn đồng/người/tháng"')
    found = {one.place: one.unit for one in readings_of(text.encode(), "f.px")}
    assert found == {"An Bình": "thousand_vnd_per_person_month", "Tân Hội": ""}


def test_a_row_of_eurostat_with_a_key_less_and_a_figure_more_is_refused():
    uneven = TSV.replace("A,Tân Hội\t30.1", "A\t30.1\t30.1")
    with pytest.raises(InputError) as told:
        readings_of(uneven.encode(), "f.tsv")
    assert told.value.code == "data.uneven"
