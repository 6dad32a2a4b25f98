"""The steward's desk: structure and bands, never rows; every look is noted for the owner to see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.discrepancies import showing
from sampan.operations.jobs import book
from sampan.operations.mapping import desk as work
from sampan.operations.mapping import drafts
from sampan.operations.mapping.desk import Look
from sampan.people.roles import OFFICE, Right
from sampan.web.mapping.forms import Ask, StewardLine
from sampan.web.mapping.words import JOBS, KINDS
from sampan.web.office.doors import act, opens, reader

JOBS_SHOWN = 50


@opens(Right.DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """Drafts that want help, the smallest partner first; jobs that failed; open discrepancies without figures."""
    doing, reads = act(request), reader(request)
    waiting = [{**one, "since": reads.day(one["draft"].helped_at)} for one in work.waiting()]
    failed = [
        {**one, "kind_words": JOBS.get(one["kind"], one["kind"])}
        for one in book.listing(state="failed", limit=JOBS_SHOWN)
    ]
    disputed = [{**one, "due": reads.day(one["due_at"])} for one in showing.desk(doing.now)]
    return render(request, "mapping/desk.html", {"drafts": waiting, "failed": failed, "disputed": disputed})


@opens(Right.DESK)
@require_POST
def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Have a failed job tried again."""
    doing = act(request)
    if not any(one["job"] == key for one in book.listing(state="failed")):
        raise Http404
    book.retry(key, doing.actor, doing.now)
    return redirect("desk")


@opens(Right.DESK)
def look(request: HttpRequest, code: str) -> HttpResponse:
    """The structure of one draft."""
    return _page(request, _helped(code))


@opens(Right.DESK)
@require_POST
def say(request: HttpRequest, code: str) -> HttpResponse:
    """Propose an answer or a line, or ask to see a column's rarer terms."""
    record, doing, said = _helped(code), act(request), request.POST
    try:
        match said.get("kind"):
            case "answer":
                drafts.answer(record, said.get("about", ""), said.get("value", ""), doing)
            case "line":
                form = StewardLine(said)
                if not form.is_valid():
                    return _page(request, record, {"line": form})
                drafts.translate(record, form.cleaned_data, doing)
            case "ask":
                column = said.get("column", "")
                work.ask(record, int(column) if column.isdecimal() else 0, said.get("reason", ""), doing)
            case _:
                raise Http404
    except UserError as slip:
        return _page(request, _helped(code), {"slip": slip})
    return redirect("desk-look", code=code)


def _helped(code: str) -> Any:
    found = drafts.found(code, OFFICE)
    if found is None or found.state != "draft":
        raise Http404
    return found


def _page(request: HttpRequest, record: Any, more: dict[str, Any] | None = None) -> HttpResponse:
    reads = reader(request)
    seen = work.look(homes.opened(), record, act(request), request.session.session_key or "")
    context = {
        "one": record, "columns": _columns(seen), "questions": seen.questions, "untranslated": seen.untranslated,
        "asks": [{"one": ask, "until": reads.moment(ask.open_until) if ask.open_until else ""} for ask in seen.asks],
        "line": StewardLine(), "ask": Ask(_rare(seen)), "rare": bool(_rare(seen)), **(more or {}),
    }  # fmt: skip
    return render(request, "mapping/look.html", context, status=400 if more else 200)


def _columns(seen: Look) -> list[dict[str, Any]]:
    return [{"view": one, "kind": KINDS[one.kind], "opened": seen.opened.get(one.position, [])} for one in seen.columns]


def _rare(seen: Look) -> list[tuple[int, str]]:
    return [(one.position, f"{one.letter} {one.header}") for one in seen.columns if one.rare]
