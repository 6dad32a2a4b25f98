"""The pages of a pair of parties as a Django app: their templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class BetweenPagesConfig(AppConfig):
    """Pages of a pair of parties."""

    name = "sampan.web.between"
    label = "between_pages"
