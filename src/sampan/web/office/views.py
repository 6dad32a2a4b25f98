"""Pages of a party's own data: deliver, deliveries, findings. A view asks an operation and says the answer."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.model.errors import UserError
from sampan.operations import belonging, drafting, homes, looking, receiving, settling, withdrawing
from sampan.operations.drafting import Draft
from sampan.operations.excerpts import excerpts
from sampan.operations.settling import ACCEPT, Answer
from sampan.people.roles import Right
from sampan.web.finding import _sheet
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.office.forms import DeliverForm, SettleForm, WithdrawForm
from sampan.web.office.words import finding_line, receipt_words

PAGE = 50
MEGABYTE = 2**20


@opens(Right.DELIVER)
def deliver(request: HttpRequest) -> HttpResponse:
    """Choose a source and a file; then see what was understood. Nothing is kept before it is sent."""
    store, seat = homes.opened(), sitting(request)
    sources = belonging.sources(store, seat.post.party.code)
    form = DeliverForm([(name, one.title) for name, one in sources.items()], request.POST or None, request.FILES)
    if request.method != "POST" or not form.is_valid():
        shown = form if request.method == "POST" else DeliverForm([(n, one.title) for n, one in sources.items()])
        return render(request, "office/deliver.html", {"form": shown, "sources": sources})
    file = form.cleaned_data["file"]
    if file.size > settings.UPLOAD_MB * MEGABYTE:
        form.add_error("file", _("This file is larger than the office takes."))
        return render(request, "office/deliver.html", {"form": form, "sources": sources}, status=413)
    source = sources[form.cleaned_data["source"]]
    draft = Draft(seat.post.code, source.id, drafting.file_name(file.name))
    with tempfile.TemporaryDirectory(prefix="sampan-look-") as room:
        path = Path(room) / draft.name
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return _understood(request, source, draft, path)


def _understood(request: HttpRequest, source: Any, draft: Draft, path: Path) -> HttpResponse:
    """What must not leave is shown and nothing is sealed; else what would stand, with a button to send."""
    store, doing = homes.opened(), act(request)
    looked = looking.look(source, path, on=doing.now.date())
    context: dict[str, Any] = {"source": source, "file": draft.name, "looked": looked}
    if not looked.may_leave:
        return render(request, "office/understood.html", context, status=422)
    tried = receiving.tried(store, source, path, doing)
    context |= {"receipt": receipt_words(tried, reader(request)), "token": drafting.seal(store, path, draft)}
    return render(request, "office/understood.html", context)


@opens(Right.DELIVER)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send what was looked at. Sent twice, the second finds nothing to send."""
    store, seat = homes.opened(), sitting(request)
    with drafting.opened(store, request.POST.get("draft", ""), seat.post.code) as found:
        if found is None:
            raise UserError(
                _("This file was sent already, or it waited longer than two hours"),
                kept=_("your deliveries show what was received"),
                do=_("choose the file again if it is not among them"),
            )
        draft, path = found
        source = belonging.sources(store, seat.post.party.code)[draft.source]
        receipt = receiving.receive(store, source, path, act(request))
    return redirect("delivery", code=receipt.delivery)


@opens(Right.DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The party's deliveries, newest first."""
    seat, asked = sitting(request), request.GET.get("before", "")
    before = int(asked) if asked.isdigit() else None
    found = belonging.deliveries(seat.post.party.code, PAGE + 1, before=before)
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    lines = [{"one": one, "at": reader(request).moment(one.received_at)} for one in found[:PAGE]]
    return render(request, "office/deliveries.html", {"lines": lines, "more": more})


@opens(Right.DELIVERIES)
def delivery(request: HttpRequest, code: str) -> HttpResponse:
    """One delivery: receipt, balance sheet, findings."""
    seat = sitting(request)
    found = belonging.delivery(seat.post.party.code, code)
    if found is None:
        raise Http404
    questions = belonging.findings(homes.opened(), seat.post.party.code, delivery=code)
    context = {
        "one": found,
        "received": reader(request).moment(found.received_at),
        "receipt": receipt_words(belonging.receipt(found), reader(request)),
        "findings": [finding_line(one, reader(request)) for one in questions],
        "may_withdraw": seat.post.may(Right.WITHDRAW) and found.ended_at is None,
        "may_read": seat.post.may(Right.FINDINGS),
    }
    return render(request, "office/delivery.html", context)


@opens(Right.WITHDRAW)
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a delivery back, at any hour, with a reason."""
    seat = sitting(request)
    found = belonging.delivery(seat.post.party.code, code)
    if found is None or found.ended_at is not None:
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, doing = form.cleaned_data["reason"], act(request)
        withdrawing.withdraw(homes.opened(), code, reason=reason, actor=doing.actor, now=doing.now)
        return redirect("delivery", code=code)
    return render(request, "office/withdraw.html", {"form": form, "one": found})


@opens(Right.FINDINGS)
def findings(request: HttpRequest) -> HttpResponse:
    """What waits for the party's answer."""
    found = belonging.findings(homes.opened(), sitting(request).post.party.code)
    lines = [finding_line(one, reader(request)) for one in found[: 4 * PAGE]]
    more = max(0, len(found) - 4 * PAGE)
    return render(request, "office/findings.html", {"lines": lines, "more": more})


@opens(Right.FINDINGS)
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """One finding with its cells, and the form to settle it."""
    store, seat = homes.opened(), sitting(request)
    found = belonging.finding(seat.post.party.code, code)
    if found is None:
        raise Http404
    one = belonging.told_of(store, found)
    open_now = one["state"] == "open" and seat.post.may(Right.SETTLE)
    form = SettleForm(_answers(one), request.POST or None) if open_now else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _settled(request, code, form)
    shown = excerpts(store, [one], act(request)).get(code, []) if found.delivery.wrapped_key else []
    context = {
        "one": finding_line(one, reader(request)),
        "told": one,
        "file": found.delivery.filename,
        "form": form,
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
        form.add_error(None, problem.message)
        return render(request, "office/settle_again.html", {"form": form, "code": code}, status=400)
    return render(request, "office/settled.html", {"settled": settled, "when": datetime.now(UTC)})


def _answers(one: dict[str, Any]) -> list[tuple[str, Any]]:
    """The likely meanings, another word, nothing we count, and: right as it stands. Nothing is chosen beforehand."""
    answers: list[tuple[str, Any]] = []
    if one["term"] is not None:
        candidates = [str(value) for value in one["facts"].get("candidates", ())]
        answers += [(f"is:{value}", value) for value in candidates]
        answers += [("other", _("Another word or code")), ("none", _("Nothing that is counted"))]
    if one["severity"] != "stop":
        answers.append(("accept", _("It is right as it stands")))
    return answers
