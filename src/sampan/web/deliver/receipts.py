"""What was delivered: the list, and for each its receipt, balance sheet, findings, who was told, and withdrawal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sampan.operations import belonging, homes, understanding, withdrawing
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.office.forms import WithdrawForm
from sampan.web.office.words import finding_line, receipt_words

PAGE = 50


@opens(Right.DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The party's deliveries, newest first."""
    seat = sitting(request)
    found = belonging.deliveries(seat.post.party.code, PAGE + 1, before=request.GET.get("before", ""))
    more = found[PAGE - 1].code if len(found) > PAGE else ""
    reads = reader(request)
    lines = [
        {"one": one, "at": reads.moment(one.received_at), "rows": reads.count(one.balance.get("rows_in", 0))}
        for one in found[:PAGE]
    ]
    return render(request, "deliver/deliveries.html", {"lines": lines, "more": more})


@opens(Right.DELIVERIES)
def delivery(request: HttpRequest, code: str) -> HttpResponse:
    """One delivery: receipt, balance sheet, findings, and who was told that figures changed."""
    seat, reads = sitting(request), reader(request)
    found = belonging.delivery(seat.post.party.code, code)
    if found is None:
        raise Http404
    questions = belonging.findings(homes.opened(), seat.post.party.code, delivery=code)
    source = belonging.sources(homes.opened(), seat.post.party.code).get(found.source)
    context = {
        "one": found,
        "received": reads.moment(found.received_at),
        "source": reads.source(source).title if source else "",
        "unread": found.state == "kept" and found.repeats_id is None,
        "receipt": receipt_words(belonging.receipt(found), reads),
        "findings": [finding_line(one, reads) for one in questions],
        "told": [{"post": one["post"], "at": reads.moment(one["at"])} for one in understanding.told_of(code)],
        "may_withdraw": seat.post.may(Right.WITHDRAW) and found.ended_at is None,
        "may_mark": seat.post.may(Right.DELIVER) and found.wrapped_key is not None and bool(questions),
        "may_read": seat.post.may(Right.FINDINGS),
    }
    return render(request, "deliver/delivery.html", context)


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
    return render(request, "deliver/withdraw.html", {"form": form, "one": found})
