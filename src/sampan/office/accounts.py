"""How people sign in: no sign-up, no reset by post, and second factors that lie wrapped in the records."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from sampan.store import keys

WRAPPING_KEY = "totp-wrapping"


class Accounts(DefaultAccountAdapter):
    """A person comes by an invitation of the party's own coordinators, and in no other way."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No letter of an account goes out: what concerns one is told to the party's coordinators."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No word of the library's own on a page: it has none in most of our languages, and the page says the same."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Sign-in names are compared without regard to case."""
        return username.strip().lower()


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors are wrapped under a key of the home; a dump of the records holds none."""

    def get_totp_label(self, user: Any) -> str:
        """What an authenticator shows."""
        return str(user.sign_in)

    def encrypt(self, text: str) -> str:
        """The secret as the records keep it."""
        return _wrapping().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return _wrapping().decrypt(encrypted_text.encode()).decode()


def _wrapping() -> Fernet:
    key = keys.key(Path(settings.HOME) / "keys", WRAPPING_KEY)
    return Fernet(base64.urlsafe_b64encode(key))
