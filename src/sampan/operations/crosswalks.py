"""A source's crosswalk with what its owner has settled since; every version has a digest of its lines."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, replace

from sampan.model.sources import CrosswalkLine, Source
from sampan.store.models import CrosswalkEntry


def with_settled(source: Source) -> Source:
    """The source with its settled lines after the bundled ones, so that the owner's latest word wins."""
    lines = [
        CrosswalkLine(
            entry.field, entry.term, entry.value, entry.match, entry.author, entry.approved_by,  # type: ignore[arg-type]  # match is one of four words
            entry.approved_at.date().isoformat() if entry.approved_at else "", entry.note,
        )
        for entry in CrosswalkEntry.objects.filter(source=source.id, replaced_at=None).order_by("pk")
    ]  # fmt: skip
    return replace(source, crosswalk=(*source.crosswalk, *lines)) if lines else source


def version(source: Source) -> str:
    """12 hex digits that name this state of the crosswalk."""
    text = "\x1e".join("\x1f".join(map(str, astuple(line))) for line in source.crosswalk)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
