"""Warm kernels for jupyter_client: a provisioner that asks the kernel server, and else starts an ordinary kernel."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import Int

from ruralincome.batch.server import SOCKET, THREADS

NAME = "ruralincome-warm"


def warm(manager: Any, memory: int) -> None:
    """Let this manager's kernel come from the server, unless its kernelspec names another provisioner.

    memory: bytes that the kernel may hold; 0 for no limit.
    """
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", factory.GROUP_NAME)
    choice = {"provisioner_name": NAME, "config": {"memory": memory}}
    manager.kernel_spec.metadata.setdefault("kernel_provisioner", choice)
    manager.client_factory = QuickClient


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts a kernel by a fork of the server; by a new process for other kernels, or when the server cannot."""

    memory = Int(0)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; one from the server is ready for connections."""
        kernel = fork_kernel(cmd, dict(kwargs.get("env") or os.environ), str(Path(kwargs.get("cwd") or ".").absolute()))
        if kernel is None:
            await super().launch_kernel(cmd, **kwargs)
        else:
            self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        if self.memory and sys.platform == "linux":
            import resource

            resource.prlimit(self.pid, resource.RLIMIT_DATA, (self.memory, self.memory))
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal; not the interrupt that every shutdown begins with, as a batch never interrupts a cell."""
        if signum != signal.SIGINT:
            await super().send_signal(signum)

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002
        """Wait for the end of the kernel without the tenth of a second between two looks."""
        if isinstance(self.process, ForkedKernel):
            await asyncio.to_thread(self.process.wait, 2.0)


class QuickClient(AsyncKernelClient):  # type: ignore[misc]
    """A client that knows when it hears the kernel, and so needs not wait 0.2 s for silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel's reply and its "idle" arrive: both channels are then connected."""
        end = time.monotonic() + (timeout or 60)
        while time.monotonic() < end:
            asked = self.kernel_info()
            with contextlib.suppress(Empty):
                self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=1))
                while True:
                    message = await self.iopub_channel.get_msg(timeout=0.2)
                    idle = message["content"].get("execution_state") == "idle"
                    if idle and message["parent_header"].get("msg_id") == asked:
                        return
            if not await self.is_alive():
                break
        raise RuntimeError("it was not ready in time")


class ForkedKernel:
    """The handle of a kernel that is the server's child, with what LocalProvisioner uses of subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return an exit status, or None while the kernel runs. Whether it ended well is for its replies to say."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait up to `timeout` seconds for the kernel to end, and end what it started."""
        if self.returncode is None:
            self.connection.settimeout(timeout)
            try:
                self.connection.recv(1)
            except (BlockingIOError, TimeoutError):
                return None
            except ConnectionError:
                pass
            self.returncode = 0
            self.kill()
            self.connection.close()
        return self.returncode

    def kill(self, *_: object) -> None:
        """End it and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    terminate = send_signal = kill


def fork_kernel(cmd: list[str], env: dict[str, str], cwd: str) -> ForkedKernel | None:
    """A kernel from the server, ready; None when the server is gone or the kernel is one that it cannot be.

    It can be the Python kernel of this interpreter, with the server's value of what is read at import.
    """
    address = os.environ.get(SOCKET)
    same = all(env.get(name) == os.environ.get(name) for name in (*THREADS, "MPLBACKEND", "PYTHONPATH"))
    ordinary = cmd[1:3] == ["-m", "ipykernel_launcher"] and os.path.realpath(cmd[0]) == os.path.realpath(sys.executable)
    if not (address and ordinary and same):
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(60)
        connection.connect(address)
        connection.sendall(json.dumps({"argv": cmd[3:], "env": env, "cwd": cwd}).encode() + b"\n")
        return ForkedKernel(connection, int(connection.recv(32)))
    except (OSError, ValueError):
        connection.close()
        return None
