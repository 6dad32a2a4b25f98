"""API keys: of the own post, and for a coordinator of the whole party. A key is shown once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import Field

from sampan.api.doors import actor, opens
from sampan.api.fields import Said, Text
from sampan.operations import apikeys, homes
from sampan.operations.apikeys import NewKey
from sampan.people.models import ApiKey, Post

router = Router(tags=["keys"])


class Key(Schema):
    """A key without its secret."""

    key: str
    name: str
    post: str
    scopes: list[str]
    state: str
    made_at: datetime
    expires_at: datetime
    used_on: date | None


class KeyToMake(Schema):
    """What a key is for, what it may do, and how many days it lasts; `post` for a coordinator making another's."""

    name: Said
    scopes: Annotated[list[Text], Field(min_length=1, max_length=50)]
    days: Annotated[int, Field(ge=1, le=apikeys.LONGEST_DAYS)] = apikeys.USUAL_DAYS
    post: Text | None = None


class KeyShown(Key):
    """A key with its secret, which is shown now and never again."""

    secret: str


@router.get("/keys", **opens(None, list[Key]))
def list_keys(request: HttpRequest) -> Any:
    """The keys one keeps, newest first."""
    return [_told(one) for one in apikeys.kept(actor(request).sitting())]


@router.post("/keys", **opens(None, KeyShown, status=201))
def make_key(request: HttpRequest, new: KeyToMake) -> Any:
    """Make a key. A key makes no wider key: its own scopes are the most it can give."""
    who, now = actor(request), datetime.now(UTC)
    if who.scopes is not None and not set(new.scopes) <= who.scopes:
        raise Http404
    post = who.post if new.post is None else Post.objects.select_related("party").filter(code=new.post).first()
    if post is None or post.party_id != who.post.party_id:
        raise Http404
    shown = apikeys.make(homes.opened(), who.sitting(), post, NewKey(new.name, new.scopes, new.days), now)
    return Status(201, _told(shown.key) | {"secret": shown.secret})


@router.delete("/keys/{key}", **opens(None, Key))
def revoke_key(request: HttpRequest, key: Annotated[str, Path(pattern=r"^[a-z2-7]{12}$")]) -> Any:
    """End a key at once."""
    who = actor(request).sitting()
    if not apikeys.kept(who).filter(public=key).exists():
        raise Http404
    return _told(apikeys.revoke(who, key, datetime.now(UTC)))


def _told(one: ApiKey) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("name", "scopes", "made_at", "expires_at", "used_on")}
    return {"key": one.public, "post": one.post.code, "state": apikeys.state(one, datetime.now(UTC)), **facts}
