"""The records as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Registers the models and migrations of the store."""

    name = "sampan.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
