"""The pages of requests and releases as a Django app: their templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class RequestPagesConfig(AppConfig):
    """Pages of requests and releases."""

    name = "sampan.web.requests"
    label = "request_pages"
