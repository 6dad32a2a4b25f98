"""A home is a folder with records, parts, originals and keys; it is invented or real, for ever."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from sampan.model.errors import Refused
from sampan.store import keys
from sampan.store.logkey import HALF_RESTORED
from sampan.store.models import Head, Home


@dataclass(frozen=True)
class Store:
    """Where everything of one home stands."""

    root: Path

    @property
    def parts(self) -> Path:
        """Parquet parts."""
        return self.root / "parts"

    @property
    def blobs(self) -> Path:
        """Encrypted originals."""
        return self.root / "blobs"

    @property
    def sources(self) -> Path:
        """Folders of sources that this home adds."""
        return self.root / "sources"

    @property
    def places(self) -> Path:
        """Folders of countries that this home adds."""
        return self.root / "places"

    def key(self, name: str) -> bytes:
        """A secret key of this home, 32 bytes."""
        return keys.key(self.root / "keys", name)


def refuse_half_restored(root: Path) -> None:
    """Refused where a restore was cut off: what lies there is neither the old home nor the new one."""
    if (root / HALF_RESTORED).exists():
        raise Refused(
            "this home is half restored: a restore into it was cut off",
            rule="half-restored",
            where=str(root),
            kept="the backup is as it was; nothing was signed here",
            do="empty the home (and its database), and restore again",
        )


def open_home() -> Store:
    """The home named by the settings; made and migrated when it is new or older than the program."""
    root = Path(settings.HOME)
    refuse_half_restored(root)
    if not root.exists():
        root.mkdir(mode=0o700, parents=True, exist_ok=True)  # another process may be first
    if _records() not in _up_to_date:
        if _behind():
            _migrate(root)
        _up_to_date.add(_records())
    store = Store(root)
    for folder in (store.parts, store.blobs):
        folder.mkdir(exist_ok=True)
    return store


# records this process has seen up to date: asking takes 30 ms, and a server opens its home at every request
_up_to_date: set[tuple[str, ...]] = set()


def _records() -> tuple[str, ...]:
    """What tells these records from others: the database's name and, of SQLite, which file bears it now."""
    known = connection.settings_dict
    name = str(known["NAME"])
    file = Path(name)
    born = str(file.stat().st_ino) if connection.vendor == "sqlite" and file.exists() else ""
    return (connection.vendor, str(known.get("HOST", "")), name, born)


def _migrate(root: Path) -> None:
    """Bring the records up to date, one process at a time; the kernel gives the lock back when a process dies.

    All migrations are one transaction: Django notes a migration after it has stood, and a crash between the two
    would leave records that can be neither used nor migrated. SQLite lets go of foreign keys only outside of one.
    """
    with (root / ".migrating").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _behind():
            return
        connection.disable_constraint_checking()
        try:
            with transaction.atomic():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.enable_constraint_checking()


def settle_kind(*, invented: bool, now: datetime) -> None:
    """Make the home what its first delivery is; refuse the other's deliveries ever after."""
    with transaction.atomic():
        home = Home.objects.select_for_update().first()
        if home is None:
            Home.objects.create(invented=invented, made_at=now)
            Head.objects.get_or_create(pk=1)
            return
    if home.invented != invented:
        kinds = {True: "invented figures", False: "real figures"}
        raise Refused(
            f"this home holds {kinds[home.invented]} and takes no {kinds[invented]}",
            rule="home-kind",
            kept="nothing was kept",
            do="use another home: set SAMPAN_HOME to a new folder",
        )


def is_invented() -> bool | None:
    """True or False once the home has a kind; None before its first delivery."""
    home = Home.objects.first()
    return None if home is None else home.invented


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
