"""Whose word a release still waits for: the approver a clause names, and the owner's second gate.

A standing authorisation in a signed clause is the approver's word, given once: it also satisfies the gate
rule that asks for that same post's word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sampan.model.agreements import OFFICE
from sampan.model.decisions import Outcome, Reason, Request
from sampan.sharing.fragment.domains import Rule
from sampan.sharing.gates import GateRule, Subject, stops
from sampan.sharing.gates.ladder import answer
from sampan.sharing.state import State


@dataclass(frozen=True)
class Waiting:
    """What approval says: allow, needs-approval or deny, with the reasons and the post asked next."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    approver: str | None


def approval(request: Request, state: State, covering: tuple[Rule, ...], condition: str) -> Waiting:
    """Every word needed by every clause that covers the part, and by the owners' second gates."""
    reasons: list[tuple[Reason, str]] = []
    for rule in covering:
        reasons += _clause_word(rule, request, state, condition)
    owners = set() if _to_office(request, state) else {rule.clause.owner for rule in covering}
    for owner in sorted(owners):
        reasons += _gate_words(owner, [r for r in covering if r.clause.owner == owner], request, state, condition)
    denied = tuple(reason for reason, _ in reasons if reason.word in ("denied", "no-answer"))
    if denied:
        return Waiting("deny", denied, None)
    if reasons:
        return Waiting("needs-approval", tuple(reason for reason, _ in reasons), reasons[0][1])
    return Waiting("allow", (), None)


def _to_office(request: Request, state: State) -> bool:
    """The second gate leads from the office to others: what the office does with a deposit does not pass it."""
    return any(side.party == OFFICE and request.post in side.posts for a in state.agreements for side in a.parties)


def _clause_word(rule: Rule, request: Request, state: State, condition: str) -> list[tuple[Reason, str]]:
    needed = rule.clause.authorisation
    if needed.mode != "per-release":
        return []
    approver = needed.approver or f"{rule.clause.owner}/coordinator"
    word = answer(rule.id, request.id, [condition], state.words)
    facts = (
        ("post", approver),
        ("rule_id", rule.id),
        ("days", str(needed.response_days or "")),
        ("law", _paper(rule, state)),
    )
    if word is not None and word.by == approver:
        return [] if word.answer == "passed" else [(Reason("denied", rule.id, facts), approver)]
    asked = state.counted_from(rule.clause.owner, state.asked_at or state.now)
    late = needed.response_days is not None and state.now > asked + timedelta(days=needed.response_days)
    return [(Reason("no-answer" if late else "waits", rule.id, facts), approver)]


def _paper(rule: Rule, state: State) -> str:
    return next((a.instrument.name for a in state.agreements if a.id == rule.id.split("/", 1)[0]), "")


def _gate_words(
    owner: str, covering: list[Rule], request: Request, state: State, condition: str
) -> list[tuple[Reason, str]]:
    given = {
        rule.clause.authorisation.approver for rule in covering if rule.clause.authorisation.mode != "none"
    }  # a post that a clause names has its own say there, standing or each time
    subject = Subject(
        gate="to-others",
        id=request.id,
        kind=request.kind,
        legal_class=request.legal_class,
        conditions=(condition,),
        prepared_by=f"{owner}/*",
        asked_at=state.counted_from(owner, state.asked_at or state.now),
    )
    ladder = [_for_anybody(rule) for rule in state.ladder(owner) if rule.post not in given]
    found = stops(ladder, subject, state.words, state.now)
    return [(Reason(stop.why, stop.rule.id, stop.facts()), stop.rule.post) for stop in found]


def _for_anybody(rule: GateRule) -> GateRule:
    """At the second gate it does not matter who prepared the figures."""
    return replace(rule, prepares=("*",))
