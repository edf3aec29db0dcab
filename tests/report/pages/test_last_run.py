"""The sentence on the index about the last run."""

import pytest

from ruralincome.report.pages.index import last_run


def run(status, started="2026-11-20T02:00:00+00:00", finished="2026-11-20T02:05:00+00:00", **counts):
    return {"status": status, "started": started, "finished": finished, **counts}


def said(*runs, language="en"):
    return last_run({"runs": list(runs)}, language)


def test_each_end_has_its_sentence():
    assert said() == ""
    assert said(run("ok", done=3, skipped=1)) == "Last run: 20 November 2026, 02:05 UTC; 3 reports made, 1 unchanged."
    failed = run("failed", done=3, skipped=1, failed=2)
    assert said(failed) == "Last run: 20 November 2026, 02:05 UTC; 3 reports made, 1 unchanged, 2 could not be made."
    assert said(run("running", finished=None)) == "A run begun 20 November 2026, 02:00 UTC is under way or was cut off."
    refused = run("refused", message="params/a.yaml: 'x' is not known")
    assert said(refused).endswith("was refused, and every report is as it was: params/a.yaml: 'x' is not known")
    assert "bị từ chối" in said(refused, language="vi")
    assert "02:05 ngày 20/11/2026 (UTC); lập 3 báo cáo" in said(run("ok", done=3), language="vi")
    assert "bị ngắt sau khi lập 3 báo cáo" in said(run("interrupted", done=3), language="vi")


@pytest.mark.parametrize(("day", "gap"), [(21, False), (23, True)])
def test_a_run_that_was_missed_shows_as_a_gap(day, gap):
    now = run("ok", started=f"2026-11-{day}T02:00:00+00:00")
    assert said(run("ok"), now).endswith("3 days earlier.") == gap
    assert said(run("interrupted"), now).endswith("The run before it was cut off.")
