"""What bodies state outright: the list of parts, the states of agreements, the answers to findings, rebuilt from them.

A row's digest says that a record was not changed after its act; this says that the record is the one the act told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sampan.store.models import AgreementVersion, Delivery, FindingRecord, Part

Alarm = Callable[[str, str], None]
Listed = tuple[str, str]  # kind and name of a part


@dataclass
class States:
    """Gathered entry by entry."""

    parts: dict[int, Counter[Listed]] = field(default_factory=lambda: defaultdict(Counter))  # by delivery
    erased: dict[str, list[str]] = field(default_factory=dict)  # delivery's code -> names of its parts
    agreements: dict[str, str] = field(default_factory=dict)  # digest of the text -> state
    broken: list[str] = field(default_factory=list)  # agreements whose steps do not follow each other
    answers: dict[str, str] = field(default_factory=dict)  # finding's code -> answer

    def add(self, kind: str, facts: dict[str, Any], delivery: int | None) -> None:
        """Take in one entry, as far as its body carries such facts."""
        match kind:
            case "version:committed" if delivery is not None and "parts" in facts:
                self.parts[delivery].update((str(what), str(name)) for what, name in facts["parts"])
            case "delivery:withdrawn" if delivery is not None and facts.get("part"):
                self.parts[delivery][(Part.Kind.WITHDRAWN.value, str(facts["part"]))] += 1
            case "delivery:erased":
                self.erased[str(facts["delivery"])] = sorted([*facts.get("parts", ()), *facts.get("cells_left", ())])
            case "agreement:moved":
                digest = str(facts["digest"])
                if self.agreements.get(digest, facts["from"]) != facts["from"]:
                    self.broken.append(str(facts["agreement"]))
                self.agreements[digest] = str(facts["to"])
            case "finding:settled" if "value" in facts:
                self.answers[str(facts["finding"])] = str(facts["value"])


def check(told: States, alarm: Alarm) -> None:
    """Compare what was told with the records as they stand."""
    _check_parts(told, alarm)
    for agreement in told.broken:
        alarm("the steps of an agreement do not follow each other", agreement)
    listed = AgreementVersion.objects.values_list("digest", "state", "code", "version")
    for digest, state, code, version in listed.iterator():
        if told.agreements.get(digest, state) != state:
            alarm("an agreement is not in the state that its last step led to", f"{code} version {version}")
    settled = FindingRecord.objects.values_list("code", "state", "answer")
    for code, state, answer in settled.iterator(chunk_size=5_000):
        said = told.answers.get(code)
        if said is not None and (state != FindingRecord.State.SETTLED or answer.get("value") != said):
            alarm("a finding has not the answer that it was given", code)


def _check_parts(told: States, alarm: Alarm) -> None:
    here: dict[int, Counter[Listed]] = defaultdict(Counter)
    for delivery, kind, name in Part.objects.values_list("delivery_id", "kind", "name").iterator(chunk_size=5_000):
        here[delivery][(kind, name)] += 1
    for key, code, state in Delivery.objects.values_list("pk", "code", "state").iterator(chunk_size=5_000):
        found = here.get(key, Counter())
        if state == Delivery.State.ERASED:  # what stated its parts went with it, and the erasure says their names
            same = sorted(name for _, name in found.elements()) == told.erased.get(code)
        else:  # of parts that no body states, the digests of their rows speak
            same = key not in told.parts or found == told.parts[key]
        if not same:
            alarm("the list of a delivery's parts is not the one its entries state", code)
