"""Pages of rules in force and on the way there: the table of who tells whom, one agreement, its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.operations import agreements
from sampan.operations.sharing import emergencies, making, reviewing, ruling
from sampan.operations.sharing.named_emergencies import named
from sampan.operations.sharing.ruling import Desk, Rule
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.rules.forms import DeclareForm
from sampan.web.rules.words import (
    STATES,
    VERBS,
    balance_words,
    coming_words,
    emergency_line,
    half_words,
    partner_table,
    review_line,
    rule_line,
    step_words,
    stop_words,
    verb_words,
)

PAPER_BYTES = 20 * 2**20
QUIET = ("terminate", "suspend", "end-at-once")  # steps away from an agreement


def desk(request: HttpRequest) -> Desk:
    """From where this person looks."""
    post = sitting(request).post
    return Desk(post.code, post.party.code)


def found_or_404(request: HttpRequest, code: str) -> Rule:
    """An agreement of this desk, in the version asked for; another's answers as none."""
    asked = request.GET.get("version", "")
    found = ruling.rule(desk(request), code, int(asked) if asked.isdigit() else None)
    if found is None:
        raise Http404
    return found


@opens(Right.RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """My rows and columns of who shares what with whom, and every agreement with its state."""
    return _page(request)


def _page(request: HttpRequest, wrong: DeclareForm | None = None) -> HttpResponse:
    ended, reads, own, now = "ended" in request.GET, reader(request), desk(request), act(request).now
    found = ruling.rules(own, now, ended=ended)
    context = {
        "emergencies": [emergency_line(one, own.post, reads, wrong) for one in named(found, own.post, now)],
        "partners": [partner_table(one, reads) for one in ruling.partners(found)],
        "lines": [rule_line(one, reads) for one in found],
        "ended": ended,
        "reviews": [review_line(one, now, reads) for one in ruling.reviews(own, now)],
        "may_agree": sitting(request).post.may(Right.AGREE),
        "may_word": sitting(request).post.may(Right.WORD),
    }
    return render(request, "rules/rules.html", context, status=400 if wrong else 200)


@opens(Right.RULES)
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """One agreement in plain words, its two directions compared, its steps and those open to this post."""
    found, reads = found_or_404(request, code), reader(request)
    steps = ruling.open_steps(found) if sitting(request).post.may(Right.AGREE) else []
    context = {
        **rule_line(found, reads),
        "rule": found,
        "said": parts_said(found, reads),
        "balance": balance_words(ruling.balance(found, reads.language), found, reads),
        "ways": partner_table(ways, reads) if (ways := ruling.directions(found)) else None,
        "steps": [_step(one, reads) for one in found.steps],
        "verbs": [
            {"verb": verb, "words": verb_words(verb, found), "quiet": verb in QUIET} for verb in steps if verb in VERBS
        ],
        "may_counter": "counter" in steps,
        "steppers": _steppers(found) if sitting(request).post.may(Right.AGREE) and not found.named else "",
        "stopped": stop_words(found, reads),
        "coming": coming_words(found, reads),
        "halves": [half_words(half, found, reads) for half in found.halves],
        "mine": found.agreement.party(found.side).name,
        "may_try": sitting(request).post.may(Right.AGREE) and found.named,
    }
    return render(request, "rules/agreement.html", context)


@opens(Right.RULES)
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The document for signature, in the agreement's languages, to print."""
    found = found_or_404(request, code)
    content = agreements.document(found.text, code, as_pdf=True)
    name = f"{found.agreement.id}-v{found.agreement.version}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@opens(Right.AGREE)
@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """One step with an agreement by this post."""
    found, doing = found_or_404(request, code), act(request)
    verb, paper = request.POST.get("verb", ""), request.FILES.get("paper")
    if verb not in ruling.open_steps(found):
        raise Http404
    content = paper.read() if paper is not None and (paper.size or 0) <= PAPER_BYTES else None
    if verb == "verify" and not content:
        notes.warning(request, _("Choose the signed paper first: one file of at most 20 MB. Nothing was changed."))
        return redirect("agreement", code=code)
    making.move(
        found.agreement.name, verb, doing.actor, doing.now, note=request.POST.get("note", "")[:500], paper=content
    )
    return redirect("agreement", code=code)


@opens(Right.AGREE)
@require_POST
def reviewed(request: HttpRequest) -> HttpResponse:
    """Say that this side has reviewed an emergency."""
    doing = act(request)
    reviewing.review(request.POST.get("trigger", ""), doing.actor, doing.now, note=request.POST.get("note", "")[:500])
    return redirect("rules")


@opens(Right.AGREE)
@require_POST
def emergency(request: HttpRequest) -> HttpResponse:
    """Declare a named emergency by this post, or call it off."""
    doing, form = act(request), DeclareForm(request.POST)
    if "end" in request.POST:
        emergencies.declare(request.POST.get("trigger", ""), doing.actor, doing.now, end=True)
        notes.success(request, _("It is called off; every party of the agreement was told."))
        return redirect("rules")
    if not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    emergencies.declare(said["trigger"], doing.actor, doing.now, reason=said["reason"])
    notes.success(request, _("It is declared; every party of the agreement was told."))
    return redirect("rules")


def parts_said(found: Rule, reads: Reader) -> list[dict[str, Any]]:
    """The agreement's sentences under the headings of a page."""
    parts = []
    for heading, lines in ruling.said(found, reads.language).items():
        clause = heading.removeprefix("clause ") if heading.startswith("clause ") else ""
        parts.append({"clause": clause, "terms": heading == "terms", "first": lines[:1], "lines": lines[1:]})
    return parts


def _steppers(found: Rule) -> str:
    """The posts of this side that take its steps, for somebody of the side whom it does not name."""
    return "" if found.state in ruling.ENDED else ", ".join(found.agreement.party(found.side).posts)


def _step(one: dict[str, Any], reads: Reader) -> dict[str, Any]:
    return {
        "what": step_words(one),
        "post": one["post"],
        "at": reads.moment(one["at"]),
        "to": STATES[one["after"]] if one["after"] != one["before"] else "",
        "note": one["note"],
    }
