"""Pages that look beyond the own desk: my border, directory, log, words at a gate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from sampan.charts.look import SILENCES
from sampan.operations import belonging, bordering, homes, receiving
from sampan.operations.bordering import Border, Line, Watch
from sampan.operations.regional import Cell
from sampan.operations.sharing import gates, pending
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import STATUSES, Reader

PAGE = 50
NOT_SHARED_SIGN = "∅"
BORDER_STATUSES = {**STATUSES, "not_shared": _("not shared"), "withdrawn": _("withdrawn")}


@opens(Right.BORDER)
def border(request: HttpRequest) -> HttpResponse:
    """My province and those across the line, eight weeks."""
    seat, store, now = sitting(request), homes.opened(), datetime.now(UTC)
    party = seat.post.party.code
    watch = Watch(seat.post.code, party, seat.post.place)
    found = bordering.border(store, watch, request.GET.get("condition", ""), now)
    reads = reader(request)
    context = {
        "condition": reads.condition(found.condition) if found.condition else "",
        "conditions": [{"code": code, "name": reads.condition(code)} for code in found.conditions],
        "chosen": found.condition,
        "periods": [{"start": reads.short_day(first), "end": reads.short_day(last)} for first, last in found.periods],
        "groups": [
            {"title": _("On my side"), "lines": [_line(one, found, reads) for one in found.lines if one.mine]},
            {"title": _("Beside us"), "lines": [_line(one, found, reads) for one in found.lines if not one.mine]},
        ],
        "width": len(found.periods) + 1,
        "place": seat.post.place,
        "known": reads.moment(found.known_at) if found.known_at else "",
        "silences": _key(),
        "questions": _waiting(store, seat.post),
        "messages_told": belonging.messages(party, seat.post.code, 5),
        "call": _to_call(found, seat.post),
    }
    return render(request, "office/border.html", context)


@opens(Right.DIRECTORY)
def directory(request: HttpRequest) -> HttpResponse:
    """Every post with its duty number, languages and hours; no person."""
    posts = Post.objects.filter(closed_at=None).select_related("party").order_by("party__name", "code")
    reads = reader(request)
    lines = [{"post": one, "confirmed": reads.day(one.confirmed_at) if one.confirmed_at else ""} for one in posts]
    return render(request, "office/directory.html", {"lines": lines})


@opens(Right.LOG)
def log(request: HttpRequest) -> HttpResponse:
    """Entries that concern my party."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdigit() else None
    found = belonging.log(sitting(request).post.party.code, PAGE + 1, before=before)
    reads = reader(request)
    lines = [{"one": one, "at": reads.moment(one.at), "facts": _facts(one.facts)} for one in found[:PAGE]]
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
    return render(request, "office/words.html", {"lines": waiting})


def _line(line: Line, border: Border, reads: Reader) -> dict[str, Any]:
    return {
        "code": line.unit.place,
        "name": reads.place(line.unit),
        "own": line.unit.name if reads.place(line.unit) != line.unit.name else "",
        "source": line.source,
        "cells": [_cell(cell, border, reads) for cell in line.cells],
    }


def _cell(cell: Cell, border: Border, reads: Reader) -> dict[str, Any]:
    """A figure with its caveats, or its silence with sign and words."""
    caveats = []
    if cell.sites and cell.sites[0] < cell.sites[1]:
        caveats.append(f"{reads.count(cell.sites[0])}/{reads.count(cell.sites[1])}")
    filling = cell.told and cell.end >= border.filling_from
    silence = SILENCES.get(cell.status)
    return {
        "value": reads.count(cell.value) if cell.value is not None else "",
        "status": cell.status,
        "sign": NOT_SHARED_SIGN if cell.status == "not_shared" else silence.sign if silence else "",
        "words": BORDER_STATUSES.get(cell.status, cell.status),
        "sites": caveats[0] if caveats else "",
        "filling": filling,
    }


def _waiting(store: Any, post: Post) -> int | None:
    """How many findings want an answer; None for a post that does not see them."""
    if not post.may(Right.FINDINGS):
        return None
    return sum(one["severity"] != "note" for one in belonging.findings(store, post.party.code))


def _key() -> list[tuple[str, Any, str]]:
    """Signs with their words, the missing release too."""
    known = [(one.sign, STATUSES[one.status], one.status) for one in SILENCES.values()]
    return [*known, (NOT_SHARED_SIGN, BORDER_STATUSES["not_shared"], "not_shared")]


def _to_call(found: Border, mine: Post) -> list[Post]:
    """Posts with a duty number whose place lies across the line."""
    across = {line.unit.place for line in found.lines if not line.mine}
    posts = Post.objects.filter(place__in=across, closed_at=None).exclude(phone="").exclude(pk=mine.pk)
    return list(posts.select_related("party").order_by("code"))


def _facts(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts as pairs of text; lists and maps are counted, as they are long."""
    shown = []
    for name, value in facts.items():
        if value is None or value == "":
            continue
        text = str(len(value)) if isinstance(value, list | dict) else str(value)
        shown.append((name.replace("_", " "), text[:120]))
    return shown
