"""The region as this post may see it; own country first, the others in an order drawn by lot, nobody ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from sampan.operations import around, homes
from sampan.operations.around import Around, Compared
from sampan.operations.sharing.ruling import Desk
from sampan.operations.viewing import RegionView
from sampan.people.roles import Right
from sampan.web.border.views import unapproved_lines
from sampan.web.office.doors import opens, reader, sitting
from sampan.web.pictures import Picture, pictures
from sampan.web.reader import Reader
from sampan.web.region import region_context
from sampan.web.rules.views import desk

WEEKS = (4, 8, 26, 52)
USUAL_WEEKS = 8
LAYERS = {
    "rate": gettext_lazy("rate, with its denominator"),
    "reported": gettext_lazy("as reported"),
    "completeness": gettext_lazy("completeness"),
}
KINDS = ("shared", "published")
VERDICTS = {
    "comparable": gettext_lazy("comparable"),
    "caveat": gettext_lazy("comparable with a caveat"),
    "not-comparable": gettext_lazy("not comparable: neither added nor ranked"),
}
REASONS = {
    "unknown": gettext_lazy("one side has not said how it counts"),
    "condition": gettext_lazy("another condition"),
    "age": gettext_lazy("other ages"),
    "definition": gettext_lazy("another case definition"),
    "counts": gettext_lazy("counts another class"),
    "scheme": gettext_lazy("another scheme of classes"),
    "setting": gettext_lazy("another setting"),
    "sector": gettext_lazy("another sector"),
    "testing": gettext_lazy("other testing"),
    "period_scheme": gettext_lazy("other periods"),
    "date_basis": gettext_lazy("counted by another date"),
    "denominator": gettext_lazy("another denominator"),
    "compare-not-agreed": gettext_lazy("an owner's deposit terms do not let the office compare"),
}


@dataclass(frozen=True)
class Shown:
    """Which view of the region: weeks back, layer, and whether it is the shared or the published one."""

    condition: str
    weeks: int = USUAL_WEEKS
    layer: str = "rate"
    kind: str = "shared"

    def address(self, **changed: Any) -> str:
        """The page with something changed."""
        asked = {"condition": self.condition, "weeks": self.weeks, "layer": self.layer, "kind": self.kind, **changed}
        return reverse("my-region") + "?" + "&".join(f"{name}={value}" for name, value in asked.items())


@dataclass(frozen=True)
class Guarded:
    """Addresses of this post's own pictures."""

    shown: Shown

    def region(self, condition: str, language: str) -> str:
        """The region of a condition."""
        return self.shown.address(condition=condition)

    def finding(self, code: str, language: str) -> str:
        """The page of a finding."""
        return reverse("office-finding", kwargs={"code": code})

    def picture(self, condition: str, language: str, name: str) -> str:
        """A picture of this view; its language is the reader's."""
        one = self.shown
        names = {"condition": condition, "weeks": one.weeks, "layer": one.layer, "kind": one.kind, "name": name}
        return f"{reverse('my-picture', kwargs=names)}?in={language}"

    def asset(self, name: str) -> str:
        """A static file."""
        return static(f"sampan/{name}")

    def log(self) -> str:
        """The log."""
        return reverse("log")

    def office(self) -> str:
        """The first page of whoever signs in."""
        return reverse("start")


@opens(Right.REGION)
def region(request: HttpRequest) -> HttpResponse:
    """The region for a condition, a number of weeks and a layer."""
    reads, shown = reader(request), _asked(request)
    found = _found(desk(request), shown.condition, shown.weeks)
    view = found.published if shown.kind == "published" else found.view
    context: dict[str, Any] = {"kind": shown.kind, "has_published": found.published is not None}
    if view is None:
        choices = [{"name": reads.condition(code), "href": shown.address(condition=code)} for code in found.conditions]
        return render(request, "regions/nothing.html", {**context, "conditions": choices, "other": _other(shown)})
    shown = Shown(view.condition, shown.weeks, shown.layer, shown.kind)
    context |= region_context(view, reads, Guarded(shown), pictures(view, reads, shown.layer))
    context |= {
        "conditions": [
            {"name": reads.condition(code), "href": shown.address(condition=code), "here": code == view.condition}
            for code in found.conditions
        ],
        "spans": [{"weeks": n, "href": shown.address(weeks=n), "here": n == shown.weeks} for n in WEEKS],
        "layers": [{"name": LAYERS[n], "href": shown.address(layer=n), "here": n == shown.layer} for n in LAYERS],
        "layer_name": LAYERS[shown.layer],
        "compared": [compared_words(one, reads) for one in found.compared],
        "other": _other(shown),
        "unapproved": unapproved_lines(homes.opened(), desk(request).party, set(found.own), reads),
        "may_map": sitting(request).post.may(Right.MAP),
    }
    return render(request, "regions/region.html", context)


@opens(Right.REGION)
def picture(request: HttpRequest, condition: str, weeks: int, layer: str, kind: str, name: str) -> HttpResponse:
    """A picture of this post's region."""
    stem, _, ending = name.rpartition(".")
    if weeks not in WEEKS or layer not in LAYERS or kind not in KINDS or ending != "svg":
        raise Http404
    found = _found(desk(request), condition, weeks)
    view = found.published if kind == "published" else found.view
    drawn = _drawn(view, reader(request), layer).get(stem) if view is not None and view.condition == condition else None
    if drawn is None:
        raise Http404
    return HttpResponse(_svg(drawn), content_type="image/svg+xml")


def compared_words(one: Compared, reads: Reader) -> dict[str, Any]:
    """A verdict with its reasons."""
    why = (*one.verdict.reasons, *one.verdict.caveats)
    return {
        "own": reads.source(one.own).title,
        "other": reads.source(one.other).title,
        "word": VERDICTS[one.verdict.word],
        "why": [REASONS.get(reason, REASONS["unknown"]) for reason in why],
    }


def _asked(request: HttpRequest) -> Shown:
    weeks, layer, kind = (request.GET.get(name, "") for name in ("weeks", "layer", "kind"))
    return Shown(
        request.GET.get("condition", ""),
        int(weeks) if weeks.isdigit() and int(weeks) in WEEKS else USUAL_WEEKS,
        layer if layer in LAYERS else "rate",
        kind if kind in KINDS else "shared",
    )


def _other(shown: Shown) -> str:
    return shown.address(kind="shared" if shown.kind == "published" else "published")


def _found(own: Desk, condition: str, weeks: int) -> Around:
    """Once a day for each state of the home, the releases and the post; showing releases is an opening a day."""
    store, now = homes.opened(), datetime.now(UTC)
    return _kept(own, condition, weeks, around.state(store, own, now), now.date().isoformat())


@lru_cache(maxsize=256)
def _kept(own: Desk, condition: str, weeks: int, _state: str, _day: str) -> Around:
    return around.around(homes.opened(), own, condition, datetime.now(UTC), weeks)


def _drawn(view: RegionView, reads: Reader, layer: str) -> dict[str, Picture]:
    with override(reads.language):
        return pictures(view, reads, layer)


def _svg(drawn: Picture) -> str:
    return drawn.svg()
