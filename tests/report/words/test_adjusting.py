"""A scenario's adjustments in words."""

from pathlib import Path

import pytest

from ruralincome.report.answer import sections
from ruralincome.report.words.phrases import adjustments
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]
STEPS = [
    ({"kind": "shock", "years": [2021], "points": -8.8}, "năm 2021: tốc độ tăng thay đổi −8,8 điểm phần trăm"),
    (
        {"kind": "shock", "years": [2021, 2023], "points": 2, "sd": 1.5, "illustration": True},
        "năm 2021, 2023: tốc độ tăng thay đổi +2,0 điểm phần trăm, độ lệch chuẩn 1,5 điểm phần trăm (con số minh họa, "
        "không có nguồn)",
    ),
    (
        {"kind": "dip", "year": 2021, "points": -8.8, "recovery": "delayed"},
        "năm 2021: tốc độ tăng giảm 8,8 điểm phần trăm; chờ một năm rồi trở lại lộ trình cũ trong hai năm",
    ),
    (
        {"kind": "dip", "year": 2021, "points": -3, "recovery": "fast", "recovery_year": 2024},
        "năm 2021: tốc độ tăng giảm 3,0 điểm phần trăm; trở lại lộ trình cũ vào cuối năm 2024",
    ),
    (
        {"kind": "disruption", "keep": [0.25, 0.5]},
        "giai đoạn 2021–2022: gián đoạn kéo dài, chỉ giữ được 25%, 50% nhịp tăng dự báo",
    ),
    ({"kind": "accelerate", "factor": 1.5}, "giai đoạn 2021–2025: nhịp tăng dự báo nhân với 1,50"),
    ({"kind": "pace", "percent": 9}, "giai đoạn 2021–2025: tăng 9,0%/năm"),
    ({"kind": "halt", "last_year": 2021}, "năm 2021: không tăng thêm"),
    ({"kind": "linear", "amount": 3.5}, "giai đoạn 2021–2025: mỗi năm thêm 3,5 triệu đồng/người/năm"),
    (
        {"kind": "percent_of_baseline", "percent": 150},
        "giai đoạn 2021–2025: tăng theo đường thẳng để bằng 150% mức năm 2016 vào năm 2025",
    ),
    (
        {"kind": "path", "value": 67.35, "shape": "straight"},
        "giai đoạn 2021–2025: tăng theo đường thẳng để đạt 67,35 triệu đồng/người/năm vào năm 2025",
    ),
    ({"kind": "return"}, "năm 2025: trở lại lộ trình trước khi điều chỉnh vào cuối năm 2025"),
]


@pytest.mark.parametrize(("step", "words"), STEPS, ids=[step["kind"] for step, _ in STEPS])
def test_adjustments_in_words(step, words):
    before = [STEPS[0][0]] if step["kind"] == "return" else []
    scenario = Scenario.stated(target={"value": 67.35, "year": 2025}, redrawn="old", adjustments=[*before, step])
    found = answer(scenario, "adjusted", ROOT)
    assert adjustments(found, "vi")[-1] == words
    assert "{" not in adjustments(found, "en")[-1]


def test_an_elasticity_shows_its_estimate():
    found = answer(Scenario.stated(extends="gdp_stays_low"), "gdp", ROOT)
    html = sections.against_baseline(found, "en").html
    assert "Estimated elasticities" in html
    assert "Standard error" in html
