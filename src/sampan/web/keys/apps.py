"""The page of API keys as a Django app: its template and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class KeyPagesConfig(AppConfig):
    """The page of API keys."""

    name = "sampan.web.keys"
    label = "key_pages"
