"""Which tree the log writes to now. The first is opened with the first entry, another only by a restore."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings

from sampan.store.models import Origin


def current(at: datetime) -> Origin:
    """The present origin; opened now if the log is new."""
    newest = Origin.objects.order_by("-base", "-pk").first()
    return newest or Origin.objects.get_or_create(pk=1, defaults={"name": fresh_name(), "base": 0, "opened_at": at})[0]


def of_entry(index: int) -> Origin:
    """The origin whose tree holds the entry."""
    return Origin.objects.filter(base__lte=index).order_by("-base", "-pk").first() or Origin.objects.get(pk=1)


def fresh_name() -> str:
    """The name of a new tree: the setting LOG_ORIGIN where there is one, and something nobody used before."""
    return f"{getattr(settings, 'LOG_ORIGIN', 'sampan.invalid/log')}/{secrets.token_hex(6)}"
