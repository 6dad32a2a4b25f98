"""The pages of two figures as a Django app: templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class DiscrepancyPagesConfig(AppConfig):
    """Two figures for one thing."""

    name = "sampan.web.discrepancies"
    label = "discrepancy_pages"
