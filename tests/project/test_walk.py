"""The walk of one number: from data/ to the probability, and on to --json, no room calls one that stands above it."""

import sys
from pathlib import Path

from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.scenario.result import result
from tests.project.test_architecture import PACKAGE, floor

ROOT = Path(__file__).parents[2]


def walked(act):
    """What `act` gives, the modules it passes, and calls from a room to one on a higher floor."""
    passed, upward, stack = dict.fromkeys(()), set(), []

    def look(frame, event, _):
        path = Path(frame.f_code.co_filename)
        if PACKAGE not in path.parents or frame.f_code.co_name == "<module>" or path.parent == PACKAGE:
            return
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if event == "call":
            passed[name] = None
            if stack and floor(name) > floor(stack[-1]):
                upward.add((stack[-1], name))
            stack.append(name)
        elif event == "return" and stack:
            stack.pop()

    sys.setprofile(look)
    try:
        found = act()
    finally:
        sys.setprofile(None)
    return found, list(passed), upward


def test_a_number_goes_down_through_few_modules():
    found, passed, upward = walked(lambda: answer(read_scenario(ROOT / "params" / "baseline.yaml"), "baseline", ROOT))
    probability, more, again = walked(lambda: found.assessment.probability)
    assert 0 < probability < 1
    assert upward | again == set()
    assert len({*passed, *more}) <= 35, passed  # 30 once the shipped tables are read
    json, _, upward = walked(lambda: result(found))
    assert (json["probability"], upward) == (probability, set())
