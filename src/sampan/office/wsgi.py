"""The office as a WSGI application, for granian and gunicorn."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from sampan.store import keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
if "SAMPAN_SECRET_KEY" not in os.environ:  # sessions are signed with the home's own key
    home = Path(os.environ.get("SAMPAN_HOME", "sampan-home")).absolute()
    os.environ["SAMPAN_SECRET_KEY"] = keys.key(home / "keys", "session").hex()
application = get_wsgi_application()
