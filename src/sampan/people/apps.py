"""The people as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the models of people and the notes of their sign-ins."""

    name = "sampan.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins; the signals exist only once the apps are loaded."""
        from sampan.people import events  # noqa: PLC0415 - signals need loaded apps

        events.listen()
