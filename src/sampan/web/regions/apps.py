"""The region's pages as a Django app: their templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class RegionPagesConfig(AppConfig):
    """Pages of the region."""

    name = "sampan.web.regions"
    label = "region_pages"
