"""Whose posts may hand a file in as a delivery of a source: nobody puts figures into another party's mouth.

A post of its owner may; so may one that acts for the owner: the authority of a country for its provinces, a post that
the owner's side of an agreement in force names, and one whose word the country's own ladder asks of what the owner
sends to the office. The office's hand may fetch what is openly published, and nothing else.
"""

from __future__ import annotations

from datetime import datetime
from fnmatch import fnmatchcase

from sampan.model.agreements import OFFICE
from sampan.model.errors import Refused
from sampan.model.sources import Source
from sampan.operations.sharing import gates
from sampan.operations.sharing.acting import acts_for, home_party, side_named
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.states import LIVE
from sampan.store.home import Store
from sampan.store.models import AgreementVersion


def must_send(store: Store, source: Source, post: str, now: datetime) -> None:
    """Refused, with the rule `owner-delivers`, where the post may not deliver for the owner of the source."""
    seated = home_party(post)
    party = seated or post.split("/", maxsplit=1)[0]
    if (
        party == source.owner
        or (source.published and party == OFFICE)
        or (seated is not None and acts_for(post, source.owner))
        or _on_its_word(store, source, post, now)
        or _signs_for(source.owner, post)
    ):
        return
    raise Refused(
        f"{source.id} belongs to {source.owner}; {party} cannot deliver for it",
        rule="owner-delivers",
        kept="nothing was kept",
        do="ask a post of the owner, or deliver it in a source of your own",
    )


def _on_its_word(store: Store, source: Source, post: str, now: datetime) -> bool:
    """True of a post that passes what the owner prepares: who may pass it has passed it by sending it."""
    return any(
        rule.gate == "to-office" and rule.post == post and rule.begins <= now.date()
        for rule in gates.ladder(store, source.country)
        if any(fnmatchcase(source.owner, pattern.split("/", maxsplit=1)[0]) for pattern in rule.prepares)
    )


def _signs_for(owner: str, post: str) -> bool:
    """True of a post that the owner's own side names in an agreement both sides put in force."""
    live = AgreementVersion.objects.filter(state__in=LIVE, parties__contains=f"|{owner}|", text__contains=post)
    sides = (side_named(agreement_of(record.text, record.code), post) for record in live)
    return any(side is not None and side.party == owner for side in sides)
