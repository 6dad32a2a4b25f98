"""The state of a home as one text: what is worked out from figures is remembered under it, and rebuilt identically.

The text changes with every delivery, version, withdrawal, word at a gate, answer and edited source; nothing else that a
view of figures shows can change without one of them.
"""

from __future__ import annotations

from django.db import connection

from sampan.store.home import Store

# one statement, as a page asks it several times; `passed` alone tells not that one was closed and another opened
RECORDS = """
    select
        (select max(id) from store_part),
        (select count(*) from store_part where erased_at is not null),
        (select max(id) from store_delivery),
        (select count(*) from store_delivery where ended_at is not null),
        (select count(*) from store_delivery where gate = 'passed'),
        (select count(*) from store_delivery where state = 'committed'),
        (select max(id) from store_givenword),
        (select max(id) from store_findingrecord),
        (select count(*) from store_findingrecord where state = 'open'),
        (select max(settled_at) from store_findingrecord)
"""


def state(store: Store) -> str:
    """A text that differs whenever what is told of figures may differ; one query, no figure is read."""
    with connection.cursor() as cursor:
        cursor.execute(RECORDS)
        records = cursor.fetchone()
    edited = sorted((path.name, path.stat().st_mtime_ns) for path in store.sources.rglob("*") if path.is_file())
    return repr((str(store.root), records, edited))
