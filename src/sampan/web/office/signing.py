"""The sign-in's own forms, with labels that we translate and no text inside the fields."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import BooleanField, Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

SHARED_SECONDS = 15 * 60  # without any act, on a computer that others use too
LABELS = {"login": _("Sign-in name"), "password": _("Password"), "code": _("Code")}


def _labelled(form: Form) -> None:
    form.label_suffix = ""
    for name, label in LABELS.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):
    """Name and password, and whether others use this computer too: then the session is short and nothing is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = BooleanField(
            label=_("Others use this computer too"), required=False, initial=True,
            help_text=_("You are then signed out after 15 minutes without any act, and no draft stays on it."),
        )  # fmt: skip
        _labelled(self)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Signed in, for a short while on a shared computer."""
        answer: HttpResponse = super().login(request, redirect_url)
        request.session["shared"] = bool(self.cleaned_data.get("shared"))
        if request.session["shared"]:
            request.session.set_expiry(SHARED_SECONDS)
        return answer


class Again(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _labelled(self)


class SecondFactor(AuthenticateForm):
    """A code of the authenticator, or a printed one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _labelled(self)


class NewSecondFactor(ActivateTOTPForm):
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _labelled(self)
