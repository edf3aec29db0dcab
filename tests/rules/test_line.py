"""SDSN, UN ESCAP, EEA and the other lines that sources draw."""

import pytest

from ruralincome.rules import RULES, Case, all_rules


def panel(*case, rules=RULES, **more):
    return {found.by.code: found[0] for found in all_rules(Case(*case, **more), rules)}


@pytest.mark.parametrize(
    ("ratio", "labels"),
    [
        (1.0, ("on_track", "on_track", "closes_gap", "maintain", "on_path", "on_schedule")),
        (0.92, ("acceleration_needed", "moderately_improving", "leaves_gap", "maintain", "behind_path", None)),
        (0.3, ("limited_progress", "stagnating", "leaves_gap", "accelerate", "behind_path", "behind_schedule")),
        (-0.05, ("limited_progress", "decreasing", "widens_gap", "reverse", "behind_path", "moved_away")),
        (-0.5, ("deterioration", "decreasing", "widens_gap", "reverse", "behind_path", "moved_away")),
    ],
)
def test_labels_of_the_linear_family_and_unsd(ratio, labels):
    verdicts = panel(2020, 100.0, 2021, 100 + 0.01 * ratio, 2022, 100.02)  # so small that shapes agree
    names = ("unsd", "sdsn", "mcarthur_rasmussen_linear", "escap_anticipated", "eea", "escap_status")
    for name, label in zip(names, labels, strict=True):
        assert label is None or verdicts[name].label == label, name


def straight(ratio):
    """A case so short and flat that every shape sees the same share of what is needed."""
    return panel(2020, 100.0, 2021, 100 + 0.001 * ratio, 2022, 100.002)


@pytest.mark.parametrize(
    ("code", "line", "above", "below"),
    [
        ("eurostat", 0.95, "significant_progress", "moderate_progress"),
        ("eurostat", 0.6, "moderate_progress", "insufficient_progress"),
        ("eurostat", 0.0, "insufficient_progress", "movement_away"),
        ("unsd", 0.95, "on_track", "acceleration_needed"),
        ("unsd", 0.5, "acceleration_needed", "limited_progress"),
        ("unsd", -0.1, "limited_progress", "deterioration"),
        ("sdsn", 1.0, "on_track", "moderately_improving"),
        ("sdsn", 0.5, "moderately_improving", "stagnating"),
        ("sdsn", 0.0, "stagnating", "decreasing"),
        ("escap_anticipated", 0.9, "maintain", "accelerate"),
        ("escap_anticipated", 0.0, "accelerate", "reverse"),
        ("escap_status", 1.0, "on_schedule", "behind_schedule"),
        ("escap_status", 0.0, "behind_schedule", "moved_away"),
        ("eea", 1.0, "on_path", "behind_path"),
        ("mcarthur_rasmussen_linear", 1.0, "closes_gap", "leaves_gap"),
        ("mcarthur_rasmussen_geometric", 0.0, "leaves_gap", "widens_gap"),
    ],
)
def test_each_line_is_where_the_source_draws_it(code, line, above, below):
    assert straight(line + 0.002)[code].label == above
    assert straight(line - 0.002)[code].label == below
