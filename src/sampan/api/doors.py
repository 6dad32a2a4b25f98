"""Who asks, and what an endpoint asks of them: default deny, and a right for each route.

Two ways in: `Authorization: Bearer smp_...`, a key of a post with scopes; or the session of the pages, whose writing
requests carry the CSRF token. A right that the post, or the key, does not have answers as what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer

from sampan.api import idempotent, limits
from sampan.api.problems import Problem
from sampan.model.errors import Refused
from sampan.operations import apikeys, homes
from sampan.operations.proving import reads
from sampan.operations.receiving import Act
from sampan.people.models import Post, Seat
from sampan.people.roles import Right

USUAL_PROBLEMS = (400, 401, 403, 404, 405, 413, 422, 429)


@dataclass(frozen=True)
class Actor:
    """The post that asks now, the seat behind it, and the scopes of its key (None: a session, all of its rights)."""

    post: Post
    seat: Seat | None
    scopes: frozenset[str] | None
    name: str  # what its rate is counted under

    @property
    def party(self) -> str:
        """The code of the post's party."""
        return self.post.party.code

    def may(self, right: Right) -> bool:
        """True if the post has the right and the key, if one is used, was given it."""
        return self.post.may(right) and (self.scopes is None or right.value in self.scopes)

    def sitting(self) -> Seat:
        """The seat, for what only a person seated does. Refused for a key that no seated person made."""
        if self.seat is None or self.seat.post_id != self.post.pk:
            raise Refused(
                "this act needs a key made from the post's own seat", rule="own-keys", kept="nothing was changed",
                do="make the key on My account as that post",
            )  # fmt: skip
        return self.seat


class ByKey(HttpBearer):
    """An API key."""

    def __init__(self, right: Right | None) -> None:
        self.right = right
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor behind an open key. A wrong one is counted against the address it comes from."""
        limits.address(request, spend=False)
        key = apikeys.found(homes.opened(), token.strip(), datetime.now(UTC))
        if key is None:
            limits.address(request)
            raise AuthenticationError
        actor = Actor(key.post, key.made_by, frozenset(key.scopes), f"key:{key.public}")
        return _let_in(request, actor, self.right)


class BySession(APIKeyCookie):
    """The session of somebody who signed in to the pages."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, right: Right | None) -> None:
        self.right = right
        super().__init__()

    def __call__(self, request: HttpRequest) -> Actor | None:
        """None for a stranger; only then is the CSRF token looked at."""
        seat = getattr(request, "seat", None)
        if seat is None:
            return None
        self._get_key(request)
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, _key: str | None) -> Actor | None:
        """The actor of this session's seat."""
        seat: Seat = request.seat  # type: ignore[attr-defined]  # set by the pages' middleware
        return _let_in(request, Actor(seat.post, seat, None, f"seat:{seat.pk}"), self.right)


def opens(right: Right | None, answers: Any = None, *more: int, status: int = 200) -> dict[str, Any]:
    """What a route needs to be told: who may call it, what it answers, and which problems besides the usual."""
    problems: dict[int, Any] = dict.fromkeys(sorted({*USUAL_PROBLEMS, *more}), Problem)
    extra = {"x-right": right.value if right else "any post"}
    return {
        "auth": [ByKey(right), BySession(right)],
        "response": {status: answers, **problems},
        "openapi_extra": extra,
    }


def actor(request: HttpRequest) -> Actor:
    """Who asks, on a guarded route."""
    found: Actor = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found


def act(request: HttpRequest) -> Act:
    """This post acts now."""
    return Act(actor(request).post.code, datetime.now(UTC))


def _let_in(request: HttpRequest, who: Actor, right: Right | None) -> Actor:
    limits.post(who.name)
    if right is not None and not who.may(right):
        raise Http404
    reads.by_staff(who.post, right, who.name, request.get_full_path(), datetime.now(UTC))
    idempotent.begin(request, who.post.code)
    return who
