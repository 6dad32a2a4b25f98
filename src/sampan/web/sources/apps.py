"""The page of sources and practices as a Django app: its template and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class SourcePagesConfig(AppConfig):
    """Pages of how sources count."""

    name = "sampan.web.sources"
    label = "source_pages"
