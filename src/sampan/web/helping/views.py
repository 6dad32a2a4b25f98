"""Help: what posts ask of each other and offer; anybody of the directory may write a line or take one up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sampan.model.errors import UserError
from sampan.operations import helping
from sampan.people.roles import Right
from sampan.web.office.doors import act, in_words, opens, reader, sitting
from sampan.web.office.forms import Plain
from sampan.web.reader import Reader

KINDS = {
    "laboratory": _("laboratory confirmation"),
    "mapping": _("a mapping"),
    "translation": _("a translation"),
    "second-reading": _("a second reading"),
}
SIDES = {"ask": _("asks for"), "offer": _("offers")}
STATES = {
    "open": _("open"), "late": _("its day is past"), "taken": _("taken up"), "thanked": _("done, with thanks"),
    "ended": _("ended"),
}  # fmt: skip
USUAL_DAYS = 14


class LineForm(Plain):
    """A line of help."""

    side = forms.ChoiceField(
        label=_("Ask or offer"), choices=[("ask", _("We ask for help")), ("offer", _("We offer help"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of help"), choices=list(KINDS.items()))
    words = forms.CharField(
        label=_("In a sentence"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every post reads this: no person, no figure that was not released."),
    )  # fmt: skip
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))


@opens(Right.DIRECTORY)
def lines(request: HttpRequest) -> HttpResponse:
    """Open lines, what was taken up, and a form for a new one."""
    doing, reads = act(request), reader(request)
    form = LineForm(request.POST or None, initial={"until": doing.now.date() + timedelta(days=USUAL_DAYS)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            line = helping.Line(said["side"], said["kind"], said["words"], said["until"], reads.language)
            helping.write(line, doing)
        except UserError as problem:
            form.add_error(None, in_words(problem))
        else:
            return redirect("help")
    found = [_line(one, reads) for one in helping.lines(doing.now, sitting(request).post.code)]
    return render(request, "helping/help.html", {"form": form, "lines": found})


@opens(Right.DIRECTORY)
@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take a line up; its writer is told which post did."""
    helping.answer(code, act(request))
    return redirect("help")


@opens(Right.DIRECTORY)
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End an own line, with thanks to who took it up."""
    helping.end(code, act(request), request.POST.get("thanks", "")[:400])
    return redirect("help")


def _line(one: dict[str, Any], reads: Reader) -> dict[str, Any]:
    return {
        **one,
        "kind_words": KINDS[one["kind"]],
        "side_words": SIDES[one["side"]],
        "state_words": STATES[one["state"]],
        "until_words": reads.day(date.fromisoformat(one["until"])),
        "left": reads.count(one["days_left"]),
        "may_answer": one["state"] == "open" and not one["mine"],
        "may_end": one["mine"] and one["state"] in ("open", "late", "taken"),
    }
