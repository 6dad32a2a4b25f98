"""Pages before WHO is informed about an owner's territory: the owner is told of it, and says that it has seen it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sampan.operations.sharing import informing as operations
from sampan.operations.sharing import requesting
from sampan.operations.sharing.informing import Words
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader
from sampan.web.reader import Reader
from sampan.web.requests.forms import DoneForm, SeenForm, TellForm
from sampan.web.rules.views import desk
from sampan.web.rules.words import spoken


@opens(Right.ASK)
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """Tell an owner of this release what WHO will be informed of."""
    own, now = desk(request), act(request).now
    found = requesting.release(own, code, now)
    duties = found["manifest"].get("ihr_article_9", []) if found else []
    if not duties:
        raise Http404
    form = TellForm([one["owner"] for one in duties], request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        learned = now - timedelta(hours=said["hours"])
        record = operations.tell(code, own.post, said["words"], now, learned_at=learned, owner=said["owner"])
        return redirect("informing", code=record.code)
    return render(request, "requests/tell.html", {"form": form, "code": code}, status=400 if form.is_bound else 200)


@opens(Right.ASK)
def informing(request: HttpRequest, code: str) -> HttpResponse:
    """What this post told an owner; and to say that WHO was informed."""
    record, now = _told_by(request, code), act(request).now
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = max(record.learned_at, now - timedelta(hours=said["hours"]))
        operations.informed(code, record.post, now, at=at if said["hours"] else None, reference=said["reference"])
        return redirect("informing", code=code)
    shown = _shown(record, request)
    return render(request, "requests/informing.html", {**shown, "own": True, "form": form if shown["open"] else None})


@opens(Right.ABROAD)
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """What WHO will be informed of about this party's territory."""
    record = _told_to(request, code)
    form = SeenForm() if record.seen_at is None else None
    return render(request, "requests/informing.html", {**_shown(record, request), "form": form})


@opens(Right.ABROAD)
@require_POST
def seen(request: HttpRequest, code: str) -> HttpResponse:
    """That it has been seen, with a reply."""
    record = _told_to(request, code)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(request, "requests/informing.html", {**_shown(record, request), "form": form}, status=400)
    operations.seen(code, desk(request).post, act(request).now, reply=form.cleaned_data["reply"])
    return redirect("evidence", code=code)


def line(one: dict[str, Any]) -> dict[str, Any]:
    """One as a line of a list."""
    return {"code": one["informing"], "post": one["post"], "words": one["words"], "says": one["says"][0]}


def words_for(reads: Reader) -> Words:
    """How its sentences and moments are written for a reader."""
    return Words(spoken(reads), reads.moment)


def _told_by(request: HttpRequest, code: str) -> Any:
    record = operations.seen_by(code, desk(request).post)
    if record is None or record.post != desk(request).post:
        raise Http404
    return record


def _told_to(request: HttpRequest, code: str) -> Any:
    record = operations.seen_by(code, desk(request).post)
    if record is None or record.post == desk(request).post:
        raise Http404
    return record


def _shown(record: Any, request: HttpRequest) -> dict[str, Any]:
    reads = reader(request)
    found = operations.shown(record, act(request).now, words_for(reads))
    return {
        **found,
        "code": record.code,
        "learned_at": reads.moment(datetime.fromisoformat(found["learned_at"])),
        "told_at": reads.moment(datetime.fromisoformat(found["told_at"])),
        "open": record.informed_at is None,
    }
