"""Serve the office's pages from this machine until stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from sampan.model.errors import UserError

PACKAGE = Path(__file__).parents[1]  # sampan
HERE = "127.0.0.1"
THREADS = 8  # of each process; each holds a connection to the records
PORTS = range(65536)  # 0: any that is free
SECONDS_TO_END = 3  # for answers under way, when the server is told to stop


def serve(port: int, *, quiet: bool = False, host: str = HERE, open_pages: bool = False, worker: bool = True) -> None:
    """Become the server of http://host:port/; never returns. `open_pages`: the demo's, without sign-in.

    A worker works beside it and ends with it, unless it runs apart (`worker` False). Unless `quiet`, where the page is
    is said once it answers. Port 0 is any that is free. UserError if nothing can listen there.

    A new program takes this one's place, since the server forks its worker, and a fork of a process whose
    table engine has started its threads waits for them for ever.
    """
    port = _free(host, port)
    sys.stdout.flush()
    os.environ["SAMPAN_HOME"] = str(settings.HOME)
    os.environ["SAMPAN_OPEN_PAGES"] = "1" if open_pages else "0"
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counts())
    os.environ["PYTHONSAFEPATH"] = "1"  # a file json.py that lies where the command is given is not run as a program
    target = (
        f"{PACKAGE / 'office' / 'wsgi.py'}:application"  # granian looks for a bare module name in that folder first
    )
    command = [
        sys.executable, "-m", "granian", target, "--interface", "wsgi", "--host", host,
        "--port", str(port), "--no-ws", "--no-log", "--workers-kill-timeout", str(SECONDS_TO_END),
        "--workers", str(settings.PROCESSES), "--blocking-threads", str(THREADS), "--respawn-failed-workers",
        "--working-dir", str(PACKAGE.parent),
    ]  # fmt: skip
    if not quiet:
        where = [sys.executable, "-m", "sampan.office.saying_where", str(os.getpid()), host, str(port)]
        subprocess.Popen(where)  # noqa: S603 - as below
    if worker:
        beside = [sys.executable, "-m", "sampan.office.beside", str(os.getpid())]
        subprocess.Popen(beside)  # noqa: S603 - as below
    os.environ.setdefault("POLARS_MAX_THREADS", str(_threads_of_tables()))
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


def _free(host: str, port: int) -> int:
    """The port; UserError, before any program is started, if the address is another's or not this machine's."""
    found = _listened(host, port) if port in PORTS else None
    if found is None:
        raise UserError(
            "the pages cannot be served at this address: another program listens there, or it is not this machine's",
            where=f"{host}:{port}",
            kept="nothing was started",
            do="end the other program, or choose another port with --port",
        )
    return found


def _listened(host: str, port: int) -> int | None:
    """The port that can be had now; asked as servers ask, so that one which has just ended is no bar."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            return int(trial.getsockname()[1])
    except OSError:
        return None


def _threads_of_tables() -> int:
    """A process's share of the machine: more threads than that wait for each other, and small tables gain nothing."""
    return max(1, (os.cpu_count() or 1) // settings.PROCESSES)


def _counts() -> Path:
    """An empty folder in the home where the server's processes keep their counts together."""
    folder: Path = settings.HOME / ".counts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder
