"""What releases say in a reader's words: states, figures, cells held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from django.utils.translation import gettext, gettext_lazy, ngettext

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.operations.sharing.changes import Correction
from sampan.operations.sharing.reviews_of_drafts import Words
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
    "zero-held": gettext_lazy("a zero would show which counts are small"),
}

SEXES = {
    "female": gettext_lazy("female"),
    "male": gettext_lazy("male"),
    "other": gettext_lazy("of another sex"),
    "unknown": gettext_lazy("sex not known"),
}


def state_words(one: Mapping[str, Any], reads: Reader) -> str:
    """The state of a release in words, and since when it is closed."""
    said = str(STATES.get(one["state"], STATES["revoked"]))
    if not one["since"]:
        return said
    since = reads.moment(datetime.fromisoformat(one["since"]))
    return gettext("%(state)s, since %(moment)s") % {"state": said, "moment": since}


def heard_words(one: Mapping[str, Any], reads: Reader) -> str:
    """What became of a release that a publication is built on, and when that was told."""
    corrected = one["what"] == "corrected"
    said = gettext("its figures were corrected") if corrected else str(STATES.get(one["what"], STATES["revoked"]))
    return f"{said}, {reads.moment(datetime.fromisoformat(one['at']))}"


def publication_words(reads: Reader) -> Words:
    """How the state of a publication is said to a reader."""
    return Words(spoken(reads), reads.day)


def publication_line(one: Mapping[str, Any], reads: Reader) -> dict[str, Any]:
    """A publication as a line of a list: its outcome for who announced it, its own review for an owner."""
    return {
        "code": one["publication"], "title": one["title"], "outlet": one["outlet"], "post": one["post"],
        "planned": reads.day_of(one["planned"]), "says": one["says"] or one["reviews"][0]["says"],
    }  # fmt: skip


def held_lines(held: dict[str, int], reads: Reader) -> list[dict[str, Any]]:
    """Cells held back, by reason; for their owner alone."""
    return [{"why": HELD.get(why, HELD["below-minimum"]), "cells": reads.count(n)} for why, n in held.items()]


def correction_words(one: Correction, reads: Reader) -> str:
    """What a recipient was told of a correction."""
    if one.cells is None:
        return gettext("The owner corrected figures; they come with the next release.")
    said = ngettext(
        "%(count)s cell differs from what was released.", "%(count)s cells differ from what was released.", one.cells
    )
    return said % {"count": reads.count(one.cells)}


def change_lines(told: Sequence[Mapping[str, Any]], reads: Reader, named: Named) -> list[dict[str, Any]]:
    """Cells that differ, as a page shows them: a figure, or the words of its silence, or that it was erased."""
    return [
        {
            "place": named("place", one["place"]),
            "code": one["place"].split("@")[0],
            "period": reads.day(date.fromisoformat(one["period_start"])),
            "condition": reads.condition(one["condition"]),
            "measure": label("measure", one["measure"], spoken(reads)),
            "strata": _strata(one),
            "before": _figure(one["value_before"], one.get("erased_on"), "", reads),
            "after": _figure(one["value_after"], one.get("erased_on"), one.get("status_after") or "not_shared", reads),
        }
        for one in told
    ]


def _figure(value: int | None, erased_on: str | None, status: str, reads: Reader) -> Any:
    if erased_on:
        return gettext("erased on %(day)s") % {"day": reads.day(date.fromisoformat(erased_on))}
    return reads.count(value) if value is not None else STATUSES.get(status, "–")


def _strata(one: Mapping[str, Any]) -> str:
    """Sex and ages of a cell that is not of all persons."""
    parts = [] if one["sex"] in (None, "all") else [str(SEXES.get(one["sex"], one["sex"]))]
    whole = not one["age_from"] and (one["age_to"] is None or one["age_to"] >= ALL_AGES_YEARS)
    return ", ".join(parts if whole else [*parts, f"{one['age_from']:g}–{one['age_to']:g}"])


def figure_lines(table: pl.DataFrame, reads: Reader, named: Named) -> list[dict[str, Any]]:
    """Rows of a released table as a page shows them."""
    return [
        {
            "place": named("place", row["place"]),
            "code": row["place"].split("@")[0],
            "period": reads.span(row["period_start"], row["period_end"]),
            "condition": reads.condition(row["condition"]),
            "measure": ", ".join(filter(None, (label("measure", row["measure"], spoken(reads)), _strata(row)))),
            "value": reads.count(row["value"]),
            "status": STATUSES.get(row["status"], row["status"]),
        }
        for row in table.iter_rows(named=True)
    ]


def clause_links(rules: list[str]) -> list[dict[str, str]]:
    """Clauses ("agreement/clause") with what their place on a page is made of."""
    return [{"name": rule, "code": rule.split("/")[0], "clause": rule.split("/")[-1]} for rule in rules]
