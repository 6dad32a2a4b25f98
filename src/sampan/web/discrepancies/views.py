"""Pages of two figures for one thing. A view asks an operation and says the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sampan.model.errors import Refused, UserError
from sampan.operations import homes
from sampan.operations.discrepancies import finding, showing, talking
from sampan.people.roles import Right
from sampan.web.discrepancies import words
from sampan.web.discrepancies.forms import Differ, Explain, Propose, Words
from sampan.web.office.doors import act, opens, reader

BOTH, ALONE, OTHERS = "figures/both.html", "figures/alone.html", "figures/range.html"


@opens(Right.FIGURES)
def figures(request: HttpRequest) -> HttpResponse:
    """Every one this post may see, those that wait for it first."""
    store, doing, reads = homes.opened(), act(request), reader(request)
    finding.find_if_new(store, doing.now)
    found = sorted(showing.cases(store, doing.actor, doing.now), key=lambda one: not one["waits"])
    lines = [words.line(one, showing.unit(store, one["unit"]), reads) for one in found]
    return render(request, "figures/list.html", {"lines": lines})


@opens(Right.FIGURES)
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One of them, as this post may see it."""
    return _page(request, _shown(request, code))


@opens(Right.FIGURES)
@require_POST
def say(request: HttpRequest, code: str) -> HttpResponse:
    """Consent, explain, propose, agree, differ."""
    store, doing, one = homes.opened(), act(request), _shown(request, code)
    kind = request.POST.get("kind", "")
    try:
        if kind == "consent":
            talking.consent(store, code, doing)
        elif kind == "agree":
            talking.agree(store, code, doing)
        else:
            form = _forms(one, request, kind).get(kind)
            if form is None:
                raise Http404
            if not form.is_valid():
                return _page(request, one, {kind: form}, status=400)
            talks = {"explain": talking.explain, "propose": talking.propose, "differ": talking.differ}
            talks[kind](store, code, form.said(), doing)
    except UserError as slip:
        return _page(request, _shown(request, code), slip=slip, status=400)
    return redirect("figure", code=code)


def _shown(request: HttpRequest, code: str) -> dict[str, Any]:
    doing = act(request)
    try:
        return showing.show(homes.opened(), code, doing.actor, datetime.now(UTC))
    except Refused:
        raise Http404 from None


def _page(
    request: HttpRequest, one: dict[str, Any], filled: dict[str, Words] | None = None, *,
    slip: UserError | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    reads, store = reader(request), homes.opened()
    context: dict[str, Any] = {"one": one, "line": words.line(one, showing.unit(store, one["unit"]), reads)}
    context |= {"slip": slip, "found": reads.day(one["found_at"]) if "found_at" in one else ""}
    if one["state"] == "apart":
        return render(request, ALONE, context, status=status)
    if "ranges" in one:
        told = [(r["start"], reads.count(r["least"]), reads.count(r["most"])) for r in one["ranges"]]
        return render(request, OTHERS, {**context, "ranges": told}, status=status)
    ends = {left["start"]: left["end"] for left in one["evidence"][-1]["sides"][0]}
    context |= {
        "basis": words.BASIS_WORDS[one["basis"]], "cause": words.CAUSE_WORDS.get(one["cause"], ""),
        "rows": words.table(one, reads), "sides": one["sides"], "mine": one["sides"][one["mine"]]["owner"],
        "words": words.said(one, ends, reads), "proposal": words.proposal(one, ends, reads),
        "opened": reads.day(one["opened_at"]), "due": reads.day(one["due_at"]), "snapshots": len(one["evidence"]),
        "taken": reads.moment(datetime.fromisoformat(one["evidence"][-1]["at"])),
        "closed": reads.day(one["closed_at"]) if one["closed_at"] else "",
        "forms": {**_forms(one, request), **(filled or {})},
    }  # fmt: skip
    return render(request, BOTH, context, status=status)


def _forms(one: dict[str, Any], request: HttpRequest, posted: str = "") -> dict[str, Words]:
    """The forms of an open one in the reader's language; the posted one filled."""
    if one["state"] != "open":
        return {}
    reads = reader(request)
    ends = {left["start"]: left["end"] for left in one["evidence"][-1]["sides"][0]}
    periods = [(day, words.period(day, ends[day], reads)) for day in one["evidence"][-1]["differ"]]
    data = {kind: request.POST if kind == posted else None for kind in ("explain", "propose", "differ")}
    start = {"language": reads.language}
    return {
        "explain": Explain(data["explain"], auto_id="explain-%s", initial=start),
        "propose": Propose(periods, data["propose"], auto_id="propose-%s", initial=start),
        "differ": Differ(data["differ"], auto_id="differ-%s", initial=start),
    }
