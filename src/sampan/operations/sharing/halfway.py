"""Steps that need a post of each side, of which one side has taken its: by whom, since when, and whose is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sampan.model.agreements import Agreement
from sampan.sharing.states import MOVES, TWO_POSTS
from sampan.store.models import AgreementAct, AgreementVersion


@dataclass(frozen=True)
class Half:
    """One side's half of a step, and the side that has not taken the other."""

    verb: str
    post: str
    party: str
    at: datetime
    waits_for: str  # a party
    posts: tuple[str, ...]  # of that party, named by the agreement: any of them may take the step

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "verb": self.verb, "post": self.post, "party": self.party, "at": self.at.isoformat(),
            "waits_for": self.waits_for, "posts": list(self.posts),
        }  # fmt: skip


def halves(record: AgreementVersion, agreement: Agreement) -> tuple[Half, ...]:
    """What waits for the other side now; none where every step is whole. The first post of a side counts."""
    found = []
    for verb in (verb for verb in TWO_POSTS if (record.state, verb) in MOVES):
        said: dict[str, AgreementAct] = {}
        for act in since(record, verb):
            said.setdefault(act.party, act)
        missing = [side for side in agreement.parties if side.party not in said]
        if said and missing:
            first, other = next(iter(said.values())), missing[0]
            posts = tuple(post for post in other.posts if post != first.post)
            found.append(Half(verb, first.post, first.party, first.at, other.party, posts))
    return tuple(found)


def since(record: AgreementVersion, verb: str) -> list[AgreementAct]:
    """The acts of a verb since the agreement last came to its state: what was said before that counts no more."""
    came = record.acts.filter(after=record.state).exclude(before=record.state).order_by("-pk").first()
    return list(record.acts.filter(verb=verb, pk__gt=came.pk if came else 0).order_by("pk"))
