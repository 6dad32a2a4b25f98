"""How a file writes dates, years, numbers and silences: what its own cells show, and no more.

Date order and era are proposed only when some cell leaves no other reading; otherwise they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sampan.formats.ods_errors import SHOWN
from sampan.harmonise.draft.profile import MARKS, Profile
from sampan.harmonise.draft.said import Guess, Said
from sampan.vocab.dates import SERIAL_EPOCHS
from sampan.vocab.dateterms import without_time
from sampan.vocab.languages import languages, separators
from sampan.vocab.text import fold, native_digits

_SLASHED = re.compile(r"(\d{1,4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,4})")
_YEAR = re.compile(r"(?<!\d)(?:(1[89]\d\d|20\d\d|21\d\d)|(2[45]\d\d|26\d\d))(?!\d)")
_SCRIPTS = {
    "km": "ក-៿",
    "lo": "຀-໿",
    "th": "ก-๛",
    "my": "က-႟",
    "zh": "一-鿿",
    "vi": "ăắằẳẵặâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữựạảịỉĩọỏụủũỳỵỷỹ",
}
_COMPACT_DATE = 8
_SERIALS = range(10_000, 80_000)  # 1927 to 2119 as spreadsheet day numbers, 1997 to 2189 since 1970
_WORDED = re.compile(r"(\d{1,2})\W*[^\W\d]\D*?(\d{2})")  # 23-May-14
LONGEST_MARK = 20  # letters; a longer text among figures is a remark, and could name a person
MOST_YEARS = 0.9  # share of one era from which the rest look like slips
ENOUGH_DATES = 3  # cells that leave one reading only, before the order is taken without asking
SILENCES = ("zero", "unknown", "not_reported", "withheld", "suppressed")


@dataclass
class DateShapes:
    """Counts of distinct date texts by what they show."""

    terms: int = 0
    year_first: int = 0
    day_first: int = 0  # first number above 12
    month_first: int = 0  # second number above 12
    open: int = 0  # both at most 12
    two_digit: int = 0
    worded: int = 0
    worded_ends: list[tuple[str, str]] = field(default_factory=list)  # of "23-May-14": 23 and 14
    compact: int = 0
    serials: list[int] = field(default_factory=list)
    gregorian: list[int] = field(default_factory=list)
    buddhist: list[int] = field(default_factory=list)


def date_shapes(terms: Iterable[str]) -> DateShapes:
    """Sort the distinct texts of date columns by what they can mean."""
    seen = DateShapes()
    for term in terms:
        text = without_time(native_digits(term).strip())
        seen.terms += 1
        _years(text, seen)
        if text.isdecimal():
            seen.compact += len(text) == _COMPACT_DATE
            if len(text) == 5 and int(text) in _SERIALS:
                seen.serials.append(int(text))
        elif found := _SLASHED.fullmatch(text):
            _order(found[1], found[2], found[3], seen)
        elif re.search(r"\d", text):
            seen.worded += 1
            if ends := _WORDED.fullmatch(text):
                seen.two_digit += 1
                seen.worded_ends.append((ends[1], ends[2]))
    return seen


def _years(text: str, seen: DateShapes) -> None:
    for found in _YEAR.finditer(text):
        (seen.gregorian if found[1] else seen.buddhist).append(int(found[0]))


def _order(first: str, second: str, third: str, seen: DateShapes) -> None:
    if len(first) >= 3:
        seen.year_first += 1
        return
    seen.two_digit += len(third) < 3
    if int(first) > 12 >= int(second):
        seen.day_first += 1
    elif int(second) > 12 >= int(first):
        seen.month_first += 1
    else:
        seen.open += 1


def dates_part(columns: Sequence[Profile], said: Said) -> dict[str, Any]:
    """`dates:` of source.yml for the date columns together."""
    if not columns:
        return {}
    seen = date_shapes(term for column in columns for term in column.terms if fold(term) not in MARKS)
    part: dict[str, Any] = {}
    if order := _say_order(seen, said):
        part["order"] = order
    if era := say_era("dates.era", seen.gregorian, seen.buddhist, said):
        part["era"] = era
    if seen.two_digit:
        said.ask(
            "dates.two_digit_years",
            "Which era do the two-digit years belong to?",
            f"{seen.two_digit} of {seen.terms} different dates end in two digits",
            ("buddhist", "gregorian"),
        )
    if seen.serials:
        said.ask(
            "dates.serials", "Are the five-digit numbers day numbers, and since when?", _serial_evidence(seen),
            ("excel", "excel-1904", "unix-days"),
        )  # fmt: skip
    return part


def _serial_evidence(seen: DateShapes) -> str:
    """The years the numbers would mean under each way of counting."""
    low, high = min(seen.serials), max(seen.serials)
    readings = ", ".join(
        f"{(first + timedelta(days=low)).year} to {(first + timedelta(days=high)).year} as {name}"
        for name, first in SERIAL_EPOCHS.items()
    )
    return f"{len(seen.serials)} of {seen.terms} different dates are numbers from {low} to {high}: {readings}"


def _worded_order(seen: DateShapes, said: Said) -> str | None:
    """ "23-May-14": the end with few different numbers is the year."""
    first, last = ({ends[at] for ends in seen.worded_ends} for at in (0, 1))
    evidence = f"dates such as 23-May-14: {len(first)} different first and {len(last)} different last numbers"
    for order, days, years in (("dmy", first, last), ("ymd", last, first)):
        if len(days) > 10 and len(years) <= 5:
            return str(said.guess("dates.order", order, evidence, 0.85))
    said.ask("dates.order", "Does the day or the year come first?", evidence, ("dmy", "ymd"))
    return None


def _say_order(seen: DateShapes, said: Said) -> str | None:
    """The order if some dates leave no other reading; else a question."""
    numeric = seen.day_first + seen.month_first + seen.open
    if not numeric:
        if seen.worded_ends:
            return _worded_order(seen, said)
        if seen.year_first or seen.compact:
            return str(
                said.guess(
                    "dates.order",
                    "ymd",
                    f"{seen.year_first or seen.compact} of {seen.terms} different dates begin with the year",
                    0.97,
                )
            )
        return None
    shown = f"{seen.day_first} have a first number above 12, {seen.month_first} a second one, {seen.open} neither"
    evidence = f"of {numeric} different dates that end with the year, {shown}"
    for order, yes, no in (("dmy", seen.day_first, seen.month_first), ("mdy", seen.month_first, seen.day_first)):
        if yes and not no:
            return str(said.guess("dates.order", order, evidence, 0.6 if yes < ENOUGH_DATES else 1 - 0.5 / yes))
    said.ask("dates.order", "Does the day or the month come first?", evidence, ("dmy", "mdy"))
    return None


def say_era(about: str, gregorian: Sequence[int], buddhist: Sequence[int], said: Said) -> str | None:
    """The era that all years show; a question if they show two, with the era of most proposed."""
    if buddhist and gregorian:
        evidence = f"{_span(buddhist)}; {_span(gregorian)}"
        question = "Are both eras written in this file, or are some years slips?"
        said.ask(about, question, evidence, ("gregorian", "buddhist", "mixed"))
        share = max(len(buddhist), len(gregorian)) / (len(buddhist) + len(gregorian))
        if share < MOST_YEARS:
            return None
        most = "buddhist" if len(buddhist) > len(gregorian) else "gregorian"
        said.guesses.append(Guess(about, most, f"{share:.0%} of the years; {evidence}", 0.6))
        return most
    if buddhist:
        evidence = f"written are {_span(buddhist)}; less 543 they are {min(buddhist) - 543} to {max(buddhist) - 543}"
        return str(said.guess(about, "buddhist", evidence, 0.95))
    if gregorian:
        return str(said.guess(about, "gregorian", f"written are {_span(gregorian)}", 0.97))
    return None


def _span(years: Sequence[int]) -> str:
    if len(set(years)) == 1:
        return f"one year, {years[0]}"
    return f"{len(years)} years from {min(years)} to {max(years)}"


def languages_of(texts: Iterable[str]) -> list[str]:
    """Languages whose script stands in the texts, most frequent first; English if none does."""
    joined = "".join(texts).casefold()
    counts = {language: len(re.findall(f"[{span}]", joined)) for language, span in _SCRIPTS.items()}
    found = sorted((code for code, count in counts.items() if count >= 2), key=lambda code: (-counts[code], code))
    return found or ["en"]


def number_locale(columns: Sequence[Profile], spoken: Sequence[str], said: Said) -> str:
    """The locale by the separators inside figures; where none is inside, any locale reads them alike."""
    terms = [native_digits(term) for column in columns for term in column.terms]
    dotted = sum(bool(re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", term)) for term in terms)
    comma = sum(bool(re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", term)) for term in terms)
    fitting = {sign: [code for code in (*spoken, *languages()) if separators(code)[0] == sign] for sign in ".,"}
    if dotted and comma:
        said.ask(
            "numbers.locale",
            "Which sign parts thousands?",
            f"{dotted} figures such as 1.234 and {comma} such as 1,234",
            (".", ","),
        )
    elif dotted or comma:
        sign, count = (".", dotted) if dotted else (",", comma)
        sure = 0.9 if fitting[sign][0] in spoken else 0.6
        return str(
            said.guess(
                "numbers.locale", fitting[sign][0], f"figures in which three digits follow {sign!r}: {count}", sure
            )
        )
    else:
        said.guess("numbers.locale", spoken[0], "no figure holds a separator: every locale reads them alike", 0.8)
    return spoken[0]


def ask_silences(columns: Sequence[Profile], said: Said) -> dict[str, str]:
    """`silences:`: the marks among figures. Each is a question; only "<5" says itself what it is."""
    marks: dict[str, int] = {}
    blanks = 0
    for column in columns:
        blanks += column.rows - column.filled
        for term, count in column.terms.items():
            if SHOWN.fullmatch(term):
                continue  # a lost figure, asked about in each delivery; no way to say something
            if len(term) <= LONGEST_MARK and (not re.search(r"\d", native_digits(term)) or re.match(r"\s*[<≤]", term)):
                marks[term] = marks.get(term, 0) + count
    proposed = {}
    for mark, count in sorted(marks.items()):
        if re.match(r"\s*[<≤]\s*\d", native_digits(mark)):
            proposed[mark] = said.guess(
                f"silences.{mark}", "suppressed", f"cells with a bound instead of a figure: {count}", 0.75
            )
        else:
            said.ask(
                f"silences.{mark}",
                f"What does {mark!r} say where a figure should stand?",
                f"cells that hold it: {count}",
                SILENCES,
            )
    zeros = sum(count for column in columns for term, count in column.terms.items() if native_digits(term) == "0")
    if blanks:
        said.ask(
            "silences.blank",
            "What does a blank cell say where a figure should stand?",
            f"blank cells: {blanks}, zeros: {zeros}",
            SILENCES,
        )
    return proposed


def absent_marks(columns: Sequence[Profile], said: Said) -> list[str]:
    """`absent:`: texts in other columns that say nothing stands here."""
    met: dict[str, int] = {}
    for column in columns:
        for term, count in column.terms.items():
            if term.casefold() in MARKS or fold(term) in ("na", "n a", "null"):
                met[term] = met.get(term, 0) + count
    found = sorted(met)
    if found:
        said.guess("absent", found, f"cells outside the figures with such a mark: {sum(met.values())}", 0.8)
    return found
