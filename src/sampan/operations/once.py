"""Sent once: a sender's own token for one sending, and the delivery it became.

A link that breaks before the answer comes leads the sender to try again; the second try is answered with the delivery
of the first. Pages take the token from the draft, the API from its idempotency key. Only a digest of it is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.operations import receiving
from sampan.operations.receiving import Act, Receipt
from sampan.store.home import Store
from sampan.store.models import Sending

STALE = timedelta(minutes=10)  # a sending that says nothing for so long was cut short by a crash


@dataclass(frozen=True)
class Outgoing:
    """A file on its way to becoming a delivery of a source."""

    store: Store
    source: Source
    path: Path
    published_at: datetime | None = None


def became(post: str, token: str) -> str | None:
    """The code of the delivery that a token's sending became; None if it was not sent, or is under way."""
    found = Sending.objects.filter(post=post, token=_digest(token)).first()
    return found.delivery or None if found else None


def receive(outgoing: Outgoing, act: Act, token: str) -> Receipt | str:
    """Receive a file unless its token was sent before: then the code of the delivery it became.

    UserError while the first sending is still under way. A refused or unreadable file leaves the token unused.
    A crash between receiving and noting leaves a token without a delivery: the file may be sent again, and its bytes
    count once.
    """
    digest = _digest(token)
    if not _claimed(act.actor, digest, act.now):
        if code := became(act.actor, token):
            return code
        raise UserError("this file is being received", kept="what was received", do="look at your deliveries")
    mine = Sending.objects.filter(post=act.actor, token=digest)
    try:
        receipt = receiving.receive(
            outgoing.store, outgoing.source, outgoing.path, act, published_at=outgoing.published_at
        )
    except BaseException:
        mine.delete()
        raise
    mine.update(delivery=receipt.delivery)
    return receipt


def _claimed(post: str, digest: str, now: datetime) -> bool:
    Sending.objects.filter(post=post, token=digest, delivery="", at__lt=now - STALE).delete()
    try:
        with transaction.atomic():
            Sending.objects.create(post=post, token=digest, at=now)
    except IntegrityError:
        return False
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
