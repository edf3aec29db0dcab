"""Reports, their index and the explorer are made without a network and without a browser: where there is none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--map-root-user", "--net")
LOOP = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:  # a machine without a network still has itself
    fcntl.ioctl(plain, 0x8914, struct.pack("16sH14x", b"lo", 0x41))
os.execvp(sys.argv[1], sys.argv[1:])
"""
ASK = """
import json, os, signal, subprocess, sys, time, urllib.request, uuid
from urllib.error import URLError
import websocket

def ask(way, body=None):
    asked = urllib.request.Request("http://127.0.0.1:8888/" + way, body, {"Authorization": "token t"})
    with urllib.request.urlopen(asked, timeout=1800) as reply:
        return reply.read().decode()

def answered(server):
    while server.poll() is None:
        try:
            return ask("api")
        except URLError:
            time.sleep(0.2)
    raise SystemExit("the server ended")

try:
    urllib.request.urlopen("http://192.0.2.1", timeout=5)
except URLError:
    pass
else:
    raise SystemExit("there is a network")
server = subprocess.Popen(["make", "lab", *sys.argv[1:]], start_new_session=True, stdout=sys.stderr)
try:
    answered(server)
    page = ask("lab/tree/notebooks/explore.ipynb")
    cells = json.loads(ask("api/contents/notebooks/explore.ipynb"))["content"]["cells"]
    kernel = json.loads(ask("api/kernels", b"{}"))["id"]
    way = f"ws://127.0.0.1:8888/api/kernels/{kernel}/channels?token=t"
    heard = websocket.create_connection(way, timeout=1800)
    source = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    head = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": "s", "version": "5.3"}
    asked = {"code": "\\n".join(source[:2]), "silent": False, "allow_stdin": False}
    heard.send(json.dumps({"header": head, "parent_header": {}, "metadata": {}, "content": asked, "channel": "shell"}))
    shown, ends = {}, {"execute_reply", "idle"}  # the reply and what it shows come on two channels, in either order
    said = []
    while not ends <= {*shown}:
        one = json.loads(heard.recv())
        if one["parent_header"].get("msg_id") == head["msg_id"]:
            shown[one["content"].get("execution_state") or one["msg_type"]] = one["content"]
            said.append(one["content"].get("data", {}).get("text/html", ""))
    print(json.dumps({"page": page, "said": said, "status": shown["execute_reply"]["status"]}))
finally:
    os.killpg(server.pid, signal.SIGTERM)
    server.wait()
"""


@pytest.fixture
def alone():
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        pytest.skip("no network can be taken away here: unshare is missing or not allowed")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return {name: value for name, value in os.environ.items() if name not in hidden}


@pytest.mark.slow
def test_a_report_and_its_index_are_made_without_a_network(tmp_path, alone):
    run = [sys.executable, "-m", "ruralincome", "run", "params/halt.yaml", "--language", "vi", "--output", tmp_path]
    away = alone | {"PATH": str(tmp_path)}  # where no browser is
    done = subprocess.run(
        [shutil.which("unshare"), *ALONE[1:], *run], cwd=ROOT, env=away, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "manifest.json").read_text())["jobs"]["halt/vi"]["status"] == "ok"
    for page in (tmp_path / "index.html", tmp_path / "halt" / "vi" / "report.html"):
        assert "<main" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_explorer_is_served_and_answers_without_a_network_and_without_a_browser(tmp_path, alone):
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "venv" / ".installed").touch()  # so that the recipe alone runs
    kinds = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {f"JUPYTER_{kind}": str(tmp_path / kind) for kind in kinds} | {"JUPYTER_TOKEN": "t"}
    own |= {f"JUPYTERLAB_{kind}_DIR": str(tmp_path / kind) for kind in ("SETTINGS", "WORKSPACES")}
    own |= {"IPYTHONDIR": str(tmp_path)}
    run = [*ALONE, sys.executable, "-c", LOOP, sys.executable, "-c", ASK, f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(run, cwd=ROOT, env=alone | own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "jupyter-config-data" in found["page"]
    assert found["status"] == "ok"
    assert any("48,9 triệu đồng" in said and "ri-chart" in said for said in found["said"])
