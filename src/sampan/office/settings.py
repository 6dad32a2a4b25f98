"""Django's settings, read from the environment with safe defaults. docs/reference/settings.md lists them."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(os.environ.get("SAMPAN_HOME", "sampan-home")).absolute()
SHARED = Path(os.environ.get("SAMPAN_SHARED", "../shared")).absolute()

SECRET_KEY = os.environ.get("SAMPAN_SECRET_KEY", "unset: the session key is made with the home")
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "sampan.store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "records.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
