"""Requests that wait for a word at the second gate, one line each for the post whose word it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sampan.operations.sharing.frozen import freeze
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.reasons import sentence
from sampan.store.home import Store
from sampan.store.models import RequestRecord

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
                        "kind": "request", "subject": record.code, "from": record.post, "rule": rule,
                        "law": facts["law"], "why": facts["why"], "since": record.asked_at.isoformat(),
                        "waited_days": round(waited, 2), "usual_days": facts["days"] or None, "says": facts["says"],
                    }
                )  # fmt: skip
    return lines


def rule_of(store: Store, subject: str, post: str, now: datetime) -> str | None:
    """The rule on which a request waits for this post; None for a delivery or when none does."""
    record = RequestRecord.objects.filter(code=subject).first()
    if record is None:
        return None
    waiting = _waiting(store, record, now)
    return next((rule for rule, facts in sorted(waiting.items()) if facts["post"] == post), None)


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
