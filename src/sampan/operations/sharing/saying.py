"""May I say this now? For a post that holds a figure, and somebody who asks on the telephone.

The answer is one of four: yes, coarser, needs a post's word, no; with the rule, and what a gap would tell the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import yaml

from sampan.model.agreements import Agreement
from sampan.model.decisions import Decision, Part
from sampan.model.errors import UserError
from sampan.operations.sharing.frozen import freeze
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.obligations import PERSONS, what_gap_tells
from sampan.sharing.reasons import NO_CLAUSE, phrase, sentence
from sampan.sharing.state import State
from sampan.sharing.vocabularies import LANGUAGES, label, nearest, words
from sampan.store.home import Store
from sampan.vocab import conditions, places

LISTED = 20  # words of a vocabulary that one sentence can name
WORDS = {"allow": "yes", "coarsen": "coarser", "needs-approval": "needs-word", "deny": "no"}


@dataclass(frozen=True)
class Fact:
    """One thing somebody would say: this many cases of this, there, then."""

    condition: str
    place: str
    data_from: date
    data_to: date
    measure: str = "cases"
    level: int = 1
    period: str = "week"
    count: int | None = None


def may(
    store: Store,
    speaker: str,
    fact: Fact,
    listener: str,
    now: datetime,
    *,
    purpose: str = "alert",
    language: str = "en",
) -> dict[str, Any]:
    """May the speaker tell the listener this fact now? A post speaks for its own party's figures only."""
    _known(store, fact, purpose, language)
    text = _request(fact, listener, purpose, language)
    frozen = freeze(store, request_of(text), text, now)
    mine = party_of(speaker)
    state = _between(frozen.state, speaker, mine)
    named = (*state.agreements, *(stop.agreement for stop in state.stops))
    if not any(speaker in side.posts for agreement in named for side in agreement.parties):
        return _no(language)
    decision = decide(frozen.request, state, frozen.domains)
    parts = [part for part in decision.parts if _mine(part, mine, frozen.sources, decision)]
    if not parts:
        return _no(language)
    part = min(parts, key=lambda one: list(WORDS).index(one.outcome))
    answer = WORDS[part.outcome]
    small = _too_small(part, fact)
    if small and answer in ("yes", "coarser"):
        answer = "coarser"
    return {
        "answer": answer,
        "says": _says(part, answer, fact if small else None, language),
        "rule": part.reasons[0].rule,
        "reasons": [reason.as_dict() | {"says": sentence(reason, language)} for reason in part.reasons],
        "needs": part.approver,
        "usual_days": _usual_days(part),
        "given": None if part.grain is None else {"level": part.grain.level, "period": part.grain.period},
        "gap": gap(part, language),
        "tlp": part.obligations.tlp if part.obligations else None,
    }


def _between(state: State, speaker: str, party: str) -> State:
    """The state without the listener's agreements with others: not even their names are the speaker's to read."""

    def ours(agreement: Agreement) -> bool:
        return any(party == side.party or speaker in side.posts for side in agreement.parties)

    return replace(
        state,
        agreements=tuple(one for one in state.agreements if ours(one)),
        stops=tuple(one for one in state.stops if ours(one.agreement)),
    )


def _known(store: Store, fact: Fact, purpose: str, language: str) -> None:
    """UserError with the nearest word for one that nobody ever agreed on: "no" would answer another question."""
    registry = places.registry(store.places) if store.places.is_dir() else places.registry()
    country = fact.place[:2]
    here = {unit.place for unit in registry.units(country)} if country in registry.countries() else set()
    vocabularies: dict[str, tuple[str, Iterable[str]]] = {
        "condition": (fact.condition, [one.code for one in conditions.all_conditions()]),
        "place": (fact.place.partition("@")[0], here or registry.countries()),
        "measure": (fact.measure, words("measure")),
        "period": (fact.period, words("period")),
        "purpose": (purpose, words("purpose")),
        "language": (language, LANGUAGES),
    }
    for name, (said, known) in vocabularies.items():
        if said not in set(known):
            near, few = nearest(said, known), list(known)
            among = f"one of: {', '.join(few)}" if len(few) <= LISTED else f"a {name} from the vocabulary"
            raise UserError(
                f"{said!r} is no {name} that is known here",
                kept="nothing was asked",
                do=f"did you mean {near!r}?" if near else f"choose {among}",
            )


def gap(part: Part, language: str) -> list[str]:
    """What the reader of the table would learn from the cell being empty."""
    shown = part.obligations.silences if part.obligations else ()
    if part.outcome in ("allow", "coarsen"):
        return [phrase(key, language) for key in ("may.gap", *what_gap_tells(part.obligations))]
    pending = part.outcome == "needs-approval" and "release-pending" in shown
    return [phrase("may.gap-pending" if pending else "may.gap-same", language)]


def _too_small(part: Part, fact: Fact) -> bool:
    bound = part.obligations
    if fact.count is None or bound is None or fact.measure not in PERSONS:
        return False
    return not bound.tells(fact.count)


def _says(part: Part, answer: str, small: Fact | None, language: str) -> str:
    if answer == "yes":
        return phrase("may.yes", language)
    if answer == "coarser":
        if small and part.obligations:
            key = "say.cell" if small.count else "say.zeros-held"
            facts = {"below": part.obligations.minimum_cell - 1, "purpose": "none", "condition": "none"}
            how = phrase(key, language, **facts).rstrip(".។")
        else:
            assert part.grain is not None, part
            level = label("level", str(part.grain.level), language)
            how = f"{level}, {label('period', part.grain.period, language)}"
        return phrase("may.coarser", language, how=how)
    if answer == "needs-word":
        return phrase("may.needs", language, post=part.approver or "", days=_usual_days(part) or "none")
    return phrase("may.no", language)


def _usual_days(part: Part) -> str | None:
    days = [dict(reason.facts).get("days") for reason in part.reasons]
    return next((day for day in days if day), None)


def _mine(part: Part, party: str, sources: dict[str, Any], decision: Decision) -> bool:
    """A part about the speaker's own figures; where no source speaks, every part is."""
    return part.source is None or sources[part.source].owner == party


def _no(language: str) -> dict[str, Any]:
    return {
        "answer": "no",
        "says": phrase("may.no", language),
        "rule": NO_CLAUSE.rule,
        "reasons": [NO_CLAUSE.as_dict() | {"says": sentence(NO_CLAUSE, language)}],
        "needs": None,
        "usual_days": None,
        "given": None,
        "gap": [phrase("may.gap-same", language)],
        "tlp": None,
    }


def _request(fact: Fact, listener: str, purpose: str, language: str) -> str:
    """The fact as the request the listener would make, so that one rule answers both."""
    return yaml.safe_dump(
        {
            "request": "may",
            "post": listener,
            "purpose": purpose,
            "conditions": [fact.condition],
            "places": [fact.place],
            "measures": [fact.measure],
            "data": {"from": fact.data_from.isoformat(), "to": fact.data_to.isoformat()},
            "resolution": {"level": fact.level, "period": fact.period},
            "language": language,
        }
    )
