"""The state of a home as one text: what is worked out from figures is remembered under it, and rebuilt identically.

The text changes with every delivery, version, withdrawal, word at a gate, answer and edited source; nothing else that a
view of figures shows can change without one of them. Of some sources alone, it does not change with those of others.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from sampan.sources import catalogue
from sampan.store.home import Store

# one statement, as a page asks it several times; `passed` alone tells not that one was closed and another opened
RECORDS = """
    select
        (select max(id) from store_part where {mine}),
        (select count(*) from store_part where {mine} and erased_at is not null),
        (select max(id) from store_delivery where {mine}),
        (select count(*) from store_delivery where {mine} and ended_at is not null),
        (select count(*) from store_delivery where {mine} and gate = 'passed'),
        (select count(*) from store_delivery where {mine} and state = 'committed'),
        (select max(id) from store_findingrecord where {mine}),
        (select count(*) from store_findingrecord where {mine} and state = 'open'),
        (select max(settled_at) from store_findingrecord where {mine}),
        (select max(id) from store_givenword)
"""
OF_SOURCES = RECORDS.count("{mine}")
TERMS = """
    select
        (select max(id) from store_agreementact),
        (select max(id) from store_declaration),
        (select count(*) from store_declaration where ended_at is null),
        (select max(id) from store_practicerecord),
        (select count(*) from store_practicerecord where approved_at is not null)
"""


def state(store: Store, sources: Collection[str] | None = None) -> str:
    """A text that differs whenever what is told of the figures of these sources, or of all, may differ.

    One query; no figure is read.
    """
    mine = "true" if sources is None else f"source in ({', '.join(['%s'] * len(sources))})" if sources else "false"
    records = _asked(RECORDS.replace("{mine}", mine), [*(sources or ())] * OF_SOURCES)
    return repr((str(store.root), records, catalogue.edited(store.sources)))


def terms() -> str:
    """A text that differs whenever what figures may be compared under, and how their sources count, may differ."""
    return repr(_asked(TERMS, []))


def _asked(statement: str, values: list[str]) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[object, ...] = cursor.fetchone()
    return found
