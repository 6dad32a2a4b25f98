"""May I say this now? A form for somebody who holds the telephone; the answer names the rule."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sampan.operations import homes
from sampan.operations.sharing import beginning, ruling, saying
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.vocab import conditions, places
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.reader import Reader
from sampan.web.rules.forms import MayForm, posts_by_party
from sampan.web.rules.views import desk
from sampan.web.rules.words import ANSWERS, grain_words, spoken


@opens(Right.RULES)
def may(request: HttpRequest) -> HttpResponse:
    """Ask by the address alone, so that an answer can be sent on as a link and nothing is kept."""
    seat, reads, now = sitting(request), reader(request), act(request).now
    language = spoken(reads)
    units = unit_choices(seat.post, reads)
    choices = {
        "to": posts_by_party([one for one in beginning.posts() if one.party_id != seat.post.party_id]),
        "condition": condition_choices(request, reads),
        "place": [(unit, name) for unit, name, _ in units],
    }
    form = MayForm(choices, language, request.GET or None)
    asked = "to" in request.GET and form.is_valid()
    answer = None
    if asked:
        level = next((level for unit, _, level in units if unit == form.cleaned_data["place"]), 1)
        said = form.cleaned_data
        answer = saying.may(
            homes.opened(), seat.post.code, form.fact(level), said["to"], now, purpose=said["purpose"],
            language=language,
        )  # fmt: skip
        given = answer["given"]
        answer |= {
            "word": ANSWERS[answer["answer"]],
            "grain": grain_words(given["level"], given["period"], language) if given else "",
        }
    shown = form if asked or "to" in request.GET else MayForm(choices, language)
    return render(request, "rules/may.html", {"form": shown, "answer": answer})


def condition_choices(request: HttpRequest, reads: Reader) -> list[tuple[str, str]]:
    """Conditions that the rules in force name, first; then all of them."""
    found = ruling.rules(desk(request), act(request).now)
    named = {
        code for one in found if one.live for clause in one.agreement.clauses for code in clause.scope.conditions or ()
    }
    every = [one.code for one in conditions.all_conditions()]
    ordered = sorted(every, key=lambda code: code not in named)
    return [(code, reads.condition(code)) for code in ordered]


def unit_choices(post: Post, reads: Reader) -> list[tuple[str, str, int]]:
    """(code, name, level) of the post's own country and its provinces; its own province first."""
    store, country = homes.opened(), (post.place or post.party.country)[:2]
    known = places.registry(store.places) if store.places.is_dir() else places.registry()
    if country not in known.countries():
        return []
    units = [*known.units(country, level=1), *known.units(country, level=0)]
    standing = {unit.place: (unit.place, f"{reads.place(unit)} ({unit.place})", unit.level) for unit in units}
    return sorted(standing.values(), key=lambda one: one[0] != post.place)
