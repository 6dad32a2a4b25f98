"""The weekly form on the page: one act for each condition, nothing filled beforehand; without a script as with one."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sampan.operations import homes, weekly
from sampan.operations.drafting import Draft
from sampan.operations.weekly import Asked, Filled
from sampan.people.roles import Right
from sampan.vocab.text import native_digits
from sampan.web.deliver.views import understood
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader

ACTS = (
    (weekly.NUMBER, gettext_lazy("Number")),
    (weekly.NONE, gettext_lazy("Looked, and none")),
    (weekly.NOT_KNOWN, gettext_lazy("Not known")),
    (weekly.CANNOT_SAY, gettext_lazy("Cannot say")),
)


@dataclass
class Slips:
    """What has to be said again, by field."""

    by_field: dict[str, str] = field(default_factory=dict)


@opens(Right.DELIVER)
def form(request: HttpRequest, source: str) -> HttpResponse:
    """The form; filled, it is looked at and understood as every file is."""
    seat, doing = sitting(request), act(request)
    asked = weekly.asked(homes.opened(), seat.post.party.code, seat.post.place, source, doing.now.date())
    if asked is None or not asked.units:
        raise Http404
    slips = Slips()
    if request.method == "POST":
        filled = _filled(request.POST, asked, slips)
        if filled is not None and not slips.by_field:
            with tempfile.TemporaryDirectory(prefix="sampan-form-") as folder:
                path = weekly.write(filled, Path(folder))
                draft = Draft(seat.post.code, asked.form.id, path.name, request.POST.get("once", "")[:64])
                return understood(request, asked.form, draft, path)
    context = _context(request.POST or request.GET, asked, slips, reader(request))
    return render(request, "deliver/weekly.html", context, status=400 if slips.by_field else 200)


def _filled(said: QueryDict, asked: Asked, slips: Slips) -> Filled | None:
    """What was answered; every slip is noted at its field."""
    unit = next((one for one in asked.units if one.id == said.get("unit", asked.units[0].id)), None)
    week = next((one for one in asked.weeks if one[0].isoformat() == said.get("week", "")), None)
    if unit is None:
        slips.by_field["unit"] = _("Choose the place.")
    if week is None:
        slips.by_field["week"] = _("Choose the week.")
    answers = {code: _answer(said, code, slips) for code in asked.conditions}
    told = [code for code in asked.conditions if asked.deaths and answers[code][0] == weekly.NUMBER]
    deaths = {code: _deaths(said, code, slips) for code in told}
    sites = _sites(said, slips)
    if unit is None or week is None or slips.by_field:
        return None
    return Filled(unit, week, answers, sites, deaths if asked.deaths else None)


def _answer(said: QueryDict, code: str, slips: Slips) -> tuple[str, int | None]:
    """One act: a number, or one of the three words. Both, or neither, is asked again."""
    kind, written = said.get(f"act-{code}", ""), said.get(f"number-{code}", "").strip()
    if written and kind in ("", weekly.NUMBER):
        number = _number(written)
        if number is None:
            slips.by_field[code] = _("Write a whole number.")
        elif number == 0:
            slips.by_field[code] = _("For zero, say: looked, and none.")
        return weekly.NUMBER, number
    if written:
        slips.by_field[code] = _("A number and a word are two answers; leave one.")
    elif kind == weekly.NUMBER:
        slips.by_field[code] = _("Write the number.")
    elif kind not in weekly.KINDS:
        slips.by_field[code] = _("Not answered yet.")
    return kind, None


def _deaths(said: QueryDict, code: str, slips: Slips) -> tuple[str, int | None]:
    """How many of those died: a number, 0 too, since it is written by hand; or not known."""
    written, unknown = said.get(f"dead-{code}", "").strip(), f"unknown-{code}" in said
    number = _number(written)
    if unknown and not written:
        return weekly.NOT_KNOWN, None
    if unknown or number is None:
        slips.by_field.setdefault(code, _("Say how many of them died, or that it is not known."))
    return (weekly.NUMBER, number) if number else (weekly.NONE, None)


def _sites(said: QueryDict, slips: Slips) -> tuple[int, int] | None:
    """Sites that reported, of those expected."""
    told = [_number(said.get(name, "").strip()) for name in ("reporting", "expected")]
    if told[0] is None or told[1] is None:
        slips.by_field["sites"] = _("Say how many sites reported, and how many were expected.")
        return None
    if told[0] > told[1]:
        slips.by_field["sites"] = _("More sites reported than were expected.")
    return told[0], told[1]


def _number(text: str) -> int | None:
    plain = native_digits(text)
    return int(plain) if plain.isascii() and plain.isdigit() and int(plain) <= weekly.MOST else None


def _context(said: QueryDict, asked: Asked, slips: Slips, reads: Reader) -> dict[str, Any]:
    chosen_week, chosen_unit = said.get("week", asked.weeks[0][0].isoformat()), said.get("unit", "")
    return {
        "asked": asked,
        "title": reads.source(asked.source).title,
        "once": said.get("once") or secrets.token_urlsafe(18),
        "units": [
            {"id": one.id, "name": reads.place(one), "chosen": one.id == chosen_unit} for one in asked.units
        ],
        "weeks": [_week(one, reads, chosen_week) for one in asked.weeks],
        "lines": [
            {
                "code": code,
                "name": reads.condition(code),
                "number": said.get(f"number-{code}", ""),
                "acts": [(kind, words, said.get(f"act-{code}") == kind) for kind, words in ACTS],
                "dead": said.get(f"dead-{code}", ""),
                "unknown": f"unknown-{code}" in said,
                "slip": slips.by_field.get(code, ""),
            }
            for code in asked.conditions
        ],
        "reporting": said.get("reporting", ""),
        "expected": said.get("expected", ""),
        "slips": slips.by_field,
        "count": reads.count(len(asked.conditions)),
    }  # fmt: skip


def _week(span: tuple[date, date], reads: Reader, chosen: str) -> dict[str, Any]:
    return {"start": span[0].isoformat(), "words": reads.span(*span), "chosen": span[0].isoformat() == chosen}
