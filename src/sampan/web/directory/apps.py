"""These pages as a Django app: their templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryPagesConfig(AppConfig):
    """Pages of one noun."""

    name = "sampan.web.directory"
    label = "directory_pages"
