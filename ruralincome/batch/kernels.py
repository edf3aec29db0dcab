"""Warm kernels: each is forked from a process that has imported the stack, behind a jupyter_client provisioner.

A worker that has imported `stack` forks a nursery while it has one thread; elsewhere that is a new process. It forks
the kernels, one at a time; others start as usual. Only workers import this module: it sets the default provisioner."""

import asyncio
import atexit
import ctypes
import gc
import importlib
import io
import mmap
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from itertools import compress
from multiprocessing import resource_tracker, util
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import Type

from ruralincome.series import InputError

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
NAME = "ruralincome-warm"
START = "try: from ruralincome.batch import kernels, stack\nexcept ImportError: exit()\nkernels.nurse({}, {})"
_here = threading.local()  # its `nursery` is this thread's
_passing = threading.Lock()  # held while what children wrote is passed on
_begun: dict[Path, list[Any]] = {}  # kernels by the folder of their connection file

os.environ.update({name: os.environ.get(name, "1") for name in THREADS})
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
(_factory := KernelProvisionerFactory.instance()).default_provisioner_name = NAME  # it may be there already
_factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", _factory.GROUP_NAME)
MODELS = "statsmodels.regression.linear_model", "statsmodels.tsa.statespace.structural"
SLOW = ("pandas", "scipy.stats", "matplotlib.pyplot", "seaborn", *MODELS)
"""What some notebooks import, and most do not: what one did, its nursery imports once for those after it."""
PRINTED = 1_000_000  # characters of printed text kept of a cell
PATIENCE = 5.0  # seconds that a kernel has to tell a fault
OUR_FAULTS = {"InputError", *(kind.__name__ for kind in InputError.__subclasses__())}
QUESTION = {"code": "", "silent": True, "user_expressions": {"fault": "__import__('sys').last_value"}}


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts a kernel by a fork of the nursery; as usual where it is gone, or where the kernel is one it cannot be."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; one from the nursery is ready for connections."""
        begun, env = _begun.get(Path(self.parent.connection_file).parent, []), kwargs["env"]
        nursery = (getattr(_here, "nursery", None) or begin(new=True)) if can_be_forked(cmd, env) else None
        if nursery and (kernel := nursery.fork(cmd[3:], env, kwargs.get("cwd") or ".", begun)):
            self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        else:
            await super().launch_kernel(cmd, **kwargs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            begun.append(self.process)
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal; not the interrupt that every shutdown begins with, as a batch never interrupts a cell."""
        if signum != signal.SIGINT:
            await super().send_signal(signum)

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002
        """Wait for the end of the kernel without the tenth of a second between two looks."""
        if isinstance(self.process, ForkedKernel):
            await asyncio.to_thread(self.process.poll, 2.0)


@contextmanager
def limit(seconds: float, folder: Path, late: threading.Event) -> Iterator[None]:
    """Kill the kernels whose connection file is in `folder` when `seconds` are over, and set `late`."""
    _begun[folder], over = (begun := list[Any]()), threading.Event()

    def watch() -> None:
        while not over.wait(0.1 if late.is_set() else min(seconds, threading.TIMEOUT_MAX)):  # one more may start
            late.set()
            for kernel in (kernel for kernel in begun if kernel.returncode is None):
                _kill(kernel)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()
        del _begun[folder]


def _kill(kernel: Any, *_: object) -> None:
    """End a kernel and its children."""
    with suppress(ProcessLookupError):
        os.killpg(kernel.pid, signal.SIGKILL)


@dataclass
class ForkedKernel:
    """The handle of a kernel that a nursery forked, with what LocalProvisioner uses of subprocess.Popen."""

    nursery: Connection
    pid: int
    returncode: int | None = None
    stdin = stdout = stderr = None

    def poll(self, timeout: float = 0) -> int | None:
        """Wait up to `timeout` seconds for the kernel to end; return its exit status, or None while it runs."""
        if self.returncode is None:
            try:
                if not self.nursery.poll(timeout):
                    return None
                self.returncode = self.nursery.recv()
            except (EOFError, OSError):
                self.returncode = 1  # the nursery is gone
            self.kill()  # what it started
        return self.returncode

    wait = poll  # which is only called at the end
    kill = terminate = send_signal = _kill


def can_be_forked(cmd: list[str], env: dict[str, str]) -> bool:
    """Whether a kernel is one that a nursery can be: this Python, and the environment in which we were imported."""
    same = all(env.get(name) == os.environ.get(name) for name in (*THREADS, "MPLBACKEND", "PYTHONPATH"))
    python = cmd[1:3] == ["-m", "ipykernel_launcher"] and os.path.realpath(cmd[0]) == os.path.realpath(sys.executable)
    return sys.platform == "linux" and python and same


@dataclass
class Nursery:
    """Who forks a thread's kernels, one at a time: a process at the other end of a pipe."""

    connection: Connection
    kernel: ForkedKernel | None = None

    def fork(self, argv: list[str], env: dict[str, str], cwd: str, begun: list[Any]) -> ForkedKernel | None:
        """A kernel that is ready; None where the last one still runs, or the nursery is gone."""
        if self.kernel and self.kernel.poll() is None:
            return None
        try:
            self.connection.send((argv, env, cwd))
            if (pid := self.connection.recv()) <= 0:
                return None
            self.kernel = kernel = ForkedKernel(self.connection, pid)
            begun.append(kernel)  # which `limit` can kill while it starts
            kernel.returncode = None if (ready := self.connection.recv()) > 0 else ready
            return kernel if kernel.returncode is None else None
        except (EOFError, OSError):
            self.connection.close()  # and this thread's kernels start as usual from now on
        return None


def begin(new: bool = False) -> Nursery:
    """Make this thread's nursery: a fork of this process, or a new process. It ends with us, its kernel too."""
    ours, theirs = Pipe()
    alive, _ = os.pipe()  # its other end closes when we end
    if new:
        ends = (theirs.fileno(), alive)
        util.spawnv_passfds(os.fsencode(sys.executable), [sys.executable, "-c", START.format(*ends)], ends)
    elif os.fork() == 0:
        nurse(theirs.fileno(), alive)
    os.close(alive)
    theirs.close()
    _here.nursery = made = Nursery(ours)
    return made


def nurse(connection: int, alive: int) -> None:
    """Fork a kernel for each request, and say when it ended; until the worker is gone. Does not return."""
    try:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # a subreaper: what leaves a kernel's session is ours at its end
            os.setsid()  # what kills our runner's group leaves us to end what kernels began
        keep = (0, 1, 2, connection, alive, getattr(resource_tracker._resource_tracker, "_fd", None))
        for number in {int(fd.name) for fd in Path("/proc/self/fd").iterdir() if not fd.is_file()}.difference(keep):
            with suppress(OSError):
                os.close(number)  # pipes of the worker's, which must close when it ends; files stay their owners'
        worker, had = Connection(connection), mmap.mmap(-1, len(SLOW))
        while True:
            asked = worker.recv()
            if (pid := os.fork()) == 0:
                _kernel(worker, alive, had, *asked)
            ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            _sweep()
            worker.send(-abs(ended))
            with suppress(Exception):  # one of the notebook's own need not be there for us
                list(map(importlib.import_module, compress(SLOW, had[:])))
            gc.freeze()  # so that no kernel's collections walk over it, and copy it
    finally:
        os._exit(0)


class HeardChannel(AsyncZMQSocketChannel):  # type: ignore[misc]
    """A channel of a kernel's output or replies: no cell fills memory or disk by printing, and its fault is told."""

    printed: ClassVar[dict[str, int]] = {}

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; a reply gets `fault` where a cell raised an InputError: what it says in JSON."""
        message: dict[str, Any] = await super().get_msg(timeout)
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            cell, text = message["parent_header"].get("msg_id", ""), content["text"]
            room = PRINTED - self.printed.get(cell, 0)
            self.printed[cell] = PRINTED - room + len(text)
            if len(text) > room:
                content["text"] = text[:room] + "\n[...]\n" if room >= 0 else ""
        elif kind == "execute_reply" and content.get("ename") in OUR_FAULTS:
            self.send(asked := self.session.msg("execute_request", QUESTION))
            with suppress(Empty, LookupError, TypeError):
                while (told := await super().get_msg(PATIENCE))["parent_header"]["msg_id"] != asked["msg_id"]:
                    pass
                content["fault"] = told["content"]["user_expressions"]["fault"]["data"]["application/json"]
        return message


class QuickClient(AsyncKernelClient):  # type: ignore[misc]
    """A client that takes a kernel's word that it hears us, and so needs not wait 0.2 s for silence."""

    iopub_channel_class = Type(HeardChannel)
    shell_channel_class = Type(HeardChannel)

    def execute(self, code: str, **options: Any) -> Any:
        """Send a cell; the kernel shall answer what is asked after one that failed."""
        return super().execute(code, **options | {"stop_on_error": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the welcome that a kernel sends to who listens; one that is not there yet is waited for as usual."""
        with suppress(Empty):
            if (await self.get_iopub_msg(timeout=0.5))["msg_type"] == "iopub_welcome":
                return
        await super().wait_for_ready(timeout)


def _sweep() -> None:
    """End what a kernel that has ended started, whatever session it made for itself: all that is our child now."""
    with suppress(ChildProcessError):
        while True:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            for path in Path("/proc").glob("[0-9]*/stat"):
                with suppress(OSError):
                    if int(path.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                        os.kill(int(path.parent.name), signal.SIGKILL)
            os.waitpid(-1, 0)


def _pass_on(stream: Any, wait: float | None = None) -> None:
    """Show what children and descriptors wrote: ipykernel's thread always; a cell once (wait: 0), else it is lost."""
    while stream._fid:
        select.select([stream._fid], [], [], wait)
        with _passing:
            if select.select([stream._fid], [], [], 0)[0]:  # the other has not read it meanwhile
                stream.write(os.read(stream._fid, 1 << 16).decode(errors="replace"))
        if wait == 0:
            return


def _kernel(worker: Connection, alive: int, had: mmap.mmap, argv: list[str], env: dict[str, str], cwd: str) -> None:
    """Be an IPython kernel until told to shut down or the worker is gone; its pid is told at once, and when ready."""
    import fcntl

    os.setsid()
    worker.send(os.getpid())
    for number in (1, 2):  # ipykernel shows what is written there, and passes it on to what was there: not the runner's
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    # the system kills us and our children when the worker's end of the pipe closes, even in a cell that never yields
    for what, value in (("OWN", -os.getpid()), ("SIG", signal.SIGKILL), ("FL", os.O_ASYNC)):
        fcntl.fcntl(alive, getattr(fcntl, f"F_SET{what}"), value)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.path.insert(0, "")
    from ipykernel import iostream, kernelapp

    iostream.OutStream._watch_pipe_fd = _pass_on
    sys.modules["numpy"].random.seed()  # the one generator that a fork does not seed anew
    app = kernelapp.IPKernelApp.instance(parent_handle=1)  # 1: it need not look for its parent
    app.initialize(argv)
    for stream in (sys.stdout, sys.stderr):
        app.shell.events.register("post_run_cell", lambda _, stream=stream: _pass_on(stream, 0))
    worker.send(os.getpid())
    app.start()
    atexit.unregister(app.close)  # it can sit in a flush for ten seconds
    atexit._run_exitfuncs()
    for left in gc.get_objects():  # what the notebook did not close; a full finalisation costs more than a fork
        if type(left) in (io.TextIOWrapper, io.BufferedWriter) and not left.closed:
            left.flush()
    had[:] = bytes(name in sys.modules for name in SLOW)
    os._exit(0)
