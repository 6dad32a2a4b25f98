"""My data abroad: for an owner, what left under which clause, who opened it, what came of it; and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sampan.operations import homes
from sampan.operations.sharing import after
from sampan.operations.sharing.informing import told_to
from sampan.operations.sharing.reviews_of_drafts import asked_of
from sampan.people.roles import Right
from sampan.sharing.vocabularies import label
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.requests.forms import EndForm
from sampan.web.requests.informing import line, words_for
from sampan.web.requests.words import clause_links, publication_line, publication_words, state_words
from sampan.web.rules.views import desk
from sampan.web.rules.words import spoken

PAGE = 100


@opens(Right.ABROAD)
def abroad(request: HttpRequest) -> HttpResponse:
    """Everything of this party that left, newest first."""
    found = after.abroad(desk(request).party, act(request).now)
    context = {
        "lines": [_line(one, reader(request)) for one in found[:PAGE]],
        "more": max(0, len(found) - PAGE),
        "publications": [
            publication_line(one, reader(request))
            for one in asked_of(desk(request).post, act(request).now, publication_words(reader(request)))
        ],
        "informings": [line(one) for one in told_to(desk(request).post, act(request).now, words_for(reader(request)))],
        "may_end": sitting(request).post.may(Right.WITHDRAW),
    }
    return render(request, "requests/abroad.html", context)


@opens(Right.WITHDRAW)
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End a release at once, with a reason that its recipient is told."""
    own, doing = desk(request), act(request)
    found = next((one for one in after.abroad(own.party, doing.now) if one["release"] == code), None)
    if found is None:
        raise Http404
    if found["state"] != "open":
        notes.info(request, _("%(code)s opens no more; nothing was changed.") % {"code": code})
        return redirect("abroad")
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        after.revoke(homes.opened(), code, own.post, form.cleaned_data["reason"], doing.now)
        notes.success(request, _("%(code)s is ended; its recipient was told.") % {"code": code})
        return redirect("abroad")
    return render(request, "requests/end.html", {"form": form, "one": _line(found, reader(request))})


def _line(one: dict[str, Any], reads: Reader) -> dict[str, Any]:
    language = spoken(reads)
    return {
        "code": one["release"],
        "recipient": one["recipient"],
        "purpose": label("purpose", one["purpose"], language),
        "clauses": clause_links(one["clauses"]),
        "at": reads.day_of(one["released_at"]),
        "until": reads.day_of(one["expires_at"]),
        "state": state_words(one, reads),
        "open": one["state"] == "open",
        "told": reads.count(one["told"]),
        "openings": [{"post": o["post"], "at": reads.moment(datetime.fromisoformat(o["at"]))} for o in one["openings"]],
        "uses": [{**use, "benefit": label("benefit", use["benefit"], language)} for use in one["uses"]],
        "owed": [label("benefit", benefit, language) for benefit in one["benefits_owed"]],
    }
