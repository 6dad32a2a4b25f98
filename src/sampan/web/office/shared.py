"""Pages that look beyond the own desk: log, words at a gate."""

from __future__ import annotations

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sampan.operations import belonging, homes, receiving
from sampan.operations.sharing import gates, pending, taking
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.proofs.words import KINDS, about, shortened

PAGE = 20  # a telephone shows so many without tiring the thumb


@opens(Right.LOG)
def log(request: HttpRequest) -> HttpResponse:
    """Entries that concern my party."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdigit() else None
    found = belonging.log(sitting(request).post.party.code, PAGE + 1, before=before)
    reads = reader(request)
    lines = [
        {
            "one": one, "at": reads.moment(one.at), "words": KINDS.get(one.kind, one.kind),
            "about": about(one.facts), "facts": shortened(one.facts),
        }
        for one in found[:PAGE]
    ]  # fmt: skip
    more = found[PAGE - 1].index if len(found) > PAGE else None
    return render(request, "office/log.html", {"lines": lines, "more": more})


@opens(Right.WORD)
def words(request: HttpRequest) -> HttpResponse:
    """Deliveries and requests that wait for this post's word; several are answered at once."""
    doing, store = act(request), homes.opened()
    waiting = gates.waiting(store, doing.actor, homes.sources(store), doing.now)
    waiting += pending.requests(store, doing.actor, doing.now)
    wrong = ""
    if request.method == "POST":
        open_now = {str(one["subject"]) for one in waiting}
        chosen = request.POST.getlist("subject")
        answer = request.POST.get("answer", "")
        if answer not in ("passed", "denied"):
            raise Http404
        wrong = _not_given(set(chosen), open_now)
        if not wrong:
            for subject in chosen:
                rule = next(str(one["rule"]) for one in waiting if one["subject"] == subject)
                pending.give(store, [subject], gates.Answer(answer, rule), doing.actor, doing.now)
            receiving.resume(store, doing)  # what was just passed is read now
            notes.success(request, _said(answer, chosen))
            return redirect("words")
    took = [one for one in taking.times(store, doing.actor, doing.now) if one.approving]
    shown = {"lines": waiting, "took": took, "wrong": wrong}
    return render(request, "office/words.html", shown, status=400 if wrong else 200)


def _not_given(chosen: set[str], open_now: set[str]) -> str:
    """Why no word was given: nothing was chosen, or part of it waits no more; a code of another's reads the same."""
    if not chosen:
        return _("Choose at least one line. Nothing was changed.")
    if not chosen <= open_now:
        return _("What you chose does not wait for your word any more, or not all of it. Nothing was changed.")
    return ""


def _said(answer: str, chosen: list[str]) -> str:
    passed, listed = _("Passed: %(codes)s."), {"codes": ", ".join(chosen)}
    return (passed if answer == "passed" else _("Not passed: %(codes)s.")) % listed
