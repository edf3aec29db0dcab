"""What one process of a run hands on and another takes over: in processes of their own, as a run has them."""

import json
import os
import subprocess
import sys

import pytest

from ruralincome.data.files import FEW, MANY, SHARED

SCRIPT = """
import json, os, sys
from ruralincome.data.files import handed_on, taken_over
def work(*asked):
    if known := taken_over(*asked):
        return known
    return handed_on([os.getpid()] if asked[0] != ["local"] else lambda: os.getpid(), *asked)
made = [work(*asked) for asked in json.loads(sys.argv[1])]
for one in made:
    one.append("later") if isinstance(one, list) else None
print(json.dumps([os.getpid(), [one if isinstance(one, list) else [one()] for one in made]]))
"""


@pytest.fixture
def ask(tmp_path):
    """A function (*what is asked, shared, cwd): a process's number, and what it was given for each."""
    (tmp_path / "shared").mkdir()

    def asked(*calls, shared="task", cwd=tmp_path):
        environment = os.environ | ({SHARED: str(tmp_path / "shared" / shared)} if shared else {})
        run = [sys.executable, "-c", SCRIPT, json.dumps(calls)]
        done = subprocess.run(run, env=environment, cwd=cwd, capture_output=True, text=True, check=True)
        assert not done.stderr
        return json.loads(done.stdout)

    return asked


def left(tmp_path):
    return len([*(tmp_path / "shared").iterdir()])


def test_what_one_process_found_and_worked_out_since_is_taken_away_by_the_next(ask, tmp_path):
    first, (found,) = ask([[1], {"a": 2.5}])
    assert found == [first, "later"]
    assert left(tmp_path) == 1
    second, (found,) = ask([[1], {"a": 2.5}])
    assert found == [first, "later", "later"]  # which the second added, to what is its own now
    assert left(tmp_path) == 0
    third, (found,) = ask([[1], {"a": 2.5}])
    assert found == [third, "later"]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("other", [[[1], {"a": 3}], [[2], {"a": 2}], [[1], {}], [[1, 2], {}], [["1"], {"a": 2}]])
def test_other_arguments_are_other_work(ask, other):
    ask([[1], {"a": 2}])
    own, (found,) = ask(other)
    assert found == [own, "later"]


def test_another_folder_to_work_in_is_other_work(ask, tmp_path):
    ask([[1], {}])
    (tmp_path / "elsewhere").mkdir()
    own, (found,) = ask([[1], {}], cwd=tmp_path / "elsewhere")
    assert found == [own, "later"]


def test_what_is_asked_again_is_work_of_another_turn(ask, tmp_path):
    """As what it rests on may have changed meanwhile, in both."""
    first, found = ask([[1], {}], [[1], {}])
    assert found == [[first, "later"]] * 2
    assert left(tmp_path) == 2
    _, found = ask([[1], {}], [[1], {}], [[1], {}])
    assert [one[0] == first for one in found] == [True, True, False]


def test_what_another_task_found_is_not_taken(ask):
    ask([[1], {}])
    own, (found,) = ask([[1], {}], shared="other")
    assert found == [own, "later"]


def test_without_a_folder_nothing_is_left_or_taken(ask, tmp_path):
    ask([[1], {}], shared=None)
    assert left(tmp_path) == 0
    ask([[1], {}])
    own, (found,) = ask([[1], {}], shared=None)
    assert found == [own, "later"]


def test_what_was_half_written_is_done_anew(ask, tmp_path):
    ask([[1], {}])
    (path,) = (tmp_path / "shared").iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    own, (found,) = ask([[1], {}])
    assert found == [own, "later"]


def test_what_cannot_be_pickled_is_left_by_nobody(ask, tmp_path):
    own, ((found,), (other, _)) = ask([["local"], {}], [[1], {}])
    assert (found, other) == (own, own)
    assert left(tmp_path) == 1


def test_a_process_leaves_few_and_many_are_enough(ask, tmp_path):
    ask(*([[k], {}] for k in range(FEW + 3)))
    assert left(tmp_path) == FEW
    for k in range(MANY - FEW):
        (tmp_path / "shared" / str(k)).touch()
    ask([["one more"], {}])
    assert left(tmp_path) == MANY
