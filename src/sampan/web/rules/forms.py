"""Forms of the pages of rules; every label is a text to translate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from sampan.operations.sharing.saying import Fact
from sampan.people.models import Post
from sampan.sharing.agreements.parse import YEARS
from sampan.sharing.vocabularies import label, words
from sampan.web.office.forms import Plain

CODE = RegexValidator(r"^[a-z0-9][a-z0-9-]{2,60}$", _("Small letters a to z, digits and hyphens."))
Choices = Sequence[tuple[str, Any]]
FIRST, LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
OUT_OF_YEARS = _("Years go from 1900 to 2199.")


def day_field(name: Any, *, required: bool = True) -> forms.DateField:
    """A day, typed or chosen."""
    limits = {"min": FIRST.isoformat(), "max": LAST.isoformat()}
    return forms.DateField(
        label=name, required=required, widget=forms.DateInput(attrs={"type": "date", **limits}),
        validators=[MinValueValidator(FIRST, OUT_OF_YEARS), MaxValueValidator(LAST, OUT_OF_YEARS)],
    )  # fmt: skip


def posts_by_party(posts: Sequence[Post]) -> list[tuple[str, Any]]:
    """Posts to choose from, under their parties."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for post in posts:
        grouped.setdefault(post.party.name, []).append((post.code, f"{post.title} ({post.code})"))
    return list(grouped.items())


class DraftForm(Plain):
    """What a template does not know."""

    template = forms.ChoiceField(label=_("Template"))
    code = forms.CharField(label=_("Short name of the agreement"), max_length=60, validators=[CODE])
    title = forms.CharField(label=_("Title"), max_length=200)
    paper = forms.CharField(
        label=_("Name of the signed paper"), max_length=200, help_text=_("The paper prevails over this text.")
    )
    ours = forms.ChoiceField(label=_("Who receives for us"))
    ours_word = forms.ChoiceField(label=_("Whose word our releases need"))
    theirs = forms.ChoiceField(label=_("Who receives for them"))
    theirs_word = forms.ChoiceField(label=_("Whose word their releases need"))
    conditions = forms.MultipleChoiceField(
        label=_("Conditions"), required=False, help_text=_("None chosen: those of the template.")
    )
    begins = day_field(_("First day"))
    ends = day_field(_("Last day"), required=False)

    def __init__(self, choices: Mapping[str, Choices], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("template", "ours", "ours_word", "theirs", "theirs_word"):
            field = self.fields[name]
            self.fields[name] = forms.ChoiceField(label=field.label, choices=choices[name.removesuffix("_word")])
        self.fields["conditions"] = forms.MultipleChoiceField(
            label=self.fields["conditions"].label, required=False, choices=choices["conditions"],
            help_text=self.fields["conditions"].help_text, widget=forms.SelectMultiple(attrs={"size": 8}),
        )  # fmt: skip


class DeclareForm(Plain):
    """Why an emergency is declared: said in a few words, so that no press by mistake opens a clause."""

    trigger = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("What is the matter"), max_length=500, help_text=_("Every party is told it."))


class MayForm(Plain):
    """One thing somebody would say, and to whom."""

    to = forms.ChoiceField(label=_("Who would be told"))
    condition = forms.ChoiceField(label=_("Condition"))
    place = forms.ChoiceField(label=_("Place"))
    measure = forms.ChoiceField(label=_("What is counted"))
    period = forms.ChoiceField(label=_("By"))
    start = day_field(_("First day"))
    end = day_field(_("Last day"))
    count = forms.IntegerField(
        label=_("The figure itself"), required=False, min_value=0, help_text=_("Only to know whether it is too small.")
    )
    purpose = forms.ChoiceField(label=_("What for"))

    def __init__(self, choices: Mapping[str, Choices], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {
            **choices,
            "measure": [(code, label("measure", code, language)) for code in words("measure")],
            "period": [(code, label("period", code, language)) for code in words("period")],
            "purpose": [(code, label("purpose", code, language)) for code in words("purpose")[:7]],
        }
        for name, listed in known.items():
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=listed)
        self.initial = {"period": "week", "purpose": "alert", "measure": "cases", **self.initial}

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("start") and said.get("end") and said["end"] < said["start"]:
            self.add_error("end", _("It ends before it begins."))
        return said

    def fact(self, level: int) -> Fact:
        """What was said."""
        said = self.cleaned_data
        return Fact(
            condition=said["condition"], place=said["place"], data_from=said["start"], data_to=said["end"],
            measure=said["measure"], level=level, period=said["period"], count=said["count"],
        )  # fmt: skip
