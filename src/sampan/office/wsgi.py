"""The office as a WSGI application, for granian and gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
application = get_wsgi_application()
