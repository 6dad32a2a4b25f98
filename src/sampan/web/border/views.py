"""My border: own units and those across the line for eight weeks, what waits, what is due, whom to call."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from sampan.charts.look import SILENCES
from sampan.operations import belonging, borderfiles, bordering, crosswalks, expecting, homes
from sampan.operations.bordering import Border, Line, Watch
from sampan.operations.expecting import Due
from sampan.operations.regional import Cell
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.border import waiting
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import STATUSES, Reader

LATE_SHOWN = 4
KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
BREAKS = {"practice": gettext_lazy("counted otherwise"), "territory": gettext_lazy("territory changed")}
BORDER_STATUSES = {**STATUSES, "withdrawn": gettext_lazy("withdrawn")}


@opens(Right.BORDER)
def border(request: HttpRequest) -> HttpResponse:
    """My province and those across the line, eight weeks."""
    seat, store, now, reads = sitting(request), homes.opened(), act(request).now, reader(request)
    watch = _watch(request)
    found = bordering.border(store, watch, request.GET.get("condition", ""), now)
    may_deliver = seat.post.may(Right.DELIVER)
    context = {
        "condition": reads.condition(found.condition) if found.condition else "",
        "conditions": [
            {"code": code, "name": reads.condition(code), "both": code in found.both} for code in found.conditions
        ],
        "both": bool(found.both),
        "chosen": found.condition,
        "level": watch.level,
        "finer": found.finer,
        "periods": [{"start": reads.short_day(first), "end": reads.short_day(last)} for first, last in found.periods],
        "groups": [
            {"title": _("On my side"), "lines": [_line(one, found, reads) for one in found.lines if one.mine]},
            {"title": _("Beside us"), "lines": [_line(one, found, reads) for one in found.lines if not one.mine]},
        ],
        "width": len(found.periods) + 1,
        "place": watch.place,
        "known": reads.moment(found.known_at) if found.known_at else "",
        "practices": found.practices,
        "marks": [{"day": reads.day(one.on), "source": one.source, "why": BREAKS[one.why]} for one in found.marks],
        "unapproved": unapproved_lines(store, watch.party, {line.source for line in found.lines if line.mine}, reads),
        "may_rules": seat.post.may(Right.RULES),
        "may_abroad": seat.post.may(Right.ABROAD),
        "may_map": seat.post.may(Right.MAP),
        "silences": _key(),
        "released": any(line.source for line in found.lines if not line.mine),
        "questions": waiting.questions(store, seat.post),
        "disputed": waiting.disputed(seat.post),
        "words_wait": waiting.words(store, seat.post, now),
        "publications": waiting.publications(seat.post, now),
        "told": waiting.told(watch.party, seat.post.code, reads, now),
        "due": _due(expecting.due(store, list(belonging.sources(store, watch.party).values()), watch.place, now.date()),
                    now.date(), reads) if may_deliver else None,
        "forms": [(one.id, reads.source(one).title) for one in borderfiles.own_forms(store, watch.party)],
        "call": _to_call(found, seat.post),
    }  # fmt: skip
    return render(request, "border/border.html", context)


@opens(Right.BORDER)
def file(request: HttpRequest) -> HttpResponse:
    """The same in one of the party's own forms."""
    with tempfile.TemporaryDirectory(prefix="sampan-border-") as folder:
        path = borderfiles.write(
            homes.opened(), _watch(request), request.GET.get("as", ""), Path(folder), act(request).now
        )
        answer = HttpResponse(path.read_bytes(), content_type=KINDS[path.suffix])
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(path.name)}"
    return answer


@opens(Right.BORDER)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Ask again for what was released to this post, as it is known now."""
    doing = act(request)
    made, refused = borderfiles.renew(homes.opened(), doing.actor, doing.now)
    count = reader(request).count(len(made))
    messages.info(
        request,
        ngettext("%(count)s release came anew.", "%(count)s releases came anew.", len(made)) % {"count": count},
    )
    for why in refused:
        messages.warning(request, why)
    return redirect("border")


def unapproved_lines(store: Any, party: str, shown: set[str], reads: Reader) -> list[dict[str, str]]:
    """Own sources on the page with figures read through words that wait for approval, and how many of the cases."""
    mine = [one for name, one in belonging.sources(store, party).items() if name in shown]
    return [{"source": name, "share": reads.share(share)} for name, share in crosswalks.unapproved(store, mine).items()]


def _watch(request: HttpRequest) -> Watch:
    post = sitting(request).post
    return Watch(post.code, post.party.code, post.place, 2 if request.GET.get("level") == "2" else 1)


def _line(line: Line, border: Border, reads: Reader) -> dict[str, Any]:
    name = reads.place(line.unit)
    return {
        "code": line.unit.place,
        "name": name,
        "own": line.unit.name if name != line.unit.name else "",
        "source": line.source,
        "caveat": line.caveat,
        "cells": [_cell(cell, border, reads) | {"broke": _broke(line, cell, border)} for cell in line.cells],
    }


def _broke(line: Line, cell: Cell, border: Border) -> list[Any]:
    """Why the series of an own line breaks in this week, in words; the line before the figure is dashed."""
    met = [one for one in border.marks if line.mine and one.source == line.source and cell.start <= one.on <= cell.end]
    return [BREAKS[one.why] for one in met]


def _cell(cell: Cell, border: Border, reads: Reader) -> dict[str, Any]:
    """A figure with its caveats, or its silence with sign and words."""
    short = cell.sites is not None and cell.sites[0] < cell.sites[1]
    silence = SILENCES.get(cell.status)
    return {
        "value": reads.count(cell.value) if cell.value is not None else "",
        "status": cell.status,
        "sign": silence.sign if silence else "",
        "words": BORDER_STATUSES.get(cell.status, cell.status),
        "sites": f"{reads.count(cell.sites[0])}/{reads.count(cell.sites[1])}" if cell.sites and short else "",
        "filling": cell.told and cell.end >= border.filling_from,
    }


def _key() -> list[tuple[str, Any, str]]:
    """Signs with their words, the missing release too."""
    return [(one.sign, STATUSES[one.status], one.status) for one in SILENCES.values()]


def _due(every: list[Due], today: date, reads: Reader) -> dict[str, Any]:
    """What is due now, and what is late, newest first."""
    now = [one for one in every if today <= one.until]
    late = [one for one in every if one.late(today)]
    return {
        "now": [_due_line(one, reads) for one in now],
        "late": [_due_line(one, reads) for one in late[:LATE_SHOWN]],
        "more": reads.count(len(late) - LATE_SHOWN) if len(late) > LATE_SHOWN else "",
        "any": bool(now or late),
    }


def _due_line(one: Due, reads: Reader) -> dict[str, Any]:
    return {
        "source": reads.source(one.source).title,
        "id": one.source.id,
        "form": bool(one.source.form),
        "week": one.start.isoformat(),
        "span": reads.span(one.start, one.end),
        "until": reads.short_day(one.until),
        "done": not one.missing,
        "told": reads.count(len(one.told)),
        "of": reads.count(len(one.told) + len(one.missing)),
    }


def _to_call(found: Border, mine: Post) -> list[Post]:
    """Posts with a duty number whose place lies across the line."""
    across = {line.unit.place for line in found.lines if not line.mine}
    across |= {line.unit.parent for line in found.lines if not line.mine and line.unit.parent}
    posts = Post.objects.filter(place__in=across, closed_at=None).exclude(phone="").exclude(pk=mine.pk)
    return list(posts.select_related("party").order_by("code"))
