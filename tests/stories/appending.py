"""One of several writers: `python -m tests.stories.appending NAME BATCHES SIZE` appends to the log of SAMPAN_HOME."""

from __future__ import annotations

import sys

import django
from django.db import transaction

django.setup()

from sampan.operations import homes  # noqa: E402 - the records are known only after setup
from sampan.store import entries  # noqa: E402 - as above
from sampan.store.entries import Draft  # noqa: E402 - as above


def main(name: str, batches: int, size: int) -> None:
    """Append in batches, each a transaction of its own; a last batch is rolled back."""
    homes.opened()
    for batch in range(batches):
        with transaction.atomic():
            entries.append_many([Draft("job:retried", {"by": name, "n": batch * size + at}) for at in range(size)])
    try:
        with transaction.atomic():
            entries.append("job:retried", {"by": name})
            raise RuntimeError
    except RuntimeError:
        pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
