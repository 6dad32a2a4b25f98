"""The region page: what its template needs, said in the reader's language. Nothing is counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from sampan.charts.look import SILENCES
from sampan.checks.saying import about, say
from sampan.operations.viewing import RegionView, SourceView, UnitView
from sampan.vocab.text import to_unicode
from sampan.web.links import Links
from sampan.web.pictures import Picture, pictures, shared_units
from sampan.web.reader import LANGUAGES, STATUSES, Reader

FINDINGS_SHOWN = 24


@dataclass(frozen=True)
class Page:
    """A page as text, and the pictures it names."""

    html: str
    pictures: dict[str, Picture]


def region_page(view: RegionView, *, language: str, links: Links, languages: Sequence[str] = tuple(LANGUAGES)) -> Page:
    """The region page in one language; `languages` are those it can be had in."""
    reader = Reader(language)
    with override(language):
        drawn = pictures(view, reader)
        context = {
            "language": language,
            "languages": _languages(view.condition, links, languages),
            "invented": view.invented,
            "stylesheet": links.asset("sampan.css"),
            "icon": links.asset("sampan.svg"),
            "home": links.region(view.condition, language),
            "office": links.office(),
            **region_context(view, reader, links, drawn),
        }
        return Page(render_to_string("sampan/region.html", context), drawn)


def region_context(view: RegionView, reader: Reader, links: Links, drawn: Mapping[str, Picture]) -> dict[str, Any]:
    """What the sections of the region need, in the reader's language."""
    language = reader.language
    return {
        "condition": reader.condition(view.condition),
        "conditions": _conditions(view, reader, links),
        "window": reader.span(view.first, view.last),
        "known_at": reader.moment(view.known_at),
        "totals": _totals(view, reader),
        "pictures": {name.replace("-", "_"): _address(view, name, language, links) for name in drawn},
        "has_rates": view.has_rates,
        "has_map": "map-wide" in drawn,
        "shared_units": shared_units(view),
        "sources": _told_apart([_source(view, number, reader, links) for number in range(len(view.sources))]),
        "silences": [
            (one.sign, STATUSES[one.status], one.status) for one in SILENCES.values() if one.status != "not_shared"
        ],
        "findings": [finding_words(one, view, reader, links) for one in view.findings[:FINDINGS_SHOWN]],
        "findings_more": max(0, len(view.findings) - FINDINGS_SHOWN),
        "deliveries": [_delivery(one, view, reader) for one in view.deliveries],
    }


def _languages(condition: str, links: Links, codes: Sequence[str]) -> list[dict[str, str]]:
    return [{"code": code, "name": LANGUAGES[code], "href": links.region(condition, code)} for code in codes]


def _conditions(view: RegionView, reader: Reader, links: Links) -> list[dict[str, Any]]:
    return [
        {"name": reader.condition(code), "href": links.region(code, reader.language), "here": code == view.condition}
        for code in view.conditions
    ]


def _totals(view: RegionView, reader: Reader) -> dict[str, str]:
    """How much stands behind the page: files, sources, findings. Cases of different sources are not added."""
    return {
        "files": reader.count(len(view.deliveries)),
        "sources": reader.count(len(view.sources)),
        "findings": reader.count(len(view.findings)),
        "rows": reader.count(sum(one.get("rows_in", 0) for one in view.deliveries)),
        "aside": reader.count(sum(one.get("set_aside", 0) for one in view.deliveries)),
    }


def _address(view: RegionView, name: str, language: str, links: Links) -> str:
    return links.picture(view.condition, language, f"{name}.svg")


def _source(view: RegionView, number: int, reader: Reader, links: Links) -> dict[str, Any]:
    source = view.sources[number]
    words = reader.source(source.source)
    told = [one.rate for one in source.units if one.rate.cases is not None]
    own = source.source.words.languages[:1]
    known, due = sum(one.rate.known for one in source.units), sum(one.rate.due for one in source.units)
    return {
        "name": reader.country(source.names, source.name),
        "own_name": source.names.get(own[0], "") if own and own[0] != reader.language else "",
        "own_language": own[0] if own else "",
        "code": source.source.country,
        "title": words.title,
        "notes": words.notes,
        "every": _every(source.source.expects.every or "week"),
        "lists_cases": source.source.kind == "cases",
        "kinds": ", ".join(sorted(reader.condition(kind) for kind in source.kinds)),
        "watched": source.watched,
        "told": bool(source.source.practice),  # of a country of which nothing was released, only its units are shown
        "cases": reader.count(sum(rate.cases or 0 for rate in told)),
        "known": reader.count(known),
        "due": reader.count(due),
        "known_share": reader.share(known / due) if due else "–",
        "units": [_unit(one, reader, view.has_rates) for one in source.units],
        "licence": source.source.licence,
        "citation": source.source.citation,
        "curve": _address(view, f"curve-{number}", reader.language, links),
        "strip": _both(view, f"strip-{number}", reader, links),
    }


def _told_apart(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sources of one country are also called by their titles."""
    names = Counter(source["name"] for source in sources)
    return [source | {"which": source["title"] if names[source["name"]] > 1 else ""} for source in sources]


def _every(rhythm: str) -> str:
    return {"week": _("weekly"), "month": _("monthly"), "year": _("yearly")}.get(rhythm, rhythm)


def _both(view: RegionView, name: str, reader: Reader, links: Links) -> dict[str, str]:
    return {
        width: links.picture(view.condition, reader.language, f"{name}-{width}.svg") for width in ("wide", "narrow")
    }


def _unit(one: UnitView, reader: Reader, rates: bool) -> dict[str, Any]:
    rate = one.rate
    native = next(iter(one.unit.names.values()), "")
    name = reader.place(one.unit)
    return {
        "code": one.unit.place,
        "name": name,
        "native": native if native != name else "",
        "native_language": next(iter(one.unit.names), ""),
        "status": rate.status,
        "status_words": STATUSES[rate.status],
        "sign": SILENCES[rate.status].sign if rate.status in SILENCES else "",
        "cases": "" if rate.cases is None else reader.count(rate.cases),
        "a_week": "" if (week := rate.a_week if rates else rate.mean_week) is None else reader.decimal(week),
        "known": reader.count(rate.known),
        "due": reader.count(rate.due),
        "population": "" if one.population is None else reader.count(one.population),
    }


def finding_words(one: dict[str, Any], view: RegionView, reader: Reader, links: Links) -> dict[str, Any]:
    """A finding as its line and its page say it."""
    source = next(source for source in view.sources if source.source.id == one["source"])
    return {
        "code": one["finding"],
        "href": links.finding(one["finding"], reader.language),
        "title": say(one["rule"], reader.language).title,
        "country": reader.country(source.names, source.name),
        "column": to_unicode(one["column"] or ""),
        "term": to_unicode(one["term"]) if one["term"] else None,
        "about": about(one["rule"], one["term"], reader.language),
        "typed": bool(one["term"]) and to_unicode(one["term"]) != one["term"],
        "language": _script(source),
        "cells": reader.count(one["count"]),
        "cases": reader.count(one["cases"]),
        "share": reader.share(one["share"]),
        "could": ", ".join(map(str, one["facts"].get("candidates", [])[:4])),
    }


def _script(source: SourceView) -> str:
    return next(iter(source.source.words.languages), "")


def _delivery(one: dict[str, Any], view: RegionView, reader: Reader) -> dict[str, Any]:
    source = next((source for source in view.sources if source.source.id == one["source"]), None)
    numbers = {name: reader.count(one.get(name, 0)) for name in ("rows_in", "observed", "set_aside", "repeated")}
    return {
        "code": one["delivery"],
        "country": reader.country(source.names, source.name) if source else one["source"],
        "file": one["filename"],
        "received": reader.day(date.fromisoformat(one["received_at"][:10])),
        "digest": one["digest"],
        **numbers,
    }
