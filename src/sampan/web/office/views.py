"""Pages of a party's findings: what waits for its answer. A view asks an operation and says the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sampan.model.errors import UserError
from sampan.operations import belonging, homes, settling
from sampan.operations.excerpts import excerpts
from sampan.operations.settling import ACCEPT, Answer
from sampan.people.roles import Right
from sampan.web.finding import _sheet
from sampan.web.office.doors import act, in_words, opens, reader, sitting
from sampan.web.office.forms import SettleForm
from sampan.web.office.words import finding_line

PAGE = 50


@opens(Right.FINDINGS)
def findings(request: HttpRequest) -> HttpResponse:
    """What waits for the party's answer, by problem; those that are right as they stand are accepted together."""
    seat, reads = sitting(request), reader(request)
    found = belonging.findings(homes.opened(), seat.post.party.code)
    if request.method == "POST":
        return _accepted(request, {one["finding"] for one in found if one["severity"] != "stop"})
    groups: dict[str, dict[str, Any]] = {}
    for one in found[: 4 * PAGE]:
        group = groups.setdefault(one["rule"], {"told": finding_line(one, reads), "lines": []})
        group["lines"].append(finding_line(one, reads))
    context = {"groups": list(groups.values()), "more": max(0, len(found) - 4 * PAGE)}
    return render(request, "office/findings.html", {**context, "may_settle": seat.post.may(Right.SETTLE)})


def _accepted(request: HttpRequest, open_now: set[str]) -> HttpResponse:
    """Several are right as they stand; a code that does not wait for this party stops the whole list."""
    chosen = request.POST.getlist("finding")
    if not sitting(request).post.may(Right.SETTLE) or not chosen or not set(chosen) <= open_now:
        raise Http404
    settling.accept_all(homes.opened(), chosen, request.POST.get("reason", ""), act(request))
    return redirect("findings")


@opens(Right.FINDINGS)
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """One finding with its cells, and the form to settle it."""
    store, seat = homes.opened(), sitting(request)
    found = belonging.finding(seat.post.party.code, code)
    if found is None:
        raise Http404
    one = belonging.told_of(store, found)
    open_now = one["state"] == "open" and seat.post.may(Right.SETTLE)
    answers = _answers(one) if open_now else []
    form = SettleForm(answers, request.POST or None) if answers else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _settled(request, code, form)
    shown = excerpts(store, [one], act(request)).get(code, []) if found.delivery.wrapped_key else []
    context = {
        "one": finding_line(one, reader(request)),
        "told": one,
        "file": found.delivery.filename,
        "form": form,
        "correct": open_now and "word" not in one["answers"],
        "effect": settling.effect(code) if form is not None else None,
        "sheets": [_sheet(excerpt) for excerpt in shown],
    }
    return render(request, "office/finding.html", context)


def _settled(request: HttpRequest, code: str, form: SettleForm) -> HttpResponse:
    said = form.cleaned_data
    chosen = said["answer"]
    value = said["value"] if chosen == "other" else ACCEPT if chosen == "accept" else chosen.removeprefix("is:")
    store = homes.opened()
    source = homes.source_of_finding(store, code)
    try:
        settled = settling.settle(store, source, code, Answer(value, said["reason"]), act(request))
    except UserError as problem:
        form.add_error(None, in_words(problem))
        return render(request, "office/settle_again.html", {"form": form, "code": code}, status=400)
    return render(request, "office/settled.html", {"settled": settled, "when": datetime.now(UTC)})


def _answers(one: dict[str, Any]) -> list[tuple[str, Any]]:
    """Of the likely meanings, another word, nothing we count, and "right as it stands": those that change something."""
    answers: list[tuple[str, Any]] = []
    if "word" in one["answers"]:
        candidates = [str(value) for value in one["facts"].get("candidates", ())]
        answers += [(f"is:{value}", value) for value in candidates]
        answers += [("other", _("Another word or code")), ("none", _("Nothing that is counted"))]
    if "accept" in one["answers"]:
        answers.append(("accept", _("It is right as it stands")))
    return answers
