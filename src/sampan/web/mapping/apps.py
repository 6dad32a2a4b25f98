"""The pages of mapping as a Django app: templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class MappingPagesConfig(AppConfig):
    """Map a source, and the steward's desk."""

    name = "sampan.web.mapping"
    label = "mapping_pages"
