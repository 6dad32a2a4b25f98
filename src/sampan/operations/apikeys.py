"""API keys: a post's holder or its party's coordinator makes and ends them; each is shown once and kept as a digest.

A key never does more than its post, its scopes and its day allow, and ends with its maker's seat. Making and ending
one is told to the party's coordinators and appended to the log in the same transaction; a crash leaves all or nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sampan.model.errors import Refused, UserError
from sampan.people.models import ApiKey, Party, Post, Seat
from sampan.people.roles import OFFICE, RIGHTS, Right
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import Outbox

PEPPER = "api-pepper"
LONGEST_DAYS = 400
USUAL_DAYS = 90
_KEY = re.compile(r"smp_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class NewKey:
    """What is asked for: a name that says what it is for, rights of the post, and how many days it lasts."""

    name: str
    scopes: Sequence[str]
    days: int = USUAL_DAYS


@dataclass(frozen=True)
class Shown:
    """A key as it is shown once."""

    key: ApiKey
    secret: str


def make(store: Store, by: Seat, post: Post, new: NewKey, now: datetime) -> Shown:
    """A key for one's own post, or for a post of the party one coordinates. Refused alike for any other post."""
    _may_keep(by, post)
    return _made(store, post, new, now, seat=by, actor=by.post.code)


def make_unseated(store: Store, code: str, new: NewKey, now: datetime, *, invented: bool) -> Shown:
    """From the command line, by whoever runs the machine: for posts of the office, or in an invented home alone."""
    post = Post.objects.select_related("party").filter(code=code, closed_at=None).first()
    if post is None:
        raise UserError(f"no post is called {code!r}", kept="nothing was changed", do="`sampan api-keys posts`")
    if post.party.kind != OFFICE and not invented:
        raise _stranger()
    return _made(store, post, new, now, seat=None, actor=f"{OFFICE}/operator")


def revoke(by: Seat, public: str, now: datetime) -> ApiKey:
    """End a key of one's own post, or of the party one coordinates. UserError alike for none and for another's."""
    found = kept(by).filter(public=public).first()
    if found is None:
        raise _no_key(public)
    return _ended(found, by.post.code, now)


def revoke_unseated(public: str, now: datetime) -> ApiKey:
    """End any key, from the command line: stopping a leak never waits for its owner, who is told."""
    found = ApiKey.objects.select_related("post__party").filter(public=public).first()
    if found is None:
        raise _no_key(public)
    return _ended(found, f"{OFFICE}/operator", now)


def kept(by: Seat) -> QuerySet[ApiKey]:
    """The keys somebody may see and end: of the own post, and of the whole party for its coordinators; newest first."""
    mine = Q(post=by.post)
    if by.post.may(Right.PEOPLE):
        mine |= Q(post__party=by.post.party)
    return ApiKey.objects.filter(mine).select_related("post__party", "made_by").order_by("-pk")


def every() -> QuerySet[ApiKey]:
    """Every key, newest first; for whoever runs the machine."""
    return ApiKey.objects.select_related("post", "made_by").order_by("-pk")


def scopes_of(post: Post) -> list[str]:
    """What a key of this post may be given."""
    return sorted(right.value for right in RIGHTS.get(post.role, frozenset()))


def state(key: ApiKey, now: datetime) -> str:
    """open, revoked, expired, or ended with its maker's seat or its post."""
    if key.revoked_at is not None:
        return "revoked"
    if now >= key.expires_at:
        return "expired"
    if key.post.closed_at is not None or (key.made_by is not None and key.made_by.until is not None):
        return "ended"
    return "open"


def found(store: Store, said: str, now: datetime) -> ApiKey | None:
    """The open key behind what a program says; None for every other reason alike."""
    match = _KEY.fullmatch(said)
    if match is None:
        return None
    key = ApiKey.objects.select_related("post__party", "made_by__post__party").filter(public=match[1]).first()
    kept_digest = key.digest if key else "0" * 64
    right = hmac.compare_digest(kept_digest, _digest(store, said))
    if key is None or not right or state(key, now) != "open":
        return None
    if key.used_on != now.date():
        ApiKey.objects.filter(pk=key.pk).update(used_on=now.date())
    return key


def sealing_key(store: Store, purpose: str) -> bytes:
    """32 bytes bound to a purpose and to the API pepper."""
    return hmac.digest(store.key(PEPPER), purpose.encode(), "sha256")


def _made(store: Store, post: Post, new: NewKey, now: datetime, *, seat: Seat | None, actor: str) -> Shown:
    _check(post, new)
    public = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(12))
    secret = f"smp_{public}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            post=post, made_by=seat, name=new.name.strip(), public=public, digest=_digest(store, secret),
            scopes=sorted(set(new.scopes)), made_at=now, expires_at=now + timedelta(days=new.days),
        )  # fmt: skip
        facts = {"key": public, "post": post.code, "scopes": key.scopes, "expires_at": key.expires_at, "by": actor}
        _said("key:api-made", post.party, facts, now, key)
    return Shown(key, secret)


def _ended(key: ApiKey, by: str, now: datetime) -> ApiKey:
    with transaction.atomic():
        locked = ApiKey.objects.select_for_update().select_related("post__party").get(pk=key.pk)
        if locked.revoked_at is None:
            locked.revoked_at, locked.revoked_by = now, by
            locked.save(update_fields=["revoked_at", "revoked_by"])
            facts = {"key": locked.public, "post": locked.post.code, "by": by}
            _said("key:api-revoked", locked.post.party, facts, now, locked)
    return locked


def _check(post: Post, new: NewKey) -> None:
    known = scopes_of(post)
    unknown = sorted(set(new.scopes) - set(known))
    if unknown or not new.scopes:
        what = f"{unknown[0]!r} is no right of this post" if unknown else "a key needs at least one scope"
        raise UserError(what, kept="no key was made", do=f"choose among: {', '.join(known)}")
    if not 1 <= new.days <= LONGEST_DAYS:
        raise UserError(f"a key lasts 1 to {LONGEST_DAYS} days", kept="no key was made", do="choose a number of days")
    if not new.name.strip():
        raise UserError("a key needs a name", kept="no key was made", do="say what it is for")


def _may_keep(by: Seat, post: Post) -> None:
    coordinates = by.post.party_id == post.party_id and by.post.may(Right.PEOPLE)
    if by.until is not None or post.closed_at is not None or not (by.post_id == post.pk or coordinates):
        raise _stranger()


def _digest(store: Store, said: str) -> str:
    return hmac.new(store.key(PEPPER), said.encode(), hashlib.sha256).hexdigest()


def _said(kind: str, party: Party, facts: dict[str, Any], now: datetime, key: ApiKey) -> None:
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    for post in party.posts.filter(role="coordinator", closed_at=None).values_list("code", flat=True):
        Outbox.objects.create(to_party=party.code, to_post=post, kind=kind, facts=told, at=now)
    entries.append(kind, told, [party.code], at=now, rows=[key])


def _stranger() -> Refused:
    """The same words whether the other party's post exists or not."""
    return Refused(
        "only a post's holder or its party's coordinator keeps its API keys", rule="own-keys", kept="no key was made",
        do="open My account as that post",
    )  # fmt: skip


def _no_key(public: str) -> UserError:
    return UserError(f"you keep no API key {public!r}", kept="nothing was changed", do="My account lists them")
