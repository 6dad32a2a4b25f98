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
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "sampan.store",
    "sampan.people",
    "sampan.web",
    "sampan.web.office",
    "sampan.web.discrepancies",
    "sampan.web.rules",
    "sampan.web.requests",
    "sampan.web.between",
    "sampan.web.proofs",
    "sampan.web.regions",
    "sampan.web.deliver",
    "sampan.web.letters",
    "sampan.web.keys",
    "sampan.api",
    "sampan.web.border",
    "sampan.web.mapping",
    "sampan.web.directory",
    "sampan.web.helping",
    "sampan.web.sources",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LEASE_SECONDS = float(os.environ.get("SAMPAN_LEASE_SECONDS", "120"))  # a worker silent for so long is taken for dead
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
        "CONN_MAX_AGE": 60,  # seconds; a connection made anew costs more than most requests
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": asked,
    }


def _letters(url: str | None) -> dict[str, Any]:
    """Files in the home, or the server of smtp://user:password@host:port?starttls=1 (smtps:// for TLS at once)."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": HOME / "letters",
        }
    parts = urlsplit(url)
    assert parts.scheme in ("smtp", "smtps"), "SAMPAN_SMTP_URL begins with smtp:// or smtps://"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("starttls") == "1",
    }


# ---- pages

ROOT_URLCONF = "sampan.office.urls"
ALLOWED_HOSTS = os.environ.get("SAMPAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
MIDDLEWARE = [
    "sampan.office.watching.Watched",
    "sampan.office.watching.Alive",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sampan.office.headers.SafeHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sampan.web.office.middleware.Language",
    "sampan.api.middleware.ApiAnswers",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sampan.web.office.middleware.Seen",
    "sampan.web.office.middleware.Seated",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sampan.web.office.context.common",
            ]
        },
    }
]
# the pages without sign-in show everything a home holds: only the demo opens them
OPEN_PAGES = os.environ.get("SAMPAN_OPEN_PAGES") == "1"
UPLOAD_MB = int(os.environ.get("SAMPAN_UPLOAD_MB", "100"))
API_PER_MINUTE = int(os.environ.get("SAMPAN_API_PER_MINUTE", "600"))
PROCESSES = int(os.environ.get("SAMPAN_PROCESSES", "0")) or min(2, os.cpu_count() or 1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20  # of a form without its files
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"), ("km", "ខ្មែរ"), ("vi", "Tiếng Việt"), ("lo", "ລາວ"), ("th", "ไทย"), ("my", "မြန်မာ"),
    ("zh", "中文"),
]  # fmt: skip

# ---- sign-in

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "sampan.office.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # shared computers are a normal case
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
ACCOUNT_FORMS = {"login": "sampan.web.office.signing.SignIn", "reauthenticate": "sampan.web.office.signing.Again"}
MFA_FORMS = {
    "authenticate": "sampan.web.office.signing.SecondFactor",
    "activate_totp": "sampan.web.office.signing.NewSecondFactor",
}
MFA_ADAPTER = "sampan.office.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sampan"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones drift
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False  # the middleware `Seen` notes it once a minute instead of at every request
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 60 * int(os.environ.get("SAMPAN_SESSION_MINUTES", "60"))  # without any act
SESSION_COOKIE_NAME = "sampan"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# behind HTTPS: cookies travel on it alone, and browsers are told to remember that
HTTPS = os.environ.get("SAMPAN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the names beside the office's are not ours to decide about
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS] if HTTPS else []

# ---- how it runs: numbers for who watches, and lines without persons

METRICS_TOKEN = os.environ.get("SAMPAN_METRICS_TOKEN", "")
LOG_LEVEL = os.environ.get("SAMPAN_LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "sampan.office.logs.Lines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["lines"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own would mail and write in clear; everything goes through the one above
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django_tasks_db": {"level": "ERROR"},
        "django_tasks": {"level": "ERROR"},
    },
}

# ---- letters: that something waits, with a link; without an address of the office none is written

ADDRESS = os.environ.get("SAMPAN_ADDRESS", "").rstrip("/")
LETTER_HOUR = int(os.environ.get("SAMPAN_LETTER_HOUR", "0"))  # UTC
DEFAULT_FROM_EMAIL = os.environ.get("SAMPAN_LETTERS_FROM", "office@office.invalid")
EMAIL_TIMEOUT = 30
vars().update(_letters(os.environ.get("SAMPAN_SMTP_URL")))

# ---- records

DATABASES = {"default": _database(os.environ.get("SAMPAN_DATABASE_URL"))}

# the log: the name under which its trees are known, the time between two published checkpoints, and how many
# witnesses make a quorum (0: more than half of them, and never all)
LOG_ORIGIN = os.environ.get("SAMPAN_LOG_ORIGIN", "sampan.invalid/log")
CHECKPOINT_SECONDS = int(os.environ.get("SAMPAN_CHECKPOINT_SECONDS", "600"))
WITNESS_QUORUM = int(os.environ.get("SAMPAN_WITNESS_QUORUM", "0"))
WITNESS_WAIT_HOURS = int(os.environ.get("SAMPAN_WITNESS_WAIT_HOURS", "72"))
