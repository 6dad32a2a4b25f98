"""Deliver's pages as a Django app: their templates, static files and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class DeliverPagesConfig(AppConfig):
    """Pages of a party's own deliveries."""

    name = "sampan.web.deliver"
    label = "deliver_pages"
