"""Work done beside the reader in a thread of its own, which leaves no connection to the records open behind it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection


@contextmanager
def one_beside(name: str) -> Iterator[ThreadPoolExecutor]:
    """One thread of this name; what it asks of the records it asks on a connection of its own, closed at the end."""
    with ThreadPoolExecutor(1, thread_name_prefix=name) as thread:
        try:
            yield thread
        finally:
            thread.submit(_close).result()


def _close() -> None:
    connection.close()  # named here, `connection` is that of the thread that asks
