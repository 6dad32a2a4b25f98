"""Which recipients may put together what each was told, by agreements in force and by country.

Parties of one country answer to one ministry; under `onward: network` whoever received may pass on to the others that
receive under such an agreement. What one of a pool holds, every other one is taken to hold (promise 7).
"""

from __future__ import annotations

from sampan.model.agreements import OFFICE
from sampan.people.models import Party
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.states import LIVE
from sampan.store.models import AgreementVersion

NETWORK = "network"


def pools() -> tuple[frozenset[str], ...]:
    """Sets of two parties or more, in no order that depends on a country's code beyond the sorting of names."""
    countries: dict[str, set[str]] = {}
    network: set[str] = set()
    for code, country in (
        Party.objects.exclude(country="").exclude(kind=Party.Kind.OFFICE).values_list("code", "country")
    ):
        countries.setdefault(country, set()).add(code)
    for record in AgreementVersion.objects.filter(state__in=LIVE):
        agreement = agreement_of(record.text, record.code)
        sides = [side for side in agreement.parties if side.party != OFFICE]
        for side in sides:
            if side.country:
                countries.setdefault(side.country, set()).add(side.party)
        if agreement.terms.onward == NETWORK:
            network |= {side.party for side in sides}
    found = {frozenset(parties) for parties in [*countries.values(), network] if len(parties) > 1}
    return tuple(sorted(found, key=sorted))


def pooled(party: str) -> frozenset[str]:
    """The party and everybody it may pool with, each set taken by itself and all of them together."""
    return frozenset((party,)).union(*(pool for pool in pools() if party in pool))
