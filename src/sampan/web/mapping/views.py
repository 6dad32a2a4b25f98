"""Map a source: the draft beside the raw file, for its owner."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.harmonise.draft.said import AS_DRAFTED
from sampan.model.errors import SampanError, UserError
from sampan.model.tables import ROW, letters
from sampan.operations import belonging, crosswalks, drafting, homes
from sampan.operations.mapping import answers, desk, drafts
from sampan.operations.mapping.drafts import Wish
from sampan.people.roles import Right
from sampan.vocab import conditions
from sampan.vocab.telling import tell
from sampan.web.mapping.forms import MATCH_WORDS, Hours, Line, NewFile
from sampan.web.mapping.words import FIELDS, MATCHES
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader

ROWS_SHOWN = 12
MEGABYTE = 2**20


@opens(Right.MAP)
def mappings(request: HttpRequest) -> HttpResponse:
    """The party's drafts and sources, and a form for a new file."""
    party = sitting(request).post.party
    form = NewFile(request.POST or None, request.FILES or None, initial={"country": party.country})
    if request.method == "POST" and form.is_valid():
        return _begun(request, form)
    store, reads = homes.opened(), reader(request)
    sources = [
        {
            "id": name,
            "title": reads.source(one).title,
            "waiting": sum(not line["approved_by"] for line in crosswalks.listed(one)),
        }
        for name, one in belonging.sources(store, party.code).items()
    ]
    lines = [{"one": one, "at": reads.day(one.made_at)} for one in drafts.of_party(party.code)]
    status = 400 if request.method == "POST" else 200
    return render(request, "mapping/list.html", {"form": form, "drafts": lines, "sources": sources}, status=status)


def _begun(request: HttpRequest, form: NewFile) -> HttpResponse:
    said, party = form.cleaned_data, sitting(request).post.party.code
    if said["file"].size > settings.UPLOAD_MB * MEGABYTE:
        raise UserError(_("This file is larger than the office takes."))
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as room:
        path = Path(room) / drafting.file_name(said["file"].name)
        with path.open("wb") as out:
            for chunk in said["file"].chunks():
                out.write(chunk)
        wish = Wish(said["source"], said["title"], said["country"])
        made = drafts.begin(homes.opened(), path, wish, party, act(request))
    return redirect("mapping", code=made.code)


@opens(Right.MAP)
def mapping(request: HttpRequest, code: str) -> HttpResponse:
    """One draft: what the file holds, what was guessed, what is asked, what stands."""
    return _page(request, _own(request, code))


@opens(Right.MAP)
@require_POST
def say(request: HttpRequest, code: str) -> HttpResponse:
    """Answer, translate, ask for help, open cells, approve, give up."""
    store, record, doing = homes.opened(), _own(request, code), act(request)
    said, kind = request.POST, request.POST.get("kind", "")
    try:
        match kind:
            case "answer":
                drafts.answer(
                    record, said.get("about", ""), _meant(said.get("value", ""), request.LANGUAGE_CODE), doing
                )
            case "line":
                names = ("field", "term", "value", "match")
                drafts.translate(record, {name: said.get(name, "") for name in names}, doing)
            case "help":
                drafts.help_wanted(store, record, doing)
            case "open":
                hours, key = said.get("hours", ""), said.get("ask", "")
                if not (hours.isdecimal() and key.isdecimal()):
                    raise Http404
                desk.open_cells(record, int(key), int(hours), doing)
            case "approve":
                drafts.approve(store, record, doing)
            case "drop":
                drafts.drop(store, record, doing)
            case _:
                raise Http404
    except UserError as slip:
        return _page(request, _own(request, code), slip=slip)
    return redirect("mapping", code=code)


@opens(Right.MAP)
def crosswalk(request: HttpRequest, source: str) -> HttpResponse:
    """A source's lines with author, approval, day and kind of match; the owner approves those that wait."""
    store, doing = homes.opened(), act(request)
    mine = belonging.sources(store, sitting(request).post.party.code)
    if source not in mine:
        raise Http404
    if request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("line") if key.isdecimal()]
        crosswalks.approve(mine, keys, doing.actor, doing.now)
        return redirect("crosswalk", source=source)
    reads = reader(request)
    shares = [
        {
            "field": FIELDS.get(field, field),
            "kinds": [(MATCHES.get(kind, kind), reads.share(share)) for kind, share in sorted(kinds.items())],
        }
        for field, kinds in crosswalks.shares(store, mine[source]).items()
    ]
    lines = [
        {
            **one,
            "field_words": FIELDS.get(one["field"], one["field"]),
            "match_words": MATCHES[one["match"]],
            "value_words": _value(one, reads),
            "approved_on": reads.day_of(one["approved_on"]),
        }
        for one in crosswalks.listed(mine[source])
    ]
    context = {"source": reads.source(mine[source]), "lines": lines, "shares": shares}
    return render(
        request, "mapping/crosswalk.html", context | {"waiting": sum(not one["approved_by"] for one in lines)}
    )


def _meant(answer: str, language: str) -> str:
    """An answer as records keep it: "as drafted" is asked for in the reader's words."""
    return AS_DRAFTED if answer.strip() == tell(AS_DRAFTED, language) else answer


def _value(line: dict[str, Any], reads: Reader) -> str:
    """Our word in the reader's language beside a condition's code; codes of places stand as they are."""
    if line["field"] == "place":
        return str(line["value"])
    if line["field"] == "condition" and line["value"] in {"all", *(one.code for one in conditions.all_conditions())}:
        return reads.condition(line["value"])
    return tell(line["value"], reads.language)


def _own(request: HttpRequest, code: str) -> Any:
    found = drafts.found(code, sitting(request).post.party.code)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, record: Any, *, slip: SampanError | None = None) -> HttpResponse:
    reads = reader(request)
    open_now = record.state == "draft"
    tables = drafts.tables(homes.opened(), record)[:1] if open_now else []
    context = {
        "one": record, "slip": slip, "made": reads.day(record.made_at),
        "sheets": [_sheet(table) for table in tables],
        "questions": [_question(one) for one in answers.open_questions(record.proposal, record.answers)],
        "answered": sorted(record.answers.items()), "guesses": record.proposal["guesses"],
        "terms": [_worded(term) for term in answers.open_terms(record.proposal, record.lines)],
        "matches": MATCH_WORDS, "line": Line(),
        "lines": _lines(record), "asks": [_asked(one, reads) for one in record.asks.order_by("pk")],
        "hours": Hours(), "open_now": open_now,
    }  # fmt: skip
    return render(request, "mapping/draft.html", context, status=400 if slip else 200)


def _question(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "options": answers.options_of(one)}


def _asked(one: Any, reads: Any) -> dict[str, Any]:
    return {
        "one": one,
        "at": reads.moment(one.asked_at),
        "until": reads.moment(one.open_until) if one.open_until else "",
    }


def _worded(line: dict[str, Any]) -> dict[str, Any]:
    """A line or a term with its field and kind of match in words."""
    field, match = line.get("field", ""), line.get("match", "")
    return {**line, "field_words": FIELDS.get(field, field), "match_words": MATCHES.get(match, match)}


def _lines(record: Any) -> list[dict[str, str]]:
    """The drafted lines and those said since; none is the owner's word before the whole is approved."""
    said = {(line["field"], line["term"]) for line in record.lines}
    drafted = [
        {"field": field, **line} for field, every in record.proposal["crosswalks"].items() for line in every
        if (field, line["term"]) not in said
    ]  # fmt: skip
    return [_worded(line) for line in (*record.lines, *drafted)]


def _sheet(table: Any) -> dict[str, Any]:
    """The first rows as the file has them."""
    rows = table.frame.head(ROWS_SHOWN)
    names = [column.name for column in table.columns]
    return {
        "name": table.sheet or "",
        "headers": [column.header for column in table.columns],
        "letters": [letters(column.position) for column in table.columns],
        "rows": [{"number": number, "cells": cells} for number, *cells in rows.select(ROW, *names).iter_rows()],
    }
