"""Forms of requests and releases; every label is a text to translate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sampan.operations.sharing.publications import MOST_BYTES, Announcement, Draft
from sampan.operations.sharing.requesting import Wish
from sampan.sharing.vocabularies import label, words
from sampan.web.office.forms import Plain
from sampan.web.rules.forms import Choices, day_field

ASKED_FOR = ("alert", "routine-monitoring", "joint-investigation", "planning", "research", "publication", "meeting")
MEASURES = ("cases", "deaths", "tested", "positive", "admissions", "sites_expected", "sites_reporting")


def _hours(label: Any) -> forms.IntegerField:
    """Whole hours ago: at night nobody has to think of zones."""
    return forms.IntegerField(label=label, min_value=0, max_value=168, initial=0)


class RequestForm(Plain):
    """What is asked for; nothing is chosen beforehand but the commonest grain."""

    name = forms.CharField(label=_("Name of the request"), max_length=100)
    purpose = forms.ChoiceField(label=_("What for"))
    trigger = forms.ChoiceField(
        label=_("Under which emergency"), required=False,
        help_text=_("Only those that are declared now; the clauses for it then count."),
    )  # fmt: skip
    conditions = forms.MultipleChoiceField(label=_("Conditions"))
    places = forms.MultipleChoiceField(label=_("Places"))
    measures = forms.MultipleChoiceField(label=_("What is counted"))
    start = day_field(_("First day"))
    end = day_field(_("Last day"))
    level = forms.ChoiceField(label=_("As fine as"))
    period = forms.ChoiceField(label=_("By"))
    format = forms.ChoiceField(label=_("File"))
    layout = forms.ChoiceField(label=_("Also in the form of my own source"), required=False)

    def __init__(self, choices: Mapping[str, Choices], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        for name, listed in {**choices, **_vocabularies(language)}.items():
            old = self.fields[name]
            several = isinstance(old, forms.MultipleChoiceField)
            kind = forms.MultipleChoiceField if several else forms.ChoiceField
            self.fields[name] = kind(label=old.label, choices=listed, required=old.required, help_text=old.help_text)
            if several:
                self.fields[name].widget.attrs["size"] = min(8, max(4, len(listed)))
        if len(choices["trigger"]) == 1:
            del self.fields["trigger"]
        self.initial = {"level": "1", "period": "week", "format": "csv", "measures": ["cases"], **self.initial}

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("start") and said.get("end") and said["end"] < said["start"]:
            self.add_error("end", _("It ends before it begins."))
        return said

    def wish(self) -> Wish:
        """What was asked."""
        said = self.cleaned_data
        return Wish(
            name=said["name"], purpose=said["purpose"], conditions=tuple(said["conditions"]),
            places=tuple(said["places"]), measures=tuple(said["measures"]), data_from=said["start"],
            data_to=said["end"], level=int(said["level"]), period=said["period"], format=said["format"],
            layout=said["layout"], language=self.language, trigger=said.get("trigger", ""),
        )  # fmt: skip


class UseForm(Plain):
    """What came of a release."""

    used_in = forms.CharField(label=_("Where the figures were used"), max_length=500)
    thanks = forms.CharField(label=_("To whom thanks are due"), max_length=500, required=False)
    benefit = forms.ChoiceField(label=_("What is given back"), required=False)

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [("", "–"), *((code, label("benefit", code, language)) for code in words("benefit"))]
        self.fields["benefit"] = forms.ChoiceField(label=self.fields["benefit"].label, choices=listed, required=False)


class AnnounceForm(Plain):
    """What is to be published, built on which releases, and a draft for each owner of their figures."""

    releases = forms.MultipleChoiceField(label=_("Releases it is built on"))
    title = forms.CharField(label=_("Title"), max_length=300)
    outlet = forms.CharField(
        label=_("Where it is to appear"), max_length=300, help_text=_("A journal, a bulletin, a meeting.")
    )
    planned = day_field(_("Day on which it is to appear"))

    def __init__(self, listed: Choices, owners: list[str], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners, self.today = owners, today
        self.fields["releases"] = forms.MultipleChoiceField(label=self.fields["releases"].label, choices=listed)
        self.fields["releases"].widget.attrs["size"] = min(8, max(3, len(listed)))
        for owner in owners:
            help_text = _("Give each the part that speaks of its own figures; it reads no other.")
            self.fields[f"draft-{owner}"] = forms.FileField(
                label=_("Draft for %(owner)s to read") % {"owner": owner},
                help_text=help_text if len(owners) > 1 else "",
            )

    def clean_planned(self) -> date:
        """Not before today by the office's clock."""
        planned: date = self.cleaned_data["planned"]
        if planned < self.today:
            raise forms.ValidationError(_("This day is past."))
        return planned

    def clean(self) -> dict[str, Any]:
        """Nothing is announced before the owners are known."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.owners:
            self.add_error("releases", _("Choose a release; then the drafts are asked for."))
        return said

    def announcement(self) -> Announcement:
        """What was said."""
        said = self.cleaned_data
        return Announcement(said["title"], said["outlet"], said["planned"], tuple(said["releases"]))

    def drafts(self) -> dict[str, Draft]:
        """Owner -> its draft."""
        return {owner: _draft(self.cleaned_data[f"draft-{owner}"]) for owner in self.owners}


class DraftForm(Plain):
    """Another draft for an owner."""

    file = forms.FileField(label=_("Another draft"))

    def draft(self) -> Draft:
        """The file."""
        return _draft(self.cleaned_data["file"])


class AppearedForm(Plain):
    """Where a publication has appeared."""

    where = forms.CharField(label=_("Where it has appeared"), max_length=500, help_text=_("A citation or an address."))


class AnswerForm(Plain):
    """What an owner says of a draft."""

    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Your words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who announced it reads them. A comment or a refusal needs them."),
    )  # fmt: skip
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, may_refuse: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("agreed", _("It may appear")), ("commented", _("A comment: it should say something otherwise"))]
        choices += [("refused", _("It must not appear"))] if may_refuse else []
        self.fields["answer"] = forms.ChoiceField(label=_("Your answer"), choices=choices, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        """A comment and a refusal say what is the matter."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("answer") in ("commented", "refused") and not said.get("words"):
            self.add_error("words", _("Say what is the matter."))
        return said


class TellForm(Plain):
    """What WHO will be informed of about an owner's territory."""

    owner = forms.ChoiceField(label=_("Owner"))
    words = forms.CharField(
        label=_("What WHO will be informed of"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The owner's side reads it, nobody else. Name no person."),
    )  # fmt: skip
    hours = _hours(_("Hours since the evidence was received"))

    def __init__(self, owners: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = forms.ChoiceField(label=self.fields["owner"].label, choices=[(o, o) for o in owners])


class DoneForm(Plain):
    """That WHO was informed."""

    hours = _hours(_("Hours since WHO was informed"))
    reference = forms.CharField(
        label=_("Reference of the message"), max_length=200, required=False,
        help_text=_("Such as that of WHO's event site."),
    )  # fmt: skip


class SeenForm(Plain):
    """That the owner's side has seen it."""

    reply = forms.CharField(
        label=_("Your reply"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who told you reads it."),
    )  # fmt: skip


class EndForm(Plain):
    """Why a release is ended."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


def _draft(file: UploadedFile) -> Draft:
    return Draft(file.name or "draft", file.read(MOST_BYTES + 1))


def _vocabularies(language: str) -> dict[str, list[tuple[str, str]]]:
    def of(vocabulary: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(code, label(vocabulary, code, language)) for code in codes]

    return {
        "purpose": of("purpose", ASKED_FOR),
        "measures": of("measure", MEASURES),
        "level": of("level", words("level")),
        "period": of("period", words("period")),
        "format": of("format", words("format")),
    }
