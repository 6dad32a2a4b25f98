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
from sampan.model.sources import Source
from sampan.vocab import conditions, languages
from sampan.vocab.text import native_digits

LANGUAGES = {
    "en": "English", "km": "ខ្មែរ", "vi": "Tiếng Việt", "lo": "ລາວ", "th": "ไทย", "my": "မြန်မာ", "zh": "中文",
}  # fmt: skip
STATUSES = {
    "reported": gettext_lazy("reported"),
    "zero": gettext_lazy("zero reported"),
    "unknown": gettext_lazy("unknown"),
    "not_reported": gettext_lazy("not reported"),
    "withheld": gettext_lazy("withheld"),
    "not_shared": gettext_lazy("not shared"),
    "suppressed": gettext_lazy("suppressed (small figure)"),
    "not_under_surveillance": gettext_lazy("not under surveillance"),
}
BUDDHIST_YEARS = 543
LOCALES = {"en": "en_GB", "zh": "zh_Hans"}
USUAL = ("d MMMM Y", "d MMM")
ORDERS = {"zh": ("Y年M月d日", "M月d日")}  # how a language orders a day, with and without its year, where not as usual


@dataclass(frozen=True)
class Reader:
    """A reader of one language, and the choices of how years, digits and months are written."""

    language: str
    calendar: str = "gregorian"  # or buddhist: the year plus 543
    digits: str = ""  # as the language usually writes; or plain, or native
    months_as: str = "words"  # or numbers

    @cached_property
    def locale(self) -> Locale:
        """The language's rules of writing."""
        return Locale.parse(LOCALES.get(self.language, self.language))

    def day(self, on: date) -> str:
        """A day with its month in words."""
        return self._date(on, "dd/MM/Y" if self.months_as == "numbers" else ORDERS.get(self.language, USUAL)[0])

    def day_of(self, written: str | None) -> str:
        """A day as records write it, "2026-04-01T..."; empty for none."""
        return self.day(date.fromisoformat(written[:10])) if written else ""

    def short_day(self, on: date) -> str:
        """A day of the year, without the year."""
        return self._date(on, "d/M" if self.months_as == "numbers" else ORDERS.get(self.language, USUAL)[1])

    def moment(self, at: datetime) -> str:
        """A day and a time of day, in UTC."""
        return f"{self.day(at)}, {self._written(format_datetime(at, 'HH:mm', locale=self.locale))} UTC"

    def span(self, first: date, last: date) -> str:
        """Two days and what lies between."""
        if self.months_as == "numbers" or self.language in ORDERS:
            return f"{self.day(first)} – {self.day(last)}"
        start = "d MMMM" if first.year == last.year else "d MMMM Y"
        return f"{self._date(first, start)} – {self.day(last)}"

    def count(self, number: int) -> str:
        """A whole number."""
        return self._written(format_decimal(number, locale=self.locale))

    def decimal(self, number: float) -> str:
        """A number with as many digits as matter."""
        pattern = "#,##0" if number >= 100 else "0.0" if number >= 10 else "0.00"
        return self._written(format_decimal(number, format=pattern, locale=self.locale))

    def share(self, part: float) -> str:
        """A share as per cent."""
        return self._written(format_percent(part, format="#,##0.#%", locale=self.locale))

    def _date(self, on: date, pattern: str) -> str:
        """A date; Y in the pattern is the year of the reader's calendar, which has no month or day of its own."""
        year = on.year + (BUDDHIST_YEARS if self.calendar == "buddhist" else 0)
        return self._written(format_date(on, pattern.replace("Y", f"'{year}'"), locale=self.locale))

    def _written(self, text: str) -> str:
        if self.digits == "native":
            return languages.write_digits(text, self.language)
        return native_digits(text) if self.digits == "plain" else text

    def condition(self, code: str) -> str:
        """A condition's name."""
        if code == "all":
            return _("all conditions")
        return conditions.name(code, self.language)

    def source(self, found: Source) -> Source:
        """A source with its title and notes in the reader's language, where it has them."""
        return found.told_in(self.language)

    def place(self, unit: Unit) -> str:
        """A unit's name: in the reader's own language if the registry has it, else its Latin name."""
        return unit.called(self.language)

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
                another_territory=_("territory changed"),
                units_told=_("units that told"),
                sites=_("share of sites that reported"),
                months=self.months(),
            )
