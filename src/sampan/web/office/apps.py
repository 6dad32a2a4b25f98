"""The pages behind sign-in as a Django app: their templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class OfficePagesConfig(AppConfig):
    """Pages of posts."""

    name = "sampan.web.office"
    label = "office_pages"
