"""Commands about the working folder and the installation: init, doctor."""

import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ruralincome.cli.terminal import say, tell
from ruralincome.series import InputError

JUPYTER = ("papermill", "nbconvert", "nbclient", "nbformat", "jupyter_client", "ipykernel", "IPython", "traitlets")
EXTRAS = {
    "notebooks": (*JUPYTER, "ipywidgets", "matplotlib", "seaborn"),
    "excel": ("python_calamine", "openpyxl"),
    "documents": ("docx",),
    "cluster": ("distributed",),
}
"""Each extra, and what comes with it."""


def extra_of(package: str) -> str:
    """The extra that a missing package comes with; nothing for another package."""
    return next((extra for extra, packages in EXTRAS.items() if package.split(".")[0] in packages), "")


def demand(extra: str) -> None:
    """Raise InputError unless an extra is installed: for work that other processes are to do."""
    for package in EXTRAS[extra]:
        if find_spec(package) is None:
            raise InputError("cli.extra", package=package, extra=extra)


def about(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say the version, and end.")] = False,
) -> None:
    """Is an official target reachable, how sure are we, and what would it take?"""
    if version:
        print(f"ruralincome {metadata.version('ruralincome')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def init(
    folder: Annotated[Path, typer.Argument(help="The folder; this one unless stated.")] = Path(),
    empty: Annotated[bool, typer.Option("--empty", help="Without the article's case.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Bring newer notebooks into a folder laid before.")] = False,
) -> None:
    """Lay out a working folder: notebooks/, params/, data/; nothing that is there is overwritten."""
    from ruralincome.keep import folder as lay

    laid = lay.update(folder) if update else lay.init(folder, empty)
    for path in laid.written:
        print(path)
    for path in laid.kept:
        tell("cli.init.kept", path=path)
    tell("cli.init.updated" if update else "cli.init.done", files=len(laid.written), folder=folder)


def doctor() -> None:
    """Say what is installed, which folder is worked in, and what else of the machine serves."""
    from shutil import which

    from ruralincome.data.package import find_root

    python = ".".join(map(str, sys.version_info[:3]))
    tell("cli.doctor.version", version=metadata.version("ruralincome"), python=python, path=Path(__file__).parents[1])
    try:
        tell("cli.doctor.root", folder=find_root())
    except InputError:
        tell("cli.doctor.no_root")
    for extra, packages in EXTRAS.items():
        there = all(find_spec(package) for package in packages)
        tell("cli.doctor.extra" if there else "cli.doctor.no_extra", extra=extra)
    if find_spec("jupyter_client"):
        from jupyter_client.kernelspec import KernelSpecManager

        names = ", ".join(sorted(KernelSpecManager().find_kernel_specs()))
        tell("cli.doctor.kernels", names=names or say("cli.doctor.none"))
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name))), "")
    tell("cli.doctor.browser" if browser else "cli.doctor.no_browser", path=browser)
    if find_spec("matplotlib"):
        from matplotlib.font_manager import FontProperties, findfont

        tell("cli.doctor.font", path=findfont(FontProperties(family=["sans-serif"])))
