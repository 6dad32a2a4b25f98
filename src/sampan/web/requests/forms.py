"""Forms of requests and releases; every label is a text to translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sampan.operations.sharing.requesting import Wish
from sampan.sharing.vocabularies import label, words
from sampan.web.office.forms import Plain
from sampan.web.rules.forms import Choices, day_field

ASKED_FOR = ("alert", "routine-monitoring", "joint-investigation", "planning", "research", "publication", "meeting")
MEASURES = ("cases", "deaths", "tested", "positive", "admissions", "sites_expected", "sites_reporting")


class RequestForm(Plain):
    """What is asked for; nothing is chosen beforehand but the commonest grain."""

    name = forms.CharField(label=_("Name of the request"), max_length=100)
    purpose = forms.ChoiceField(label=_("What for"))
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
            self.fields[name] = kind(label=old.label, choices=listed, required=old.required)
            if several:
                self.fields[name].widget.attrs["size"] = min(8, max(4, len(listed)))
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
            layout=said["layout"], language=self.language,
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


class EndForm(Plain):
    """Why a release is ended."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


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
