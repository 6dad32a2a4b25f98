"""A snapshot that is silent on most of what stands within what it covers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked
from sampan.model.observations import SERIES_KEY

ID = "much-taken-back"
LEAST = 10  # figures; a small file may well lose half of its rows
SHARE = 0.5  # of what stands within what the file covers
REASONS = (("wrong-before", "the earlier figures were wrong"), ("moved", "they are reported elsewhere now"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding if more than half of what stands would be taken back; its facts say how many figures and which."""
    gone, still = checked.facts.get("gone"), checked.facts.get("said_again", 0)
    if gone is None or gone.height < LEAST or gone.height <= SHARE * (gone.height + still):
        return
    about = {
        "taken_back": gone.height,
        "of": gone.height + still,
        "from": str(gone.get_column("period_start").min()),
        "to": str(gone.get_column("period_end").max()),
        "which": _digest(gone),  # the same answer is not taken for other figures, as many as they may be
    }
    yield Finding(ID, "ask", None, None, gone.height, 0, about, reasons=tuple(reason for reason, _ in REASONS))


def _digest(gone: pl.DataFrame) -> str:
    said = sorted(map(str, gone.select(list(SERIES_KEY)).rows()))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


CHECK = Check(
    id=ID,
    title="It is silent on most of what was said before",
    explanation="The source declares that each file says all there is. This one is silent on more than half of the "
    "figures that stand within what it covers, so it would take them back. They stand until somebody answers.",
    remedy="If they are to be taken back, say so with the reason. If the form was filled for the newest weeks only, "
    "send the whole of it, or have the source say what each file covers.",
    severity="ask",
    look=look,
    kinds=("aggregate",),
    reasons=REASONS,
)
