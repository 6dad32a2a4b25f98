"""The two gates with their records: what waits for whose word, words given one by one or in bulk.

A delivery that waits at the first gate is kept and read for its own sender alone: it enters no figure, no release,
no check another could notice, until the competent post passes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from sampan.model.agreements import OFFICE
from sampan.model.sources import Source
from sampan.operations import homes
from sampan.operations.sharing.acting import home_party, side_named
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.gates import GateRule, Stop, Subject, Word, ladder_of, read_ladder, stops
from sampan.sharing.reasons import phrase
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import AgreementVersion, Delivery, GivenWord, Outbox, RequestRecord
from sampan.vocab import conditions

WAITING, PASSED, DENIED = "waiting", "passed", "refused"
SAID = {"passed": "gate:passed", "denied": "gate:denied"}  # the word -> what is logged and told


@dataclass(frozen=True)
class Answer:
    """What a post says at a gate. `rule` None: the one that waits for this post; `conditions` empty: for all."""

    answer: str  # passed, denied
    rule: str | None = None
    conditions: tuple[str, ...] = ()


def ladder(store: Store, country: str) -> tuple[GateRule, ...]:
    """A country's ladder: the home's own file (gates/xx.yml) before the bundled one."""
    own: Path = store.root / "gates" / f"{country.lower()}.yml"
    return read_ladder(own.read_text(encoding="utf-8"), own.name) if own.is_file() else ladder_of(country)


def first_gate(store: Store, source: Source, post: str, now: datetime) -> tuple[str, str]:
    """(gate, reason) for a delivery about to be kept: passed, or waiting with the sentence its sender sees."""
    found = stops(ladder(store, source.country), _delivery_subject(source, "", post, now), (), now)
    return (WAITING, sentence(found[0])[:200]) if found else (PASSED, "")


def ask(store: Store, delivery: Delivery, source: Source, now: datetime) -> None:
    """In the transaction that keeps a waiting delivery: tell every post whose word it needs."""
    for stop in _delivery_stops(store, delivery, source, now):
        to = stop.rule.post
        facts = {"delivery": delivery.code, "rule": stop.rule.id, "law": stop.rule.law, "from": delivery.actor}
        Outbox.objects.create(to_party=party_of(to), to_post=to, kind="gate:waits", facts=facts, at=now)


def waiting(store: Store, post: str, sources: dict[str, Source], now: datetime) -> list[dict[str, Any]]:
    """What waits for a post's word: deliveries at the first gate and requests at the second, with the law shown."""
    lines = []
    for delivery in Delivery.objects.filter(gate=WAITING).order_by("pk"):
        source = sources.get(delivery.source)
        for stop in _delivery_stops(store, delivery, source, now) if source else ():
            if stop.rule.post == post:
                lines.append(_line(delivery, stop, now))
    return lines


def keep_word(store: Store, subject: str, rule: str, answer: Answer, post: str, now: datetime) -> dict[str, Any]:
    """A word that this post may give (pending.py has made sure of it): the word, its effect, messages and Entry."""
    body = {"subject": subject, "rule": rule, "answer": answer.answer, "by": post}
    with transaction.atomic():
        word = GivenWord.objects.create(
            rule=rule, subject=subject, answer=answer.answer, by=post, conditions=list(answer.conditions), at=now
        )
        rows: list[Model] = [word]
        if subject.startswith("D-"):
            rows.append(_apply(store, subject, now))
        parties = _concerned(subject, post)
        for party in parties:
            Outbox.objects.create(to_party=party, kind=SAID[answer.answer], facts=body, at=now)
        entries.append(SAID[answer.answer], body, parties, at=now, rows=rows)
    return body


def rules_on(store: Store, code: str, post: str) -> list[str]:
    """The rules of the first gate on which this post has its say about a delivery; none for one that is not there."""
    delivery = Delivery.objects.filter(code=code).first()
    source = homes.sources(store).get(delivery.source) if delivery is not None else None
    if delivery is None or source is None:
        return []
    return [rule.id for rule in asked_of(store, delivery, source) if rule.post == post]


def asked_of(store: Store, delivery: Delivery, source: Source) -> tuple[GateRule, ...]:
    """The rules of the first gate whose word a delivery needed when it was sent, nearest office first."""
    subject = _delivery_subject(source, delivery.code, delivery.actor, delivery.received_at)
    return tuple(stop.rule for stop in stops(ladder(store, source.country), subject, (), delivery.received_at))


def words_on(subject: str) -> tuple[Word, ...]:
    """Every word given on a subject, oldest first."""
    found = GivenWord.objects.filter(subject=subject).order_by("at", "pk")
    return tuple(Word(w.rule, w.subject, w.answer, w.by, w.at, tuple(w.conditions)) for w in found)


def party_of(post: str) -> str:
    """The party a post acts for: by the agreements that name it, else its own, else the first word of its name."""
    for record in AgreementVersion.objects.filter(text__contains=post).order_by("-pk"):
        side = side_named(agreement_of(record.text, record.code), post)
        if side is not None:
            return side.party
    return home_party(post) or post.split("/", maxsplit=1)[0]


def looks(post: str) -> tuple[str, bool]:
    """(party, whether it is shown its own alone) of who looks: only the office sees what others delivered."""
    party = party_of(post) if post else ""
    return party, party not in ("", OFFICE)


def closed_deliveries() -> list[int]:
    """Deliveries that stand behind the first gate: left out of everything but their sender's own view."""
    return list(Delivery.objects.exclude(gate=PASSED).values_list("pk", flat=True))


def sentence(stop: Stop, language: str = "en") -> str:
    """ "waits for [post], rule [id], usual time [n] days", or that it was denied or not answered."""
    facts = {name: value or "none" for name, value in stop.facts()}
    return phrase(f"reason.{stop.why}", language, rule=stop.rule.id, **facts)


def _delivery_subject(source: Source, code: str, post: str, at: datetime) -> Subject:
    """Of which conditions a file speaks is known before it is read only where its source speaks of one alone."""
    kind = "case-list" if source.kind == "cases" else "aggregate"
    spoken = source.columns.get("condition")
    codes = {one.code for one in conditions.all_conditions()}
    alone = (spoken.constant,) if spoken is not None and spoken.constant in codes else ()
    return Subject("to-office", code, kind, "official", alone, post, at)


def _delivery_stops(store: Store, delivery: Delivery, source: Source, now: datetime) -> tuple[Stop, ...]:
    subject = _delivery_subject(source, delivery.code, delivery.actor, delivery.received_at)
    return stops(ladder(store, source.country), subject, words_on(delivery.code), now)


def _apply(store: Store, code: str, now: datetime) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(code=code)
    left = _delivery_stops(store, delivery, homes.sources(store)[delivery.source], now)
    denied = any(stop.why == "denied" for stop in left)
    delivery.gate = DENIED if denied else (WAITING if left else PASSED)
    delivery.gate_reason = sentence(left[0])[:200] if left else ""
    delivery.save(update_fields=["gate", "gate_reason"])
    return delivery


def _concerned(subject: str, post: str) -> list[str]:
    """The parties a word concerns: the sender's or asker's, and that of the post that gave it."""
    if subject.startswith("D-"):
        return sorted({Delivery.objects.get(code=subject).party, party_of(post)})
    return sorted({party_of(RequestRecord.objects.get(code=subject).post), party_of(post)})


def _line(delivery: Delivery, stop: Stop, now: datetime) -> dict[str, Any]:
    waited = (now - stop.since).total_seconds() / 86_400
    return {
        "kind": "delivery", "subject": delivery.code, "about": delivery.source, "from": delivery.actor,
        "rule": stop.rule.id, "law": stop.rule.law,
        "why": stop.why, "since": stop.since.isoformat(), "waited_days": round(waited, 2),
        "usual_days": stop.rule.usual_days, "says": sentence(stop),
    }  # fmt: skip
