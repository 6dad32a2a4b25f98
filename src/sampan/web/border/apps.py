"""My border as a Django app: its templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class BorderPagesConfig(AppConfig):
    """My border and its file."""

    name = "sampan.web.border"
    label = "border_pages"
