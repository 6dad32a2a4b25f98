"""What is said of a draft: a new file, an answer, a crosswalk line, hours for which cells are opened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from sampan.operations.mapping.desk import MOST_HOURS
from sampan.web.office.forms import Plain

ID = RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Small letters a to z, digits and hyphens."))
MATCH_WORDS = [
    ("exact", _("exact: the same thing")),
    ("broader", _("broader: ours is wider")),
    ("narrower", _("narrower: ours is a part of it")),
    ("related", _("related: near, not the same")),
]


class NewFile(Plain):
    """A file nobody has mapped yet."""

    source = forms.CharField(label=_("Short name of the new source"), max_length=60, validators=[ID])
    title = forms.CharField(label=_("What it is"), max_length=200)
    country = forms.RegexField(
        r"^[A-Z]{2}$", label=_("Country whose places it names"), help_text=_("Two letters, as in codes of places.")
    )
    file = forms.FileField(label=_("File"))


class Line(Plain):
    """What a term means in our words."""

    value = forms.CharField(label=_("Our word or code"), max_length=200)
    match = forms.ChoiceField(label=_("Kind of match"), choices=MATCH_WORDS)


class StewardLine(Line):
    """A line the steward proposes: the term is one that shows, or one the owner opened."""

    field = forms.CharField(label=_("Field"), max_length=40)
    term = forms.CharField(label=_("Text in the file"), max_length=500)
    field_order = ("field", "term", "value", "match")


class Ask(Plain):
    """Ask the owner to open the rarer terms of a column."""

    column = forms.TypedChoiceField(label=_("Column"), coerce=int)
    reason = forms.CharField(label=_("What you need them for"), max_length=500)

    def __init__(self, columns: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"] = forms.TypedChoiceField(label=_("Column"), coerce=int, choices=columns)


class Hours(Plain):
    """For how long cells are opened."""

    hours = forms.IntegerField(label=_("Hours (0: no)"), min_value=0, max_value=MOST_HOURS)
