"""What the sides of a case say: consent, explain, propose, agree, differ. Nothing a side says changes a figure.

An agreed figure stands beside both originals, as a note; who says nothing is late, and nothing else follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from sampan.model.discrepancies import CAUSES, LANGUAGES
from sampan.model.errors import Refused, UserError
from sampan.operations import homes
from sampan.operations.discrepancies import resting
from sampan.operations.discrepancies.allowing import gate
from sampan.operations.discrepancies.finding import find
from sampan.operations.receiving import Act
from sampan.operations.sharing.gates import party_of
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import DiscrepancyRecord, DiscrepancySide, DiscrepancyWord, Outbox

NONE_KEPT = "nothing was changed"
MOST_TEXT = 4_000


@dataclass(frozen=True)
class Said:
    """A word in one language; of a proposal also its cause and figures by the first day of their period."""

    text: str = ""
    language: str = ""
    cause: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)


def consent(store: Store, code: str, act: Act) -> None:
    """The owner lets its figures of this thing be laid beside whoever else consents. Open once both did."""
    with transaction.atomic():
        case, side = _open_side(store, code, act, ("apart",))
        if DiscrepancyWord.objects.filter(case=case, owner=side.owner, post=act.actor, kind="consent").exists():
            return
        word = _word(case, side, act, "consent", Said())
        side.consented_at = side.consented_at or act.now
        side.save(update_fields=["consented_at"])
        facts = {"discrepancy": code, "by": act.actor}
        entries.append("discrepancy:consented", facts, [side.owner], at=act.now, rows=[word, side])
    # a crash here: both consents stand; the next search opens the case
    find(store, act.now)


def explain(store: Store, code: str, said: Said, act: Act) -> None:
    """Say in one language how the own figure came about; the other side reads it as it was written."""
    _text(said, needed=True)
    _say(store, code, "explain", said, act)


def propose(store: Store, code: str, said: Said, act: Act) -> None:
    """Propose a cause and the figure of every period that differs. It replaces the side's earlier proposal."""
    _text(said, needed=False)
    if said.cause not in CAUSES:
        raise UserError(f"{said.cause!r} is no cause", kept=NONE_KEPT, do=f"choose one of: {', '.join(CAUSES)}")
    with transaction.atomic():
        case, side = _open_side(store, code, act, ("open",))
        differ = case.evidence[-1]["differ"]
        if sorted(said.figures) != sorted(differ) or any(value < 0 for value in said.figures.values()):
            raise UserError(
                "a proposal names one figure for each period that differs", kept=NONE_KEPT,
                do=f"give a figure, zero or more, for: {', '.join(differ)}",
            )  # fmt: skip
        _tell(case, side, _word(case, side, act, "propose", said), act)


def agree(store: Store, code: str, act: Act) -> None:
    """Agree to what the other side proposed last; the agreed figures stand as a note beside both originals."""
    with transaction.atomic():
        case, side = _open_side(store, code, act, ("open",))
        theirs = standing_proposal(case, besides=side.owner)
        if theirs is None:
            raise UserError(
                "the other side has proposed nothing that still stands", kept=NONE_KEPT, do="propose something yourself"
            )
        word = _word(case, side, act, "agree", Said(cause=theirs.cause, figures=theirs.figures))
        case.state, case.cause, case.agreed, case.closed_at = "agreed", theirs.cause, theirs.figures, act.now
        case.save()
        _tell(case, side, word, act)


def differ(store: Store, code: str, said: Said, act: Act) -> None:
    """Say that both figures stay as they are; once both sides say so the case ends, agreed to differ."""
    _text(said, needed=False)
    with transaction.atomic():
        case, side = _open_side(store, code, act, ("open",))
        word = _word(case, side, act, "differ", said)
        sides = {one.owner for one in case.sides.all()}
        if sides == set(case.words.filter(kind="differ").values_list("owner", flat=True)):
            case.state, case.closed_at = "differ", act.now
            case.cause = said.cause if said.cause in CAUSES else ""
            case.save()
        _tell(case, side, word, act)


def standing_proposal(case: DiscrepancyRecord, *, besides: str) -> DiscrepancyWord | None:
    """The last proposal of the other side, if it speaks of the periods that differ now."""
    found = case.words.filter(kind="propose").exclude(owner=besides).order_by("-pk").first()
    fits = found is not None and sorted(found.figures) == sorted(case.evidence[-1]["differ"])
    return found if fits else None


def sides_of(case: DiscrepancyRecord, post: str) -> list[DiscrepancySide]:
    """The sides this post may speak for: its party's."""
    parties = {party_of(post), post.split("/", maxsplit=1)[0]}
    return [side for side in case.sides.order_by("place") if side.owner in parties]


def waits_for(store: Store, case: DiscrepancyRecord, post: str, now: datetime) -> list[DiscrepancySide]:
    """Sides whose consent waits, or waited, for the word of this post at the gate to others."""
    given = set(case.words.filter(post=post, kind="consent").values_list("owner", flat=True))
    sources = homes.sources(store)
    known = [side for side in case.sides.order_by("place") if side.source in sources]
    return [
        side
        for side in known
        if side.owner in given
        or (case.state == "apart" and any(s.rule.post == post for s in gate(store, side, sources[side.source], now)))
    ]


def no_such(code: str) -> Refused:
    """The same for a case that is not there and for one of others."""
    return Refused(
        f"there is no discrepancy {code} of yours",
        rule="own-case",
        kept=NONE_KEPT,
        do="`sampan discrepancies list` shows yours",
    )


def _open_side(
    store: Store, code: str, act: Act, states: tuple[str, ...]
) -> tuple[DiscrepancyRecord, DiscrepancySide]:  # fmt: skip
    case = DiscrepancyRecord.objects.select_for_update().filter(code=code).first()
    mine = sides_of(case, act.actor) or waits_for(store, case, act.actor, act.now) if case else []
    if case is None or not mine or not resting.stands(case):
        raise no_such(code)
    if case.state not in states:
        raise UserError(f"this does not fit the discrepancy as it stands: {case.state}", kept=NONE_KEPT)
    return case, mine[0]


def _say(store: Store, code: str, kind: str, said: Said, act: Act) -> None:
    with transaction.atomic():
        case, side = _open_side(store, code, act, ("open",))
        _tell(case, side, _word(case, side, act, kind, said), act)


def _word(case: DiscrepancyRecord, side: DiscrepancySide, act: Act, kind: str, said: Said) -> DiscrepancyWord:
    return DiscrepancyWord.objects.create(
        case=case, owner=side.owner, post=act.actor, kind=kind, language=said.language, text=said.text.strip(),
        cause=said.cause, figures=dict(said.figures), at=act.now,
    )  # fmt: skip


def _tell(case: DiscrepancyRecord, side: DiscrepancySide, word: DiscrepancyWord, act: Act) -> None:
    """The other side is told that something was said; the text itself stays in the case and out of the log."""
    owners = sorted({one.owner for one in case.sides.all()})
    kind = _SAID[word.kind]
    facts: dict[str, Any] = {"discrepancy": case.code, "by": act.actor, "state": case.state, "cause": word.cause}
    for owner in owners:
        if owner != side.owner:
            Outbox.objects.create(to_party=owner, kind=kind, facts=facts, at=act.now)
    entries.append(kind, facts, owners, at=act.now, rows=[word, case])


_SAID = {
    "explain": "discrepancy:explained",
    "propose": "discrepancy:proposed",
    "agree": "discrepancy:agreed",
    "differ": "discrepancy:differed",
}


def _text(said: Said, *, needed: bool) -> None:
    if needed and not said.text.strip():
        raise UserError("an explanation needs words", kept=NONE_KEPT)
    if len(said.text) > MOST_TEXT:
        raise UserError(f"at most {MOST_TEXT:,} letters", kept=NONE_KEPT)
    if said.text and said.language not in LANGUAGES:
        raise UserError(
            f"{said.language!r} is no language we write", kept=NONE_KEPT, do=f"choose one of: {', '.join(LANGUAGES)}"
        )
