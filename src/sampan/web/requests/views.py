"""Pages of requests: what may be asked, the decision before anything leaves, and what an approver sees of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sampan.model.decisions import Asked, Decision, Part
from sampan.model.errors import Refused, UserError
from sampan.operations import belonging, homes, returning
from sampan.operations.sharing import after, releasing, requesting, ruling
from sampan.operations.sharing.named_emergencies import named
from sampan.operations.sharing.reviews_of_drafts import announced
from sampan.operations.sharing.ruling import Desk
from sampan.people.roles import Right
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.preview import Named
from sampan.sharing.reasons import phrase, sentence
from sampan.sharing.vocabularies import label
from sampan.vocab import places
from sampan.web.office.doors import STATUS_OF_EXIT, act, in_words, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.requests.forms import RequestForm
from sampan.web.requests.words import figure_lines, held_lines, publication_line, publication_words, state_words
from sampan.web.rules.saying import condition_choices
from sampan.web.rules.views import desk
from sampan.web.rules.words import grain_words, spoken

PAGE = 50


@opens(Right.ASK)
def requests(request: HttpRequest) -> HttpResponse:
    """What this post asked for, and what it received."""
    own, reads, now = desk(request), reader(request), act(request).now
    context = {
        "requests": [{**one, "at": reads.moment(one["at"])} for one in requesting.mine(own, PAGE)],
        "releases": [received_line(one, reads) for one in after.received(own.post, now)[:PAGE]],
        "publications": [
            publication_line(one, reads) for one in announced(own.post, now, publication_words(reads))[:PAGE]
        ],
    }
    return render(request, "requests/requests.html", context)


@opens(Right.ASK)
def new(request: HttpRequest) -> HttpResponse:
    """Ask: first the decision is shown, which looks at no figure; then what may leave is released."""
    own, reads, store, now = desk(request), reader(request), homes.opened(), act(request).now
    choices = _choices(request, reads)
    form = RequestForm(choices, spoken(reads), request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if request.POST.get("what") == "release":
            try:
                return redirect("release", code=requesting.released(store, wish, own, now))
            except (Refused, UserError) as problem:
                waits = requesting.waiting_code(store, wish, own, now) if isinstance(problem, Refused) else None
                if waits is not None:
                    return redirect("request", code=waits)
                context |= {"problem": in_words(problem), "status": STATUS_OF_EXIT[problem.exit_code]}
        text = wish.text(own.post)
        decision = requesting.decided(store, text, now)
        goes = bool(decision.goes) or _waits(decision)
        context |= {"decision": decision_words(decision, reads, named_in(text, reads)), "goes": goes}
        context["answered"] = RequestForm(choices, spoken(reads), request.POST, auto_id=False)  # not one edited since
    return render(request, "requests/new.html", context, status=context.get("status", 200))


@opens(Right.ASK)
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    """A recorded request of this post: what was asked, and what the answer is now."""
    own, reads, store, now = desk(request), reader(request), homes.opened(), act(request).now
    record = requesting.request(own, code)
    if record is None:
        raise Http404
    decision = requesting.decided(store, record.text, now)
    if request.method == "POST" and decision.goes:
        return redirect("release", code=requesting.released_again(store, record, now))
    releases = next(one["releases"] for one in requesting.mine(own, 10_000) if one["code"] == code)
    context = {
        "record": record,
        "at": reads.moment(record.asked_at),
        "asked": asked_words(record.text, reads),
        "decision": decision_words(decision, reads, named_in(record.text, reads)),
        "goes": bool(decision.goes),
        "releases": releases,
    }
    return render(request, "requests/request.html", context)


@opens(Right.WORD)
def asked(request: HttpRequest, code: str) -> HttpResponse:
    """A request that waits for this post's word: what would leave of the own figures if it says yes."""
    own, reads, store, now = desk(request), reader(request), homes.opened(), act(request).now
    record = requesting.asked_of(store, own, code, now)
    if record is None:
        raise Http404
    preview = requesting.preview_for_owner(store, record, own, now, spoken(reads))
    context = {
        "record": record,
        "at": reads.moment(record.asked_at),
        "asked": asked_words(record.text, reads),
        "told": reads.count(preview.told),
        "rows": reads.count(preview.rows),
        "held": held_lines(preview.held, reads),
        "coarser": preview.coarser,
        "gaps": preview.gaps,
        "lines": figure_lines(preview.table, reads, named_in(record.text, reads)),
    }
    return render(request, "requests/asked.html", context)


def received_line(one: dict[str, Any], reads: Reader) -> dict[str, Any]:
    """A release as a line of a list."""
    return {
        "code": one["release"],
        "purpose": label("purpose", one["purpose"], spoken(reads)),
        "at": reads.day_of(one["released_at"]),
        "until": reads.day_of(one["expires_at"]),
        "state": state_words(one, reads),
        "open": one["state"] == "open",
    }


def asked_words(text: str, reads: Reader) -> dict[str, Any]:
    """A request in words."""
    found, language, named = request_of(text), spoken(reads), named_in(text, reads)
    return {
        "post": found.post,
        "purpose": label("purpose", found.purpose, language),
        "conditions": ", ".join(reads.condition(code) for code in found.conditions),
        "places": ", ".join(named("place", code) for code in found.places),
        "measures": ", ".join(label("measure", code, language) for code in found.measures),
        "window": reads.span(found.data_from, found.data_to),
        "grain": grain_words(found.asked.level, found.asked.period, language),
        "split": "; ".join(_split(found.asked, language)),
        "sources": ", ".join(found.sources or ()),
        "operation": label("operation", found.operation, language) if found.operation != "list" else "",
        "population": label("population", found.population, language) if found.population != "general" else "",
        "trigger": label("trigger", found.trigger, language) if found.trigger else "",
    }


def _split(asked: Asked, language: str) -> list[str]:
    """By what else the figures are asked for: whoever gives a word for them sees it."""
    ages = [] if asked.age_years is None else [phrase("say.ages-width", language, years=asked.age_years)]
    return [*ages, *([phrase("say.sex-yes", language)] if asked.sex else [])]


def named_in(text: str, reads: Reader) -> Named:
    """What the reader calls the places of a request, as of the last day it asks about."""
    return releasing.names(homes.opened(), reads.language, request_of(text).data_to)


def decision_words(decision: Decision, reads: Reader, named: Named) -> dict[str, Any]:
    """The decision by place, condition and measure; what holds for every source is said once."""
    language = spoken(reads)
    lines = [_part(part, reads, named) for part in decision.parts]
    answers = {part.outcome for part in decision.parts}
    partly = {"allow", "deny"} <= answers and "coarsen" not in answers
    return {
        "word": _("Yes, but not for all of it") if partly else phrase(f"outcome.{decision.outcome}", language),
        "lines": [line for number, line in enumerate(lines) if line not in lines[:number]],
    }


def _part(part: Part, reads: Reader, named: Named) -> dict[str, Any]:
    language, bound, goes = spoken(reads), part.obligations, part.outcome != "deny"
    return {
        "condition": reads.condition(part.condition),
        "place": named("place", part.place),
        "measure": label("measure", part.measure, language),
        "word": phrase(f"outcome.{part.outcome}", language),
        "grain": grain_words(part.grain.level, part.grain.period, language) if part.grain else "",
        "says": [sentence(reason, language) for reason in part.reasons],
        "smallest": reads.count(bound.minimum_cell) if bound and goes and bound.minimum_cell > 1 else "",
        "tlp": label("tlp", bound.tlp, language) if bound and goes else "",
    }


def _waits(decision: Decision) -> bool:
    return any(part.outcome == "needs-approval" for part in decision.parts)


def _choices(request: HttpRequest, reads: Reader) -> dict[str, Any]:
    """Places of the other side's countries that the rules in force speak of, and the own sources' forms."""
    own, store = desk(request), homes.opened()
    sources, now = belonging.sources(store, sitting(request).post.party.code), act(request).now
    declared = [one.trigger for one in named(ruling.rules(own, now), own.post, now) if one.declared]
    return {
        "conditions": condition_choices(request, reads),
        "places": _places(own, request, reads),
        "layout": [
            ("", "–"),
            *((name, reads.source(one).title) for name, one in sources.items() if returning.has_form(one)),
        ],
        "trigger": [("", "–"), *((one, label("trigger", one, spoken(reads))) for one in declared)],
    }


def _places(own: Desk, request: HttpRequest, reads: Reader) -> list[tuple[str, str]]:
    """Countries and provinces of the sides that agreements in force name."""
    store = homes.opened()
    known = places.registry(store.places) if store.places.is_dir() else places.registry()
    live = [one for one in ruling.rules(own, act(request).now) if one.live]
    countries = {side.country for one in live for side in one.agreement.parties if side.country}
    found: list[tuple[str, str]] = []
    for country in sorted(countries & set(known.countries()), key=lambda code: code == sitting(request).post.place[:2]):
        units = {unit.place: unit for level in (0, 1) for unit in known.units(country, level=level)}
        found += [(code, f"{reads.place(unit)} ({code})") for code, unit in units.items()]
    return found
