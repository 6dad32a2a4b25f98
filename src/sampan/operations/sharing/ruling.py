"""Rules as one post meets them: its party's agreements, what they let each side tell, and the steps open to it.

An agreement of others answers as one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sampan.model.agreements import Agreement, Clause
from sampan.operations import homes
from sampan.operations.agreements import say
from sampan.operations.sharing import halfway, making, notices, reviewing, terms
from sampan.operations.sharing.acting import side_named
from sampan.operations.sharing.checking import compare_here, compare_said_here
from sampan.operations.sharing.halfway import Half
from sampan.operations.sharing.terms import Coming
from sampan.sharing.state import Stop
from sampan.sharing.states import CLOCK, LIVE, MOVES, OTHER_SIDE, TWO_POSTS
from sampan.sharing.vocabularies import LANGUAGES, SPOKEN
from sampan.store.models import AgreementAct, AgreementVersion

ENDED = ("terminated", "expired")


@dataclass(frozen=True)
class Desk:
    """From where somebody looks: a post and the party it belongs to."""

    post: str
    party: str


@dataclass(frozen=True)
class Rule:
    """One version of an agreement, and for which of its sides this desk reads it."""

    agreement: Agreement
    state: str
    side: str  # the party this desk stands on
    named: bool  # the agreement names this very post, which may then take steps
    text: str
    digest: str
    steps: tuple[dict[str, Any], ...]
    notice_by: tuple[str, ...] = ()  # the parties whose notice stands; the agreement knows until when it holds
    stop: Stop | None = None  # the step after which it holds no more, or not now
    coming: tuple[Coming, ...] = ()  # days of which its posts are reminded
    halves: tuple[Half, ...] = ()  # steps that wait for the other side's post

    @property
    def other(self) -> str:
        """The other party."""
        return next(side.party for side in self.agreement.parties if side.party != self.side)

    @property
    def live(self) -> bool:
        """True while decisions look at it."""
        return self.state in LIVE


@dataclass(frozen=True)
class Partner:
    """What is in force between this desk's side and another: clauses by condition, each way."""

    party: str
    name: str
    lines: tuple[tuple[str, tuple[Told, ...], tuple[Told, ...]], ...]  # condition ("any" too), we tell, they tell


@dataclass(frozen=True)
class Told:
    """One clause as a cell of the table."""

    clause: Clause
    rule: str  # agreement code
    suspended: bool


def rules(desk: Desk, now: datetime, *, ended: bool = False) -> list[Rule]:
    """The newest version of every agreement of the desk's side, and older ones still in force."""
    making.expire_due(now)
    found = []
    newest: set[str] = set()
    for record in AgreementVersion.objects.order_by("code", "-version"):
        rule = _rule(record, desk)
        if rule is None:
            continue
        first = record.code not in newest
        newest.add(record.code)
        if (first or rule.live) and (ended or record.state not in ENDED):
            found.append(rule)
    return found


def rule(desk: Desk, code: str, version: int | None = None) -> Rule | None:
    """One agreement in its newest or a named version; None if there is none, or none of this desk's."""
    records = AgreementVersion.objects.filter(code=code).order_by("-version")
    record = (records.filter(version=version) if version else records).first()
    return _rule(record, desk) if record is not None else None


def reviews(desk: Desk, now: datetime) -> list[reviewing.Review]:
    """The reviews of emergencies that this very post may say are done, and that are not; of its own before the end."""
    owed = [one for one in reviewing.reviews(now) if desk.post in one.posts and not one.done]
    return [*owed, *reviewing.early(desk.post, now)]


def partners(found: list[Rule]) -> list[Partner]:
    """Rows and columns of who shares what with whom: by partner, by condition, both directions side by side."""
    return _by_partner([one for one in found if one.live])


def directions(found: Rule) -> Partner | None:
    """The two directions of one agreement, in force or not; None where it has no clause."""
    return next(iter(_by_partner([found])), None)


def _by_partner(found: list[Rule]) -> list[Partner]:
    names: dict[str, str] = {}
    cells: dict[str, dict[str, tuple[list[Told], list[Told]]]] = {}
    for one in found:
        names[one.other] = one.agreement.party(one.other).name
        for clause in one.agreement.clauses:
            for condition in clause.scope.conditions or ("any",):
                ways = cells.setdefault(one.other, {}).setdefault(condition, ([], []))
                told = Told(clause, one.agreement.id, one.state == "suspended")
                ways[0 if clause.owner == one.side else 1].append(told)
    return [
        Partner(party, names[party], tuple((code, tuple(ours), tuple(theirs)) for code, (ours, theirs) in rows.items()))
        for party, rows in cells.items()
    ]


def said(found: Rule, language: str) -> dict[str, list[str]]:
    """The agreement in plain sentences of the reader's language, in English where there are none yet."""
    return say(found.text, found.agreement.id, language if language in SPOKEN else "en")


def balance(found: Rule, language: str = "en") -> dict[str, Any]:
    """The two directions compared, from this desk's side: the verdict and the smallest row only one side tells.

    `said` has these rows in plain words.
    """
    compared = _compared(found.text, tuple(sorted(homes.sources(homes.opened()))))
    ours_first = found.agreement.parties[0].party == found.side
    ours, theirs = ("only_a_tells", "only_b_tells") if ours_first else ("only_b_tells", "only_a_tells")
    one, two = ("a", "b") if ours_first else ("b", "a")
    words = compare_said_here(compared, language if language in LANGUAGES else "en")
    return {
        "verdict": compared["verdict"],
        "only_we_tell": compared[ours],
        "only_they_tell": compared[theirs],
        "why_only_we": compared[f"why_only_{one}"],
        "why_only_they": compared[f"why_only_{two}"],
        "said": {"only_we_tell": words[ours], "only_they_tell": words[theirs]},
        "terms": [{"term": o["term"], "ours": o[one], "theirs": o[two]} for o in compared["obligations"]],
    }


def open_steps(found: Rule) -> list[str]:
    """The verbs this desk's post may take now; none for a post the agreement does not name."""
    if not found.named:
        return []
    last = found.steps[-1]["party"] if found.steps else ""
    verbs = [verb for (state, verb) in MOVES if state == found.state and verb not in CLOCK]
    mine = [verb for verb in verbs if not (verb in OTHER_SIDE and last == found.side)]
    mine = [verb for verb in mine if not (verb in TWO_POSTS and waits_for_other(found, verb))]
    return [verb for verb in mine if not found.live or _of_notice(verb, found)]


def _of_notice(verb: str, found: Rule) -> bool:
    """Whether a step with what is in force makes sense under the notice there is, or is not."""
    given = found.side in found.notice_by
    sensible = {"terminate": not given, "withdraw-notice": given, "end-at-once": found.agreement.exit_days > 0}
    return sensible.get(verb, True)


def waits_for_other(found: Rule, verb: str = "activate") -> bool:
    """True if this side has said the verb, which needs both, and the other has not yet."""
    return any(half.verb == verb and half.waits_for != found.side for half in found.halves)


@lru_cache(maxsize=256)
def _compared(text: str, _sources: tuple[str, ...]) -> dict[str, Any]:
    """Once for each text and set of sources: both sides then read the same example of a difference."""
    return compare_here((text, "agreement"), None)


def _rule(record: AgreementVersion, desk: Desk) -> Rule | None:
    if f"|{desk.party}|" not in record.parties and desk.post not in record.text:
        return None
    agreement = notices.as_it_stands(record)
    named = side_named(agreement, desk.post)
    side = named.party if named else next((s.party for s in agreement.parties if s.party == desk.party), None)
    if side is None:
        return None
    return Rule(
        agreement, record.state, side, named is not None, record.text, record.digest,
        tuple(_step(act) for act in record.acts.order_by("pk")),
        tuple(sorted(notices.standing(record))) if record.state in LIVE else (),
        notices.stop_of(record), tuple(terms.coming(record)),
        halfway.halves(record, agreement),
    )  # fmt: skip


def _step(act: AgreementAct) -> dict[str, Any]:
    return {
        "verb": act.verb, "post": act.post, "party": act.party, "before": act.before, "after": act.after,
        "at": act.at, "note": act.note,
    }  # fmt: skip
