"""What every page of the office shows around its content: languages, pages of this post, the other posts held."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sampan.operations import belonging
from sampan.people.roles import Right
from sampan.web.office.doors import reader
from sampan.web.reader import LANGUAGES

# in the order of the bar; the first that the post may open is its first page
PAGES = (
    (Right.BORDER, "border", _("My border")),
    (Right.DELIVER, "deliver", _("Deliver")),
    (Right.WORD, "words", _("Waits for my word")),
    (Right.FINDINGS, "findings", _("Findings")),
    (Right.FIGURES, "figures", _("Two figures")),
    (Right.MAP, "mappings", _("Map a source")),
    (Right.DESK, "desk", _("Steward's desk")),
    (Right.DELIVERIES, "deliveries", _("Deliveries")),
    (Right.REGION, "my-region", _("Region")),
    (Right.RULES, "rules", _("Rules")),
    (Right.ASK, "requests", _("Requests and releases")),
    (Right.ABROAD, "abroad", _("My data abroad")),
    (Right.BETWEEN, "between", _("Between us")),
    (Right.PEOPLE, "people", _("People")),
    (Right.PARTIES, "parties", _("Parties")),
    (Right.DIRECTORY, "directory", _("Directory")),
    (Right.DIRECTORY, "help", _("Help")),
    (Right.LOG, "log", _("Log")),
)


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
        "held": list(seat.person.seats_now()) if seat is not None else [],
        "pages": [{"name": name, "title": title} for right, name, title in PAGES if seat and seat.post.may(right)],
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }
