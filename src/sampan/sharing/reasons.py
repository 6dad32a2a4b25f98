"""Why nothing is told, from the clause that came nearest; and every fixed word as a sentence.

Only agreements of the asking post's own party are ever read here, so no reason tells of a clause between others.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from icu4py.messageformat import MessageFormat

from sampan.model.agreements import PERIOD_RANK, Clause, Grain
from sampan.model.decisions import Reason, Request
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.fragment.evaluate import Row, covers, months, within
from sampan.sharing.state import Stop
from sampan.sharing.vocabularies import label, rank

Reasons = tuple[Reason, ...]
NO_CLAUSE = Reason("no-clause", "sharing/1")
SLOTS = dict.fromkeys(("until", "day", "zone", "how", "by"), "none")  # what a phrase may ask for and a reason not hold


def why_not(rules: tuple[Rule, ...], row: Row, domains: Domains) -> tuple[Reason, ...]:
    """The reasons of the clause that came nearest: fewest obstacles, then the order of the file."""
    forbidding = [r for r in rules if r.clause.effect == "prohibit" and covers(r, row, domains) is not False]
    if forbidding:
        return tuple(Reason("prohibited", rule.id) for rule in forbidding)
    permits = [rule for rule in rules if rule.clause.effect == "permit" and row["post"] in rule.clause.scope.posts]
    covering = [rule for rule in permits if covers(rule, row, domains)]
    binding = [rule for rule in covering if within(rule, row, domains) is not True]
    if binding:
        return tuple(reason for rule in binding for reason in obstacles(rule, row, domains))
    tried = [(obstacles(rule, row, domains), rule) for rule in permits]
    if not tried:
        return (NO_CLAUSE,)
    return min(tried, key=lambda pair: len(pair[0]))[0] or (NO_CLAUSE,)


def obstacles(rule: Rule, row: Row, domains: Domains) -> tuple[Reason, ...]:
    """Every part of a permission that does not hold for the row, as fixed words in the order of a clause."""
    words = (*_scope(rule, row, domains), *_limits(rule, row))
    return tuple(Reason(word, rule.id, until_when(word, rule, row["period_end"])) for word in words)


def until_when(word: str, rule: Rule, last_day: int) -> tuple[tuple[str, str], ...]:
    """Until when a clause keeps figures to `last_day` (an ordinal) back, or since when it does not hold, as facts.

    The clause says so to whoever it addresses, in a text that both signed: it tells nothing of the figures.
    """
    if word == "delay":
        return (("until", date.fromordinal(last_day + rule.clause.delay_days).isoformat()),)
    if word in ("expired", "terminated") and rule.ends is not None:
        how = (("how", "notice"), ("by", ", ".join(rule.notice_by))) if word == "terminated" else ()
        return (*how, ("day", rule.ends.isoformat()), ("zone", rule.zone))
    if word == "embargo" and rule.clause.embargo_until is not None:
        there = rule.clause.embargo_until.astimezone(ZoneInfo(rule.zone))
        return (("until", f"{there:%Y-%m-%d %H:%M} {rule.zone}"),)
    return ()


def stopped(
    request: Request, cell: tuple[str | None, str, str, str], stops: Iterable[Stop], domains: Domains
) -> Reasons:
    """Of agreements that ended or are suspended: the clauses that spoke of the cell, and since when they do not.

    `cell` is source (None: any), condition, place, measure. A stop gives a reason, never a permission: it is read only
    where nothing is told. Places are compared by their codes, since the worlds are those of what is in force.
    """
    return tuple(
        stop_reason(one, clause)
        for one in stops
        for clause in one.agreement.clauses
        if request.post in clause.scope.posts and request.purpose in clause.scope.purposes
        and clause.effect == "permit" and clause.emergency is None and _spoke_of(clause, cell, domains)
    )  # fmt: skip


def stop_reason(stop: Stop, clause: Clause | None = None) -> Reason:
    """Why and since when an agreement, or one of its clauses, holds no more; the day is its owner's."""
    agreement = stop.agreement
    zone = agreement.zone_of(clause) if clause else agreement.parties[0].zone
    rule = f"{agreement.id}/{clause.id}" if clause else agreement.name
    day = (("day", stop.day(zone).isoformat()), ("zone", zone))
    match stop.verb:
        case "suspend":
            return Reason("suspended", agreement.name, (("by", stop.by), *day))
        case "expire":
            return Reason("expired", rule, day)
        case "run-out":
            return Reason("terminated", rule, (("how", "notice"), ("by", ", ".join(agreement.notice_by)), *day))
        case "end-at-once":
            return Reason("terminated", rule, (("how", "together"), *day))
        case "terminate":
            return Reason("terminated", rule, (("how", "alone"), ("by", stop.by), *day))
        case _:
            raise AssertionError(stop.verb)


def _spoke_of(clause: Clause, cell: tuple[str | None, str, str, str], domains: Domains) -> bool:
    source, condition, place, measure = cell
    scope, code = clause.scope, place.partition("@")[0]
    return (
        condition in domains.conditions(scope.conditions)
        and (scope.measures is None or measure in scope.measures)
        and (source is None or source in domains.sources(clause.owner, scope.sources))
        and (scope.places is None or any(code.startswith(named.partition("@")[0]) for named in scope.places))
    )


def _scope(rule: Rule, row: Row, domains: Domains) -> list[str]:
    scope, codes = rule.clause.scope, domains.codes
    places = domains.places(scope.places, rule.named_on)
    conditions = domains.conditions(scope.conditions)
    lists = {
        "purpose": scope.purposes,
        "source": domains.sources(rule.clause.owner, scope.sources),
        "kind": scope.kinds,
        "measure": scope.measures,
        "place": places,
        "class": scope.classes,
    }
    found = [
        f"unknown-{name}" if row[name] not in codes[name] else f"{name}-not-agreed"
        for name, listed in lists.items()
        if listed is not None and row[name] not in listed
    ]
    if row["condition"] not in conditions:
        found.insert(1, _condition_word(row["condition"], domains))
    if row["population"] not in scope.populations:
        found.append("population-not-named")
    if scope.data_from is not None and row["period_start"] < scope.data_from.toordinal():
        found.append("before-agreed-data")
    if scope.data_to is not None and row["period_end"] > scope.data_to.toordinal():
        found.append("after-agreed-data")
    if row[rule.day] < rule.begins.toordinal():
        found.append("not-yet-in-force")
    if rule.ends is not None and row[rule.day] > rule.ends.toordinal():
        found.append("terminated" if rule.noticed else "expired")
    return found


def _condition_word(condition: str, domains: Domains) -> str:
    if condition not in domains.codes["condition"]:
        return "unknown-condition"
    return "closed-unless-named" if condition in domains.closed_conditions else "condition-not-agreed"


def _limits(rule: Rule, row: Row) -> list[str]:
    clause = rule.clause
    found: list[str] = []
    if clause.grains:
        finer = [_finer(grain, row) for grain in clause.grains]
        found += finer[[len(words) for words in finer].index(min(len(words) for words in finer))]
    if rank("tlp", row["tlp"]) > rank("tlp", clause.tlp):
        found.append("label-too-strict")
    if row[rule.day] - row["period_end"] < clause.delay_days:
        found.append("delay")
    if clause.embargo_until is not None and row["at"] < int(clause.embargo_until.timestamp()):
        found.append("embargo")
    return found


def _finer(grain: Grain, row: Row) -> list[str]:
    """In what the row is finer than a grain."""
    tests = {
        "place-too-fine": row["level"] > grain.level,
        "period-too-fine": PERIOD_RANK[row["period"]] < PERIOD_RANK[grain.period],
        "ages-too-fine": row["age_months"] < months(grain),
        "sex-not-agreed": row["sex"] != "all" and not grain.sex,
    }
    return [word for word, finer in tests.items() if finer]


def sentence(reason: Reason, language: str = "en") -> str:
    """A reason as one plain sentence of the reader's language, its rule named."""
    facts = {name: _shown(name, value, language) or "none" for name, value in reason.facts}
    return phrase(f"reason.{reason.word}", language, **SLOTS | {"rule": reason.rule, **facts})


def _shown(name: str, value: str, language: str) -> str:
    """A fact of a reason in words; posts, rules and numbers as they are."""
    if name == "why":
        words = (phrase(f"differs.{word.strip().replace(' ', '-')}", language) for word in value.split(","))
        return phrase("list.and", language).join(words)
    return label("period", value, language) if name in ("given", "asked") else value


def phrase(key: str, language: str = "en", **facts: object) -> str:
    """A controlled phrase with its slots filled; English where the language has none; KeyError when nobody has."""
    text = phrases(language).get(key) or phrases("en")[key]
    shown: dict[str, int | float | str | Decimal | date | datetime] = {
        name: value if isinstance(value, int) else str(value) for name, value in facts.items()
    }
    return str(MessageFormat(text, language).format(shown))


@cache
def phrases(language: str) -> dict[str, str]:
    """Key -> text of one language's table; empty when there is no such table yet."""
    path = files("sampan.sharing").joinpath("phrases", f"{language}.csv")
    if not path.is_file():
        return {}
    return {row["key"]: row["text"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
