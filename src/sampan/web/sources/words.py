"""What a practice says, in a reader's words: whom it counts, where, by what, and since when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sampan.model.practices import Practice
from sampan.web.reader import Reader

ALL_AGES = 150  # years; nobody is older
COUNTS = {
    "suspected": gettext_lazy("suspected"),
    "probable": gettext_lazy("probable"),
    "confirmed": gettext_lazy("laboratory class: confirmed"),
    "all": gettext_lazy("all classes"),
}
SETTINGS = {
    "all": gettext_lazy("everywhere"),
    "inpatient": gettext_lazy("in-patients"),
    "outpatient": gettext_lazy("out-patients"),
    "sentinel": gettext_lazy("sentinel sites"),
    "community": gettext_lazy("community"),
}
SECTORS = {
    "all": gettext_lazy("public and private"),
    "public": gettext_lazy("public"),
    "private": gettext_lazy("private"),
}
TESTING = {
    "clinical": gettext_lazy("signs alone"),
    "rapid": gettext_lazy("rapid test"),
    "laboratory": gettext_lazy("laboratory"),
    "mixed": gettext_lazy("signs or laboratory"),
}
DATES = {
    "onset": gettext_lazy("onset"),
    "diagnosis": gettext_lazy("diagnosis"),
    "report": gettext_lazy("report"),
    "receipt": gettext_lazy("receipt here"),
}
PERIODS = {
    "iso-week": gettext_lazy("weeks from Monday"),
    "cdc-week": gettext_lazy("weeks from Sunday"),
    "month": gettext_lazy("months"),
    "other": gettext_lazy("other periods of its own"),
}
PEOPLE = {
    "residents": gettext_lazy("residents"),
    "catchment": gettext_lazy("people the sites serve"),
    "none": gettext_lazy("none"),
}
RHYTHMS = {
    "week": gettext_lazy("weekly"),
    "month": gettext_lazy("monthly"),
    "year": gettext_lazy("yearly"),
}


FIELDS = {
    "counts": COUNTS, "setting": SETTINGS, "sector": SECTORS, "testing": TESTING, "period_scheme": PERIODS,
    "date_basis": DATES, "denominator": PEOPLE,
}  # fmt: skip


def word_of(field: str, word: Any) -> Any:
    """What one field of a practice says, in the reader's words; whole years without a point."""
    if isinstance(word, float) and word.is_integer():
        return int(word)
    return FIELDS.get(field, {}).get(word, word)


def practice_line(found: Practice, reads: Reader) -> dict[str, Any]:
    """One condition as a row of the table; empty where nobody has said."""
    return {
        "condition": reads.condition(found.condition),
        "known": found.version > 0,
        "definition": found.definition or "",
        "scheme": found.scheme or "",
        "counts": COUNTS.get(found.counts or "", found.counts or ""),
        "ages": _ages(found, reads),
        "setting": SETTINGS.get(found.setting or "", found.setting or ""),
        "sector": SECTORS.get(found.sector or "", found.sector or ""),
        "testing": TESTING.get(found.testing or "", found.testing or ""),
        "date": DATES.get(found.date_basis or "", found.date_basis or ""),
        "periods": PERIODS.get(found.period_scheme or "", found.period_scheme or ""),
        "people": PEOPLE.get(found.denominator or "", found.denominator or ""),
        "since": reads.day(found.begins) if found.begins.year > 1 else "",
        "checked": found.verified,
    }


def _ages(found: Practice, reads: Reader) -> str:
    if found.age_from is None or found.age_to is None:
        return ""
    if found.age_to > ALL_AGES:
        return _("all ages") if not found.age_from else _("from %(age)s years") % {"age": reads.decimal(found.age_from)}
    oldest = reads.count(int(found.age_to) - 1)
    return _("%(first)s to %(last)s years") % {"first": reads.count(int(found.age_from)), "last": oldest}
