"""Django's settings, read from the environment with safe defaults. docs/reference/settings.md lists them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("SAMPAN_HOME", "sampan-home")).absolute()
SHARED = Path(os.environ.get("SAMPAN_SHARED", "../shared")).absolute()

SECRET_KEY = os.environ.get("SAMPAN_SECRET_KEY", "unset: the session key is made with the home")
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "sampan.store",
    "sampan.web",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _database(url: str | None) -> dict[str, Any]:
    """SQLite in the home, or the PostgreSQL of postgresql://user:password@host:port/name?host=/socket/folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "records.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    assert parts.scheme in ("postgresql", "postgres"), "SAMPAN_DATABASE_URL begins with postgresql://"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": asked,
    }


# ---- pages

ROOT_URLCONF = "sampan.office.urls"
ALLOWED_HOSTS = os.environ.get("SAMPAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sampan.office.headers.SafeHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"), ("km", "ខ្មែរ"), ("vi", "Tiếng Việt"), ("lo", "ລາວ"), ("th", "ไทย"), ("my", "မြန်မာ"),
    ("zh", "中文"),
]  # fmt: skip

# ---- records

DATABASES = {"default": _database(os.environ.get("SAMPAN_DATABASE_URL"))}

# the log: the name under which its trees are known, the time between two published checkpoints, and how many
# witnesses make a quorum (0: more than half of them, and never all)
LOG_ORIGIN = os.environ.get("SAMPAN_LOG_ORIGIN", "sampan.invalid/log")
CHECKPOINT_SECONDS = int(os.environ.get("SAMPAN_CHECKPOINT_SECONDS", "600"))
WITNESS_QUORUM = int(os.environ.get("SAMPAN_WITNESS_QUORUM", "0"))
WITNESS_WAIT_HOURS = int(os.environ.get("SAMPAN_WITNESS_WAIT_HOURS", "72"))
