"""Forms of the pages behind sign-in; every label is a text to translate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from sampan.operations.seating import NewParty, NewPerson, NewPost
from sampan.people.models import Party
from sampan.people.roles import OFFICE

SLUG = RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Small letters a to z, digits and hyphens."))
NAME = RegexValidator(r"^[\w.@+-]+$", _("Letters, digits and . @ + - _ only."))
PARTY = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("Letters a to z, digits and hyphens."))


class Plain(forms.Form):
    """Required fields say so in words, not by colour."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """The first wrong answer takes the keyboard, and the page opens there however far down it stands."""
        super().full_clean()
        shown = (field for field in self.visible_fields() if field.name in self.errors)
        if (first := next(shown, None)) is not None:
            first.field.widget.attrs["autofocus"] = True


def password_field() -> forms.CharField:
    """A new password; managers of passwords are told so."""
    return forms.CharField(
        label=_("Password"), strip=False, help_text=_("At least 12 characters; a sentence is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


def code_field(label: Any) -> forms.CharField:
    """A code that came by another way than the link."""
    return forms.CharField(
        label=label, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )


class AcceptAgain(Plain):
    """A new start: the code and a new password."""

    code = code_field(_("Code you were told"))
    password = password_field()

    def clean_password(self) -> str:
        """As long as the rules ask."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def person(self, language: str) -> NewPerson:
        """What was said."""
        said = self.cleaned_data
        return NewPerson(said.get("sign_in", ""), said["password"], said.get("name", ""), language)


class Join(AcceptAgain):
    """A first seat: the code, a sign-in name and a password."""

    sign_in = forms.CharField(
        label=_("Sign-in name"), max_length=60, validators=[NAME],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=200, required=False, help_text=_("Your party's coordinators alone see it.")
    )
    field_order: tuple[str, ...] = ("code", "sign_in", "name", "password")


class JoinSignedIn(Plain):
    """Another seat for somebody who is signed in: the code alone."""

    code = code_field(_("Code you were told"))


class SetUp(Join):
    """The first person of an empty home, and the office's name."""

    office = forms.CharField(label=_("Name of the office"), max_length=200)
    code = code_field(_("Set-up code"))
    field_order = ("code", "office", "sign_in", "name", "password")


class PartyForm(Plain):
    """A party as two members of staff seat its first coordinator."""

    code = forms.CharField(
        label=_("Code of the party"), max_length=60, validators=[PARTY],
        help_text=_("As its sources name their owner."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    country = forms.RegexField(r"^[A-Z]{2}$", label=_("Country (two letters)"), required=False)

    KINDS = (
        ("authority", _("Health or animal-health authority")),
        ("laboratory", _("Laboratory")),
        ("province", _("Province with its own mandate")),
        ("organisation", _("Organisation")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [pair for pair in self.KINDS if pair[0] in Party.Kind.values and pair[0] != OFFICE]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds)

    def party(self) -> NewParty:
        """What was said."""
        said = self.cleaned_data
        return NewParty(said["code"], said["name"], said["kind"], said["country"])


class DutyForm(Plain):
    """What the directory says of a post."""

    phone = forms.CharField(label=_("Duty number"), max_length=60, required=False)
    languages = forms.CharField(label=_("Languages"), max_length=60, required=False)
    hours = forms.CharField(label=_("Hours"), max_length=100, required=False)

    def duty(self) -> NewPost:
        """What was said."""
        said = self.cleaned_data
        return NewPost("", "", "", "", said["languages"], said["phone"], said["hours"])


class PostForm(DutyForm):
    """A new post of a coordinator's own party."""

    slug = forms.CharField(label=_("Short name"), max_length=50, validators=[SLUG])
    title = forms.CharField(label=_("Title"), max_length=200)
    role = forms.ChoiceField(label=_("Role"))
    place = forms.CharField(
        label=_("Code of its province"), max_length=40, required=False, help_text=_("For example KH-20; may be empty.")
    )
    field_order = ("slug", "title", "role", "place", "phone", "languages", "hours")

    def __init__(self, roles: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=roles)

    def post(self) -> NewPost:
        """What was said."""
        said = self.cleaned_data
        return NewPost(**{name: said[name] for name in self.field_order})


class SettleForm(Plain):
    """An owner's answer to a finding: our word for the text, nothing we count, or: it is right as it stands."""

    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    value = forms.CharField(label=_("Another word or code"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.TextInput(attrs={"list": "good-reasons"})
    )

    def __init__(self, answers: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(label=_("Your answer"), choices=answers, widget=forms.RadioSelect)
        self.fields["answer"].error_messages["invalid_choice"] = _("This answer changes nothing here; choose another.")
        if "other" not in dict(answers):
            del self.fields["value"]
        if list(dict(answers)) == ["accept"]:
            self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        """Another word has to be written; that a text is right needs its reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("answer") == "other" and not said.get("value"):
            self.add_error("value", _("Write the word or code."))
        if said.get("answer") == "accept" and not said.get("reason"):
            self.add_error("reason", _("Say why it is right as it stands."))
        return said


class WithdrawForm(Plain):
    """Why a delivery is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class WritesForm(Plain):
    """How years, digits and months are written for one person, on every page."""

    calendar = forms.ChoiceField(
        label=_("Calendar"), required=False,
        choices=[("", _("Gregorian years")), ("buddhist", _("Buddhist era (plus 543)"))],
    )  # fmt: skip
    digits = forms.ChoiceField(
        label=_("Digits"), required=False,
        choices=[
            ("", _("As the language usually writes")), ("plain", "0123456789"), ("native", _("The language's own")),
        ],
    )  # fmt: skip
    months_as = forms.ChoiceField(
        label=_("Months"), required=False, choices=[("", _("In words")), ("numbers", _("As numbers, day first"))]
    )  # fmt: skip
