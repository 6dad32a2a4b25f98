"""The kinds of entries: every act that stands in the log, declared once. `append` takes no other.

docs/explanation/the-log.md prints the same groups, and a test holds the two and the code together.
"""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "at the door": ("look:refused", "delivery:kept", "delivery:only-kept", "delivery:unreadable"),
    "to a delivery": (
        "gate:passed", "gate:denied", "version:committed", "delivery:withdrawn", "delivery:stands-alone",
        "delivery:erased",
    ),
    "to terms and questions": ("crosswalk:proposed", "crosswalk:approved", "finding:settled", "secrecy:published"),
    "to how a source counts": ("practice:proposed", "practice:approved"),
    "to the mapping of a new source": (
        "mapping:begun", "mapping:help-wanted", "mapping:answered", "mapping:line", "mapping:approved",
        "mapping:dropped", "cells:asked", "cells:opened", "cells:kept",
    ),
    "to agreements and terms of deposit": ("agreement:moved",),
    "to a request": ("request:waits", "request:denied", "comparison:overridden"),
    "to a release": ("release:granted", "release:opened", "release:used", "release:corrected", "release:ended"),
    "in an emergency or an outage": ("emergency:declared", "emergency:ended", "outage:declared", "outage:ended"),
    "between two figures": (
        "discrepancy:told", "discrepancy:opened", "discrepancy:changed", "discrepancy:consented",
        "discrepancy:explained", "discrepancy:proposed", "discrepancy:agreed", "discrepancy:differed",
    ),
    "between two parties": (
        "work:noted", "help:ask", "help:offer", "help:answered", "help:thanked", "help:ended",
    ),
    "inside the office": ("original:opened", "staff:read", "job:retried"),
    "to people": (
        "person:signed-in", "person:signed-out", "person:failed", "seat:offered", "seat:taken", "seat:ended",
        "seat:recovered", "post:made", "post:confirmed", "party:proposed", "party:agreed",
    ),
    "to keys and witnesses": (
        "key:rotated", "key:sender-added", "key:api-made", "key:api-revoked", "witness:added", "witness:removed",
        "log:restored",
    ),
}  # fmt: skip
KINDS = frozenset(kind for kinds in GROUPS.values() for kind in kinds)
