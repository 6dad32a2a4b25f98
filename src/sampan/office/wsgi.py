"""The office as a WSGI application, for granian and gunicorn; a process of theirs ends when its server is gone."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import get_resolver

from sampan.store import keys

LOOK_SECONDS = 0.5
SECONDS_TO_END = 3
SWITCH_SECONDS = 0.001  # a page asks the records often, and after each answer waits for its turn to go on
LOG = logging.getLogger("sampan.server")


def _end_with(server: int) -> None:
    """Watch for the server's death (killed, out of memory): alone, this process would keep the port for ever."""
    while os.getppid() == server:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)  # answers under way are given
    time.sleep(SECONDS_TO_END)
    os.kill(os.getpid(), signal.SIGKILL)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
if "SAMPAN_SECRET_KEY" not in os.environ:  # sessions are signed with the home's own key
    home = Path(os.environ.get("SAMPAN_HOME", "sampan-home")).absolute()
    os.environ["SAMPAN_SECRET_KEY"] = keys.key(home / "keys", "session").hex()
application = get_wsgi_application()

from sampan.operations import homes, warming  # noqa: E402 - the records are known only after setup


def _warm() -> None:
    """The first officer waits for no cache; whatever goes wrong is said, and is told to whoever asks."""
    try:
        warming.warm(homes.opened(), datetime.now(UTC))
        gc.freeze()  # what stays for good is not looked through for garbage, which would halt every answer meanwhile
    except Exception as fault:
        LOG.exception("server:cold", extra={"said": {"fault": type(fault).__name__}})
    finally:
        connection.close()


get_resolver().url_patterns  # noqa: B018 - the pages are imported before the first of them is asked for
sys.setswitchinterval(SWITCH_SECONDS)
threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
threading.Thread(target=_warm, daemon=True).start()
