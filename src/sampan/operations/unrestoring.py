"""Take back a restore that did not end: the home and its database are empty again, as the restore found them.

A crash in between leaves the mark of a half restored home, which goes last.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from sampan.store.logkey import HALF_RESTORED


@contextmanager
def whole_or_nothing(root: Path) -> Iterator[None]:
    """Whatever stops the restore inside leaves nothing behind, until the next log is open and the mark is gone.

    Both home and database must be empty before: all that is there afterwards came from the backup.
    """
    mark = root / HALF_RESTORED
    mark.touch()
    try:
        yield
    except BaseException:
        if mark.exists():
            _take_back(root, mark)
        raise


def _take_back(root: Path, mark: Path) -> None:
    if connection.vendor != "sqlite":  # whose records are a file of the home
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"drop table {connection.ops.quote_name(table)} cascade")
    connection.close()
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != mark:
            path.unlink()
    mark.unlink()
