"""What is asked when something is delivered. `once` is the sender's own token: the same one counts once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sampan.web.office.forms import Plain

PASTE_CHARS = 800_000


class _OfSource(Plain):
    """For one of the party's sources; a single one needs no choice."""

    source = forms.ChoiceField(label=_("Source"))
    once = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, sources: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = forms.ChoiceField(label=_("Source"), choices=sources)


class SendFileForm(_OfSource):
    """A file."""

    file = forms.FileField(label=_("File"))
    prefix = "file"

    def add_prefix(self, field_name: str) -> str:
        """Plain names; only the ids differ from those of the other form of the page."""
        return field_name


class PasteForm(_OfSource):
    """A table out of a spreadsheet."""

    table = forms.CharField(
        label=_("Table"), max_length=PASTE_CHARS, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "table"}),
        help_text=_("Copy the cells in the spreadsheet, with the header row, and paste them here."),
    )  # fmt: skip
