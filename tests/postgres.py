"""A private PostgreSQL for tests: `python -m tests.postgres COMMAND...` runs the command with one at hand.

The cluster lives in a temporary folder, listens on a socket there and on no network, and goes away afterwards.
PostgreSQL refuses to run as root, so root hands the folder to the user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "sampan"


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """A running, empty server; yields its URL. `durable` syncs as in production, for measuring."""
    folder = Path(tempfile.mkdtemp(prefix="sampan-pg-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _as_server(
            _program("initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        # a test's cluster need not survive a power cut; the crash tests kill our processes, not the server
        hasty = "" if durable else "-c fsync=off -c full_page_writes=off"
        options = f"-c listen_addresses='' -k {folder} {hasty} -c max_connections=50"
        _as_server(_program("pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql://{USER}@/postgres?host={folder}"
        finally:
            _as_server(_program("pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """Make an empty database beside the one `server` names; the answer is its URL."""
    name = f"t_{uuid.uuid4().hex}"
    _sql(server, f'create database "{name}"')
    return server.replace("/postgres?", f"/{name}?")


def drop_database(server: str, database: str) -> None:
    """Remove a database made by `new_database`, whoever is still connected."""
    name = database.rpartition("?")[0].rpartition("/")[2]
    _sql(server, f'drop database if exists "{name}" with (force)')


def _sql(server: str, statement: str) -> None:
    subprocess.run([_program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, server], check=True)


def _as_server(*command: str) -> None:
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*before, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", check=False
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed; PostgreSQL 15 or later is needed for these tests")


def _program(name: str) -> str:
    """Where Debian keeps a server program; the newest version wins."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if not found:
        sys.exit(f"{name} is not on this machine: apt-get install postgresql")
    return found


if __name__ == "__main__":
    with cluster() as url:
        sys.exit(subprocess.run(sys.argv[1:], env=os.environ | {"SAMPAN_DATABASE_URL": url}, check=False).returncode)
