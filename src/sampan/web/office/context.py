"""What every page of the office shows around its content: languages, pages of this post, the other posts held."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sampan.operations import belonging
from sampan.people.models import Seat
from sampan.people.roles import Right
from sampan.web.office.doors import reader
from sampan.web.reader import LANGUAGES

# the bar, by group, in its order; the first page that the post may open is its first page
GROUPS: tuple[tuple[Any, tuple[tuple[Right, str, Any], ...]], ...] = (
    ("", ((Right.BORDER, "border", _("My border")), (Right.DESK, "desk", _("Steward's desk")))),
    (
        _("Delivering"),
        (
            (Right.DELIVER, "deliver", _("Deliver")),
            (Right.DELIVERIES, "deliveries", _("Deliveries")),
            (Right.FINDINGS, "findings", _("Findings")),
            (Right.MAP, "mappings", _("Map a source")),
        ),
    ),
    (
        _("Figures"),
        (
            (Right.REGION, "my-region", _("Region")),
            (Right.FIGURES, "figures", _("Two figures")),
            (Right.PRACTICES, "sources", _("Sources and practices")),
        ),
    ),
    (
        _("Sharing"),
        (
            (Right.WORD, "words", _("Waits for my word")),
            (Right.RULES, "rules", _("Rules")),
            (Right.ASK, "requests", _("Requests and releases")),
            (Right.ABROAD, "abroad", _("My data abroad")),
            (Right.BETWEEN, "between", _("Between us")),
        ),
    ),
    (
        _("People and posts"),
        (
            (Right.PEOPLE, "people", _("People")),
            (Right.PARTIES, "parties", _("Parties")),
            (Right.DIRECTORY, "directory", _("Directory")),
            (Right.DIRECTORY, "help", _("Help")),
        ),
    ),
    ("", ((Right.LOG, "log", _("Log")),)),
)
PAGES = tuple(page for _title, pages in GROUPS for page in pages)
FLAT = 6  # pages that fit on one line without groups


def common(request: HttpRequest) -> dict[str, Any]:
    """Names every template of the office knows."""
    seat = getattr(request, "seat", None)
    language = getattr(request, "LANGUAGE_CODE", "en")
    return {
        "language": language,
        "languages": [{"code": code, "name": name} for code, name in LANGUAGES.items()],
        "seat": seat,
        "invented": seat is not None and belonging.invented(),
        "reads": reader(request) if hasattr(request, "LANGUAGE_CODE") else None,
        "held": getattr(request, "held", []),
        "bar": _bar(seat),
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }


def _bar(seat: Seat | None) -> list[dict[str, Any]]:
    """The groups of pages that a post may open; a group of one is its page, and few pages need no groups."""
    if seat is None:
        return []
    found = [
        (title, [{"name": name, "title": words} for right, name, words in pages if seat.post.may(right)])
        for title, pages in GROUPS
    ]
    if sum(len(pages) for _title, pages in found) <= FLAT:
        found = [("", [page]) for _title, pages in found for page in pages]
    return [
        {"title": title if len(pages) > 1 else "", "pages": pages, "names": [page["name"] for page in pages]}
        for title, pages in found
        if pages
    ]
