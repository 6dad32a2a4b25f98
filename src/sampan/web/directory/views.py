"""Every post with its duty number, languages, hours and when it last confirmed them; each post confirms its own."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sampan.operations import seating
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.office.forms import DutyForm

WORKER = "sampan/directory/worker.js"


@opens(Right.DIRECTORY)
def directory(request: HttpRequest) -> HttpResponse:
    """Every post; no person. The own line first, the others by party."""
    mine, reads = sitting(request).post, reader(request)
    posts = Post.objects.filter(closed_at=None).select_related("party").order_by("party__name", "code")
    lines = [
        {"post": one, "confirmed": reads.day(one.confirmed_at) if one.confirmed_at else "", "mine": one.pk == mine.pk}
        for one in sorted(posts, key=lambda one: one.pk != mine.pk)
    ]
    return render(request, "directory/directory.html", {"lines": lines, "as_of": reads.moment(act(request).now)})


@opens(Right.DIRECTORY)
def mine(request: HttpRequest) -> HttpResponse:
    """What the directory says of the own post, to confirm or to change."""
    seat = sitting(request)
    before = {"phone": seat.post.phone, "languages": seat.post.languages, "hours": seat.post.hours}
    form = DutyForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        seating.confirm_duty(seat, seat.post, form.duty(), act(request).now)
        return redirect("directory")
    return render(request, "directory/mine.html", {"form": form})


@opens(Right.DIRECTORY)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps this page on the device; served from here, so that it reaches this page and no other."""
    path = finders.find(WORKER)
    assert isinstance(path, str), WORKER
    with open(path, encoding="utf-8") as file:
        return HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
