"""Between us: for each other party, given and received side by side; the other party reads the same figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sampan.operations import between as operations
from sampan.operations.between import Way
from sampan.operations.sharing import outages
from sampan.people.models import Party
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.office.forms import Plain
from sampan.web.reader import Reader

NOTES_SHOWN = 20


class WorkForm(Plain):
    """Time put into an exchange."""

    hours = forms.DecimalField(label=gettext_lazy("Hours of work"), min_value=0.25, max_value=168, decimal_places=2)
    what = forms.CharField(label=gettext_lazy("What was done"), max_length=300)


class OutageForm(Plain):
    """Why a party cannot answer or deliver for now."""

    reason = forms.CharField(label=gettext_lazy("What is the matter"), max_length=300)


@opens(Right.BETWEEN)
def between(request: HttpRequest) -> HttpResponse:
    """Every party with which this one shares."""
    return _page(request, OutageForm())


def _page(request: HttpRequest, outage_form: OutageForm, status: int = 200) -> HttpResponse:
    own, now, reads = sitting(request).post.party.code, act(request).now, reader(request)
    names = dict(Party.objects.values_list("code", "name"))
    pairs = [_pair(own, other, names, now, reads) for other in operations.partners(own)]
    standing = [
        {**one, "name": names.get(one["party"], one["party"]), "mine": one["party"] == own,
         "until": reads.moment(datetime.fromisoformat(one["until"]))}
        for one in outages.listed(own) if one["from"] <= now.isoformat() < one["until"]
    ]  # fmt: skip
    context = {
        "pairs": pairs, "form": WorkForm(), "outage_form": outage_form, "outages": standing,
        "out": any(one["mine"] for one in standing), "may_speak": sitting(request).post.may(Right.AGREE),
    }  # fmt: skip
    return render(request, "between/between.html", context, status=status)


@opens(Right.AGREE)
@require_POST
def outage(request: HttpRequest) -> HttpResponse:
    """Declare an outage of the own party, or say that it is back."""
    doing = act(request)
    if "end" in request.POST:
        outages.end(doing.actor, doing.now)
        return redirect("between")
    form = OutageForm(request.POST)
    if form.is_valid():
        outages.declare(doing.actor, doing.now, reason=form.cleaned_data["reason"])
        return redirect("between")
    return _page(request, form, 400)


@opens(Right.BETWEEN)
@require_POST
def work(request: HttpRequest, other: str) -> HttpResponse:
    """Note the time that this post put in; the other party reads it too."""
    doing, own = act(request), sitting(request).post.party.code
    if other not in operations.partners(own):
        raise Http404
    form = WorkForm(request.POST)
    if form.is_valid():
        minutes = int(form.cleaned_data["hours"] * 60)
        operations.note_work(own, doing.actor, other, minutes, form.cleaned_data["what"], doing.now)
        return redirect("between")
    names = dict(Party.objects.values_list("code", "name"))
    context = {"pairs": [_pair(own, other, names, doing.now, reader(request))], "form": form}
    return render(request, "between/between.html", context, status=400)


def _pair(own: str, other: str, names: dict[str, str], now: datetime, reads: Reader) -> dict[str, Any]:
    found = operations.between(own, other, now)
    ours, theirs = sorted(found.ways, key=lambda way: way.giver != own)
    return {
        "other": other,
        "name": names.get(other, other),
        "since": reads.day(found.since.date()),
        "lines": [(title, shown(ours), shown(theirs)) for title, shown in _lines(reads)],
        "work": [
            {"by": one["by"], "hours": reads.decimal(one["minutes"] / 60), "what": one["what"], "at": _day(one, reads)}
            for one in operations.work(own, other)[:NOTES_SHOWN]
        ],
    }  # fmt: skip


def _day(one: dict[str, Any], reads: Reader) -> str:
    return reads.day(one["at"].date())


def _lines(reads: Reader) -> list[tuple[str, Any]]:
    """Title and how a way says it; what was not due is said in words."""

    def hours(value: float | None) -> str:
        return _("nothing was due") if value is None else reads.decimal(value)

    def share(value: float | None) -> str:
        return _("nothing was due") if value is None else reads.share(value)

    def count(name: str) -> Any:
        return lambda way: reads.count(getattr(way, name))

    def median(way: Way) -> str:
        return hours(way.median_hours)

    return [
        (_("releases given"), count("releases")),
        (_("cells told"), count("cells")),
        (_("times opened by the other side"), count("openings")),
        (_("notes of what came of it"), count("uses")),
        (_("releases with such a note"), lambda way: share(way.used_share)),
        (_("requests that needed a word"), count("asked")),
        (_("answered"), lambda way: share(way.answered_share)),
        (_("still waiting"), count("waiting")),
        (_("hours to answer, median"), median),
        (_("hours to answer, longest"), lambda way: hours(way.longest_hours)),
        (
            _("what was last due"),
            lambda way: (
                _("given, or nothing was due")
                if way.lapsed_since is None
                else _("nothing was given, %(day)s") % {"day": reads.day(way.lapsed_since.date())}
            ),
        ),
        (_("hours of work put in"), lambda way: reads.decimal(way.work_minutes / 60)),
    ]
