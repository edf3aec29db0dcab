"""What tests in a browser share: Chromium, and JupyterLab or Voila on a copy of the project."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import pytest

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM = next((p for p in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if p.is_file()), None)


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for all; what it shows goes to build/screenshots."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install it (Debian: apt-get install chromium) to test what people see")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with open_chromium() as browser:
        yield browser


@contextmanager
def open_chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def copy_project(folder):
    """The folders one works in, as on a fresh machine."""
    for name in ("data", "params", "notebooks", "jupyter"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


@contextmanager
def serving(folder, *command):
    """Run a Jupyter server on a free port of this machine, with settings of its own, and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    private = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data-dir",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    own = {key: str(folder / ".jupyter" / name) for key, name in private.items()}
    environment = os.environ | own | {"JUPYTER_CONFIG_PATH": str(folder / "jupyter"), "OPENBLAS_NUM_THREADS": "1"}
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", *command, f"--port={port}"], cwd=folder, env=environment, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server, folder / "server.log")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(600)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def wait_for(address, server, log):
    """Return when the server answers; it says so itself, or it ends and its log says why."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=30).close()
        except HTTPError:
            return
        except URLError:
            time.sleep(0.1)
            continue
        return
    pytest.fail(f"the server ended: {log.read_text()}")


LAB = (
    "jupyterlab",
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--IdentityProvider.token=",
    "--ServerApp.port_retries=0",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """JupyterLab on a copy of the project: (its folder, its address)."""
    folder = copy_project(tmp_path_factory.mktemp("lab"))
    with serving(folder, *LAB) as address:
        yield folder, address


def run_all(page, address):
    """Open a notebook in JupyterLab, run all its cells, and return when the last has answered."""
    page.set_default_timeout(60_000)
    page.goto(f"{address}?reset")  # without the tabs of an earlier page
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.locator(".ri-chart").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def watched(page, address):
    """A list that fills with what must not happen: console errors, uncaught errors, requests to anywhere else."""
    faults = []
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
    ours = (address, address.replace("http", "ws", 1), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(ours) else faults.append(f"request: {r.url}"))
    return faults


def violations(page, selector):
    """What axe finds wrong within `selector`, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context={"include": [[selector]]}).response["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


@pytest.fixture(scope="session")
def tools():
    """The functions above, for tests."""
    return SimpleNamespace(run_all=run_all, serving=serving, watched=watched, violations=violations)
