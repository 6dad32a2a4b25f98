"""What a side may say: an explanation, a proposal with a figure for each period, that both figures stay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sampan.model.discrepancies import CAUSES, LANGUAGES
from sampan.operations.discrepancies.talking import MOST_TEXT, Said
from sampan.web.discrepancies.words import CAUSE_WORDS
from sampan.web.office.forms import Plain
from sampan.web.reader import LANGUAGES as NAMES

MOST_FIGURE = 10**9
CAUSE_CHOICES = [("", "–"), *((cause, CAUSE_WORDS[cause]) for cause in CAUSES)]


class Words(Plain):
    """Words in one language."""

    text = forms.CharField(
        label=_("In your words"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), required=False,
        help_text=_("No names of persons. The other side reads it as you write it."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Written in"), choices=[(code, NAMES[code]) for code in LANGUAGES])

    def said(self) -> Said:
        """What was said."""
        said = self.cleaned_data
        figures = {name.removeprefix("figure-"): said[name] for name in said if name.startswith("figure-")}
        return Said(said.get("text", ""), said.get("language", ""), said.get("cause", ""), figures)


class Explain(Words):
    """How the own figure came about."""

    text = forms.CharField(
        label=_("How your figures came about"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names of persons. The other side reads it as you write it."),
    )  # fmt: skip


class Propose(Words):
    """A cause, and the figure of every period that differs; nothing is filled in beforehand."""

    cause = forms.ChoiceField(label=_("Why the figures differ"), choices=CAUSE_CHOICES)
    field_order = ("cause",)

    def __init__(self, periods: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, told in periods:
            self.fields[f"figure-{day}"] = forms.IntegerField(
                label=told, min_value=0, max_value=MOST_FIGURE, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
        self.order_fields(["cause", *(f"figure-{day}" for day, _told in periods), "text", "language"])


class Differ(Words):
    """Both figures stay."""

    cause = forms.ChoiceField(label=_("Why the figures differ"), choices=CAUSE_CHOICES, required=False)
    field_order = ("cause", "text", "language")
