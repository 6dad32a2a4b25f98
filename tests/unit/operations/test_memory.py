"""Memory that was given back is at hand for the next block of its size."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

BLOCK = 16 * 2**20
ASKED_TWICE = f"""
import resource
from sampan.operations import memory
memory.met_again()
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
block = bytearray(b"x") * {BLOCK}
del block
before = faults()
block = bytearray(b"x") * {BLOCK}
print(faults() - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has no such setting")
def test_a_large_block_given_back_is_met_again() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    told = subprocess.run([sys.executable, "-c", ASKED_TWICE], env=env, capture_output=True, text=True, check=True)
    assert int(told.stdout) < BLOCK // 4096 // 10


def test_polars_allocator_shares_arenas_and_keeps_what_was_given_back_for_a_while() -> None:
    code = "import sampan, os; print(os.environ['_RJEM_MALLOC_CONF'])"
    env = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == f"narenas:{os.cpu_count()},dirty_decay_ms:10000"
