"""Requests that wait for a word at the second gate, one line each for the post whose word it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sampan.model.errors import Refused
from sampan.operations.sharing import corrections
from sampan.operations.sharing.frozen import freeze
from sampan.operations.sharing.gates import Answer, keep_word, rules_on, words_on
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.reasons import sentence
from sampan.store.home import Store
from sampan.store.models import Delivery, RequestRecord

WAITS = ("waits", "no-answer")


def requests(store: Store, post: str, now: datetime) -> list[dict[str, Any]]:
    """Every recorded request that waits for this post, with the rule, the law and how long."""
    lines: list[dict[str, Any]] = []
    for record in RequestRecord.objects.order_by("pk"):
        for rule, facts in sorted(_waiting(store, record, now).items()):
            if facts["post"] == post:
                waited = (now - record.asked_at).total_seconds() / 86_400
                lines.append(
                    {
                        "kind": "request", "subject": record.code, "about": record.name, "from": record.post,
                        "rule": rule, "law": facts["law"], "why": facts["why"], "since": record.asked_at.isoformat(),
                        "waited_days": round(waited, 2), "usual_days": facts["days"] or None, "says": facts["says"],
                    }
                )  # fmt: skip
    return lines


def give(store: Store, subjects: Iterable[str], answer: Answer, post: str, now: datetime) -> list[dict[str, Any]]:
    """A word on each subject ("D-884-867", "Q-378-305"): what is not there and not its own is refused alike."""
    found = [(subject, _rule(store, subject, answer.rule, post, now)) for subject in subjects]
    given = [
        _stands(store, subject, rule, answer, post, now) or keep_word(store, subject, rule, answer, post, now)
        for subject, rule in found
    ]
    _tell_of(store, [subject for subject, _ in found], now)
    return given


def _stands(store: Store, subject: str, rule: str, answer: Answer, post: str, now: datetime) -> dict[str, Any] | None:
    """The same word if it is this post's last one on the rule and nothing waits for another: it is not told twice."""
    last = next((word for word in reversed(words_on(subject)) if (word.rule, word.by) == (rule, post)), None)
    if last is None or (last.answer, last.conditions) != (answer.answer, answer.conditions):
        return None
    request = RequestRecord.objects.filter(code=subject).first()
    if request is not None and rule in _waiting(store, request, now):
        return None
    return {"subject": subject, "rule": rule, "answer": answer.answer, "by": post, "already": True}


def _tell_of(store: Store, subjects: list[str], now: datetime) -> None:
    """A word on a delivery that was read already changes what stands. A crash before it: the sweep tells late."""
    read = Delivery.objects.filter(code__in=subjects, state=Delivery.State.COMMITTED)
    for source in sorted(set(read.values_list("source", flat=True))):
        corrections.tell_of_source(store, source, now)


def _rule(store: Store, subject: str, wanted: str | None, post: str, now: datetime) -> str:
    """The rule a post's word is on: one that waits for it, or on which it gave its word before and may change it."""
    request = RequestRecord.objects.filter(code=subject).first()
    waiting = _waiting(store, request, now) if request else {}
    possible = [rule for rule, facts in sorted(waiting.items()) if facts["post"] == post]
    possible += rules_on(store, subject, post)
    possible += [word.rule for word in words_on(subject) if word.by == post]
    if not possible or (wanted is not None and wanted not in possible):
        raise Refused(
            f"no rule waits for the word of {post} on {subject}",
            rule="gate-post",
            kept="nothing was changed",
            do="`sampan gate list` shows what waits for a post",
        )
    return wanted or possible[0]


def _waiting(store: Store, record: RequestRecord, now: datetime) -> dict[str, dict[str, str]]:
    """Rule -> facts of every word a request still needs."""
    asked = request_of(record.text, record.name)
    frozen = freeze(store, asked, record.text, now)
    decision = decide(frozen.request, frozen.state, frozen.domains)
    return {
        reason.rule: {**dict(reason.facts), "why": reason.word, "says": sentence(reason)}
        for part in decision.parts
        for reason in part.reasons
        if reason.word in WAITS
    }
