"""Pages of publications: who announces one sees how its owners' reviews stand; an owner reads its draft and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sampan.model.errors import UserError
from sampan.operations.sharing import publications
from sampan.operations.sharing import reviews_of_drafts as reviews
from sampan.operations.sharing.publications import Draft
from sampan.people.roles import Right
from sampan.sharing.vocabularies import label
from sampan.web.office.doors import act, in_words, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.requests.forms import AnnounceForm, AnswerForm, AppearedForm, DraftForm
from sampan.web.requests.words import heard_words, publication_line, publication_words
from sampan.web.rules.views import desk
from sampan.web.rules.words import spoken

ANSWERS = {
    "agreed": gettext_lazy("agreed"),
    "commented": gettext_lazy("commented"),
    "refused": gettext_lazy("refused"),
}


@opens(Right.ASK)
def new(request: HttpRequest) -> HttpResponse:
    """Announce a publication built on releases of this post: a draft for each owner of their figures."""
    own, now = desk(request), act(request).now
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("releases")
    reads, owners = reader(request), reviews.owners_of_releases(own.post, chosen)
    listed = [
        (code, f"{code} · {label('purpose', purpose, spoken(reads))} · {reads.day(at.date())}")
        for code, purpose, at in reviews.open_releases(own.post, now)
    ]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AnnounceForm(listed, owners, now.date(), *sent, initial={"releases": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            code = publications.announce(form.announcement(), form.drafts(), own.post, now)
            return redirect("publication", code=code)
        except UserError as problem:
            form.add_error(None, in_words(problem))
    return render(request, "requests/announce.html", {"form": form, "any": bool(listed)})


@opens(Right.ASK)
def publication(request: HttpRequest, code: str) -> HttpResponse:
    """One that this post announced."""
    return render(request, "requests/publication.html", _shown(request, code))


@opens(Right.ASK)
def draft(request: HttpRequest, code: str, owner: str) -> HttpResponse:
    """A draft as an owner was given it, for who announced it."""
    own = _announced(request, code)
    if owner not in publications.owners_named(own):
        raise Http404
    return _file(publications.read(code, own.post, act(request).now, owner=owner))


@opens(Right.ASK)
@require_POST
def change(request: HttpRequest, code: str, owner: str) -> HttpResponse:
    """Another draft for an owner."""
    own = _announced(request, code)
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "requests/publication.html", {**_shown(request, code), "wrong": form}, status=400)
    publications.change(code, {owner: form.draft()}, own.post, act(request).now)
    return redirect("publication", code=code)


@opens(Right.ASK)
@require_POST
def appeared(request: HttpRequest, code: str) -> HttpResponse:
    """Say where it has appeared."""
    own = _announced(request, code)
    form = AppearedForm(request.POST)
    if not form.is_valid():
        return render(request, "requests/publication.html", {**_shown(request, code), "wrong": form}, status=400)
    publications.appeared(code, own.post, form.cleaned_data["where"], act(request).now)
    return redirect("publication", code=code)


@opens(Right.ASK)
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """It will not be published."""
    own = _announced(request, code)
    publications.withdraw(code, own.post, act(request).now)
    return redirect("publication", code=code)


@opens(Right.ABROAD)
def review(request: HttpRequest, code: str) -> HttpResponse:
    """One that is to be built on this party's figures: its draft, its days, and the answer."""
    return render(request, "requests/review.html", _asked(request, code))


@opens(Right.ABROAD)
def review_draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft that this party is given; the log notes who read it."""
    _asked(request, code)
    return _file(publications.read(code, desk(request).post, act(request).now))


@opens(Right.AGREE)
@require_POST
def review_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Agree, comment or refuse."""
    found = _asked(request, code)
    form = AnswerForm(found["one"]["may_refuse"], request.POST)
    if not form.is_valid():
        return render(request, "requests/review.html", {**found, "form": form}, status=400)
    said = form.cleaned_data
    publications.answer(
        code, desk(request).post, said["answer"], act(request).now, words=said["words"], draft=said["number"]
    )
    return redirect("publication-review", code=code)


def _announced(request: HttpRequest, code: str) -> Any:
    """The record of a publication that this very post announced."""
    own = desk(request)
    record = reviews.seen_by(code, own.post)
    if record is None or record.post != own.post:
        raise Http404
    return record


def _shown(request: HttpRequest, code: str) -> dict[str, Any]:
    record, reads = _announced(request, code), reader(request)
    found = reviews.told(record, record.post, act(request).now, publication_words(reads))
    return {
        **_common(found, reads),
        "may": found["outcome"] == reviews.MAY,
        "outcome": found["outcome"],
        "draft_form": DraftForm(),
        "appeared_form": AppearedForm(),
    }


def _asked(request: HttpRequest, code: str) -> dict[str, Any]:
    own, reads = desk(request), reader(request)
    record = reviews.seen_by(code, own.post)
    if record is None or record.post == own.post:
        raise Http404
    found = reviews.told(record, own.post, act(request).now, publication_words(reads))
    shown = _common(found, reads)
    one = shown["reviews"][0]
    may_answer = found["state"] == "open" and sitting(request).post.may(Right.AGREE)
    form = AnswerForm(one["may_refuse"], initial={"number": one["draft"]["number"]}) if may_answer else None
    return {**shown, "one": one, "form": form, "may_end": sitting(request).post.may(Right.WITHDRAW)}


def _common(found: dict[str, Any], reads: Reader) -> dict[str, Any]:
    language = spoken(reads)
    return {
        **publication_line(found, reads),
        "releases": [
            {"code": one["release"], "told": [heard_words(told, reads) for told in one["told"]]}
            for one in found["releases"]
        ],
        "at": reads.moment(datetime.fromisoformat(found["announced_at"])),
        "open": found["state"] == "open",
        "state": found["state"],
        "reference": found["reference"],
        "several": len(found["reviews"]) > 1,
        "reviews": [
            {
                **one,
                "right": label("publication_right", one["right"], language),
                "said": [
                    {**said, "answer": ANSWERS[said["answer"]], "at": reads.moment(datetime.fromisoformat(said["at"]))}
                    for said in one["said"]
                ],
            }
            for one in found["reviews"]
        ],
    }


def _file(found: Draft) -> HttpResponse:
    """As an attachment of no kind, which no browser opens by itself."""
    named = f"attachment; filename*=UTF-8''{quote(found.filename or _('draft'))}"
    return HttpResponse(
        found.content, content_type="application/octet-stream",
        headers={"Content-Disposition": named, "X-Content-Type-Options": "nosniff"},
    )  # fmt: skip
