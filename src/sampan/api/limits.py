"""How often: so many requests a minute for each key or seat, and few wrong keys from one address.

Counted in windows of a minute in the process's own memory; an office with several processes allows that much in each.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60
WRONG_KEYS = 20


class TooMany(Exception):
    """Come back after `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(str(seconds))


def post(name: str) -> None:
    """Count one request of a key or seat. TooMany beyond the limit."""
    _count(f"api:{name}", settings.API_PER_MINUTE, spend=True)


def address(request: HttpRequest, *, spend: bool = True) -> None:
    """Count one wrong key from where the request comes; without `spend` only look. TooMany beyond the limit."""
    _count(f"api-wrong:{request.META.get('REMOTE_ADDR', '')}", WRONG_KEYS, spend=spend)


def _count(name: str, most: int, *, spend: bool) -> None:
    now = int(time.time())
    window, left = now // WINDOW_SECONDS, WINDOW_SECONDS - now % WINDOW_SECONDS
    slot = f"{name}:{window}"
    cache.add(slot, 0, timeout=2 * WINDOW_SECONDS)
    try:
        used = cache.incr(slot) if spend else int(cache.get(slot, 0)) + 1
    except ValueError:  # the memory was full and dropped it: the window begins anew
        used = 1
    if used > most:
        raise TooMany(left)
