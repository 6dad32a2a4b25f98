"""Lists in pages: a cursor goes on where a page ended, and `Link: <...>; rel="next"` says the same.

A cursor is opaque to its reader and holds a place in the list, and for figures the moment the list is as known at.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from sampan.model.errors import UserError

T = TypeVar("T")
USUAL, MOST = 50, 1000
Limit = Annotated[int, Query(USUAL, ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[str, Query("", max_length=500, description="`next` of the page before.")]


class Page(Schema, Generic[T]):
    """One page of a list; `next` is the cursor of the page after it, or null at the end."""

    items: list[T]
    next: str | None = Field(None, description="The cursor of the next page; null at the end.")


def place_in(cursor: str) -> dict[str, Any]:
    """What a cursor holds; empty at the beginning. UserError if it is none of ours."""
    if not cursor:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as slip:
        raise _no_cursor() from slip
    if not isinstance(found, dict) or not all(isinstance(one, int | str) for one in found.values()):
        raise _no_cursor()
    return found


def number_in(cursor: str, name: str) -> int | None:
    """One number of a cursor. UserError if it is none of ours."""
    found = place_in(cursor).get(name)
    if found is not None and not (isinstance(found, int) and 0 <= found < 2**60):
        raise _no_cursor()
    return found


def word_in(cursor: str, name: str) -> str:
    """One word of a cursor, "" without one. UserError if it is none of ours."""
    found = place_in(cursor).get(name, "")
    if not (isinstance(found, str) and found.isprintable()):
        raise _no_cursor()
    return found


def cursor_of(**place: int | str) -> str:
    """A cursor that goes on from a place."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def page(request: HttpRequest, response: HttpResponse, items: Sequence[Any], after: str | None) -> dict[str, Any]:
    """A page with its Link header."""
    if after is not None:
        asked = request.GET.copy()
        asked["cursor"] = after
        response.headers["Link"] = f'<{request.path}?{asked.urlencode()}>; rel="next"'
    return {"items": list(items), "next": after}


def part(
    request: HttpRequest, response: HttpResponse, every: Sequence[Any], limit: int, cursor: str
) -> dict[str, Any]:  # fmt: skip
    """A page of a list that is at hand as a whole."""
    skip = number_in(cursor, "skip") or 0
    after = cursor_of(skip=skip + limit) if skip + limit < len(every) else None
    return page(request, response, every[skip : skip + limit], after)


def _no_cursor() -> UserError:
    return UserError("this is no cursor of this list", do="begin without one, and go on with the `next` of each page")
