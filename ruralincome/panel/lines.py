"""Targets from a standard: each place is held to the line of its group."""

import numpy as np
import pandas as pd

from ruralincome.panel.redrawn import with_faults
from ruralincome.places.standard import Standard
from ruralincome.series import InputError


def held_to(frame: pd.DataFrame, standard: Standard, year: int) -> pd.DataFrame:
    """The table with the lines of a standard in a year as targets, by the column group; over targets of its own.

    A place of a group that the standard does not know is refused in its row. Raises InputError for a table without
    groups, and for a year in which the standard does not hold or states no line.
    """
    groups = tuple(group.name.vi for group in standard.groups)
    if "group" not in frame:
        raise InputError("places.no_group", decision=standard.decision, groups=groups)
    codes, names = pd.factorize(frame["group"])
    lines = np.full(len(names) + 1, np.nan)  # a cell that is empty is the last
    for i, name in enumerate(names):
        try:
            lines[i] = standard.threshold(str(name), year)
        except InputError as fault:
            if fault.code != "places.standard_group":
                raise
    if not np.isfinite(lines).any():
        standard.threshold(groups[0], year)
    found = lines[codes]
    faults = np.where(np.isnan(found), "group_unknown", "")
    return with_faults(frame.assign(target=found, target_year=year), faults.tolist())
