"""The page of letters as a Django app: templates and translations are found by it."""

from __future__ import annotations

from django.apps import AppConfig


class LetterPagesConfig(AppConfig):
    """Letters that something waits."""

    name = "sampan.web.letters"
    label = "letter_pages"
