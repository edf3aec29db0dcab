"""Commands that answer scenarios, and say what changed: check, assess, run, panel, diff."""

import json
import math
import shlex
import subprocess
from collections.abc import Collection, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer

from ruralincome.cli import options
from ruralincome.cli.keep import demand
from ruralincome.cli.terminal import complain, progress, remark, spoken, tell, unexpected
from ruralincome.models import lean
from ruralincome.series import Faults, InputError

EXTRA = {"xlsx": "excel", "docx": "documents"}  # what a kind of file is made with


def check(files: options.FilesArgument = None) -> None:
    """Validate params files, and list every fault of all of them at once."""
    paths = _checked(files)
    tell("cli.check.one" if len(paths) == 1 else "cli.check.many", files=str(len(paths)))


def assess(
    file: Annotated[Path | None, typer.Argument()] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False, *, language: options.LanguageOption,
) -> None:  # fmt: skip
    """Answer one scenario in the terminal."""
    lean()
    from ruralincome.data.package import nearest_root
    from ruralincome.scenario.answer import answer
    from ruralincome.scenario.check import naming
    from ruralincome.scenario.file import Scenario, read_scenario
    from ruralincome.scenario.result import result

    scenario = read_scenario(file) if file else Scenario()
    with naming(file):
        found = answer(scenario, file.stem if file else "baseline", nearest_root(file.parent) if file else None)
    if as_json:
        print(json.dumps(result(found), ensure_ascii=False, indent=2))
        return
    from ruralincome.report.answer import first, needs

    for said in (first.opening(found, language), *(needs.in_words(found, language, name) for name in needs.TOLD)):
        print(said, end="\n\n")


def run(
    files: options.FilesArgument = None, output: Path | None = None,
    jobs: Annotated[int | None, typer.Option(min=1)] = None, language: options.LanguagesOption = options.BOTH,
    force: Annotated[bool, typer.Option("--force")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    timeout: Annotated[float, typer.Option(min=1)] = 600.0, retries: Annotated[int, typer.Option(min=0)] = 0,
    cluster: str | None = None, on_failure: str | None = None, since: str | None = None, to: str = "",
    notebook: Path | None = None,
) -> int:  # fmt: skip
    """Run every scenario in both languages to HTML reports, an index and a manifest."""
    from ruralincome import batch
    from ruralincome.batch.manifest import one_line
    from ruralincome.batch.plan import FILES
    from ruralincome.batch.workers import cluster as workers
    from ruralincome.data.package import find_root

    output, status = options.reports(output), 1
    try:
        if not math.isfinite(timeout):
            raise InputError("cli.timeout", timeout=timeout)
        kinds = [kind for kind in to.replace(" ", "").split(",") if kind]
        if unknown := [kind for kind in kinds if kind not in FILES]:
            raise InputError("cli.to", kind=unknown[0], known=tuple(FILES))
        for extra in ("notebooks", *(EXTRA[kind] for kind in kinds if kind in EXTRA)):
            demand(extra)
        root, whole = find_root(), not files and notebook is None
        try:
            tasks = batch.tasks(_checked(files, root, ()), root, output, notebook, pages=whole)
            plan = batch.preview(tasks, language, output, root, force, since)
        except InputError:
            _checked(files, root)  # which may know more, and of every file
            raise
        _checked(files, root, {job.scenario for job in plan.jobs})  # the others were when their reports were made
        if dry_run:
            for code, jobs_of in (("cli.plan.run", plan.jobs), ("cli.plan.keep", plan.skipped)):
                for job in jobs_of:
                    tell(code, job=job.name)
            return 0
        pool = partial(workers, cluster) if cluster else None
        with pool() if pool else nullcontext():
            pass  # one that does not answer is told before the manifest notes a run

        def read_on() -> None:  # what the end of the run needs
            lean()
            from ruralincome.batch import results  # noqa: F401

        Thread(target=read_on).start()  # while the first worker begins
        summary = batch.run(
            tasks, language, output, root, jobs=jobs, timeout=timeout, retries=retries, force=force, since=since,
            to=kinds, pool=pool, progress=progress, todo=plan,
        )  # fmt: skip
        failed = {outcome.job.name: outcome.fault for outcome in summary.outcomes if outcome.fault}
        for name, found in failed.items():
            complain(one_line(spoken(found)), name)
        if summary.trouble:
            complain(summary.trouble)
        counts = {"done": len(summary.outcomes) - len(failed), "skipped": len(summary.skipped), "failed": len(failed)}
        code = "cli.run.interrupted" if summary.status == 130 else "cli.run.ended"
        tell(code, **counts, left=summary.left, index=f"{summary.manifest.parent}/index.html")
        remark(*summary.remarks)
        status = summary.status
    except Exception as fault:
        if not dry_run:
            _refused(output, unexpected(fault))
        raise
    finally:  # also of a run that was refused or interrupted: nobody looks at night
        if status and on_failure and not dry_run:
            try:
                subprocess.run([*shlex.split(on_failure), str(output.absolute() / "manifest.json")], check=False)
            except (OSError, ValueError) as error:
                complain(InputError("cli.on_failure", command=on_failure, why=str(error)))
    return status


@options.reads
def panel(
    file: Path, reading: Any, target: str | None = None, scenario: list[Path] | None = None, output: Path | None = None,
    standard: str = "", by: int | None = None, redrawn: options.RuleOption = None, table: Path | None = None,
    cluster: str | None = None, language: options.LanguagesOption = options.BOTH,
) -> int:  # fmt: skip
    """Assess every place of a table at once: one row a place, and a page in each language."""
    lean()
    from ruralincome.cli.panel import run_panel
    from ruralincome.panel.ready import Order

    order, output = Order(redrawn, table, standard, by), options.reports(output)
    return run_panel(file, target, scenario or (), output, cluster, language, order, reading)


def diff(before: Path, after: Path, to: Path | None = None, *, language: options.LanguageOption) -> int:
    """Say what moved each probability between two results, or two folders of them. The exit status is 1 where one of a
    folder could not be compared."""
    from ruralincome.batch.manifest import read_result
    from ruralincome.data.files import write_all
    from ruralincome.report.pages.scenarios import differing, since_table
    from ruralincome.report.words.words import fault, say, text

    sides, unread, torn = (dict[str, Any](), dict[str, Any]()), list[InputError](), set[str]()
    for side, results in zip(sides, (before, after), strict=True):
        for path in sorted(results.glob("*/*/result.json")) if results.is_dir() else [results]:
            try:
                side |= {(result := read_result(path))["scenario"]: result}
            except InputError as wrong:
                unread.append(wrong)
                torn.add(path.parent.parent.name)
    old, new = sides
    if before.is_file() and after.is_file() and not unread:
        old = dict(zip(new, old.values(), strict=True))  # two are compared, whatever they are called
    titles = {name: text(result["title"], language) for name, result in (old | new).items()}
    other = {name: differing(old[name], new[name], language) for name in new if name in old}
    called = {name: [text(one[name]["title"], language) for one in (old, new)] for name, what in other.items() if what}
    unread += [InputError("cli.asks_other", titles=both, what="; ".join(other[name])) for name, both in called.items()]
    found = [(titles[name], _moved(name, old[name], new[name])) for name, what in other.items() if not what]
    if not found:
        raise Faults(unread) if unread else InputError("cli.nothing_alike", before=before, after=after)
    alone = {"gone": sorted(old.keys() - new.keys() - torn), "come": sorted(new.keys() - old.keys() - torn)}
    said = since_table(found, {side: [titles[name] for name in names] for side, names in alone.items()}, language)
    if unread:
        said += f"\n{say('cli.diff.unread', language)}\n\n" + "".join(f"- {fault(one, language)}\n" for one in unread)
    print(said, end="")
    if to is not None:
        write_all({to: said.encode()})
    return int(bool(unread))


def _checked(files: options.FilesArgument, root: Path | None = None, of: Collection[str] | None = None) -> list[Path]:
    """The params files named, or all of the root's params/. Raises Faults where any (of these names) is wrong."""
    from ruralincome.data.package import find_root
    from ruralincome.scenario.check import check as faults_of

    if not (paths := files or sorted(((root or find_root()) / "params").glob("*.yaml"))):
        raise InputError("cli.no_params")
    if faults := faults_of([path for path in paths if of is None or path.stem in of], root):
        raise Faults(faults)
    return paths


def _refused(output: Path, fault: InputError) -> None:
    """Note a run that was refused in the manifest and on the index, where there are reports and no run holds them."""
    from ruralincome.batch import manifest, results
    from ruralincome.data.files import hold

    if (output / "manifest.json").is_file():
        with suppress(InputError), hold(output):
            noted = manifest.Manifest(output)
            noted.begin([], {})
            noted.finish("refused", fault=fault.to_json(), message=manifest.one_line(str(fault).partition("\n")[0]))
            results.write_index(noted.content, output)


def _moved(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Any:
    """What moved a probability, with the causes told apart where today's folder still gives the later result."""
    from ruralincome.data.package import find_root
    from ruralincome.scenario.answer import answer
    from ruralincome.scenario.file import read_scenario
    from ruralincome.scenario.since import plainly

    found = plainly(then, now)
    if found.terms is None and found.before is not None and found.after is not None:
        with suppress(InputError):
            path = find_root() / "params" / f"{name}.yaml"
            again = answer(read_scenario(path), name, since=then).moved if path.is_file() else None
            return again if again and again.after == found.after else found
    return found
