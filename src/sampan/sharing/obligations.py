"""What binds the recipient of what goes: of every clause that covers it, the most restrictive word."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sampan.model.agreements import Agreement, Clause
from sampan.model.decisions import Obligations, Request
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.state import State
from sampan.sharing.vocabularies import rank, words

PERSONS = ("cases", "deaths", "tested", "positive", "admissions")  # measures that count people


def obligations(
    request: Request, state: State, covering: tuple[Rule, ...], condition: str, domains: Domains
) -> Obligations:
    """The obligations on one part."""
    clauses = [rule.clause for rule in covering]
    by_id = {agreement.id: agreement for agreement in state.agreements}
    agreements = list(dict.fromkeys(by_id[rule.id.split("/", 1)[0]] for rule in covering))
    retention = [a.terms.retention_days for a in agreements if a.terms.retention_days is not None]
    protected = [c.protected_for_days for c in clauses]
    return Obligations(
        minimum_cell=max(minimum_cell(clause, request.purpose, condition, domains) for clause in clauses),
        tlp=max((clause.tlp for clause in clauses), key=lambda label: rank("tlp", label)),
        expires_at=_expiry(covering, request, state),
        retention_days=min(retention, default=None),
        protected_for_days=None if None in protected else max(days for days in protected if days is not None),
        corrections="immediate" if all(c.corrections == "immediate" for c in clauses) else "scheduled",
        silences=tuple(sorted(frozenset.intersection(*(frozenset(c.silences) for c in clauses)))),
        attribution=tuple(dict.fromkeys(a.terms.attribution for a in agreements if a.terms.attribution)),
        publication_review_days=max(a.terms.publication.review_days for a in agreements),
        publication_right="veto" if any(a.terms.publication.right == "veto" for a in agreements) else "comment",
        benefits=tuple(sorted({benefit for a in agreements for benefit in a.terms.benefits})),
        practices=tuple(sorted(frozenset.intersection(*(frozenset(c.practices) for c in clauses)))),
        licence=tuple(dict.fromkeys(a.terms.licence for a in agreements if a.terms.licence)),
        onward=min((a.terms.onward for a in agreements), key=words("onward").index),
    )


def emergency_until(clause: Clause, request: Request, state: State) -> datetime | None:
    """When a declared emergency ends for this clause; None when it is not declared, not named or over."""
    terms = clause.emergency
    if terms is None or request.trigger != terms.trigger:
        return None
    for declared in state.declared:
        sunset = declared.at + timedelta(hours=terms.sunset_hours)
        over = sunset if declared.ended_at is None else min(sunset, declared.ended_at)
        if declared.trigger == terms.trigger and declared.by in terms.declared_by and declared.at <= state.now < over:
            return over
    return None


def what_gap_tells(bound: Obligations | None) -> tuple[str, ...]:
    """The phrases on what a reader learns from a figure of a part that goes being held back, and what else could be."""
    if bound is None:
        return ("may.gap-same", "may.gap-usual")
    small = "may.gap-suppressed" if bound.tells_zeros else "may.gap-suppressed-zero"
    zeros = () if bound.minimum_cell <= 1 else ("may.gap-zeros-told" if bound.tells_zeros else "may.gap-zeros-held",)
    return (small if "suppressed" in bound.silences else "may.gap-same", *zeros, "may.gap-usual")


def obligations_of_none() -> Obligations:
    """What binds a party that looks at its own figures: nothing."""
    return Obligations(
        1, "clear", None, None, None, "immediate", ("release-pending", "suppressed"), (), 0, "comment", (), ()
    )


def minimum_cell(clause: Clause, purpose: str, condition: str, domains: Domains) -> int:
    """The clause's minimum for a purpose and condition: its most particular line, the greatest of equals."""
    fitting = [
        cell
        for cell in clause.minimum_cells
        if cell.purpose in (None, purpose)
        and (cell.condition is None or condition in domains.conditions_below.get(cell.condition, frozenset()))
    ]
    if not fitting:
        return max(cell.cell for cell in clause.minimum_cells)
    depth = {cell: (cell.purpose is not None) + (cell.condition is not None) for cell in fitting}
    return max(cell.cell for cell in fitting if depth[cell] == max(depth.values()))


def ends_at(agreement: Agreement, clause: Clause) -> datetime | None:
    """The instant after the agreement's last day in the owner's zone; None when it has no end."""
    last = agreement.last_day
    if last is None or last == date.max:
        return None
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(agreement.zone_of(clause)))


def _expiry(covering: tuple[Rule, ...], request: Request, state: State) -> datetime | None:
    by_id = {agreement.id: agreement for agreement in state.agreements}
    moments = [ends_at(by_id[rule.id.split("/", 1)[0]], rule.clause) for rule in covering]
    moments += [emergency_until(rule.clause, request, state) for rule in covering]
    return min((moment for moment in moments if moment is not None), default=None)
