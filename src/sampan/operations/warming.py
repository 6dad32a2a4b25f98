"""What the first looks of a day need, worked out before anybody asks: figures, views and words of who holds posts here.

Nothing is shown to anybody, and nothing is kept but in this process's memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from sampan.harmonise.readers import load_words
from sampan.operations import belonging, bordering, expecting, observing
from sampan.people.models import Post
from sampan.people.roles import Right
from sampan.store.home import Store

MOST_SECONDS = 30.0  # after that, whoever looks first works the rest out


def warm(store: Store, now: datetime) -> int:
    """Work out what My border and Region show each party of its own; how many parties there was time for."""
    end, done = time.monotonic() + MOST_SECONDS, 0
    for party in _parties():
        if time.monotonic() > end:
            break
        _party(store, party, now)
        done += 1
    return done


def _parties() -> Iterator[str]:
    """Parties with a post that looks at figures, in the order in which they joined."""
    posts = Post.objects.filter(closed_at=None).select_related("party").order_by("party_id", "pk")
    yield from dict.fromkeys(post.party.code for post in posts if post.may(Right.BORDER))


def _party(store: Store, party: str, now: datetime) -> None:
    sources = belonging.sources(store, party)
    delivered = observing.delivered(party=party)
    if own := tuple(name for name in sources if name in delivered):
        for condition in bordering.own_conditions(store, own)[:1]:  # the one that is shown unless another is chosen
            bordering.own_view(store, own, condition)
    expecting.due(store, list(sources.values()), "", now.date())
    belonging.findings(store, party)
    for source in sources.values():
        load_words(source)
