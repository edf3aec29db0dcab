"""What we hear of a kernel: its output, cut; its replies, with the fault of a cell; and that it is ready."""

import contextlib
from queue import Empty
from typing import Any, ClassVar

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

from ruralincome.series import InputError

PRINTED = 1_000_000  # characters of printed text kept of a cell
PATIENCE = 5.0  # seconds that a kernel has to tell a fault
OUR_FAULTS = {"InputError", *(kind.__name__ for kind in InputError.__subclasses__())}
QUESTION = {"code": "", "silent": True, "user_expressions": {"fault": "__import__('sys').last_value"}}


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
            with contextlib.suppress(Empty, LookupError, TypeError):
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
        with contextlib.suppress(Empty):
            if (await self.get_iopub_msg(timeout=0.5))["msg_type"] == "iopub_welcome":
                return
        await super().wait_for_ready(timeout)
