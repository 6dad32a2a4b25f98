"""Many readers in one process: `python -m tests.stories.reading NAME THREADS READS` prints how often it committed."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime

import django
from django.db import connection

django.setup()

from sampan.operations import homes  # noqa: E402 - the records are known only after setup
from sampan.operations.proving import reads  # noqa: E402 - as above


def main(name: str, threads: int, count: int) -> None:
    """Every thread reads `count` resources, all of them twice in one minute."""
    homes.opened()
    commits, inner = [], reads._commit
    reads._commit = lambda batch: (commits.append(len(batch)), inner(batch))[1]  # type: ignore[assignment] # counts
    now = datetime.now(UTC)

    def read(number: int) -> None:
        for at in range(count):
            one = reads.Read(f"office/{name}", f"session-{name}-{number}", f"finding/{at}", ("kh",))
            reads.READS.note(one, now)
            reads.READS.note(one, now)
        connection.close()

    readers = [threading.Thread(target=read, args=(number,)) for number in range(threads)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    print(len(commits), sum(commits))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
