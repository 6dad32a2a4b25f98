"""The pages of rules as a Django app: their templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class RulesPagesConfig(AppConfig):
    """Pages of rules."""

    name = "sampan.web.rules"
    label = "rules_pages"
