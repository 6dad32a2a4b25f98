"""The form of a new API key: what it is for, what it may do, how long; nothing is chosen beforehand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sampan.operations import apikeys
from sampan.operations.apikeys import NewKey
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.office.forms import Plain

RIGHTS = {
    Right.BORDER: _("read figures: own ones and those released to the post"),
    Right.DELIVER: _("send files"),
    Right.DELIVERIES: _("see the party's deliveries"),
    Right.WITHDRAW: _("take a delivery back"),
    Right.FINDINGS: _("see the party's findings with their cells"),
    Right.SETTLE: _("answer a finding"),
    Right.WORD: _("say a word at a gate"),
    Right.DIRECTORY: _("see posts, sources and vocabularies"),
    Right.LOG: _("see entries that concern the party, and their proofs"),
    Right.RULES: _("see the party's agreements, and ask whether something may be said"),
    Right.AGREE: _("draft, counter, sign and suspend agreements that name the post"),
    Right.ASK: _("make requests, and download what is released"),
    Right.ABROAD: _("see what left of the party's figures"),
    Right.REGION: _("see the region"),
    Right.BETWEEN: _("see what passed between the party and each other one"),
    Right.PRACTICES: _("see how sources count"),
    Right.FIGURES: _("see and speak in discrepancies of the party"),
    Right.MAP: _("draft a source, and approve it as its owner"),
    Right.DESK: _("the steward's desk: terms and structure, never rows"),
    Right.PEOPLE: _("invite, seat, recover and remove the party's people"),
    Right.PARTIES: _("with a second member of staff: seat a party's first coordinator"),
}
DAYS = (30, 90, 180, 365)


class KeyForm(Plain):
    """A new key of one of the posts that somebody may make keys for."""

    post = forms.ChoiceField(label=_("Post"))
    name = forms.CharField(label=_("What it is for"), max_length=100)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("Days it lasts"), coerce=int, choices=[(one, str(one)) for one in DAYS])

    def __init__(self, posts: list[Post], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {scope for post in posts for scope in apikeys.scopes_of(post)}
        self.fields["post"] = forms.ChoiceField(label=_("Post"), choices=[(one.code, one.code) for one in posts])
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("What it may do"), widget=forms.CheckboxSelectMultiple,
            choices=[(right.value, RIGHTS.get(right, right.value)) for right in Right if right.value in known],
        )  # fmt: skip

    def new(self) -> NewKey:
        """What was said."""
        said = self.cleaned_data
        return NewKey(said["name"], said["scopes"], said["days"])
