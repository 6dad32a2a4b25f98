"""The office as a WSGI application, for granian and gunicorn; a process of theirs ends when its server is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from sampan.store import keys

LOOK_SECONDS = 0.5
SECONDS_TO_END = 3


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
threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
