"""Try an agreement on my own data before it is in force: what each clause would let go, coarsen and hold back.

Nothing is recorded and nothing leaves: it is shown to the owner alone. Words given for each release are taken as
given, and said; a clause of an emergency is taken as if it were declared by itself, without its trigger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import yaml

from sampan.model.agreements import Agreement, Authorisation, Clause
from sampan.operations import homes, observing
from sampan.operations.sharing import making
from sampan.operations.sharing.frozen import Frozen, freeze, gates_of, worlds
from sampan.operations.sharing.releasing import Prepared, decided
from sampan.sharing.agreements.parse import agreement_of, request_of
from sampan.sharing.reasons import sentence
from sampan.sharing.release import TOLD, summary
from sampan.store.figures import Asked
from sampan.store.home import Store

WEEKS = 8
ROWS_SHOWN = 60


@dataclass(frozen=True)
class Trial:
    """What one clause would let one post have of the last weeks."""

    clause: str
    post: str
    outcome: str
    word: str  # whose word each release would need: none, standing, per-release
    rows: int
    told: int
    held: dict[str, int]  # why -> cells held back
    says: tuple[str, ...]
    first: date
    last: date
    table: pl.DataFrame  # place, place_name, period_start, period_end, condition, measure, value, status
    withheld: pl.DataFrame  # place, period_start, condition, measure, why

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "clause": self.clause, "post": self.post, "outcome": self.outcome, "word": self.word, "rows": self.rows,
            "told": self.told, "held_back": self.held, "says": list(self.says),
            "from": self.first.isoformat(), "to": self.last.isoformat(),
        }  # fmt: skip


def try_on(store: Store, text: str, post: str, now: datetime, language: str = "en") -> list[Trial]:
    """Each clause of the post's own side on its own figures of the last weeks; UserError for a file with slips."""
    draft = agreement_of(text)
    party = making.side_of(draft, post)
    tried = _in_force(draft, now)
    mine = [name for name, one in homes.sources(store).items() if one.owner == party]
    figures = observing.observations(store, Asked(sources=mine)) if mine else None
    if figures is None or not figures.height:
        return []
    last: date = figures["period_end"].max()  # type: ignore[assignment]  # a date column with rows
    window = (last - timedelta(weeks=WEEKS) + timedelta(days=1), last)
    trials = []
    for clause, given in zip(tried.clauses, draft.clauses, strict=True):
        if clause.owner == party and clause.effect == "permit":
            request = _request(clause, mine, figures, window, language)
            made = decided(store, request, _frozen(store, request, tried, now), now)
            trials.append(_trial(clause, given, made, window, language))
    return trials


def _in_force(draft: Agreement, now: datetime) -> Agreement:
    """The draft as if it were in force today, every word given."""
    clauses = tuple(
        replace(clause, authorisation=Authorisation("none"), emergency=None, embargo_until=None)
        for clause in draft.clauses
    )
    return replace(draft, clauses=clauses, begins=min(draft.begins, now.date() - timedelta(days=1)), ends=None)


def _frozen(store: Store, text: str, draft: Agreement, now: datetime) -> Frozen:
    """The state of a request with the draft in the place of what is in force under its code."""
    frozen = freeze(store, request_of(text), text, now)
    others = tuple(one for one in frozen.state.agreements if one.id != draft.id)
    agreements = (*others, draft)
    state = replace(
        frozen.state,
        agreements=agreements,
        suspended=frozen.state.suspended - {draft.id},
        gates=gates_of(store, agreements),
    )
    return replace(frozen, state=state, domains=worlds(store, agreements, frozen.sources))


def _request(
    clause: Clause, sources: list[str], figures: pl.DataFrame, window: tuple[date, date], language: str
) -> str:
    """The widest request the clause speaks of, at its finest grain, by its first post and purpose."""
    scope, grain = clause.scope, clause.grains[0]
    told = sorted(set(figures["condition"].drop_nulls().unique()) - {"all"})
    countries = sorted({unit.split("-")[0].split("@")[0] for unit in figures["unit"].drop_nulls().unique()})
    return yaml.safe_dump(
        {
            "request": f"try-{clause.id}",
            "post": scope.posts[0],
            "purpose": scope.purposes[0],
            "sources": [name for name in sources if scope.sources is None or name in scope.sources] or sources,
            "conditions": list(scope.conditions or told),
            "places": list(scope.places or countries),
            "measures": [one for one in scope.measures or ("cases",) if one in ("cases", "deaths")] or ["cases"],
            "data": {"from": window[0].isoformat(), "to": window[1].isoformat()},
            "resolution": {"level": grain.level, "period": grain.period},
            "language": language,
        }
    )


def _trial(clause: Clause, given: Clause, made: Prepared, window: tuple[date, date], language: str) -> Trial:
    counted = summary(made.released, made.decision)
    shown = made.table.filter(pl.col("status").is_in(TOLD)).head(ROWS_SHOWN)
    columns = ["place", "place_name", "period_start", "period_end", "condition", "measure", "value", "status"]
    return Trial(
        clause=clause.id,
        post=clause.scope.posts[0],
        outcome=made.decision.outcome,
        word=given.authorisation.mode,
        rows=counted["rows"],
        told=counted["told"],
        held=counted["held_back_by_reason"],
        says=tuple(dict.fromkeys(sentence(reason, language) for reason in made.decision.reasons)),
        first=window[0],
        last=window[1],
        table=shown.select(columns),
        withheld=made.released.held.select("place", "period_start", "condition", "measure", "why").head(ROWS_SHOWN),
    )
