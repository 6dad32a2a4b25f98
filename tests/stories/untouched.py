"""Copies nobody touched: `python -m tests.stories.untouched HOME WORK TRIALS SEED FILE...`, one JSON line each.

A child process works in a copy of HOME (delivering FILEs, cutting checkpoints, withdrawing). Of three trials one
kills it with SIGKILL at a moment of chance, one lets it end what it has in hand, and one backs the home up while
it works, kills it, and restores the backup elsewhere. What is left must pass the check: first as it was left, then
after the office has worked on.
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
import pyrage
from django.conf import settings
from django.db import connection

django.setup()

from sampan.operations import backing_up, homes, receiving, restoring, withdrawing  # noqa: E402 - the records are known only after setup
from sampan.operations.proving import verifying  # noqa: E402 - as above
from sampan.operations.receiving import Act  # noqa: E402 - as above
from sampan.store import checkpoints  # noqa: E402 - as above
from sampan.store.models import Delivery  # noqa: E402 - as above

WAYS = ("killed", "stopped", "backup")
IDENTITY = pyrage.x25519.Identity.generate()


def move_into(root: Path) -> None:
    """Make this process work in that home."""
    connection.close()
    settings.HOME = root
    connection.settings_dict["NAME"] = root / "records.sqlite3"


def work(root: Path, files: list[Path], chance: random.Random) -> None:
    """What an office does, until it is killed, or until SIGTERM and the end of what it has in hand."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    move_into(root)
    store = homes.opened()
    while not stopped:
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
    os._exit(0)


def trial(home: Path, root: Path, files: list[Path], chance: random.Random, way: str) -> dict[str, object]:
    """One copy, one worker that ends, two checks."""
    shutil.copytree(home, root)
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            work(root, files, chance)
        finally:
            os._exit(70)  # it never comes back by itself
    time.sleep(chance.uniform(0.02, 1.2))
    left = root if way != "backup" else backed_up(root)
    os.kill(child, signal.SIGTERM if way == "stopped" else signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    ended = status == 0 if way == "stopped" else os.WIFSIGNALED(status)
    if way == "backup":
        left = restored(left, root.with_name(f"{root.name}-restored"))
    move_into(left)
    report = verifying.verify()
    alarms = [f"{alarm.where}: {alarm.what}" for alarm in report.alarms]
    checkpoints.cut(datetime.now(UTC))
    after = [f"{alarm.where}: {alarm.what}" for alarm in verifying.verify().alarms]
    connection.close()
    for path in {root, left}:
        shutil.rmtree(path)
    return {"way": way, "ended": ended, "entries": report.entries, "alarms": alarms, "after": after}


def backed_up(root: Path) -> Path:
    """A sealed backup of a home in which another process works."""
    move_into(root)
    target = root.with_suffix(".age")
    backing_up.back_up(homes.opened(), target, [str(IDENTITY.to_public())], datetime.now(UTC))
    connection.close()
    return target


def restored(backup: Path, root: Path) -> Path:
    """The home that a backup gives elsewhere."""
    move_into(root)
    restoring.restore(backup, [str(IDENTITY)], restoring.Evidence(), datetime.now(UTC))
    backup.unlink()
    return root


def main(home: Path, folder: Path, trials: int, seed: str, files: list[Path]) -> None:
    """Run the trials."""
    for number in range(trials):
        chance = random.Random(f"{seed}:{number}")
        said = trial(home, folder / f"copy-{number}", files, chance, WAYS[number % len(WAYS)])
        print(json.dumps({"trial": number, **said}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], [Path(file) for file in sys.argv[5:]])
