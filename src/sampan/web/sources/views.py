"""Sources and practices: coverage, definition, timeliness and completeness; of others what their clauses tell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sampan.operations import accounting, homes
from sampan.operations.accounting import OWN, PUBLISHED, RELEASED, Account
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.regions.views import REASONS, VERDICTS
from sampan.web.rules.views import desk
from sampan.web.sources.words import RHYTHMS, practice_line


@opens(Right.PRACTICES)
def sources(request: HttpRequest) -> HttpResponse:
    """How each source counts: the own ones, those released to this post, those openly published."""
    reads = reader(request)
    found = accounting.accounts(homes.opened(), desk(request), act(request).now)
    lines = {
        layer: [_account(one, reads) for one in found if one.layer == layer] for layer in (OWN, RELEASED, PUBLISHED)
    }
    may_say = sitting(request).post.may(Right.MAP)
    return render(request, "sources/sources.html", lines | {"may_say": may_say})


def _account(one: Account, reads: Reader) -> dict[str, Any]:
    source, quality = reads.source(one.source), one.quality
    every = source.expects.every or ""
    return {
        "id": source.id,
        "title": source.title,
        "language": next(iter(source.words.languages), ""),
        "notes": source.notes,
        "practice": source.practice,
        "lists_cases": source.kind == "cases",
        "every": RHYTHMS.get(every, every),
        "due_days": reads.count(source.expects.due_days) if every else "",
        "units": reads.count(one.units) if one.units is not None else "",
        "conditions": ", ".join(reads.condition(code) for code in one.conditions),
        "practices": [practice_line(found, reads) for found in one.practices],
        "window": reads.span(quality.first, quality.last) if quality.first and quality.last else "",
        "told": _part(quality.told, reads),
        "in_time": _part(quality.in_time, reads),
        "sites": _part(quality.sites, reads),
        "unapproved": reads.share(one.unapproved) if one.unapproved else "",
        "beside": [
            {
                "own": beside.own,
                "condition": reads.condition(beside.condition),
                "verdict": VERDICTS[beside.verdict.word],
                "why": [REASONS.get(why, REASONS["unknown"]) for why in _why(beside.verdict)],
            }
            for beside in one.beside
        ],
        "citation": source.citation,
        "licence": source.licence,
    }


def _why(found: Any) -> tuple[str, ...]:
    return (*found.reasons, *found.caveats)


def _part(found: tuple[int, int] | None, reads: Reader) -> dict[str, str] | None:
    """A part, its whole, and the share; None where there is no whole."""
    if found is None or not found[1]:
        return None
    return {"part": reads.count(found[0]), "of": reads.count(found[1]), "share": reads.share(found[0] / found[1])}
