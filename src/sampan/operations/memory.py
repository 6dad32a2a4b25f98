"""Memory that one batch of a list gave back is met again by the next, and not asked of the system anew.

The C library gives each block of some megabytes back at once, and the system fills it with zeros page by page when the
next is asked for: of a long list that took a tenth of the processors' time. What Polars holds is set in `sampan`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os

# by their numbers in malloc.h of glibc
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
# what glibc arrives at by itself once a block of 32 MiB was freed; but it starts from 128 KiB, and learns only so
LARGEST_KEPT_BYTES = 32 * 2**20
KEPT_FREE_BYTES = 2 * LARGEST_KEPT_BYTES


def met_again() -> None:
    """Blocks up to 32 MiB come from memory that the process has, and up to 64 MiB of it stay when they are free.

    For all of the process and for good; nothing happens where the C library knows no such setting.
    """
    with contextlib.suppress(OSError, AttributeError):
        set_to = ctypes.CDLL(None).mallopt
        for setting, value in (
            (MMAP_THRESHOLD, LARGEST_KEPT_BYTES), (TRIM_THRESHOLD, KEPT_FREE_BYTES), (ARENA_MAX, os.cpu_count() or 1)
        ):  # fmt: skip
            set_to(setting, value)
