"""Open a home with the sources and places it adds."""

from __future__ import annotations

import base64
from dataclasses import replace

from django.db.models import Q

from sampan.model.agreements import OFFICE
from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.sources import catalogue
from sampan.store.figures import OPEN
from sampan.store.home import Store, open_home
from sampan.store.models import FindingRecord

SET_UP_KEY = "set-up"


def opened() -> Store:
    """The home of the settings, made and migrated when need be."""
    return open_home()


def source(store: Store, name: str) -> Source:
    """A source by id, the home's own folders first. UserError offers the nearest."""
    return _placed(store, catalogue.source(name, (store.sources,)))


def source_of_finding(store: Store, code: str, *, party: str = "") -> Source:
    """The source a finding belongs to. UserError if there is none that this party may see.

    A finding is its owner's and the sender's; the office's own posts, and who runs the office (""), see also those of
    others that stand, but none behind a gate or taken back.
    """
    seen = Q(delivery__party=party) | Q(owner=party, delivery__gate=OPEN, delivery__ended_at=None)
    if party in ("", OFFICE):
        seen |= Q(delivery__gate=OPEN, delivery__ended_at=None)
    name = FindingRecord.objects.filter(seen, code=code).values_list("source", flat=True).first()
    if name is None:
        raise UserError(f"no finding is called {code!r}", do="`sampan findings` lists those that are open")
    return source(store, name)


def sources(store: Store) -> dict[str, Source]:
    """Every source of this home by id."""
    return catalogue.sources((store.sources,), (store.places,) if store.places.is_dir() else ())


def broken_sources(store: Store) -> dict[str, UserError]:
    """Folders of sources that cannot be read, with what is wrong."""
    return catalogue.broken((store.sources,))


def _placed(store: Store, found: Source) -> Source:
    """The source with the places this home adds."""
    return replace(found, gazetteer=(store.places,)) if store.places.is_dir() else found


def set_up_code() -> str:
    """What the first person of an empty home types: whoever can read the home's keys has it, and nobody else."""
    raw = opened().key(SET_UP_KEY)
    return base64.b32encode(raw[:10]).decode().lower()
