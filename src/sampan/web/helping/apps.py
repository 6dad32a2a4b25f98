"""These pages as a Django app: their templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class HelpPagesConfig(AppConfig):
    """Pages of one noun."""

    name = "sampan.web.helping"
    label = "helping_pages"
