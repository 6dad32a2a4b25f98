"""Copies nobody touched: `python -m tests.stories.untouched HOME WORK TRIALS SEED FILE...`, one JSON line each.

A child process works in a copy of HOME (delivering FILEs, cutting checkpoints, withdrawing) and is killed with
SIGKILL at a moment of chance. What it leaves must pass the check: first as it was left, then after the office
has worked on.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

django.setup()

from sampan.operations import homes, receiving, withdrawing  # noqa: E402 - the records are known only after setup
from sampan.operations.proving import verifying  # noqa: E402 - as above
from sampan.operations.receiving import Act  # noqa: E402 - as above
from sampan.store import checkpoints  # noqa: E402 - as above
from sampan.store.models import Delivery  # noqa: E402 - as above


def move_into(root: Path) -> None:
    """Make this process work in that home."""
    connection.close()
    settings.HOME = root
    connection.settings_dict["NAME"] = root / "records.sqlite3"


def work(root: Path, files: list[Path], chance: random.Random) -> None:
    """What an office does, until it is stopped."""
    move_into(root)
    store = homes.opened()
    while True:
        now = datetime.now(UTC)
        what = chance.random()
        if what < 0.5:
            source = homes.source(store, "brook-weekly")
            receiving.receive(store, source, chance.choice(files), Act("brook-office/sender", now), published_at=now)
        elif what < 0.8:
            checkpoints.cut(now, early=chance.random() < 0.3)
        else:
            standing = list(Delivery.objects.filter(state="committed").values_list("code", flat=True))
            if standing:
                withdrawing.withdraw(
                    store, chance.choice(standing), reason="-", actor=None, now=now, erase=chance.random() < 0.5
                )


def trial(home: Path, root: Path, files: list[Path], chance: random.Random) -> dict[str, object]:
    """One copy, one killed worker, two checks."""
    shutil.copytree(home, root)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            work(root, files, chance)
        finally:
            os._exit(70)  # it never comes back by itself
    time.sleep(chance.uniform(0.02, 1.2))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    move_into(root)
    report = verifying.verify()
    alarms = [f"{alarm.where}: {alarm.what}" for alarm in report.alarms]
    checkpoints.cut(datetime.now(UTC))
    after = [f"{alarm.where}: {alarm.what}" for alarm in verifying.verify().alarms]
    connection.close()
    shutil.rmtree(root)
    return {"killed": os.WIFSIGNALED(status), "entries": report.entries, "alarms": alarms, "after": after}


def main(home: Path, folder: Path, trials: int, seed: str, files: list[Path]) -> None:
    """Run the trials."""
    for number in range(trials):
        chance = random.Random(f"{seed}:{number}")
        print(json.dumps({"trial": number, **trial(home, folder / f"copy-{number}", files, chance)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], [Path(file) for file in sys.argv[5:]])
