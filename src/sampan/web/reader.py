"""Who reads: the language, and how it writes dates, numbers, months and the names of places and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sampan.charts.look import SILENCES, Words
from sampan.model.places import Unit
from sampan.vocab import conditions

LANGUAGES = {
    "en": "English", "km": "ខ្មែរ", "vi": "Tiếng Việt", "lo": "ລາວ", "th": "ไทย", "my": "မြန်မာ", "zh": "中文",
}  # fmt: skip
STATUSES = {
    "reported": gettext_lazy("reported"),
    "zero": gettext_lazy("zero reported"),
    "unknown": gettext_lazy("unknown"),
    "not_reported": gettext_lazy("not reported"),
    "withheld": gettext_lazy("withheld"),
    "suppressed": gettext_lazy("suppressed (small figure)"),
    "not_under_surveillance": gettext_lazy("not under surveillance"),
}
LOCALES = {"en": "en_GB", "zh": "zh_Hans"}


@dataclass(frozen=True)
class Reader:
    """A reader of one language."""

    language: str

    @cached_property
    def locale(self) -> Locale:
        """The language's rules of writing."""
        return Locale.parse(LOCALES.get(self.language, self.language))

    def day(self, on: date) -> str:
        """A day with its month in words."""
        return format_date(on, "d MMMM y", locale=self.locale)

    def short_day(self, on: date) -> str:
        """A day of the year, without the year."""
        return format_date(on, "d MMM", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """A day and a time of day, in UTC."""
        return format_datetime(at, "d MMMM y, HH:mm", locale=self.locale) + " UTC"

    def span(self, first: date, last: date) -> str:
        """Two days and what lies between."""
        start = "d MMMM" if first.year == last.year else "d MMMM y"
        return f"{format_date(first, start, locale=self.locale)} – {self.day(last)}"

    def count(self, number: int) -> str:
        """A whole number."""
        return format_decimal(number, locale=self.locale)

    def decimal(self, number: float) -> str:
        """A number with as many digits as matter."""
        pattern = "#,##0" if number >= 100 else "0.0" if number >= 10 else "0.00"
        return format_decimal(number, format=pattern, locale=self.locale)

    def share(self, part: float) -> str:
        """A share as per cent."""
        return format_percent(part, format="#,##0.#%", locale=self.locale)

    def condition(self, code: str) -> str:
        """A condition's name."""
        if code == "all":
            return _("all conditions")
        return conditions.name(code, self.language)

    def place(self, unit: Unit) -> str:
        """A unit's name: in the reader's own language if the registry has it, else its Latin name."""
        return unit.names.get(self.language) or unit.name

    def country(self, names: Mapping[str, str], latin: str) -> str:
        """A country's name, by the same rule."""
        return names.get(self.language) or latin

    def months(self) -> tuple[str, ...]:
        """Twelve short names of months."""
        return tuple(format_date(date(2025, month, 1), "LLL", locale=self.locale) for month in range(1, 13))

    def words(self, *, invented: bool, credit: str = "") -> Words:
        """The words of a picture."""
        with override(self.language):
            return Words(
                language=self.language,
                stamp=_("INVENTED, NOT REAL") if invented else "",
                credit=credit,
                statuses={status: str(STATUSES[status]) for status in SILENCES},
                cases_a_week=_("cases a week"),
                rate=_("cases a week for each 100,000 residents"),
                still_filling=_("still filling"),
                another_practice=_("counted otherwise"),
                units_told=_("units that told"),
                sites=_("share of sites that reported"),
                months=self.months(),
            )
