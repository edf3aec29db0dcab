"""Why a notebook failed, in both languages: every message a batch gives is recognised, the rest is shown as it came."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from ruralincome.data.package import read_resource
from ruralincome.models.forecast import Forecast
from ruralincome.report.words.failures import KNOWN, failure
from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.scenario.paths import add
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]

MESSAGES = {
    "timeout": ("timeout", "not done after 12 s"),
    "memory": ("memory", "cell 3: MemoryError: "),
    "died": ("died", "the kernel ended: Kernel died"),
    "output.full": ("output", "/x/a/vi/report.html: cannot be written (No space left on device)"),
    "output.closed": ("output", "/x/a/vi: cannot be written (Permission denied)"),
    "output.file": ("output", "/x/a/vi: cannot be written (Not a directory)"),
    "ended": ("error", "cell 4: SystemExit: it ends the notebook"),
    "kernel": ("error", "the notebook wants the kernel 'ir', which is not installed; open it in JupyterLab, choose P"),
    "kernel.none": ("error", "the notebook names no kernel; open it in JupyterLab, choose Python 3 and save it"),
    "ruin": ("error", "cell 2: InputError: adjustments[0] (shock): a shock of -120 points leaves no income; state a"),
    "data.changed": ("error", "cell 2: InputError: data/a.csv was changed: its sha256 is 0a…, the data package states"),
    "data.missing": ("error", "cell 2: InputError: data/a.csv is missing; restore it from its source or from git"),
    "none": (
        "error",
        "cell 3: InputError: manifest.json: holds no result of a scenario in 'vi'; run 'ruralincome run'",
    ),
    "input": ("error", "cell 2: InputError: 'nowhere' <b> is no series"),
    "cell": ("error", "cell 3: ZeroDivisionError: division by <zero>"),
}


def told(code, language):
    reason, message = MESSAGES[code]
    return failure({"status": "failed", "reason": reason, "message": message}, language)


def test_every_kind_has_an_example():
    assert MESSAGES.keys() == KNOWN.keys()


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_is_said_in_both_languages_and_english_stands_only_as_a_quotation(code):
    for language in LANGUAGES:
        words = re.escape(catalogue(language)[f"index.reason.{code}"])
        outside = re.sub(r"<br>.*", "", told(code, language))
        assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", words), outside), outside
        quoted = re.findall(r'<code lang="en">(.*)</code>', told(code, language))
        assert len(quoted) == (code in ("input", "cell"))
        assert "<b>" not in told(code, language)
        assert "<zero>" not in told(code, language)


def test_numbers_in_a_reason_are_written_as_each_language_does():
    job = {"status": "failed", "reason": "timeout", "message": "not done after 0.5 s"}
    assert "0,5 giây" in failure(job, "vi")
    assert "0.5 s" in failure(job, "en")


def test_what_is_not_known_is_named_by_its_reason_and_quoted():
    lost = {"status": "failed", "reason": "worker", "message": "KilledWorker: <gone>"}
    assert failure(lost, "vi").startswith("Tiến trình chạy sổ tay đã mất.")
    assert '<code lang="en">KilledWorker: &lt;gone&gt;</code>' in failure(lost, "vi")
    assert failure({"status": "failed", "reason": "of another make"}, "en") == "The notebook failed."
    assert failure({"status": "ok", "message": "x"}, "vi") == ""


def test_the_core_says_what_is_recognised(tmp_path):
    forecast = Forecast(2020, 44.9, np.full((8, 1), 45.0))
    with pytest.raises(InputError) as ruined:
        add(forecast, [2021], -120.0)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    table = tmp_path / "data" / "vietnam_cpi.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(InputError) as changed:
        read_resource("vietnam_cpi", tmp_path)
    table.unlink()
    with pytest.raises(InputError) as missing:
        read_resource("vietnam_cpi", tmp_path)
    for code, fault in (("ruin", ruined), ("data.changed", changed), ("data.missing", missing)):
        assert re.fullmatch(KNOWN[code], f"cell 2: InputError: {fault.value}")
