"""The smallest row that only one agreement tells, in plain words, with the reason why the other does not tell it.

Under A, counts of dengue (cases) by district and week in Tay Ninh may go to kh-20/surveillance for alert.
Under B they may not: Clause border/vn-weekly allows coarser places only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sampan.model.decisions import Reason
from sampan.sharing.agreements.say import Names
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.fragment.evaluate import Row, covers, told
from sampan.sharing.obligations import minimum_cell
from sampan.sharing.reasons import NO_CLAUSE, phrase, why_not
from sampan.sharing.vocabularies import label

WORDS = ("none", "standing", "per-release")  # of a row: the most that was given for it
USUAL = {"kind": "aggregate", "population": "general", "class": "official", "tlp": "clear", "sex": "all"}
# what a row says where nothing binds it
PLAIN: dict[str, Any] = {
    **USUAL, "purpose": "routine-monitoring", "measure": "cases", "level": 1, "period": "week", "place": None,
    "source": None, "condition": None, "age_months": 2400, "count": 100, "word": 2,
}  # fmt: skip
VOCABULARY = {
    "benefits": "benefit",
    "silences": "silence",
    "practices": "practice",
    "prevailing_language": "language",
}  # of terms that are called otherwise
ALL_AGES_MONTHS = 2400
DAYS = (
    "expired",
    "terminated",
    "not-yet-in-force",
    "before-agreed-data",
    "after-agreed-data",
    "delay",
    "embargo",
)  # reasons of time


def why(rules: tuple[Rule, ...], row: Row, domains: Domains) -> tuple[Reason, ...]:
    """Why these rules do not tell a row: from the fragment, else for its count or for the word it has."""
    whole = {**PLAIN, **row}
    if not told(rules, whole, domains):
        return _merged(rules, whole, domains) or why_not(rules, whole, domains)
    permits = [rule for rule in rules if rule.clause.effect == "permit" and covers(rule, whole, domains)]
    found = []
    for rule in permits:
        cell = minimum_cell(rule.clause, whole["purpose"], whole["condition"], domains)
        if 0 < whole["count"] < cell:
            found.append(Reason("small-count", rule.id, (("below", str(cell - 1)),)))
        if whole["word"] < WORDS.index(rule.clause.authorisation.mode):
            found.append(Reason("needs-word", rule.id, (("word", rule.clause.authorisation.mode),)))
    return tuple(found) or (NO_CLAUSE,)


@dataclass(frozen=True)
class Teller:
    """To whom a comparison is told: the reader's language and names, and what the two that are compared are called.

    `ways`: the two are the directions of one agreement, called by their parties; else they are agreements.
    """

    language: str
    names: Names
    first: str = "A"
    second: str = "B"
    ways: bool = False

    def turned(self) -> Teller:
        """The same, of what the second tells and the first does not."""
        return replace(self, first=self.second, second=self.first)


def said(row: Mapping[str, Any] | None, reasons: Iterable[Mapping[str, str]], teller: Teller) -> str:
    """Two sentences on a row that the first tells and the second does not, as `compare` gives row and reasons."""
    if row is None:
        return ""
    language, reasons = teller.language, tuple(reasons)
    return phrase(
        "compare.way" if teller.ways else "compare.agreement",
        language,
        one=teller.first,
        two=teller.second,
        what=_what(row, language, teller.names),
        post=row.get("post", ""),
        purpose=label("purpose", row.get("purpose", PLAIN["purpose"]), language),
        details=phrase("list.and", language).join(_details(row, reasons, language)) or "none",
        why=" ".join(dict.fromkeys(_reason(one, language) for one in reasons)),
    )


def terms_said(differing: Iterable[Mapping[str, Any]], language: str) -> list[tuple[str, str, str]]:
    """(what differs, in A, in B) of the terms that `compare` found to differ, in words."""
    found = []
    for one in differing:
        a, b = (_value(one["term"], one[side], language) for side in ("a", "b"))
        found.append((phrase(f"term.{one['term']}", language), a, b))
    return found


def _value(term: str, value: Any, language: str) -> str:
    """A term's value in words; numbers and names as they are, a dash for nothing."""
    vocabulary = VOCABULARY.get(term, term)
    values = [one for one in (value if isinstance(value, list | tuple) else [value]) if one is not None]
    shown = [label(vocabulary, one, language) if isinstance(one, str) else str(one) for one in values]
    return phrase("list.and", language).join(shown) or "–"


def _what(row: Mapping[str, Any], language: str, names: Names) -> str:
    condition, place = row.get("condition"), row.get("place")
    return phrase(
        "compare.what",
        language,
        kind=label("kind", row.get("kind", "aggregate"), language),
        condition=names.get(condition, condition) if condition else phrase("say.any-condition", language),
        measure=label("measure", row.get("measure", "cases"), language),
        level=label("level", str(row.get("level", 1)), language),
        period=label("period", row.get("period", "week"), language),
        place=names.get(place, place.partition("@")[0]) if place else "none",
    )


def _details(row: Mapping[str, Any], reasons: tuple[Mapping[str, str], ...], language: str) -> list[str]:
    """What is not as usual in the row: the solver leaves it so only where the difference lies there."""
    found = [
        phrase(f"compare.{name}", language, value=label(name, row[name], language))
        for name in ("population", "class", "tlp")
        if row.get(name, USUAL[name]) != USUAL[name]
    ]
    if row.get("sex", "all") != "all":
        found.append(phrase("say.sex-yes", language))
    if row.get("age_months", ALL_AGES_MONTHS) < ALL_AGES_MONTHS:
        found.append(phrase("compare.ages", language, months=row["age_months"]))
    if row.get("count", PLAIN["count"]) != PLAIN["count"]:
        found.append(phrase("compare.count", language, count=row["count"]))
    if row.get("word", WORDS[-1]) != WORDS[-1]:
        found.append(label("authorisation", row["word"], language))
    if "trigger" in row:
        found.append(phrase("compare.trigger", language, value=label("trigger", row["trigger"], language)))
    if any(one["reason"] in DAYS for one in reasons):
        days = sorted(str(value) for name, value in row.items() if name.startswith("day:"))
        found += [phrase("compare.on", language, day=days[0])] if days else []
        found += [phrase("compare.until", language, day=row["period_end"])] if "period_end" in row else []
    return found


def _reason(reason: Mapping[str, str], language: str) -> str:
    facts = {name: value for name, value in reason.items() if name != "reason"}
    if "word" in facts:
        facts["word"] = label("authorisation", facts["word"], language)
    return phrase(f"reason.{reason['reason']}", language, **facts)


def _merged(rules: tuple[Rule, ...], row: Row, domains: Domains) -> tuple[Reason, ...]:
    """Of a merged territory: the clauses that speak of one of its former parts."""
    parts = domains.merged.get(str(row["place"]), ())
    speaking = [rule for rule in rules for part in parts if covers(rule, {**row, "place": part}, domains)]
    return tuple(Reason("merged-part-not-agreed", rule.id) for rule in dict.fromkeys(speaking))
