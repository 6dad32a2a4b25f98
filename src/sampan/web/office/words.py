"""What records say in a reader's words: receipts, findings, kinds of entries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sampan.operations import observing
from sampan.operations.receiving import Receipt
from sampan.vocab.text import to_unicode
from sampan.web.reader import Reader

STATES = {
    "kept": gettext_lazy("kept, not yet read"),
    "committed": gettext_lazy("read; its figures stand"),
    "withdrawn": gettext_lazy("withdrawn"),
    "erased": gettext_lazy("erased"),
    "tried": gettext_lazy("tried only; nothing is kept"),
}
GATES = {
    "waiting": gettext_lazy("waits for a word at the first gate"),
    "refused": gettext_lazy("not passed at the first gate"),
    "passed": gettext_lazy("passed"),
}
ROLES = {
    "coordinator": gettext_lazy("coordinator of the party's people"),
    "province": gettext_lazy("surveillance, province"),
    "national": gettext_lazy("surveillance, national desk"),
    "laboratory": gettext_lazy("laboratory"),
    "legal": gettext_lazy("legal and international cooperation"),
    "reader": gettext_lazy("reader"),
    "staff": gettext_lazy("staff of the office"),
}


def receipt_words(receipt: Receipt, reader: Reader) -> dict[str, Any]:
    """The balance in rows and cases, and what was found, by rule."""
    balance = receipt.balance
    parts = ("observed", "set_aside", "repeated")
    rows = [reader.count(balance.get(name, 0)) for name in ("rows_in", *parts)]
    cases = [reader.count(balance.get(name, 0)) for name in ("cases_in", *(f"cases_{part}" for part in parts))]
    return {
        "state": STATES[receipt.state],
        "digest": receipt.digest,
        "rows": rows,
        "cases": cases if "cases_in" in balance else None,
        "taken_back": reader.count(back) if (back := balance.get("retracted", 0)) else "",
        "findings": [{"rule": rule, "count": reader.count(count)} for rule, count in receipt.findings.items()],
        "notes": receipt.notes,
        "repeats": receipt.repeats,
        "asks": bool(receipt.asked),
    }


def finding_line(one: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """A finding as a line of a list."""
    return {
        **observing.in_language(one, reader.language),
        "column": to_unicode(one["column"] or ""),
        "term": to_unicode(one["term"]) if one["term"] else None,
        "cells": reader.count(one["count"]),
        "cases_told": reader.count(one["cases"]),
        "share_told": reader.share(one["share"]),
        "waits": _("waits for your answer") if one["severity"] != "note" else _("for your information"),
        "state_words": {"open": _("open"), "settled": _("settled"), "replaced": _("found again later")}[one["state"]],
    }
