"""A process that has imported what the command needs and forks for each command line a test asks for.

A command spends most of its time importing; a fork of one that has imported spends none, and is still a process
of its own: its environment, folder, output and exit code are those of the real command. Settings are read by a fork
that serves one environment alone, so that a story's next command finds them read and the records' code imported.
`python -m tests.zygote FD` serves the socket FD until its other end closes.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import itertools
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import django
from django.db import connections

# read by the interpreter when it starts, before any fork: such a command needs an interpreter of its own
OWN_INTERPRETER = ("PYTHON", "LC_", "LANG", "POLARS_", "OPENBLAS_", "OMP_")
# rooms that know neither Django nor a setting
PURE = (
    "model",
    "log",
    "vocab",
    "formats",
    "charts",
    "harmonise",
    "checks",
    "sharing",
    "channels",
    "insight",
    "sources",
)
MOST_SETTLED = 2  # environments kept at hand by each zygote
READY = b"ready"
SEEDS = ("1", "2")  # of two zygotes in turn, so that an order that hangs on Python's hashes shows itself


@dataclass
class Zygote:
    """One forking process and the socket to it."""

    socket: socket.socket
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, hash_seed: str) -> Zygote:
        """Start one; it imports while the test goes on."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        return cls(ours, process)

    def run(self, arguments: list[str], *, cwd: Path | None, timeout: float, program: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `sampan ARGUMENTS` with the environment as it is."""
        reading, writing = os.pipe()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile("w+") as asked:
            wanted = {"program": program, "arguments": arguments, "cwd": str(cwd or Path.cwd())}
            json.dump(wanted | {"environment": dict(os.environ)}, asked)
            asked.flush()
            socket.send_fds(self.socket, [b"run"], [asked.fileno(), out.fileno(), err.fileno(), writing])
            os.close(writing)
            code = _code(reading, arguments, timeout)
            return code, _text(out.fileno()), _text(err.fileno())


def _code(reading: int, arguments: list[str], timeout: float) -> int:
    """The exit code that the forked process reports; negative is the signal that ended it."""
    with os.fdopen(reading) as report:
        pid = int(report.readline())
        ready, _, _ = select.select([report], [], [], timeout)
        if not ready:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout)
        return int(report.readline())


def _text(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        return stream.read().decode("utf-8")


_zygotes: list[Zygote] = []
_turn = itertools.count()


def run(
    arguments: list[str], *, cwd: Path | None, timeout: float = 600, program: str = "sampan"
) -> tuple[int, str, str]:
    """Run one command line in a fork of this test worker's zygotes, taken in turn; `program` may be a module of ours."""
    if not _zygotes:
        _zygotes.extend(Zygote.start(seed) for seed in SEEDS)
        atexit.register(stop)
    return _zygotes[next(_turn) % len(_zygotes)].run(arguments, cwd=cwd, timeout=timeout, program=program)


def stop() -> None:
    """Close the zygotes' sockets, at which they leave."""
    while _zygotes:
        zygote = _zygotes.pop()
        zygote.socket.close()
        zygote.process.wait()


def needs_own_interpreter(environment: dict[str, str], at_start: dict[str, str]) -> bool:
    """True where a test has changed what only a starting interpreter reads."""
    names = {name for name in {*environment, *at_start} if name.startswith(OWN_INTERPRETER)}
    return any(environment.get(name) != at_start.get(name) for name in names)


# ---- the zygote's own side


def serve(descriptor: int) -> None:
    """Fork for each request until the socket closes."""
    _import_all()
    door = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    settled: dict[str, socket.socket] = {}  # environment and folder -> the door of the fork that has read them
    for asked, *streams in _requests(door):
        within = _settled_for(_asked(asked), settled, door)
        if within:
            socket.send_fds(within, [b"run"], [asked, *streams])
        else:
            _fork(door, [asked, *streams], [*settled.values()])


def _requests(door: socket.socket) -> Iterator[list[int]]:
    """The descriptors of each request; closed again when it has been passed on."""
    gc.collect()
    gc.freeze()  # a fork that never goes through what was there before copies less of it
    while True:
        word, descriptors, _, _ = socket.recv_fds(door, 16, 4)
        if not word:
            return
        yield descriptors
        for each in descriptors:
            os.close(each)


def _fork(door: socket.socket, descriptors: list[int], others: list[socket.socket]) -> None:
    """Leave a request to a fork."""
    if os.fork() == 0:
        for each in (door, *others):
            each.close()
        _watch(*descriptors)


def _settled_for(
    request: dict[str, Any], settled: dict[str, socket.socket], door: socket.socket
) -> socket.socket | None:
    """The door of a fork that has read the settings of this request's environment, if they can be read."""
    if request["program"] != "sampan":
        return None
    key = json.dumps([request["environment"], request["cwd"]], sort_keys=True)
    if key in settled:
        settled[key] = settled.pop(key)  # the least used comes first
        return settled[key]
    while len(settled) >= MOST_SETTLED:
        settled.pop(next(iter(settled))).close()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        for each in (door, ours, *settled.values()):
            each.close()
        _serve_settled(theirs, request)
    theirs.close()
    if ours.recv(16) != READY:
        ours.close()
        return None
    settled[key] = ours
    return ours


def _serve_settled(door: socket.socket, request: dict[str, Any]) -> NoReturn:
    """As `serve`, of one environment, with its settings read and every command's code imported."""
    try:
        _settle(request)
        ready = len(os.listdir("/proc/self/task")) == 1  # a fork has no thread but its own
    except BaseException:  # the command itself says what is wrong with its settings
        ready = False
    if ready:
        door.send(READY)
        for descriptors in _requests(door):
            _fork(door, descriptors, [])
    os._exit(0)


def _settle(request: dict[str, Any]) -> None:
    _move_into(request)
    from sampan.cli.main import COMMANDS  # noqa: PLC0415 - the worker that starts a zygote needs none of it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    for place in COMMANDS.values():
        importlib.import_module(place.partition(":")[0])


def _move_into(request: dict[str, Any]) -> None:
    """Take a request's environment and folder."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])


def _asked(descriptor: int) -> dict[str, Any]:
    """What a request asks for; it can be read again."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor)) as stream:
        request: dict[str, Any] = json.load(stream)
    return request


def _import_all() -> None:
    """What every command needs and no setting decides."""
    for name in (
        "polars", "duckdb", "numpy", "yaml", "rich.console", "rich.table", "rich.progress", "rapidfuzz",
        "cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.hazmat.primitives.ciphers.aead",
        "django.core.management", "django.db.models", "django.db.migrations.executor", "django.db.backends.sqlite3.base",
        "django.core.serializers.json", "django.contrib.auth.hashers", "django.forms", "django.template.loader",
        "asgiref.sync", "sampan.cli.main", "scipy.optimize", "scipy.sparse.linalg", "weasyprint", "z3", "icu4py",
        "myanmartools", "zstandard", "pyrage", "babel.dates", "xlsxwriter", "python_calamine", "altair", "vl_convert",
    ):  # fmt: skip
        __import__(name)
    for room in PURE:
        package = __import__(f"sampan.{room}", fromlist=["__path__"])
        for found in pkgutil.walk_packages(package.__path__, f"sampan.{room}."):
            __import__(found.name)


def _watch(asked: int, out: int, err: int, writing: int) -> NoReturn:
    """Fork the command, report its process and then its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(writing)
        _become(asked, out, err)
    with os.fdopen(writing, "w") as report:
        print(pid, file=report, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), file=report)
    os._exit(0)


def _become(asked: int, out: int, err: int) -> NoReturn:
    """Run the command's entry point as a fresh process would."""
    request = _asked(asked)
    _move_into(request)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.argv = [request["program"], *request["arguments"]]
    code = 1
    try:
        if request["program"] == "sampan":
            from sampan.office.main import main  # noqa: PLC0415 - reads the settings of this command's environment

            main()
        else:
            runpy.run_module(request["program"], run_name="__main__")
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0
    except BaseException:  # as an interpreter would: the trace on standard error, exit code 1
        traceback.print_exc()
    finally:
        connections.close_all()  # as an interpreter that ends does: SQLite then takes its log into the file
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
    os._exit(0)  # what is frozen is not taken apart
