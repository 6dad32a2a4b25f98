"""What waits for a post, in words: findings to answer, words to say at a gate, and the latest messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sampan.operations import belonging, homes
from sampan.operations.discrepancies import showing
from sampan.operations.messages import said
from sampan.operations.proving import news
from sampan.operations.sharing import built_on, gates, pending, reviews_of_drafts, terms
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.web.reader import Reader

MESSAGES_SHOWN, MESSAGES_READ = 5, 30
TO_ANNOUNCER = ("publication:answered", "publication:review-over", *built_on.KINDS)
TO_INFORMING = ("informing:seen", "informing:due")
OF_RECIPIENT = ("release:corrected", "release:ended")  # what a recipient reads on the page of the release
SUBJECTS = (
    "informing",
    "publication",
    "delivery",
    "discrepancy",
    "release",
    "request",
    "help",
    "agreement",
    "source",
    "draft",
    "case",
    "post",
    "due",
)


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


def publications(post: Post, now: datetime) -> int:
    """How many publications wait for this post's answer: before their day, or for the word they cannot do without."""
    if not (post.may(Right.ABROAD) and post.may(Right.AGREE)):
        return 0
    found = [one for one in reviews_of_drafts.asked_of(post.code, now) if one["state"] == "open"]
    return sum(
        one["reviews"][0]["state"] not in ("agreed", "refused") and not one["reviews"][0]["may"] for one in found
    )


def told(party: str, post: str, reads: Reader, now: datetime) -> list[dict[str, Any]]:
    """The latest messages: what happened, to what, when."""
    found = belonging.messages(party, post, MESSAGES_READ, now)
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:  # newest first; what was told of one thing several times is one line
        subject = next((one["facts"][name] for name in SUBJECTS if one["facts"].get(name)), "")
        said_of = (str(said(one["kind"])), subject)
        lines.setdefault(said_of, {
            "what": said(one["kind"]),
            "subject": subject,
            "delivery": one["facts"].get("delivery", ""),
            "discrepancy": one["facts"].get("discrepancy", ""),
            "release": _release_of(one),
            "page": _page_of(one),
            "agreement": _agreement_of(one),
            "until": reads.day(date.fromisoformat(one["facts"]["day"])) if one["kind"] in terms.KINDS else "",
            "mark": bool(one["facts"].get("mark")),
            "of_log": one["kind"] in news.KINDS,
            "at": reads.moment(one["at"]),
        })  # fmt: skip
    return list(lines.values())[:MESSAGES_SHOWN]


def _agreement_of(one: dict[str, Any]) -> tuple[str, str] | None:
    """(code, version) of the agreement whose own page says more."""
    code, _, version = str(one["facts"].get("agreement", "")).partition(" v")
    return (code, version) if one["kind"] in terms.KINDS else None


def _page_of(one: dict[str, Any]) -> tuple[str, str] | None:
    """(page, code) of a publication, or of what WHO is informed of: each side has a page of its own."""
    facts, kind = one["facts"], one["kind"]
    if "informing" in facts:
        return ("informing" if kind in TO_INFORMING else "evidence"), str(facts["informing"])
    if "publication" in facts:
        return ("publication" if kind in TO_ANNOUNCER else "publication-review"), str(facts["publication"])
    return None


def _release_of(one: dict[str, Any]) -> str:
    """The release whose own page says more: what an owner is told of one names whom it was told to."""
    facts = one["facts"]
    return str(facts["release"]) if one["kind"] in OF_RECIPIENT and "told" not in facts else ""
