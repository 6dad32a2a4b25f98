"""Every party on record: who is told, and can prove, what concerns the whole log."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.people.models import Party
from sampan.store.models import AgreementVersion, Delivery, Entry, SenderKey, Witness


def parties(more: Iterable[str] = ()) -> list[str]:
    """Codes of all parties that are here, that ever delivered, signed, witnessed or were concerned by an act."""
    lists = (
        *AgreementVersion.objects.values_list("parties", flat=True),
        *Entry.objects.exclude(parties="").order_by().values_list("parties", flat=True).distinct(),
    )
    known = {name for listed in lists for name in listed.split("|")}
    known.update(Party.objects.values_list("code", flat=True), more)
    for model in (Delivery, SenderKey, Witness):
        known.update(model.objects.order_by().values_list("party", flat=True).distinct())
    return sorted(known - {""})
