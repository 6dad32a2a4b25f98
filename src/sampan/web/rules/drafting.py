"""Writing an agreement: begun from a template, checked line by line, said in plain words, tried, then proposed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sampan.model.errors import Refused, UserError
from sampan.operations import agreements, homes
from sampan.operations.agreements import Checked
from sampan.operations.sharing import beginning, making, ruling, trying
from sampan.operations.sharing.beginning import Beginning
from sampan.operations.sharing.checking import check_here
from sampan.operations.sharing.trying import Trial
from sampan.people.roles import Right
from sampan.sharing.vocabularies import label
from sampan.vocab import conditions
from sampan.web.office.doors import STATUS_OF_EXIT, act, in_words, opens, reader, sitting
from sampan.web.reader import STATUSES, Reader
from sampan.web.rules.forms import DraftForm, posts_by_party
from sampan.web.rules.views import desk, found_or_404
from sampan.web.rules.words import TEMPLATES, spoken

LONGEST = 200_000  # letters of a file


@opens(Right.AGREE)
def draft(request: HttpRequest) -> HttpResponse:
    """Choose a template and the two sides; the text that comes of it can be changed before it is proposed."""
    seat, reads = sitting(request), reader(request)
    every = beginning.posts()
    choices: dict[str, Any] = {
        "template": [(name, TEMPLATES.get(name, title)) for name, title in agreements.templates().items()],
        "ours": posts_by_party([one for one in every if one.party_id == seat.post.party_id]),
        "theirs": posts_by_party([one for one in every if one.party_id != seat.post.party_id]),
        "conditions": [(one.code, reads.condition(one.code)) for one in conditions.all_conditions()],
    }
    form = DraftForm(choices, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "rules/draft.html", {"form": form})
    said = form.cleaned_data
    ours, theirs = beginning.side(said["ours"], said["ours_word"]), beginning.side(said["theirs"], said["theirs_word"])
    if ours is None or theirs is None:
        raise Http404
    names = ("template", "code", "title", "paper", "begins", "ends")
    begun = Beginning(**{name: said[name] for name in names}, conditions=tuple(said["conditions"]))
    return _written(request, beginning.drafted(begun, ours, theirs), {})


@opens(Right.AGREE)
def counter(request: HttpRequest, code: str) -> HttpResponse:
    """The other side's text, one version on, to be changed and sent back."""
    found = found_or_404(request, code)
    if "counter" not in ruling.open_steps(found):
        raise Http404
    return _written(request, beginning.next_version(found.text), {"countered": code})


@opens(Right.AGREE)
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Check the text, try it on my data, or propose it: offered, asked for, or as a counter.

    What cannot be done with it is told beside the text, which is never lost.
    """
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    what, countered, doing = request.POST.get("what", ""), request.POST.get("countered", ""), act(request)
    more: dict[str, Any] = {"countered": countered}
    try:
        if what == "counter" and countered:
            record = making.counter(countered, text, "draft", doing.actor, doing.now)
            return redirect("agreement", code=record.code)
        if what in ("offer", "ask"):
            record = making.propose(text, "draft", doing.actor, doing.now, as_request=what == "ask")
            return redirect("agreement", code=record.code)
        if what == "try" and check_here(text, "draft").good:
            reads = reader(request)
            found = trying.try_on(homes.opened(), text, doing.actor, doing.now, spoken(reads))
            more |= {"tried": True, "trials": [trial_words(one, reads) for one in found]}
    except (UserError, Refused) as problem:
        more |= {"problem": in_words(problem), "status": STATUS_OF_EXIT[problem.exit_code]}
    return _written(request, text, more)


@opens(Right.AGREE)
def tried(request: HttpRequest, code: str) -> HttpResponse:
    """An agreement of this desk, tried on the own data."""
    found, reads, doing = found_or_404(request, code), reader(request), act(request)
    if not found.named:
        raise Http404
    trials = trying.try_on(homes.opened(), found.text, doing.actor, doing.now, spoken(reads))
    context = {"trials": [trial_words(one, reads) for one in trials], "rule": found, "title": found.agreement.title}
    return render(request, "rules/tried.html", context)


def trial_words(trial: Trial, reads: Reader) -> dict[str, Any]:
    """What one clause would let go, in the reader's words."""
    language = spoken(reads)
    return {
        "clause": trial.clause,
        "post": trial.post,
        "window": reads.span(trial.first, trial.last),
        "rows": reads.count(trial.rows),
        "told": reads.count(trial.told),
        "says": trial.says,
        "word": label("authorisation", trial.word, language),
        "held": [{"why": why.replace("-", " "), "cells": reads.count(cells)} for why, cells in trial.held.items()],
        "lines": [
            {
                "place": row["place_name"], "code": row["place"].split("@")[0],
                "period": reads.span(row["period_start"], row["period_end"]),
                "condition": reads.condition(row["condition"]),
                "measure": label("measure", row["measure"], language),
                "value": reads.count(row["value"]), "status": STATUSES[row["status"]],
            }
            for row in trial.table.iter_rows(named=True)
        ],
    }  # fmt: skip


def _written(request: HttpRequest, text: str, more: dict[str, Any]) -> HttpResponse:
    """The text with what a check says of it, and itself in plain words when it reads."""
    try:
        found, language = check_here(text, "draft"), spoken(reader(request))
    except UserError as problem:  # not even YAML: there is nothing yet to check
        found, language = Checked(None, (), ()), "en"
        more = {"problem": in_words(problem), "status": STATUS_OF_EXIT[problem.exit_code], **more}
    said = agreements.say(text, "draft", language) if found.agreement else {}
    context = {
        "text": text,
        "lines": max(12, min(40, text.count("\n") + 2)),
        "good": found.agreement is not None and found.good,
        "post": desk(request).post,
        "slips": [str(slip) for slip in found.slips],
        "remarks": [(one.severity == "cannot", str(one)) for one in found.remarks],
        "said": [line for lines in said.values() for line in lines],
        "named": found.agreement is not None and _names(found.agreement, request),
        **more,
    }
    return render(request, "rules/write.html", context, status=more.get("status", 200))


def _names(agreement: Any, request: HttpRequest) -> bool:
    return any(desk(request).post in side.posts for side in agreement.parties)
