"""The scheduling of attempts: stages, retries, lost workers; all that needs no kernel."""

from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.batch.execute import Outcome, execute
from ruralincome.batch.plan import Job, Plan
from ruralincome.series import InputError


class Inline(Executor):
    """Runs each call when it is submitted; breaks as told."""

    def __init__(self, breaks):
        self.breaks = breaks

    def submit(self, function, /, *args):
        future = Future()
        try:
            if next(self.breaks):
                raise BrokenExecutor("a worker died")
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run_all(jobs, results, breaks, retries=0, at_once=2):
    """Outcomes of a plan whose attempts end as `results` says, on executors that break as `breaks` says."""
    made = []

    @contextmanager
    def pool():
        made.append(1)
        yield Inline(breaks)

    outcomes = list(execute(Plan(tuple(jobs)), Path(), pool, at_once, 600, retries, results))
    return outcomes, len(made)


def job(name, stage=0, language="vi"):
    return Job(name, language, Path("n.ipynb"), {}, Path("out") / name, "key", stage)


def never():
    while True:
        yield False


def test_attempts_are_counted_and_end():
    def attempt(job, root, timeout, number):
        return Outcome(job, "ok" if number == 3 else "failed", number, fault=InputError("batch.died", detail=""))

    outcomes, _ = run_all([job("a")], attempt, never(), retries=3)
    assert [(o.status, o.attempts) for o in outcomes] == [("ok", 3)]
    outcomes, _ = run_all([job("a"), job("b")], attempt, never(), retries=1)
    assert [(o.status, o.attempts) for o in outcomes] == [("failed", 2)] * 2


def test_the_log_of_an_earlier_run_goes_when_the_first_attempt_loses_its_worker(tmp_path):
    given = Job("a", "vi", Path("n.ipynb"), {}, tmp_path, "key")
    (tmp_path / "log.txt").write_text("of an earlier run\n")

    def attempt(job, root, timeout, number):
        with (tmp_path / "log.txt").open("a") as log:
            log.write(f"attempt {number}\n")
        return Outcome(job, "ok", number)

    run_all([given], attempt, iter([True, False]))
    assert (tmp_path / "log.txt").read_text() == "attempt 2\n"


def test_an_error_of_the_executor_is_an_outcome():
    def attempt(job, root, timeout, number):
        raise KeyError("unexpected\nthing")

    outcomes, _ = run_all([job("a")], attempt, never())
    assert (outcomes[0].status, outcomes[0].code) == ("failed", "batch.worker")
    assert "\n" not in outcomes[0].message


def test_a_job_that_always_loses_its_worker_is_given_up():
    def always():
        while True:
            yield True

    outcomes, pools = run_all([job("a")], None, always())
    assert (outcomes[0].status, outcomes[0].code, outcomes[0].attempts) == ("failed", "batch.worker", 4)
    assert pools == 4


def test_a_job_that_kills_its_worker_costs_its_neighbours_no_last_chance():
    """The first attempt of each takes its neighbours along; after that it runs alone."""

    class Together(Executor):
        """Runs what was submitted in one go; one job's end is the end of all."""

        def __init__(self):
            self.given = []

        def submit(self, function, /, *args):
            future = Future()
            self.given.append((future, args))
            if len(self.given) == 2 or args[0].name == "killer/vi" or args[3] > 1:
                killed = any(args[0].name == "killer/vi" for _, args in self.given)
                for each, args in self.given:
                    each.set_exception(BrokenExecutor("gone")) if killed else each.set_result(function(*args))
                self.given = []
            return future

    def attempt(job, root, timeout, number):
        return Outcome(job, "ok", number)

    @contextmanager
    def pool():
        yield Together()

    jobs = [job("a"), job("killer"), job("b"), job("c")]
    outcomes = list(execute(Plan(tuple(jobs)), Path(), pool, 2, 600, work=attempt))
    assert {o.job.scenario: o.status for o in outcomes} == {"a": "ok", "b": "ok", "c": "ok", "killer": "failed"}


@given(st.lists(st.booleans(), max_size=6), st.integers(1, 12), st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_every_job_ends_once_whatever_breaks(breaks, count, at_once, retries):
    stages = []

    def attempt(job, root, timeout, number):
        stages.append(job.stage)
        return Outcome(job, "ok", number)

    jobs = [job(f"s{i}", stage=i % 2) for i in range(count)]
    lossless = iter([*breaks[:3], *[False] * 200])
    outcomes, _ = run_all(jobs, attempt, lossless, retries, at_once)
    assert Counter(o.job.name for o in outcomes) == Counter(j.name for j in jobs)
    assert all(o.status == "ok" for o in outcomes)
    assert stages == sorted(stages)
    assert sum(o.attempts - 1 for o in outcomes) <= sum(breaks[:3]) * at_once


@given(st.integers(1, 7), st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_language_waits_for_the_other_of_its_scenario_while_there_is_other_work(count, at_once, random):
    """It then finds what the first has worked out."""
    jobs = [job(f"s{i}", 0, language) for i in range(count) for language in ("vi", "en")]
    jobs.append(job("late", 1))
    running, waiting = [], [each.name for each in jobs]

    class Later(Executor):
        """Ends one of the calls that run, whichever, when as many run as may."""

        def submit(self, function, /, *args):
            given, future = args[0], Future()
            waiting.remove(given.name)
            beside = [one for one, _ in running]
            if given.scenario in {one.scenario for one in beside}:
                free = {name.partition("/")[0] for name in waiting} - {one.scenario for one in beside} - {"late"}
                assert not free
            running.append((given, future))
            if len(running) == min(at_once, len(waiting) + len(running)) or not waiting or waiting == ["late/vi"]:
                random.shuffle(running)
                ended, done = running.pop()
                done.set_result(Outcome(ended, "ok", 1))
            if waiting in ([], ["late/vi"]):
                for ended, done in running:
                    done.set_result(Outcome(ended, "ok", 1))
                running.clear()
            return future

    @contextmanager
    def pool():
        yield Later()

    outcomes = list(execute(Plan(tuple(jobs)), Path(), pool, at_once, 600))
    assert Counter(o.job.name for o in outcomes) == Counter(each.name for each in jobs)
    assert outcomes[-1].job.name == "late/vi"


def test_languages_of_one_scenario_run_at_once_where_nothing_else_waits():
    begun = []

    def attempt(job, root, timeout, number):
        begun.append(job.name)
        return Outcome(job, "ok", number)

    jobs = [job(name, 0, language) for name in "ab" for language in ("vi", "en")]
    run_all(jobs, attempt, never(), at_once=4)
    assert begun == ["a/vi", "b/vi", "a/en", "b/en"]


def test_a_later_stage_is_no_work_to_wait_for(monkeypatch):
    rounds, running = [], {}

    class Open(Executor):
        def submit(self, function, /, *args):
            running[future := Future()] = args[0]
            return future

    def ends(futures, return_when):
        rounds.append({running[one].name for one in futures})
        for one in futures:
            one.set_result(Outcome(running[one], "ok", 1))
        return SimpleNamespace(done=list(futures))

    monkeypatch.setattr("ruralincome.batch.execute.wait", ends)
    jobs = (job("a"), job("a", language="en"), job("late", 1))
    assert len(list(execute(Plan(jobs), Path(), lambda: nullcontext(Open()), 4, 600))) == 3
    assert rounds == [{"a/vi", "a/en"}, {"late/vi"}]
