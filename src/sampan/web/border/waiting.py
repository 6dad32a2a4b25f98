"""What waits for a post, in words: findings to answer, words to say at a gate, and the latest messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from sampan.operations import belonging, homes
from sampan.operations.discrepancies import showing
from sampan.operations.proving import news
from sampan.operations.sharing import gates, pending
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.reader import Reader

MESSAGES_SHOWN, MESSAGES_READ = 5, 30
KINDS = {
    "delivery:committed": gettext_lazy("A delivery was read; its figures stand"),
    "delivery:late": gettext_lazy("A delivery is late"),
    "delivery:withdrawn": gettext_lazy("A delivery was withdrawn"),
    "gate:waits": gettext_lazy("Something waits for a word"),
    "gate:answered": gettext_lazy("A word was said"),
    "release:granted": gettext_lazy("Figures were released"),
    "release:corrected": gettext_lazy("Released figures were corrected"),
    "release:ended": gettext_lazy("A release ended"),
    "discrepancy:told": gettext_lazy("Two figures for one thing"),
    "agreement:moved": gettext_lazy("An agreement took a step"),
    "log:restored": gettext_lazy("The log was restored"),
    "log:lapsed": gettext_lazy("The log's witnesses are silent"),
    "key:rotated": gettext_lazy("The log has a new signing key"),
    "practice:proposed": gettext_lazy("Somebody proposes how your source counts"),
    "help:answered": gettext_lazy("Somebody takes up your line of help"),
    "help:thanked": gettext_lazy("Thanks for your help"),
    "help:ended": gettext_lazy("A line of help ended"),
    "release:used": gettext_lazy("Somebody says what came of a release"),
}
FAMILIES = {  # of a kind that has no words of its own
    "agreement": gettext_lazy("An agreement took a step"),
    "cells": gettext_lazy("The steward asks to see cells, or was answered"),
    "comparison": gettext_lazy("Figures of several sources beside each other"),
    "crosswalk": gettext_lazy("Lines of a crosswalk"),
    "delivery": gettext_lazy("A delivery changed its state"),
    "discrepancy": gettext_lazy("Two figures for one thing"),
    "emergency": gettext_lazy("An emergency was declared or ended"),
    "findings": gettext_lazy("Findings wait for an answer"),
    "gate": gettext_lazy("Something waits for a word"),
    "help": gettext_lazy("A line of help"),
    "key": gettext_lazy("A key was made or ended"),
    "log": gettext_lazy("The log tells something"),
    "mapping": gettext_lazy("The mapping of a file took a step"),
    "outage": gettext_lazy("A party declared an outage, or is back"),
    "release": gettext_lazy("A release changed its state"),
    "seat": gettext_lazy("A seat was given or taken back"),
}
SUBJECTS = ("delivery", "discrepancy", "release", "request", "help", "agreement", "source", "draft", "case", "post")


def disputed(post: Post) -> int:
    """How many figures of the party stand beside another's, or could; 0 for a post that does not see them."""
    return showing.open_count(post.party.code) if post.may(Right.FIGURES) else 0


def questions(store: Any, post: Post) -> int | None:
    """How many findings want an answer; None for a post that does not see them."""
    if not post.may(Right.FINDINGS):
        return None
    return sum(one["severity"] != "note" for one in belonging.findings(store, post.party.code))


def words(store: Any, post: Post, now: datetime) -> int | None:
    """How much waits for this post's word; None for a post that says none."""
    if not post.may(Right.WORD):
        return None
    at_gates = gates.waiting(store, post.code, homes.sources(store), now)
    return len(at_gates) + len(pending.requests(store, post.code, now))


def said(kind: str) -> Any:
    """A kind of message in words; that of its family where it has none of its own."""
    return KINDS.get(kind) or FAMILIES.get(kind.partition(":")[0], gettext_lazy("A message"))


def told(party: str, post: str, reads: Reader) -> list[dict[str, Any]]:
    """The latest messages: what happened, to what, when."""
    found = belonging.messages(party, post, MESSAGES_READ)
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:  # newest first; what was told of one thing several times is one line
        subject = next((one["facts"][name] for name in SUBJECTS if one["facts"].get(name)), "")
        said_of = (str(said(one["kind"])), subject)
        lines.setdefault(said_of, {
            "what": said(one["kind"]),
            "subject": subject,
            "delivery": one["facts"].get("delivery", ""),
            "discrepancy": one["facts"].get("discrepancy", ""),
            "mark": bool(one["facts"].get("mark")),
            "of_log": one["kind"] in news.KINDS,
            "at": reads.moment(one["at"]),
        })  # fmt: skip
    return list(lines.values())[:MESSAGES_SHOWN]
