"""The workers of a dask cluster as an executor: batches and panels run on it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from ruralincome.series import InputError


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a dask scheduler, which must see the same folders. Raises InputError when there are none."""
    try:
        from distributed import Client

        client = Client(address, timeout=10)
    except ImportError:
        raise InputError("--cluster needs dask.distributed: pip install 'ruralincome[cluster]'") from None
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}: no scheduler answers there ({error})") from None
    with client, client.get_executor(pure=False) as executor:  # pure: equal jobs would run once
        yield executor
