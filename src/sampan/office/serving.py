"""Serve the office's pages from this machine until stopped."""

from __future__ import annotations

import os

from django.conf import settings
from granian.constants import Interfaces
from granian.server import Server
from rich.console import Console

HERE = "127.0.0.1"
SECONDS_TO_END = 3  # for answers under way, when the server is told to stop


def serve(port: int, *, quiet: bool = False, host: str = HERE) -> None:
    """Answer on http://host:port/ with one worker. The home goes to the worker through the environment."""
    os.environ["SAMPAN_HOME"] = str(settings.HOME)
    server = Server(
        "sampan.office.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, websockets=False,
        log_enabled=False, workers_kill_timeout=SECONDS_TO_END,
    )  # fmt: skip
    if not quiet:
        Console().print(f"The page is at [bold]http://{host}:{port}/[/bold] until you stop it with Ctrl-C.")
    server.serve()
