"""What the office tells every party of the log itself: a restore, a change of key, witnesses that are silent.

Each is a list of sentences of ours, so that a reader's language has them; none of them names another party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sampan.store.models import Entry, Outbox

RESTORED, ROTATED, LAPSED = "log:restored", "key:rotated", "log:lapsed"
KINDS = (RESTORED, ROTATED, LAPSED)


@dataclass(frozen=True)
class News:
    """One message: its sentences, acts to be said again (kind, subject, on), and the entry that proves it."""

    kind: str
    at: datetime
    sentences: list[str]
    acts: list[dict[str, str]] = field(default_factory=list)
    entry: int | None = None
    key: str = ""  # the log's new public key, of a change of key


def of_party(party: str, limit: int = 5) -> list[News]:
    """The newest of these messages to a party as a whole."""
    found = Outbox.objects.filter(to_party=party, to_post="", kind__in=KINDS).order_by("-pk")[:limit]
    return [
        News(
            one.kind,
            one.at,
            sentences(one.kind, one.facts),
            one.facts.get("acts", []),
            _entry(party, one),
            one.facts.get("new", "") if one.kind == ROTATED else "",
        )
        for one in found
    ]


def sentences(kind: str, facts: Mapping[str, Any]) -> list[str]:
    """What a message says, in English and in order; empty for other kinds."""
    match kind:
        case "log:restored" if "last" in facts:
            return _restored(facts)
        case "log:restored":  # told by an older version, in one piece
            return [str(facts.get("message", ""))]
        case "key:rotated":
            return _rotated(facts)
        case "log:lapsed":
            return _lapsed(facts)
        case _:
            return []


def _restored(facts: Mapping[str, Any]) -> list[str]:
    last = facts["last"]
    here = (
        f"{last['delivery']} of {_moment(last['at'])} is the last delivery of yours that is here."
        if last
        else "No delivery of yours is here."
    )
    return [
        f"The office was restored from a backup made at {_moment(facts['backup_made_at'])}.",
        here,
        "Send again whatever you delivered later.",
        "Say again what you signed, agreed, passed, withdrew or settled later.",
        "Of a release that you made or received later the office knows nothing.",
    ]


def proved(lost: list[str]) -> list[str]:
    """That receipts prove some acts to be lost, as one sentence for who reads no list."""
    return [f"Receipts prove these to be lost; send or say each of them again: {', '.join(lost)}."] if lost else []


def _rotated(facts: Mapping[str, Any]) -> list[str]:
    first = "The log has a new signing key."
    if not facts.get("old"):
        return [first]  # of a log that had none
    if facts.get("lost"):
        return [
            first,
            "The old key was lost and did not sign for it: compare it with what the office gives you on paper, and ask "
            "other partners whether they were given the same.",
        ]
    return [
        first,
        "Add it to the keys you keep: the proof of this change, which the old key signed, shows that it is the log's.",
    ]


def _lapsed(facts: Mapping[str, Any]) -> list[str]:
    needed, witnesses = facts.get("needed"), facts.get("witnesses")
    return [
        f"Fewer than {needed} of {witnesses} witnesses have signed the newest state of the log.",
        "Routine releases wait until enough have signed; alerts, emergencies, corrections and withdrawals do not wait."
        if facts.get("routine_waits")
        else "Routine releases still go out.",
    ]


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"


def _entry(party: str, one: Outbox) -> int | None:
    """The entry of the act that was told; a lapse is none."""
    found = Entry.objects.filter(kind=one.kind, at=one.at, parties__contains=f"|{party}|")
    return found.order_by("index").values_list("index", flat=True).first()
