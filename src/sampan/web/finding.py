"""The page of one finding: where each of its cells stands, with the rows around it as the file has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from sampan.checks.saying import say
from sampan.model.tables import letters
from sampan.operations.excerpts import Excerpt
from sampan.operations.viewing import RegionView
from sampan.web.links import Links
from sampan.web.reader import LANGUAGES, Reader
from sampan.web.region import finding_words


def finding_page(
    view: RegionView,
    one: dict[str, Any],
    excerpts: Sequence[Excerpt],
    *,
    language: str,
    links: Links,
    languages: Sequence[str] = tuple(LANGUAGES),
) -> str:
    """The page in one language. `excerpts` show some of the cells; the rest is counted."""
    reader, said = Reader(language), say(one["rule"], language)
    with override(language):
        shown = sum(len(excerpt.here) for excerpt in excerpts)
        context = {
            "language": language,
            "languages": [
                {"code": code, "name": LANGUAGES[code], "href": links.finding(one["finding"], code)}
                for code in languages
            ],
            "invented": view.invented,
            "stylesheet": links.asset("sampan.css"),
            "icon": links.asset("sampan.svg"),
            "home": links.region(view.condition, language),
            "office": links.office(),
            "finding": finding_words(one, view, reader, links),
            "explanation": said.explanation,
            "remedy": said.remedy,
            "file": next((d["filename"] for d in view.deliveries if d["delivery"] == one["delivery"]), one["delivery"]),
            "sheets": [_sheet(excerpt) for excerpt in excerpts],
            "more": reader.count(one["count"] - shown) if one["count"] > shown else "",
            "published": [s.source for s in view.sources if s.source.id == one["source"]],
        }
        return render_to_string("sampan/finding.html", context)


def _sheet(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "name": excerpt.sheet or "",
        "headers": excerpt.headers,
        "letters": [letters(at) for at in excerpt.positions or range(1, len(excerpt.headers) + 1)],
        "rows": [_row(number, cells, excerpt.here) for number, cells in sorted(excerpt.rows.items())],
    }


def _row(number: int, cells: Sequence[str | None], here: frozenset[tuple[int, int]]) -> dict[str, Any]:
    shown = [{"text": text or "", "here": (number, position) in here} for position, text in enumerate(cells, start=1)]
    return {"number": number, "cells": shown}
