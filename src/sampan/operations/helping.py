"""Help between posts: laboratory confirmation, a mapping, a translation, a second reading; asked or offered.

    ask or offer -> open      answer -> taken, its writer is told      thank or end -> the other is told

Every step is an Entry of the parties it concerns. The words are seen by every post of the directory, so what looks like
a person in them is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sampan.model.errors import UserError
from sampan.operations.receiving import Act
from sampan.operations.sharing.gates import party_of
from sampan.store import entries, numbering
from sampan.store.models import HelpRecord, Outbox
from sampan.vocab.personal import lexicon
from sampan.vocab.text import native_digits

SIDES = {"ask": "help:ask", "offer": "help:offer"}
ENDS = {"thanked": "help:thanked", "ended": "help:ended"}
KINDS = ("laboratory", "mapping", "translation", "second-reading")
LONGEST = timedelta(days=90)
SHOWN = timedelta(days=30)  # for so long what is done stays on the page


@dataclass(frozen=True)
class Line:
    """What a post writes: ask or offer, of what kind, in its words, until when."""

    side: str
    kind: str
    words: str
    until: date
    language: str = "en"


def write(line: Line, act: Act) -> str:
    """Ask or offer; the line's code. UserError for an unknown kind, a day past or far, or words that hold a person."""
    _fits(line, act.now.date())
    with transaction.atomic():
        number = numbering.following(HelpRecord)
        record = HelpRecord.objects.create(
            code=numbering.code(HelpRecord, number), side=line.side, kind=line.kind, post=act.actor,
            party=party_of(act.actor), words=line.words.strip(), language=line.language, until=line.until,
            made_at=act.now,
        )  # fmt: skip
        _entry(record, SIDES[line.side], act, [record.party])
    return record.code


def answer(code: str, act: Act) -> None:
    """Take a line up. UserError if it is not open, or the post's own."""
    with transaction.atomic():
        record = HelpRecord.objects.select_for_update().filter(code=code, state="open").first()
        if record is None or record.post == act.actor or record.until < act.now.date():
            raise UserError("there is no such line to answer", kept="nothing was changed", do="see the page Help")
        record.state, record.taken_by, record.taken_at = "taken", act.actor, act.now
        record.save(update_fields=["state", "taken_by", "taken_at"])
        _tell(record, record.post, "help:answered", act.now)
        _entry(record, "help:answered", act, [record.party, party_of(act.actor)])


def end(code: str, act: Act, thanks: str = "") -> None:
    """Its writer ends a line, with thanks if somebody took it up. UserError if it is another's or over."""
    with transaction.atomic():
        found = HelpRecord.objects.select_for_update().filter(code=code, post=act.actor, state__in=("open", "taken"))
        record = found.first()
        if record is None:
            raise UserError("there is no such line of this post", kept="nothing was changed", do="see the page Help")
        _no_person(thanks)
        record.state = "thanked" if thanks and record.taken_by else "ended"
        record.thanks, record.ended_at = thanks.strip(), act.now
        record.save(update_fields=["state", "thanks", "ended_at"])
        parties = [record.party]
        if record.taken_by:
            parties.append(party_of(record.taken_by))
            _tell(record, record.taken_by, ENDS[record.state], act.now)
        _entry(record, ENDS[record.state], act, parties)


def lines(now: datetime, post: str = "") -> list[dict[str, Any]]:
    """Open lines, those that end soonest first; then what was taken up or done lately. `post`: whose view it is."""
    found = HelpRecord.objects.exclude(state__in=("ended", "thanked"), ended_at__lt=now - SHOWN).order_by("until", "pk")
    told = [_told(one, now, post) for one in found]
    return sorted(told, key=lambda one: one["state"] != "open")


def _told(one: HelpRecord, now: datetime, post: str) -> dict[str, Any]:
    state = "late" if one.state == "open" and one.until < now.date() else one.state
    return {
        "help": one.code, "side": one.side, "kind": one.kind, "post": one.post, "words": one.words,
        "language": one.language, "until": one.until.isoformat(), "days_left": (one.until - now.date()).days,
        "state": state, "taken_by": one.taken_by, "thanks": one.thanks, "mine": one.post == post,
    }  # fmt: skip


def _fits(line: Line, today: date) -> None:
    if line.side not in SIDES or line.kind not in KINDS:
        raise UserError(f"{line.side} {line.kind!r} is not known", do=f"one of {', '.join(KINDS)}, asked or offered")
    if not today <= line.until <= today + LONGEST:
        raise UserError("the day is past, or too far", do=f"choose one within {LONGEST.days} days")
    if not 0 < len(line.words.strip()) <= 400:
        raise UserError("say in up to 400 letters what is needed", kept="nothing was kept")
    _no_person(line.words)


def _no_person(text: str) -> None:
    """Refuse a telephone, an e-mail or a named patient: every post reads these words."""
    plain = native_digits(text)
    if any(re.search(pattern, plain) for _, pattern in lexicon.free_text()):
        raise UserError(
            "these words seem to hold a person or a number to call",
            kept="nothing was kept",
            do="leave it out; the directory has the duty numbers",
        )


def _tell(record: HelpRecord, to: str, kind: str, now: datetime) -> None:
    facts = {"help": record.code, "kind": record.kind}
    Outbox.objects.create(to_party=party_of(to), to_post=to, kind=kind, facts=facts, at=now)


def _entry(record: HelpRecord, kind: str, act: Act, parties: list[str]) -> None:
    body = {"help": record.code, "kind": record.kind, "post": act.actor, "until": record.until.isoformat()}
    entries.append(kind, body, sorted(set(parties)), at=act.now, rows=[record])
