"""The API as a Django app: its texts, its documentation's template and its kept answers are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API of the posts."""

    name = "sampan.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
