"""What was built on a release and hears when its figures change: publications, announced or out, and uses on record.

Who announced a publication, or said what came of a release, is its recipient; each product is named, so that nobody has
to remember what stands on which figures.
"""

from __future__ import annotations

from datetime import datetime

from sampan.operations.sharing.release_states import WITHDRAWN
from sampan.store.models import Outbox, PublicationRecord, ReleaseRecord

CORRECTED, ENDED = "publication:corrected", "publication:release-ended"
KINDS = (CORRECTED, ENDED)
UNSAID = (WITHDRAWN, "revoked")  # the figures themselves are taken back, also from what has appeared
APPEARED = "appeared"


def tell_products(record: ReleaseRecord, why: str, now: datetime) -> None:
    """One message for each publication built on a release, in the caller's transaction: "corrected", or why it ended.

    What has appeared hears of corrections and of what was taken back, not that the days of a release are over.
    """
    kind = CORRECTED if why == "corrected" else ENDED
    heard = ("", APPEARED) if kind == CORRECTED or why in UNSAID else ("",)
    for one in PublicationRecord.objects.filter(post=record.recipient, ended_why__in=heard).order_by("pk"):
        if record.code in one.releases:
            facts = {"publication": one.code, "release": record.code, "why": why}
            Outbox.objects.create(to_party=one.party, to_post=one.post, kind=kind, facts=facts, at=now)


def uses_of(record: ReleaseRecord) -> dict[str, list[str]]:
    """`used_in`: where the recipient said that it used a release, oldest first; nothing where it said none."""
    said = list(dict.fromkeys(record.uses.order_by("pk").values_list("used_in", flat=True)))
    return {"used_in": said} if said else {}


def told_of(publication: PublicationRecord) -> dict[str, list[tuple[str, datetime]]]:
    """For each release a publication is built on: (why, when) of what it heard, oldest first."""
    found: dict[str, list[tuple[str, datetime]]] = {code: [] for code in publication.releases}
    told = Outbox.objects.filter(kind__in=KINDS, to_post=publication.post, facts__publication=publication.code)
    for one in told.order_by("pk"):
        found.setdefault(one.facts["release"], []).append((one.facts["why"], one.at))
    return found
