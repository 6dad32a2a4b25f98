"""An agreement from proposal to force: each step one transaction with its Entry; versions never change.

Two posts activate, one of each side; two end it at once. One side alone leaves by notice. The paper that was signed
is shown at `verify`: its digest is recorded, and it prevails. A new version in force ends the old one in the same
transaction.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from sampan.model.agreements import Agreement
from sampan.model.errors import Refused, UserError
from sampan.operations.proving import witnessing
from sampan.operations.sharing import halfway, notices, terms
from sampan.operations.sharing.acting import side_named
from sampan.operations.sharing.checking import check_here
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.states import BEGIN, CLOCK, LIVE, MOVES, OTHER_SIDE, TWO_POSTS, VERBS, after
from sampan.store import entries
from sampan.store.models import AgreementAct, AgreementVersion, Outbox

STOPS = ("suspend", "terminate", "end-at-once")  # never wait for witnesses, and say so where they are silent
LAST_ZONE = timedelta(hours=12)  # the last place on earth where a day still lasts


def propose(text: str, name: str, post: str, now: datetime, *, as_request: bool = False) -> AgreementVersion:
    """A new agreement, or a new version of one, requested or offered by a post of one of its sides."""
    agreement = _good(text, name)
    party = side_of(agreement, post)
    state = BEGIN[0] if as_request else BEGIN[1]
    with transaction.atomic():
        record = _recorded(agreement, text, state, now)
        _act(record, agreement, ("propose", post, party), ("", state), now)
    return record


def counter(code: str, text: str, name: str, post: str, now: datetime) -> AgreementVersion:
    """A changed file in answer to what the other side proposed: a new version, and the end of the old."""
    agreement = _good(text, name)
    with transaction.atomic():
        old = latest(code)
        _answers(old, post, "counter")
        state = after(old.state, "counter")
        if agreement.id != code or agreement.version != old.version + 1:
            raise UserError(
                f"a counter to {code} v{old.version} is {code} v{old.version + 1}, not {agreement.name}",
                where=name,
                kept="nothing was changed",
                do="write the same agreement code and the next version number",
            )
        was, old.state = old.state, "terminated"
        old.save(update_fields=["state"])
        record = _recorded(agreement, text, state, now)
        _act(old, agreement, ("replace", post, side_of(agreement, post)), (was, "terminated"), now)
        _act(record, agreement, ("counter", post, side_of(agreement, post)), ("", state), now)
    return record


def move(
    code: str, verb: str, post: str, now: datetime, *, note: str = "", paper: bytes | None = None
) -> AgreementVersion:
    """One step of the newest version that it is open to, by a post of one side. Refused when it is open to none.

    So a side can suspend what is in force while a new version of it is still being talked about. `code` may name a
    version ("border v1"); then the step is of that one.
    """
    with transaction.atomic():
        record = _open_to(code, verb)
        agreement = agreement_of(record.text, record.code)
        party = side_of(agreement, post)
        state = _leaving(record, agreement, verb, party)
        if verb in OTHER_SIDE:
            _answers(record, post, verb)
        if verb == "verify":
            note = _verified(agreement, paper)
        if verb in TWO_POSTS and not _second(record, verb, party, post):
            _act(record, agreement, (verb, post, party), (record.state, record.state), now, note=note)
            return record
        was, record.state = record.state, state
        record.save(update_fields=["state"])
        if state == "in-force":
            _end_older(record, agreement, post, party, now)
        _act(record, agreement, (verb, post, party), (was, state), now, note=note)
    return record


def expire_due(now: datetime) -> int:
    """Record the end of agreements whose last day is over everywhere; decisions never wait for this."""
    over = (now - LAST_ZONE).date()
    left = Q(acts__verb=notices.GIVE, acts__at__lt=now - LAST_ZONE)
    due = AgreementVersion.objects.filter(Q(ends__lt=over) | left, state__in=LIVE).distinct().order_by("pk")
    count = 0
    for key in due.values_list("pk", flat=True):
        with transaction.atomic():
            record = AgreementVersion.objects.select_for_update().get(pk=key)
            agreement = notices.as_it_stands(record)
            if record.state not in LIVE or agreement.last_day is None or agreement.last_day >= over:
                continue
            verb = "run-out" if agreement.ends_by_notice else "expire"
            was, record.state = record.state, after(record.state, verb)
            record.save(update_fields=["state"])
            _act(record, agreement, (verb, "office/clock", "office"), (was, record.state), now)
        count += 1
    return count


def _leaving(record: AgreementVersion, agreement: Agreement, verb: str, party: str) -> str:
    """The state after a step; of a notice: that there is one to take back, none given twice, none that needs no days.

    Time alone ends what has a last day: that step is nobody's.
    """
    if verb in CLOCK:
        raise Refused(
            "an agreement runs out by itself", rule="agreement-clock", kept="nothing was changed",
            do="`terminate` gives notice; `suspend` stops it at once",
        )  # fmt: skip
    state = after(record.state, verb)
    if record.state not in LIVE or verb not in (notices.GIVE, notices.TAKE_BACK):
        return state
    given = party in notices.standing(record)
    if given and verb == notices.GIVE:
        raise Refused(f"{party} has given notice already", rule="agreement-notice", kept="nothing was changed")
    if not given and verb == notices.TAKE_BACK:
        raise Refused(f"{party} has given no notice", rule="agreement-notice", kept="nothing was changed")
    return "terminated" if verb == notices.GIVE and agreement.exit_days == 0 else state


def latest(code: str) -> AgreementVersion:
    """The newest version. UserError when nothing has that code."""
    record = AgreementVersion.objects.filter(code=code).order_by("-version").first()
    if record is None:
        raise UserError(
            f"no agreement is called {code!r}", kept="nothing was changed", do="`sampan agreements list` shows all"
        )
    return record


def _open_to(code: str, verb: str) -> AgreementVersion:
    """The newest version that the verb leads anywhere from; else the newest, whose refusal says why."""
    name, _, version = code.partition(" v")
    every = AgreementVersion.objects.filter(code=name).order_by("-version")
    if version:
        return next((one for one in every if str(one.version) == version), None) or latest(code)
    newest = latest(name)
    return next((one for one in every if (one.state, verb) in MOVES), newest)


def listed(party: str | None = None) -> list[dict[str, Any]]:
    """Every version with its state and steps, newest first; of one party where given."""
    found = AgreementVersion.objects.order_by("code", "-version").prefetch_related("acts")
    if party:
        found = found.filter(parties__contains=f"|{party}|")
    return [_listed(one) for one in found]


def shown(code: str, version: int | None = None) -> dict[str, Any]:
    """One version, by default the newest, as `listed` has it. UserError when there is none."""
    return _listed(_version(f"{code} v{version}" if version else code))


def kept(name: str) -> tuple[str, str]:
    """(its YAML as proposed, "weekly v2") of "weekly v2", or of "weekly", the newest. UserError when there is none."""
    record = _version(name)
    return record.text, f"{record.code} v{record.version}"


def _version(name: str) -> AgreementVersion:
    """The version that "weekly v2" names, or the newest of "weekly". UserError when there is none."""
    code, _, version = name.partition(" v")
    record = AgreementVersion.objects.filter(code=code, version=version).first() if version.isdigit() else None
    return record or latest(name)


def _listed(one: AgreementVersion) -> dict[str, Any]:
    agreement, stop = notices.as_it_stands(one), notices.stop_of(one)
    last = agreement.last_day
    return {
        "agreement": f"{one.code} v{one.version}",
        "code": one.code,
        "version": one.version,
        "kind": one.kind,
        "state": one.state,
        "begins": one.begins.isoformat(),
        "ends": one.ends and one.ends.isoformat(),
        "last_day": last and last.isoformat(),
        "notice_by": sorted(notices.standing(one)) if one.state in LIVE else [],
        "waits": [half.as_dict() for half in halfway.halves(one, agreement)],
        "stopped": stop and {
            "verb": stop.verb, "by": list(stop.agreement.notice_by) or [stop.by],
            "days": {side.zone: stop.day(side.zone).isoformat() for side in stop.agreement.parties},
        },
        "reminders": [
            {"kind": due.kind, "day": due.day.isoformat(), "lead_days": due.lead_days, "on": due.on.isoformat()}
            for due in terms.coming(one)
        ],
        "digest": one.digest,
        "steps": [
            {
                "verb": act.verb, "post": act.post, "from": act.before, "to": act.after, "at": act.at.isoformat(),
                "note": act.note,
            }
            for act in sorted(one.acts.all(), key=lambda act: act.pk)
        ],
    }  # fmt: skip


def side_of(agreement: Agreement, post: str) -> str:
    """The party a post acts for. Refused when neither side names it: nobody acts for another."""
    side = side_named(agreement, post)
    if side is not None:
        return side.party
    raise Refused(
        f"{post} is not a post of {agreement.name}",
        rule="agreement-parties",
        kept="nothing was changed",
        do="a post that the agreement names can take this step",
    )


def _good(text: str, name: str) -> Agreement:
    found = check_here(text, name)
    if found.agreement is None or not found.good:
        raise UserError(
            "the agreement cannot work as it stands: " + "; ".join(found.lines()[:-1] or found.lines()),
            where=name,
            kept="nothing was changed",
            do="put it right and propose it again",
        )
    return found.agreement


def _recorded(agreement: Agreement, text: str, state: str, now: datetime) -> AgreementVersion:
    newest = AgreementVersion.objects.filter(code=agreement.id).order_by("-version").first()
    wanted = 1 + (newest.version if newest else 0)
    parties = "|" + "|".join(side.party for side in agreement.parties) + "|"
    if newest is not None and _sides(newest.parties) != _sides(parties):
        raise UserError(
            f"the code {agreement.id!r} is taken",
            kept="nothing was changed",
            do="choose another code: a version is made by the two sides of the agreement and nobody else",
        )
    if agreement.version != wanted:
        raise UserError(
            f"{agreement.id} is at version {wanted - 1}; the next is {wanted}, not {agreement.version}",
            kept="nothing was changed",
            do=f"write `version: {wanted}`: a version that was proposed never changes",
        )
    return AgreementVersion.objects.create(
        code=agreement.id,
        version=agreement.version,
        kind=agreement.kind,
        state=state,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        parties=parties,
        begins=agreement.begins,
        ends=agreement.ends,
        made_at=now,
    )


def _sides(parties: str) -> set[str]:
    return set(parties.strip("|").split("|"))


def _answers(record: AgreementVersion, post: str, verb: str) -> None:
    last = record.acts.order_by("-pk").first()
    agreement = agreement_of(record.text, record.code)
    if last is not None and last.party == side_of(agreement, post):
        raise Refused(
            f"{last.party} made the last proposal; the other side can {verb}",
            rule="agreement-other-side",
            kept="nothing was changed",
        )


def _verified(agreement: Agreement, paper: bytes | None) -> str:
    """The digest of the signed paper; it must be the one the file names, where it names one."""
    if paper is None:
        raise UserError(
            "the signed paper is needed to verify an agreement",
            kept="nothing was changed",
            do="give it with --paper FILE; only its digest is kept",
        )
    digest = "sha256:" + hashlib.sha256(paper).hexdigest()
    if agreement.instrument.digest and agreement.instrument.digest != digest:
        raise Refused(
            "this is not the paper the agreement names",
            rule="agreement-instrument",
            where=f"the file says {agreement.instrument.digest}, the paper is {digest}",
            kept="nothing was changed",
        )
    return digest


def _second(record: AgreementVersion, verb: str, party: str, post: str) -> bool:
    """True if a post of the other side has said the same since the agreement last came to this state."""
    return any(act.party != party and act.post != post for act in halfway.since(record, verb))


def _end_older(record: AgreementVersion, agreement: Agreement, post: str, party: str, now: datetime) -> None:
    for old in AgreementVersion.objects.filter(code=record.code, version__lt=record.version, state__in=LIVE):
        was, old.state = old.state, "terminated"
        old.save(update_fields=["state"])
        _act(old, agreement, ("replace", post, party), (was, "terminated"), now)


def _act(
    record: AgreementVersion,
    agreement: Agreement,
    who: tuple[str, str, str],
    states: tuple[str, str],
    now: datetime,
    *,
    note: str = "",
) -> None:
    """The act, its messages and its Entry, in the caller's transaction."""
    verb, post, party = who
    act = AgreementAct.objects.create(
        agreement=record, verb=verb, post=post, party=party, before=states[0], after=states[1], note=note, at=now
    )
    parties = [side.party for side in agreement.parties]
    facts: dict[str, Any] = {"agreement": agreement.name, "verb": verb, "post": post, "state": record.state}
    if record.state in LIVE and (until := notices.as_it_stands(record).notice_until) is not None:
        facts["notice_until"] = until.isoformat()
    if verb in STOPS:
        facts |= witnessing.let_go("suspension", now)
    for other in parties:
        Outbox.objects.create(to_party=other, kind="agreement:moved", facts=facts, at=now)
    body = {**facts, "from": states[0], "to": states[1], "digest": record.digest, "note": note}
    entries.append("agreement:moved", body, parties, at=now, rows=[record, act])


__all__ = ["VERBS", "counter", "expire_due", "latest", "listed", "move", "propose", "shown", "side_of"]
