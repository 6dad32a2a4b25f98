"""Migrations keep what is there: a home of the first version, a row in every table, opened by the program of today."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Sampan

pytestmark = pytest.mark.postgres
MADE_ANEW = "store_entry"  # the tree came later: entries keep order, kind, time and facts, and get their leaves


def earliest(what: str) -> dict[str, list[dict[str, Any]]]:
    """Fill a home as the first version did, or read it as the program of today does."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.stories.earliest", what],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def test_a_home_of_the_first_version_keeps_every_row(sampan: Sampan) -> None:
    before = earliest("fill")
    assert len(before) > 12 and all(rows for rows in before.values())
    owner = before["store_delivery"][0]["party"]
    assert len(sampan("deliveries", "--json", "--post", f"{owner}/sender").json) == 1, (
        "the first command brings the records up to date"
    )
    after = earliest("read")
    assert before.keys() <= after.keys()
    for table, rows in before.items():
        if table == MADE_ANEW:
            continue
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        expected = [{name: value for name, value in row.items() if name in after[table][0]} for row in rows]
        gone = rows[0].keys() - after[table][0].keys()
        assert not gone, f"columns of {table} that went, with what was in them: {gone}"
        assert kept == (expected if table != "store_head" else [{**expected[0], "size": 1}]), table
    (old,), (new,) = before[MADE_ANEW], after[MADE_ANEW]
    assert (new["kind"], new["at"], new["index"]) == (old["kind"], old["at"], 0)
    body = json.loads(new["body"])
    assert (body["facts"], body["parties"]) == (old["body"], old["parties"])
    sampan("log", "checkpoint")  # opens the tree over them, as the worker does
    told = sampan("log", "verify", "--json", code=None).json
    whats = {one["what"] for one in told["alarms"]}
    assert whats <= {
        "a row that no entry speaks of",
        "an original is gone or was changed",
        "a part is gone, or cannot be read",
        "the key of an original is gone and no erasure says so",
    }, "rows that no entry made, and files that this home never had; nothing is wrong with the tree"
    assert told["entries"] == 1
