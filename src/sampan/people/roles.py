"""What each role may do, as one table. A right that does not stand here is denied.

docs/reference/roles.md shows this table to people; a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    """One thing a page lets somebody do."""

    BORDER = "border"  # see my border: own figures and what was released to the post
    DELIVER = "deliver"  # send files
    DELIVERIES = "deliveries"  # see the party's deliveries
    WITHDRAW = "withdraw"  # take a delivery back
    FINDINGS = "findings"  # see the party's findings with their cells
    SETTLE = "settle"  # answer a finding
    WORD = "word"  # say a word at a gate
    DIRECTORY = "directory"  # see posts, duty numbers and languages
    LOG = "log"  # see entries that concern the party
    RULES = "rules"  # see the party's agreements; ask whether something may be said
    AGREE = "agree"  # draft, counter, sign and suspend an agreement that names the post
    ASK = "ask"  # make a request; preview, release and download what comes of it
    ABROAD = "abroad"  # see what left of the party's figures, and what came of it
    REGION = "region"  # see the region: own figures and what was released to the post
    BETWEEN = "between"  # see what passed between the party and each other one
    PRACTICES = "practices"  # see how sources count
    PEOPLE = "people"  # invite, seat, recover and remove the party's people
    PARTIES = "parties"  # with a second member of staff: seat a party's first coordinator
    FIGURES = "figures"  # see and speak in discrepancies of the party: two figures for one thing
    MAP = "map"  # draft a source for a file never seen, and approve it as its owner
    DESK = "desk"  # the steward's desk: terms, bands and structure, never rows


OFFICE = "office"  # kind of the party that runs the system
_SURVEILLANCE = (
    Right.BORDER, Right.DELIVER, Right.DELIVERIES, Right.WITHDRAW, Right.FINDINGS, Right.SETTLE, Right.DIRECTORY,
    Right.LOG, Right.FIGURES, Right.MAP,
    Right.RULES, Right.AGREE, Right.ASK, Right.ABROAD, Right.REGION, Right.BETWEEN, Right.PRACTICES,
)  # fmt: skip
_READS = (Right.DIRECTORY, Right.LOG, Right.RULES, Right.ASK, Right.REGION, Right.PRACTICES)

RIGHTS = MappingProxyType(
    {
        "coordinator": frozenset({Right.PEOPLE, Right.DIRECTORY, Right.LOG}),
        "province": frozenset(_SURVEILLANCE),
        "national": frozenset({*_SURVEILLANCE, Right.WORD}),
        "laboratory": frozenset({Right.FINDINGS, *_READS}),
        "legal": frozenset(
            {
                Right.DELIVERIES,
                Right.DIRECTORY,
                Right.LOG,
                Right.RULES,
                Right.AGREE,
                Right.ABROAD,
                Right.BETWEEN,
                Right.PRACTICES,
            }
        ),
        "reader": frozenset({Right.BORDER, *_READS}),
        "staff": frozenset({Right.DESK, Right.PARTIES, Right.DIRECTORY, Right.LOG, Right.RULES, Right.AGREE}),
    }
)
OFFICE_ROLES = ("coordinator", "staff")


def roles_of(kind: str) -> tuple[str, ...]:
    """The roles that posts of a party of this kind may have: the office has no post that sees content."""
    return OFFICE_ROLES if kind == OFFICE else tuple(role for role in RIGHTS if role != "staff")


def may(role: str, right: Right) -> bool:
    """True if the table says so; False for a role it does not know."""
    return right in RIGHTS.get(role, frozenset())
