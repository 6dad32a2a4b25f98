"""How a source counts: every version with its days, what waits for the owner's approval, and a form to say it anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from sampan.model.errors import SampanError, UserError
from sampan.model.sources import Source
from sampan.operations import belonging, homes, practices
from sampan.people.roles import Right
from sampan.vocab import conditions
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.office.forms import Plain
from sampan.web.reader import Reader
from sampan.web.sources.words import word_of

WORDS = {
    "condition": _("Condition"),
    "definition": _("Case definition"),
    "scheme": _("Scheme of classes"),
    "counts": _("Cases counted"),
    "age_from": _("From age, in years"),
    "age_to": _("To age, not included"),
    "setting": _("Where seen"),
    "sector": _("Sector"),
    "testing": _("How diagnosed"),
    "period_scheme": _("Weeks or months"),
    "date_basis": _("Date that counts"),
    "denominator": _("Population behind rates"),
}


class Counting(Plain):
    """What an owner says of one condition, from a day on; what is left empty nobody has said."""

    condition = forms.ChoiceField(label=WORDS["condition"])
    begins = forms.DateField(label=_("First day counted so"), widget=forms.DateInput(attrs={"type": "date"}))
    cites = forms.CharField(label=_("Where it is written"), max_length=400, help_text=_("The circular or handbook."))

    def __init__(self, reads: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [(one.code, reads.condition(one.code)) for one in conditions.all_conditions()]
        self.fields["condition"].choices = [(practices.ANY, _("all that is not said apart")), *every]  # type: ignore[attr-defined] # a choice field
        for name in practices.NAMES:
            self.fields[name] = forms.CharField(label=WORDS[name], max_length=60, required=False)
        for name in practices.AGES:
            self.fields[name] = forms.IntegerField(label=WORDS[name], min_value=0, max_value=200, required=False)
        for name, words in practices.WORDS.items():
            choices = [("", "—"), *((word, word_of(name, word)) for word in words)]
            self.fields[name] = forms.ChoiceField(label=WORDS[name], choices=choices, required=False)

    def said(self) -> practices.Said:
        """The wish as the operation takes it."""
        given = self.cleaned_data
        names = (*practices.NAMES, *practices.AGES, *practices.WORDS)
        says = {name: given[name] for name in names if given[name] not in ("", None)}
        return practices.Said(given["condition"], given["begins"], given["cites"], says)


@opens(Right.MAP)
def counting(request: HttpRequest, source: str) -> HttpResponse:
    """How one of the party's sources counts; the owner approves what waits, or says it anew."""
    mine = belonging.sources(homes.opened(), sitting(request).post.party.code)
    if source not in mine:
        raise Http404
    if request.method != "POST":
        return _page(request, mine[source], Counting(reader(request)))
    doing = act(request)
    if keys := [int(key) for key in request.POST.getlist("practice") if key.isdecimal()]:
        practices.approve(mine, keys, doing.actor, doing.now)
        return redirect("counting", source=source)
    form = Counting(reader(request), request.POST)
    if not form.is_valid():
        return _page(request, mine[source], form)
    try:
        practices.propose(mine[source], form.said(), doing.actor, doing.now)
    except UserError as slip:
        return _page(request, mine[source], form, slip=slip)
    return redirect("counting", source=source)


def _page(request: HttpRequest, source: Source, form: Counting, *, slip: SampanError | None = None) -> HttpResponse:
    reads = reader(request)
    lines = [
        {
            **one,
            "named": _("all that is not said apart")
            if one["condition"] == practices.ANY
            else reads.condition(one["condition"]),
            "says": [(WORDS[name], word_of(name, value)) for name, value in one["says"].items()],
        }
        for one in practices.listed(source)
    ]
    waiting = any(one["line"] and not one["approved_by"] for one in lines)
    context = {"source": reads.source(source), "lines": lines, "waiting": waiting, "form": form, "slip": slip}
    return render(request, "mapping/counting.html", context, status=400 if slip or form.errors else 200)
