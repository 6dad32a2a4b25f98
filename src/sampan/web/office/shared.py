"""Pages that look beyond the own desk: log, words at a gate."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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
    if request.method == "POST":
        open_now = {str(one["subject"]) for one in waiting}
        chosen = request.POST.getlist("subject")
        answer = request.POST.get("answer", "")
        if not set(chosen) <= open_now or answer not in ("passed", "denied"):
            raise Http404
        for subject in chosen:
            rule = next(str(one["rule"]) for one in waiting if one["subject"] == subject)
            pending.give(store, [subject], gates.Answer(answer, rule), doing.actor, doing.now)
        receiving.resume(store, doing)  # what was just passed is read now
        return redirect("words")
    took = taking.times(store, doing.actor, doing.now)
    return render(request, "office/words.html", {"lines": waiting, "took": took})
