"""The kinds of entries: every act that stands in the log, declared once, with the tables whose rows it may bind.

`append` takes no other, and `log verify` believes no other: an entry of a read cannot say what an agreement is.
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
    "to a release": (
        "release:granted", "release:opened", "release:used", "release:corrected", "release:ended",
        "release:emptied",
    ),
    "to a publication": (
        "publication:announced", "publication:changed", "publication:read", "publication:answered",
        "publication:appeared", "publication:withdrawn",
    ),
    "before WHO is informed": ("informing:told", "informing:seen", "informing:informed"),
    "in an emergency or an outage": (
        "emergency:declared", "emergency:ended", "emergency:reviewed", "outage:declared", "outage:ended",
    ),
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

_MAPPING = ("begun", "help-wanted", "answered", "line", "approved", "dropped")
_WORDS = ("explained", "proposed", "agreed", "differed")
_HELP = ("ask", "offer", "answered", "thanked", "ended")
_PUBLICATION = ("store.PublicationRecord", "store.PublicationDraft")
_CASE = ("store.DiscrepancyRecord", "store.DiscrepancySide", "store.DisclosureLedger")
BINDS: dict[str, tuple[str, ...]] = {
    "delivery:kept": ("store.Delivery", "store.Home"),
    "delivery:only-kept": ("store.Delivery",),
    "gate:passed": ("store.GivenWord", "store.Delivery"),
    "gate:denied": ("store.GivenWord", "store.Delivery"),
    "version:committed": ("store.Delivery", "store.Part", "store.FindingRecord"),
    "delivery:withdrawn": ("store.Delivery", "store.Part"),
    "delivery:stands-alone": ("store.Delivery",),
    # with what the destroyed bodies said of rows
    "delivery:erased": (
        "store.Delivery", "store.Part", "store.Erasure", "store.Home", "store.FindingRecord", "store.CrosswalkEntry",
    ),
    "crosswalk:proposed": ("store.CrosswalkEntry",),
    "crosswalk:approved": ("store.CrosswalkEntry",),
    "finding:settled": ("store.FindingRecord", "store.CrosswalkEntry"),
    "practice:proposed": ("store.PracticeRecord",),
    "practice:approved": ("store.PracticeRecord",),
    **{f"mapping:{verb}": ("store.MappingDraft",) for verb in _MAPPING},
    **{f"cells:{verb}": ("store.CellAsk",) for verb in ("asked", "opened", "kept")},
    "agreement:moved": ("store.AgreementVersion", "store.AgreementAct"),
    "request:waits": ("store.RequestRecord",),
    "comparison:overridden": ("store.ComparisonOverride",),
    "release:granted": ("store.ReleaseRecord", "store.RequestRecord", "store.Opening", "store.DisclosureLedger"),
    "release:opened": ("store.Opening",),
    "release:used": ("store.UseNote",),
    "release:corrected": ("store.DisclosureLedger",),
    "release:ended": ("store.ReleaseRecord",),
    "release:emptied": ("store.ReleaseRecord",),
    "publication:announced": _PUBLICATION,
    "publication:changed": ("store.PublicationDraft",),
    "publication:answered": ("store.PublicationWord",),
    "publication:appeared": (*_PUBLICATION, "store.UseNote"),
    "publication:withdrawn": _PUBLICATION,
    **{f"informing:{verb}": ("store.InformingRecord",) for verb in ("told", "seen", "informed")},
    **{f"{what}:{verb}": ("store.Declaration",) for what in ("emergency", "outage") for verb in ("declared", "ended")},
    "discrepancy:told": ("store.DiscrepancyRecord", "store.DiscrepancySide"),
    "discrepancy:opened": _CASE,
    "discrepancy:changed": _CASE,
    "discrepancy:consented": ("store.DiscrepancyWord", "store.DiscrepancySide"),
    **{f"discrepancy:{verb}": ("store.DiscrepancyRecord", "store.DiscrepancyWord") for verb in _WORDS},
    **{f"help:{verb}": ("store.HelpRecord",) for verb in _HELP},
    "seat:taken": ("people.Seat", "people.Post", "people.Party"),
    "seat:ended": ("people.Seat",),
    "post:made": ("people.Post",),
    "post:confirmed": ("people.Post",),
    "party:proposed": ("people.Party", "people.Post"),
    "key:sender-added": ("store.SenderKey",),
    "key:api-made": ("people.ApiKey",),
    "key:api-revoked": ("people.ApiKey",),
    "witness:added": ("store.Witness",),
    "witness:removed": ("store.Witness",),
}  # fmt: skip
# kind -> tables as they are called in the records; what is not here binds nothing
TABLES: dict[str, frozenset[str]] = {
    kind: frozenset(label.replace(".", "_").lower() for label in BINDS.get(kind, ())) for kind in KINDS
}
# the kinds that are tied to a delivery, and whose openings go with it
OF_DELIVERY = frozenset({
    "delivery:kept", "delivery:only-kept", "delivery:unreadable", "delivery:withdrawn", "delivery:stands-alone",
    "version:committed", "original:opened", "finding:settled",
})  # fmt: skip
