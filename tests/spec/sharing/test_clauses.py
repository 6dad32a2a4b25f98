"""What a clause lets be told: nothing without one, the strictest of several, and never what cannot be decided."""

from __future__ import annotations

from typing import Any

import yaml
from tests.unit.sharing.worlds import world

from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.fragment.domains import rules_of
from sampan.sharing.fragment.evaluate import told

PAPER = """
agreement: a
version: 1
kind: exchange
title: Two countries of the invented world
instrument: {name: paper, signed: 2025-01-01}
parties:
  - {party: xa, zone: UTC, posts: [xa-1/surveillance]}
  - {party: xb, zone: UTC, posts: [xb-1/surveillance]}
term: {begins: 2025-01-01, ends: 2027-12-31}
clauses:
"""
WEEKLY = {
    "from": "xa", "to": ["xb-1/surveillance"], "purposes": ["alert"], "sources": "any", "conditions": ["dengue"],
    "measures": ["cases"], "places": ["XA"], "resolution": {"level": 1, "period": "week"},
}  # fmt: skip
CELL = {
    "post": "xb-1/surveillance", "purpose": "alert", "source": "xa-weekly", "kind": "aggregate", "measure": "cases",
    "population": "general", "class": "official", "tlp": "clear", "sex": "all", "age_months": 2400, "at": 0,
    "period_start": 739_000, "period_end": 739_006, "day:UTC": 739_800,
}  # fmt: skip


def answers(table: str, *clauses: dict[str, Any]) -> list[tuple[str, str]]:
    """For each row of a drawn table: what is expected, and what the clauses say."""
    entries = [{"clause": f"c{number}", **WEEKLY, **clause} for number, clause in enumerate(clauses)]
    rules = rules_of(agreement_of(PAPER + yaml.safe_dump(entries)))
    head, *rows = [line.split() for line in table.strip().splitlines()]
    found = []
    for row in rows:
        named = dict(zip(head, row, strict=True))
        place = None if named["place"] == "-" else f"{named['place']}@0001-01-01"
        cell = {**CELL, "condition": named["condition"], "place": place, "level": int(named["level"])}
        said = told(rules, {**cell, "period": named["period"]}, world())
        found.append((named["told"], {True: "yes", False: "no", None: "undecided"}[said]))
    return found


def agree(found: list[tuple[str, str]]) -> bool:
    return all(expected == said for expected, said in found)


def test_a_clause_covers_what_lies_below_what_it_names() -> None:
    """Dengue covers severe dengue, and a country its provinces; finer than agreed is not told."""
    found = answers(
        """
        condition      place  level period told
        dengue         XA-1   1     week   yes
        severe-dengue  XA-1   1     week   yes
        cholera        XA-1   1     week   no
        dengue         XB-3   1     week   no
        dengue         XA-11  2     week   no
        dengue         XA-1   1     day    no
        dengue         XA-1   1     month  yes
        """,
        {},
    )
    assert agree(found), found


def test_what_is_unknown_is_not_told() -> None:
    """A code outside the vocabulary could be a name for anything, and a missing place could be anywhere."""
    found = answers(
        """
        condition    place  level period told
        slapped-face XA-1   1     week   undecided
        dengue       -      1     week   undecided
        cholera      -      1     week   no
        """,
        {},
    )
    assert agree(found), found


def test_of_two_clauses_the_stricter_binds() -> None:
    """A second clause on the same figures never loosens the first; a prohibition ends it."""
    monthly = {"resolution": {"level": 1, "period": "month"}}
    never = {"effect": "prohibit", "conditions": ["severe-dengue"]}
    found = answers(
        """
        condition      place  level period told
        dengue         XA-1   1     week   no
        dengue         XA-1   1     month  yes
        severe-dengue  XA-1   1     month  no
        """,
        {},
        monthly,
        never,
    )
    assert agree(found), found


def test_a_closed_condition_must_be_named() -> None:
    """Any condition is any but the closed ones; naming one opens that one."""
    table = """
        condition  place  level period told
        cholera    XA-1   1     week   yes
        hiv        XA-1   1     week   {hiv}
        """
    assert agree(answers(table.format(hiv="no"), {"conditions": "any"}))
    both = [{"conditions": "any"}, {"conditions": ["hiv"]}]
    assert agree(answers(table.format(hiv="yes"), *both))


def test_without_a_clause_nothing_is_told() -> None:
    """An agreement of prohibitions alone tells nothing."""
    found = answers(
        """
        condition  place  level period told
        cholera    XA-1   1     week   no
        dengue     XA-1   1     week   no
        """,
        {"effect": "prohibit"},
    )
    assert agree(found), found
