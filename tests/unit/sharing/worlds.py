"""A small invented world for tests of sharing: two countries, a merger, three diseases and a closed one."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sampan.model.agreements import Agreement, Authorisation, Clause, Grain, Instrument, PartyTerms, Scope
from sampan.model.places import Unit
from sampan.sharing.fragment.domains import Domains, Rule, build, rules_of
from sampan.sharing.vocabularies import words

MERGER = date(2025, 7, 1)


def unit(code: str, level: int, parent: str | None, **more: Any) -> Unit:
    begins = more.pop("begins", date.min)
    return Unit(f"{code}@{begins.isoformat()}", code, code[:2], level, "admin", parent, code, begins=begins, **more)


UNITS = (
    unit("XA", 0, None),
    unit("XA-1", 1, "XA"),
    unit("XA-2", 1, "XA"),
    unit("XA-11", 2, "XA-1"),
    unit("XB", 0, None),
    unit("XB-1", 1, "XB", ends=MERGER, successors=(f"XB-1@{MERGER}",)),
    unit("XB-2", 1, "XB", ends=MERGER, successors=(f"XB-1@{MERGER}",)),
    unit("XB-1", 1, "XB", begins=MERGER, predecessors=("XB-1@0001-01-01", "XB-2@0001-01-01")),
    unit("XB-3", 1, "XB"),
)
ZONES = ("Asia/Phnom_Penh", "Asia/Yangon", "Pacific/Auckland")
POSTS = ("xa-1/surveillance", "xb-1/surveillance", "xb/ministry", "office/steward")
SOURCES = {"xa-weekly": "xa", "xb-weekly": "xb", "xb-lists": "xb"}
CONDITIONS = {"dengue": None, "severe-dengue": "dengue", "cholera": None, "sti": None, "hiv": "sti"}


def world() -> Domains:
    return build(posts=POSTS, owners=SOURCES, parents=CONDITIONS, closed=["sti", "hiv"], units=UNITS)


class Maker:
    """Random agreements, and rows drawn near their clauses, so that allow and deny are both common."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.domains = world()

    def agreement(self) -> Agreement:
        r = self.random
        sides = tuple(
            PartyTerms(code, code, None, r.choice(ZONES), POSTS, successor=r.choice(["continues", "continues", "ends"]))
            for code in ("xa", "xb")
        )
        begins = date(2025, 1, 1) + timedelta(days=r.randrange(400))
        ends = begins + timedelta(days=r.randrange(900)) if r.random() < 0.8 else None
        signed = begins - timedelta(days=r.randrange(300))
        clauses = tuple(self.clause(f"c{n}", n) for n in range(r.choice([0] + [1, 1, 1, 2, 2, 3, 4] * 3)))
        notice = begins + timedelta(days=r.randrange(600)) if r.random() < 0.2 else None
        paper = Instrument("paper", signed)
        return Agreement("a", 1, "exchange", "A", paper, sides, begins, ends, clauses, notice_until=notice)

    def clause(self, name: str, number: int) -> Clause:
        r = self.random
        grain = Grain(
            r.choice([0, 1, 1, 2, 2]), r.choice(words("period")[:3]), r.choice([None, None, 5]), r.random() < 0.4
        )
        embargo = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(hours=r.randrange(9000))
        return Clause(
            id=name,
            effect="prohibit" if number and r.random() < 0.12 else "permit",
            owner=r.choice(["xa", "xb"]),
            scope=self.scope(),
            grains=(grain,) if r.random() < 0.8 else (grain, Grain(1, "month", 5, True)),
            delay_days=r.choice([0, 0, 0, 7, 30]),
            embargo_until=embargo if r.random() < 0.15 else None,
            tlp=r.choice(["amber", "amber+strict", "red", "red"]),
            authorisation=Authorisation("standing"),
        )

    def scope(self) -> Scope:
        r = self.random
        places = sorted({u.place for u in UNITS} | {u.id for u in UNITS})
        return Scope(
            posts=self.some(POSTS, 0.8),
            purposes=self.some(words("purpose")[:4], 0.8),
            sources=None if r.random() < 0.5 else self.some(tuple(SOURCES), 0.8),
            conditions=None if r.random() < 0.3 else self.some(tuple(CONDITIONS), 0.7),
            kinds=self.some(words("kind")[:2], 0.9),
            measures=None if r.random() < 0.5 else self.some(words("measure")[:3], 0.8),
            places=None if r.random() < 0.3 else self.some(tuple(places), 0.4),
            populations=self.some(words("population"), 0.8),
            classes=self.some(words("class"), 0.8),
            data_from=date(2025, 1, 1) if r.random() < 0.2 else None,
            data_to=date(2026, 12, 31) if r.random() < 0.2 else None,
        )

    def some(self, among: tuple[str, ...], share: float) -> tuple[str, ...]:
        """A subset; empty about once in thirty."""
        r = self.random
        if r.random() < 0.03:
            return ()
        return tuple(code for code in among if r.random() < share) or (r.choice(among),)

    def row(self, agreement: Agreement) -> dict[str, Any]:
        """A row that one clause covers, then spoiled now and then."""
        r, codes = self.random, self.domains.codes
        permits = [rule for rule in rules_of(agreement) if rule.clause.effect == "permit"]
        rule = r.choice(permits) if permits else None
        row: dict[str, Any] = {name: r.choice(sorted(codes[name])) for name in codes}
        if rule is not None:
            row |= self.fitting(rule)
        else:
            row |= self.times(date(2026, 1, 1))
        row |= {"level": r.choice([0, 1, 2]) if rule is None else min(g.level for g in rule.clause.grains)}
        for name in list(row):
            draw = r.random()
            if draw < 0.006:
                row[name] = None
            elif draw < 0.009 and name in codes:
                row[name] = "no-such-code"
            elif draw < 0.027 and name in codes:
                row[name] = r.choice(sorted(codes[name]))
        return row

    def fitting(self, rule: Rule) -> dict[str, Any]:
        r, scope, domains = self.random, rule.clause.scope, self.domains
        places = domains.places(scope.places, rule.named_on)
        asked = {
            "post": scope.posts,
            "purpose": scope.purposes,
            "source": sorted(domains.sources(rule.clause.owner, scope.sources)),
            "condition": sorted(domains.conditions(scope.conditions)),
            "kind": scope.kinds,
            "measure": scope.measures,
            "place": sorted(places) if places is not None else None,
            "population": scope.populations,
            "class": scope.classes,
        }
        if places is not None and r.random() < 0.3:
            asked["place"] = [unit for unit, parts in domains.merged.items() if set(parts) & places]
        row = {name: r.choice(list(found)) for name, found in asked.items() if found}
        grain = r.choice(rule.clause.grains)
        last = rule.ends or rule.begins + timedelta(days=500)
        day = rule.begins + timedelta(days=r.randrange((last - rule.begins).days + 1))
        row |= self.times(day + timedelta(days=r.choice([0] * 18 + [1, -1])), rule.clause.delay_days)
        return row | {
            "tlp": r.choice(["clear", "green", "amber", rule.clause.tlp]),
            "period": r.choice([grain.period, "year"]),
            "sex": "all" if r.random() < 0.8 else "female",
            "age_months": 2400 if r.random() < 0.8 else 60,
        }

    def times(self, day: date, delay: int = 0) -> dict[str, Any]:
        r = self.random
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=r.randrange(1440))
        end = day - timedelta(days=delay + r.choice([-1, 0, 1, 10, 40]))
        days = {f"day:{zone}": at.astimezone(ZoneInfo(zone)).date().toordinal() for zone in ZONES}
        start = end - timedelta(days=6)
        return days | {
            "at": int(at.timestamp()),
            "period_end": end.toordinal(),
            "period_start": start.toordinal(),
            "age_months": 2400,
        }
