"""The pages as a Django app: templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages of the office."""

    name = "sampan.web"
    label = "web"
