"""What was understood, in the reader's words: units, weeks, changes, questions with their cells, and who sees what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sampan.checks.saying import about, say
from sampan.model.sources import Source
from sampan.operations.partnering import Told
from sampan.operations.understanding import Line, Question, Understood
from sampan.sharing.vocabularies import label
from sampan.vocab.text import to_unicode
from sampan.web.finding import _sheet
from sampan.web.office.words import receipt_words
from sampan.web.reader import STATUSES, Reader

SHOWN = 12  # names of a list before "and n more"
MEASURES = {
    "cases": gettext_lazy("cases"),
    "deaths": gettext_lazy("deaths"),
    "tested": gettext_lazy("tested"),
    "positive": gettext_lazy("positive"),
    "admissions": gettext_lazy("admissions"),
    "sites_expected": gettext_lazy("sites expected"),
    "sites_reporting": gettext_lazy("sites that reported"),
    "sites_on_time": gettext_lazy("sites on time"),
}
OUTCOMES = {
    "allow": gettext_lazy("sees it when it asks"),
    "coarsen": gettext_lazy("sees it coarser when it asks"),
    "needs-approval": gettext_lazy("waits for a word"),
    "deny": gettext_lazy("sees nothing of it"),
}

# what the page's own script says, by the names it knows
SCRIPT = {
    "stops": gettext_lazy("This must not leave. Nothing has left this device."),
    "doubts": gettext_lazy("Look at these columns before you send. Nothing has left this device."),
    "clear": gettext_lazy("No column looks like persons. Nothing has left this device yet."),
    "unread": gettext_lazy("This browser could not look into the file; the office looks before anything is kept."),
    "column": gettext_lazy("column"),
    "remove": gettext_lazy("Take these columns out"),
    "sending": gettext_lazy("On its way:"),
    "waiting": gettext_lazy("The link is broken; it goes on by itself from where it stopped."),
    "draft": gettext_lazy("This draft was kept on this device."),
    "forget": gettext_lazy("Forget it"),
    "kind_name": gettext_lazy("names of persons"),
    "kind_telephone": gettext_lazy("telephone numbers"),
    "kind_identity": gettext_lazy("identity numbers"),
    "kind_hospital_number": gettext_lazy("hospital numbers"),
    "kind_email": gettext_lazy("e-mail addresses"),
    "kind_address": gettext_lazy("addresses"),
    "kind_birth_date": gettext_lazy("dates of birth"),
    "kind_ethnic_group": gettext_lazy("ethnic groups"),
    "kind_nationality": gettext_lazy("nationalities"),
    "kind_occupation": gettext_lazy("occupations"),
    "kind_school": gettext_lazy("schools"),
}


def understood_words(found: Understood, source: Source, reads: Reader) -> dict[str, Any]:
    """The page's names for everything that was understood."""
    names = {unit.id: reads.place(unit) for unit in found.units}
    answered = [one for one in found.questions if one.severity != "note"]
    return {
        "receipt": receipt_words(found.receipt, reads),
        "units": _some([names[unit.id] for unit in found.units], reads),
        "unit_count": reads.count(len(found.units)),
        "periods": [reads.span(*found.periods[0]), reads.span(*found.periods[-1])] if found.periods else [],
        "period_count": reads.count(len(found.periods)),
        "conditions": _some([reads.condition(one) for one in found.conditions], reads),
        "translated": [_translated(one, names, reads) for one in found.translated],
        "questions": [_question(one, reads) for one in answered],
        "notes": [say(one.rule, reads.language).title for one in found.questions if one.severity == "note"],
        "changes": _changes(found, names, reads),
        "is_list": source.kind == "cases",
    }


def partner_words(one: Told, reads: Reader) -> dict[str, Any]:
    """One partner's line: who, for what purpose, what it sees, and whose word is awaited."""
    return {
        "post": one.post,
        "purpose": label("purpose", one.purpose, reads.language),
        "outcome": OUTCOMES[one.outcome],
        "how": one.how,
        "approver": one.approver if one.outcome == "needs-approval" else "",
        "conditions": ", ".join(reads.condition(code) for code in one.conditions),
        "rule": one.rule,
        "says": one.says,
    }


def _some(names: list[str], reads: Reader) -> str:
    """The first names; how many more there are."""
    told = ", ".join(names[:SHOWN])
    return told if len(names) <= SHOWN else _("%(names)s and %(count)s more") % {
        "names": told, "count": reads.count(len(names) - SHOWN),
    }  # fmt: skip


def _translated(one: Any, names: dict[str, str], reads: Reader) -> dict[str, str]:
    value = f"{names.get(one.value, '')} {one.value}".strip() if one.field == "place" else reads.condition(one.value)
    return {"term": to_unicode(one.term), "value": value}


def _question(one: Question, reads: Reader) -> dict[str, Any]:
    said = say(one.rule, reads.language)
    return {
        "title": said.title,
        "explanation": said.explanation,
        "remedy": said.remedy,
        "words_in": said.language,
        "column": to_unicode(one.column or ""),
        "term": to_unicode(one.term) if one.term else "",
        "about": about(one.rule, one.term, reads.language),
        "cells": reads.count(one.cells),
        "cases": reads.count(one.cases),
        "candidates": [str(value) for value in one.facts.get("candidates", ())][:SHOWN],
        "sheets": [_sheet(excerpt) for excerpt in one.excerpts],
    }


def _changes(found: Understood, names: dict[str, str], reads: Reader) -> dict[str, Any] | None:
    """The difference to what stands; None where nothing of the source stood before."""
    if not (found.same or found.different_count):
        return None
    return {
        "new": reads.count(found.new),
        "same": reads.count(found.same),
        "different": reads.count(found.different_count),
        "any": found.different_count > 0,
        "lines": [_line(one, names, reads) for one in found.different],
        "more": reads.count(found.different_count - len(found.different))
        if found.different_count > len(found.different)
        else "",
        "recipients": found.recipients,
    }


def _line(one: Line, names: dict[str, str], reads: Reader) -> dict[str, Any]:
    return {
        "unit": names.get(one.unit, one.unit.split("@", maxsplit=1)[0]),
        "when": reads.span(one.start, one.end),
        "what": f"{reads.condition(one.condition)}, {MEASURES.get(one.measure, one.measure)}",
        "before": _figure(one.before, reads),
        "after": _figure(one.after, reads),
    }


def _figure(told: tuple[int | None, str] | None, reads: Reader) -> str:
    """A figure, or its silence in words; what is no longer said is said so."""
    if told is None:
        return str(_("no longer said"))
    value, status = told
    return reads.count(value) if value is not None and status == "reported" else str(STATUSES.get(status, status))
