"""The workers of a dask cluster as an executor: batches and panels run on it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from ruralincome.series import InputError

PATIENCE = 30
"""Seconds that a scheduler has to show a worker."""


@contextmanager
def cluster(address: str, patience: float = PATIENCE) -> Iterator[Executor]:
    """The workers of a dask scheduler, which must see the same folders. Raises InputError when there are none.

    Left early, it cancels what has not begun and waits for nothing.
    """
    try:
        from distributed import Client

        for talker in ("distributed", "distributed.client"):  # of a scheduler that leaves after its work
            logging.getLogger(talker).setLevel(logging.CRITICAL)
        client = Client(address, timeout=10)
    except ImportError:
        raise InputError("batch.no_dask") from None
    except (OSError, ValueError) as error:
        raise InputError("batch.no_scheduler", address=address, why=str(error)) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            raise InputError("batch.no_worker", address=address, seconds=patience) from None
        yield client.get_executor(pure=False)  # pure: equal jobs would run once; not entered, as its end would wait
