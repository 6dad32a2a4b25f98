"""What each partner will see of a source, and what waits for whose word: asked of the same rule that decides releases.

Every agreement in force that both sides signed is asked, for each post it names and each purpose its clauses know.
A post that no clause reaches is not listed: it sees nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sampan.model.agreements import OFFICE, Agreement, Clause
from sampan.model.decisions import Asked, Part, Request
from sampan.model.sources import Source
from sampan.operations.sharing.frozen import freeze
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.decide import decide
from sampan.sharing.reasons import sentence
from sampan.sharing.vocabularies import label
from sampan.store.home import Store
from sampan.store.models import AgreementVersion


@dataclass(frozen=True)
class Told:
    """One partner's post and purpose: the outcome for one set of conditions, how fine, whose word, and why."""

    post: str
    purpose: str
    outcome: str  # allow, coarsen, needs-approval, deny
    conditions: tuple[str, ...]
    how: str = ""  # "province, week" in the reader's language
    approver: str | None = None
    rule: str = ""
    says: str = ""


@dataclass(frozen=True)
class Window:
    """Conditions and days that are asked about, and the language of the answer."""

    conditions: tuple[str, ...]
    first: date
    last: date
    language: str = "en"


def partners(store: Store, source: Source, post: str, window: Window, now: datetime) -> list[Told]:
    """What each post across an agreement would be told of these conditions and days, by post and purpose."""
    mine = party_of(post)
    found = {
        (to, purpose, clause.grains)
        for agreement in _in_force(mine)
        for clause in agreement.clauses
        if clause.owner == mine and clause.effect == "permit" and _speaks_of(clause, source)
        for to in _posts(agreement, clause, mine)
        for purpose in clause.scope.purposes
    }
    told: dict[tuple[Any, ...], Told] = {}
    for to, purpose, grains in sorted(found, key=str):
        asked = Asked(grains[0].level, grains[0].period) if grains else Asked(1, "week")
        for one in _asked(store, source, to, purpose, asked, window, now):
            told.setdefault((one.post, one.purpose, one.outcome, one.conditions, one.how), one)
    return sorted(told.values(), key=lambda one: (one.post, one.purpose, one.conditions))


def _in_force(party: str) -> list[Agreement]:
    """Agreements in force that the party signed."""
    found = AgreementVersion.objects.filter(state="in-force", parties__contains=f"|{party}|").order_by("code")
    return [agreement_of(one.text, one.code) for one in found]


def _asked(
    store: Store, source: Source, to: str, purpose: str, asked: Asked, window: Window, now: datetime
) -> list[Told]:
    request = Request(
        id="Q-preview", post=to, purpose=purpose, conditions=window.conditions, places=(source.country,),
        measures=("cases",), data_from=window.first, data_to=window.last, asked=asked, sources=(source.id,),
    )  # fmt: skip
    frozen = freeze(store, request, f"{to}:{purpose}:{source.id}", now)
    parts = decide(frozen.request, frozen.state, frozen.domains).parts
    by_answer: dict[tuple[Any, ...], list[Part]] = {}
    for part in parts:
        by_answer.setdefault((part.outcome, part.grain, part.approver, part.reasons[:1]), []).append(part)
    return [_told(to, purpose, same, window.language) for same in by_answer.values()]


def _told(to: str, purpose: str, parts: Sequence[Part], language: str) -> Told:
    one = parts[0]
    words = (
        (label("level", str(one.grain.level), language), label("period", one.grain.period, language))
        if one.grain
        else ()
    )
    reason = one.reasons[0] if one.reasons else None
    conditions = tuple(dict.fromkeys(part.condition for part in parts))
    return Told(
        to, purpose, one.outcome, conditions, ", ".join(words), one.approver,
        reason.rule if reason else "", sentence(reason, language) if reason else "",
    )  # fmt: skip


def _speaks_of(clause: Clause, source: Source) -> bool:
    return clause.scope.sources is None or source.id in clause.scope.sources


def _posts(agreement: Agreement, clause: Clause, mine: str) -> list[str]:
    """Posts of the other sides that the clause names; the office's own are told of among the deposit terms."""
    others = {post for side in agreement.parties if side.party not in (mine, OFFICE) for post in side.posts}
    return sorted(others & set(clause.scope.posts)) or sorted(others)
