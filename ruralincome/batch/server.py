"""The kernel server: imports the scientific stack once, then forks a fresh kernel process for each notebook.

One connection over a private unix socket is one kernel: a line of JSON in, "ready" out, and each end closes when its
process ends. The server has one thread, so that a fork copies all of it, and ends with its standard input.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

STACK = """numpy pandas scipy.stats scipy.optimize statsmodels.regression.linear_model matplotlib.pyplot seaborn
    matplotlib.backends.backend_svg matplotlib.backends.backend_agg babel.numbers pydantic yaml ipywidgets sqlite3
    IPython.core.completerlib IPython.core.debugger IPython.extensions.storemagic tornado.platform.asyncio
    ipykernel.kernelapp ipykernel.ipkernel ipykernel.debugger encodings.latin_1 encodings.ascii"""
NOT_OURS = tuple(f"ruralincome.{name}" for name in ("cli", "batch", "console", "explore", "panel", "report.html"))
SOCKET = "RURALINCOME_KERNELS"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_lasting = contextlib.ExitStack()
atexit.register(_lasting.close)


def environment() -> dict[str, str]:
    """The environment of kernels: ours, one BLAS thread unless stated, and figures inline from the first import."""
    return dict.fromkeys(THREADS, "1") | dict(os.environ) | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


@contextlib.contextmanager
def serve(scratch: Path) -> Iterator[dict[str, str]]:
    """Start a kernel server with its socket in `scratch`; yield the environment that leads kernels to it.

    It may still be importing: requests wait. Where a fork is not safe there is none, and kernels start as usual.
    """
    if not sys.platform.startswith("linux"):
        yield environment()
        return
    address = str(scratch / "server")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        command = [sys.executable, "-P", __file__, str(listener.fileno())]  # -P: this folder is no place for imports
        server = subprocess.Popen(
            command, stdin=subprocess.PIPE, env=environment(), pass_fds=[listener.fileno()], start_new_session=True
        )
    try:
        yield environment() | {SOCKET: address}
    finally:
        server.communicate()  # closes its standard input, and waits


def serve_process(scratch: Path) -> None:
    """Start a kernel server for this process, once; it ends with the process."""
    if SOCKET not in os.environ:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.update(_lasting.enter_context(serve(Path(tempfile.mkdtemp(dir=scratch)))))


def main(listener: socket.socket) -> None:
    """Serve until standard input ends; kernels end when their client does, at the latest a second later."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _reap)
    _preload()
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        sys.exit("a module that is imported ahead started a thread: kernels start the ordinary way")
    gc.collect()
    gc.freeze()  # a collection in a kernel then does not touch, and so copy, what it shares with us
    parent = os.getpid()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection = listener.accept()[0]
        if os.fork() == 0:
            try:
                listener.close()
                _kernel(connection, parent)
            finally:
                os._exit(1)
        connection.close()
    shutil.rmtree(Path(listener.getsockname()).parent, ignore_errors=True)  # whoever made it may be dead
    signal.alarm(1)
    with contextlib.suppress(ChildProcessError):
        os.wait()


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass  # its client has seen the connection close


def _preload() -> None:
    sys.modules["debugpy"] = None  # type: ignore[assignment] # nobody debugs a batch, and its import starts threads
    base = Path(__file__).parents[1]
    ours = sorted(".".join(p.relative_to(base.parent).with_suffix("").parts) for p in base.rglob("[!_]*.py"))
    for name in (*STACK.split(), *(name for name in ours if not name.startswith(NOT_OURS))):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    del sys.modules["debugpy"]


def _kernel(connection: socket.socket, parent: int) -> None:
    """Be an IPython kernel, until it is told to shut down or its client is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: not without the server,
    if os.getppid() != parent:  # which may be gone already
        return
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    request = json.loads(connection.makefile().readline())
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.path.insert(0, "")
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    np.random.seed()  # the one generator that a fork does not seed anew
    app = IPKernelApp.instance(parent_handle=1)  # 1: it need not look for its parent
    app.initialize(request["argv"])
    connection.sendall(f"{os.getpid()}\n".encode())
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    app.start()
    atexit.unregister(app.close)  # it can sit in a flush for ten seconds
    atexit._run_exitfuncs()
    for left in gc.get_objects():  # what the notebook did not close; a full finalisation costs more than a fork
        if type(left) in (io.TextIOWrapper, io.BufferedWriter) and not left.closed:
            left.flush()
    os._exit(0)


def _end_with(client: socket.socket) -> None:
    client.recv(1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
