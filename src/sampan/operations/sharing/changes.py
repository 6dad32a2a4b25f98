"""What a recipient reads of corrections: that there were any, and the difference where its clause tells it at once.

The difference holds figures: reading it is an opening, and it closes with the release. Of a scheduled correction the
recipient learns that it comes, neither which cells nor how many; its digest, from which a small count could be
guessed, is the office's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from sampan.model.errors import UserError
from sampan.operations.sharing.after import note_opening, still_open
from sampan.operations.sharing.release_states import state_of
from sampan.store.models import Outbox, ReleaseRecord

CORRECTED = "release:corrected"
NO_FIGURE = {"value_before": None, "value_after": None}
OURS = frozenset({"digest"})  # what the office keeps with the message for itself


@dataclass(frozen=True)
class Correction:
    """One correction as its recipient was told of it; `cells` is None where only that it comes is told."""

    at: datetime
    cells: int | None


def corrections(code: str, post: str) -> list[Correction]:
    """The corrections of a release to this post, newest first; without figures."""
    return [
        Correction(one.at, len(one.facts["difference"]) if "difference" in one.facts else None)
        for one in _told(code, post)
    ]


def changes(code: str, post: str, now: datetime) -> list[dict[str, Any]]:
    """The cells that differ from the release, as last told: what they are, value_before, value_after, status_after.

    Empty where no difference was told; else an opening is noted. Refused once the release is closed; UserError for a
    release that is not this post's.
    """
    record = ReleaseRecord.objects.filter(code=code, recipient=post).first()
    if record is None:
        raise UserError(
            f"there is no release {code!r} for this post",
            kept="nothing was changed",
            do="`sampan releases list --post POST` shows what a post was given",
        )
    still_open(record, now)
    found = next((one.facts["difference"] for one in _told(code, post) if "difference" in one.facts), None)
    if found is None:
        return []
    with transaction.atomic():
        note_opening(record, post, now)
    return list(found)


def readable(kind: str, facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The facts of a message as they may be read now: once its release is closed, which cells differ, and no figure."""
    if kind != CORRECTED:
        return facts
    shown = {name: value for name, value in facts.items() if name not in OURS}
    record = ReleaseRecord.objects.filter(code=facts.get("release", "")).first()
    if "difference" in shown and (record is None or state_of(record, now) != "open"):
        shown["difference"] = [{**cell, **NO_FIGURE} for cell in shown["difference"]]
    return shown


def _told(code: str, post: str) -> list[Outbox]:
    return list(Outbox.objects.filter(kind=CORRECTED, to_post=post, facts__release=code).order_by("-pk"))
