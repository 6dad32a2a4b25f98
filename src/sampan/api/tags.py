"""Tags of single things that move: GET says ETag, and a move with If-Match of an older state is answered 412."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from sampan.api.problems import Changed


def tag_of(thing: Any) -> str:
    """The tag of a thing as the API tells it."""
    text = json.dumps(thing, sort_keys=True, default=str, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tagged(response: HttpResponse, thing: Any) -> Any:
    """The thing, its tag set on the answer."""
    response.headers["ETag"] = tag_of(thing)
    return thing


def must_match(request: HttpRequest, thing: Any) -> None:
    """Changed if the request says If-Match and the thing is no longer that."""
    said = request.headers.get("If-Match")
    if said is None or said.strip() == "*":
        return
    if tag_of(thing) not in [one.strip() for one in said.split(",")]:
        raise Changed
