"""What releases say in a reader's words: states, figures, cells held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from django.utils.translation import gettext, gettext_lazy

from sampan.sharing.preview import Named
from sampan.sharing.vocabularies import label
from sampan.web.reader import STATUSES, Reader
from sampan.web.rules.words import spoken

STATES = {
    "open": gettext_lazy("open"),
    "expired": gettext_lazy("its time is over"),
    "revoked": gettext_lazy("ended by its owner"),
    "withdrawn": gettext_lazy("what it rests on was taken back"),
    "suspended": gettext_lazy("suspended with its agreement"),
    "terminated": gettext_lazy("ended with its agreement"),
    "erased": gettext_lazy("erased"),
    "corrected": gettext_lazy("replaced by a correction"),
}
HELD = {
    "below-minimum": gettext_lazy("too small to be told"),
    "would-give-a-small-count-away": gettext_lazy("would give a small count away"),
}


def state_words(one: Mapping[str, Any], reads: Reader) -> str:
    """The state of a release in words, and since when it is closed."""
    said = str(STATES.get(one["state"], STATES["revoked"]))
    if not one["since"]:
        return said
    since = reads.moment(datetime.fromisoformat(one["since"]))
    return gettext("%(state)s, since %(moment)s") % {"state": said, "moment": since}


def held_lines(held: dict[str, int], reads: Reader) -> list[dict[str, Any]]:
    """Cells held back, by reason; for their owner alone."""
    return [{"why": HELD.get(why, HELD["below-minimum"]), "cells": reads.count(n)} for why, n in held.items()]


def figure_lines(table: pl.DataFrame, reads: Reader, named: Named) -> list[dict[str, Any]]:
    """Rows of a released table as a page shows them."""
    return [
        {
            "place": named("place", row["place"]),
            "code": row["place"].split("@")[0],
            "period": reads.span(row["period_start"], row["period_end"]),
            "condition": reads.condition(row["condition"]),
            "measure": label("measure", row["measure"], spoken(reads)),
            "value": reads.count(row["value"]),
            "status": STATUSES.get(row["status"], row["status"]),
        }
        for row in table.iter_rows(named=True)
    ]
