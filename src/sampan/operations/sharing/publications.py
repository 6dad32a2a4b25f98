"""Publications: a recipient tells the owners of its figures what it will publish, and they agree, comment or refuse.

    announce    releases, a draft for each owner       -> every owner is told, and its review days begin
    change      another draft for an owner             -> the review of that owner begins anew
    answer      agreed, commented or refused           -> who announced it is told
    appeared    nothing stands in the way any more     -> a note of use for every release; the drafts are destroyed
    withdraw    it will not be published               -> the drafts are destroyed

Each owner reads its own draft alone, and no other owner's answers: figures of two owners meet in none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing import reviews_of_drafts as reviews
from sampan.operations.sharing.acting import home_party
from sampan.operations.sharing.after import still_open
from sampan.operations.sharing.built_on import APPEARED
from sampan.operations.sharing.corrections import tell
from sampan.operations.sharing.gates import party_of
from sampan.sharing.publication import ANSWERS, Standing
from sampan.store import entries, numbering
from sampan.store.models import Outbox, PublicationDraft, PublicationRecord, PublicationWord, ReleaseRecord, UseNote

MOST_BYTES = 5 * 2**20  # of a draft
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Draft:
    """A file that an owner is given to read."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Announcement:
    """What is to be published: its title, where and when, and the releases it is built on."""

    title: str
    outlet: str
    planned: date
    releases: tuple[str, ...]


def announce(wanted: Announcement, drafts: Mapping[str, Draft], post: str, now: datetime) -> str:
    """Tell every owner of these releases; the publication's code. `drafts`: owner -> file, "" for the only owner.

    Refused for a release that is open no more; UserError for one of another post, or a draft that is missing.
    Announced twice with the same words and drafts it is the same publication.
    """
    records = _released(wanted, post, now)
    found = reviews.of_releases(records)
    if not found:
        raise UserError("no release with an owner to ask is named", kept="nothing was changed")
    given = _for_owners(drafts, [one.owner for one in found])
    with transaction.atomic():
        number = numbering.following(PublicationRecord)
        if same := _same(wanted, given, post):
            return same.code
        record = PublicationRecord.objects.create(
            code=numbering.code(PublicationRecord, number), post=post, party=party_of(post),
            owners=f"|{'|'.join(given)}|", title=wanted.title.strip(), outlet=wanted.outlet.strip(),
            planned=wanted.planned, releases=list(dict.fromkeys(wanted.releases)),
            reviews=[one.as_dict() for one in found], made_at=now,
        )  # fmt: skip
        rows = [_kept(record, owner, 1, draft, now) for owner, draft in sorted(given.items())]
        _tell_owners(record, "publication:announced", now)
        body = {"publication": record.code, "post": post, "planned": wanted.planned.isoformat()}
        entries.append("publication:announced", body, [*given, record.party], at=now, rows=[record, *rows])
    return record.code


def change(code: str, drafts: Mapping[str, Draft], post: str, now: datetime) -> list[str]:
    """Give owners another draft: the review of each begins anew; the owners whose draft it changes."""
    with transaction.atomic():
        record = _mine(code, post)
        changed = []
        for owner, draft in sorted(_for_some(drafts, owners_named(record)).items()):
            last = reviews.draft_of(record, owner)
            if last.digest == hashlib.sha256(draft.content).hexdigest():
                continue
            row = _kept(record, owner, last.number + 1, draft, now)
            _emptied([last])
            tell([owner], "publication:changed", {"publication": code, "draft": row.number}, now)
            body = {"publication": code, "post": post, "owner": owner, "draft": row.number, "sha256": row.digest}
            entries.append("publication:changed", body, [owner, record.party], at=now, rows=[row, last])
            changed.append(owner)
    return changed


def answer(code: str, post: str, said: str, now: datetime, *, words: str = "", draft: int | None = None) -> Standing:
    """An owner's word on its draft: agreed, commented or refused; `draft` is the number it has read, if it says so.

    Refused where the clause gives the right to comment alone, or the days in which it may refuse are over.
    """
    if said not in ANSWERS:
        raise UserError(f"{said!r} is no answer", kept="nothing was changed", do=f"say one of {', '.join(ANSWERS)}")
    if said != "agreed" and not words.strip():
        raise UserError("an answer other than yes needs words", kept="nothing was changed", do="say what is the matter")
    with transaction.atomic():
        record = _theirs(code, post)
        owner = party_of(post)
        row = reviews.draft_of(record, owner)
        if draft is not None and draft != row.number:
            raise UserError(
                f"the draft has changed: it is number {row.number} now", kept="nothing was changed", do="read it first"
            )
        standing = reviews.standing_of(record, owner, now)
        if said == "refused":
            _may_refuse(standing, now)
        last = row.said.order_by("-pk").first()
        if last is None or (last.post, last.answer, last.words) != (post, said, words.strip()):
            word = PublicationWord.objects.create(draft=row, post=post, answer=said, words=words.strip(), at=now)
            facts = {"publication": code, "owner": owner, "answer": said}
            Outbox.objects.create(
                to_party=record.party, to_post=record.post, kind="publication:answered", facts=facts, at=now
            )
            body = {**facts, "post": post, "draft": row.number, "sha256": row.digest}
            entries.append("publication:answered", body, [owner, record.party], at=now, rows=[word])
        return reviews.standing_of(record, owner, now)


def read(code: str, post: str, now: datetime, *, owner: str = "") -> Draft:
    """The draft, for who announced it (that of `owner`, where there are several) or for its owner; the log notes it."""
    record = reviews.seen_by(code, post)
    if record is None:
        raise nothing(code)
    own = record.post == post
    row = reviews.draft_of(record, _one_owner(record, owner) if own else party_of(post))
    if row.content is None:
        raise UserError(
            f"the draft of {code} is kept no more", kept=f"its digest stays: {row.digest}", do="ask who announced it"
        )
    if not own:
        with transaction.atomic():
            body = {"publication": code, "post": post, "draft": row.number, "sha256": row.digest}
            entries.append("publication:read", body, [row.owner, record.party], at=now)
    return Draft(row.filename, bytes(row.content))


def appeared(code: str, post: str, reference: str, now: datetime) -> None:
    """Say where it has appeared: every owner is told, as what came of each release. Refused while something stands
    in the way."""
    said = _short(reference, "where it has appeared", 500)
    with transaction.atomic():
        record = _mine(code, post)
        _nothing_against(record, now)
        used = [
            UseNote.objects.create(release=one, post=post, used_in=said, at=now)
            for one in ReleaseRecord.objects.filter(code__in=record.releases).order_by("pk")
        ]
        record.reference = said
        _end(record, APPEARED, now, used)


def withdraw(code: str, post: str, now: datetime) -> None:
    """It will not be published: the owners are told, and the drafts destroyed."""
    with transaction.atomic():
        _end(_mine(code, post), WITHDRAWN, now, [])


def owners_named(record: PublicationRecord) -> list[str]:
    """The owners who are asked."""
    return [one for one in record.owners.split("|") if one]


def nothing(code: str) -> UserError:
    """One answer for a publication that is not there and for one of others."""
    return UserError(f"there is no publication {code!r} for this post", kept="nothing was changed")


def _released(wanted: Announcement, post: str, now: datetime) -> list[ReleaseRecord]:
    _short(wanted.title, "the title", 300)
    _short(wanted.outlet, "where it is to appear", 300)
    if wanted.planned < now.date():
        raise UserError("the planned day is past", where=wanted.planned.isoformat(), kept="nothing was changed")
    found = {one.code: one for one in ReleaseRecord.objects.filter(code__in=wanted.releases, recipient=post)}
    for code in wanted.releases:
        if code not in found:
            raise UserError(f"there is no release {code!r} for this post", kept="nothing was changed")
        still_open(found[code], now)
    return list(found.values())


def _for_owners(drafts: Mapping[str, Draft], owners: list[str]) -> dict[str, Draft]:
    """A draft for each owner. UserError for one without."""
    given = _for_some(drafts, owners)
    missing = [owner for owner in owners if owner not in given]
    if missing:
        raise UserError(
            f"no draft is given for {', '.join(missing)}",
            kept="nothing was changed",
            do="give each owner the part that speaks of its own figures",
        )
    return given


def _for_some(drafts: Mapping[str, Draft], owners: list[str]) -> dict[str, Draft]:
    given = {}
    for owner, draft in drafts.items():
        named = owner or (owners[0] if len(owners) == 1 else "")
        if named not in owners:
            raise UserError(
                "say for which owner a draft is" if not owner else f"{owner} owns nothing of these releases",
                kept="nothing was changed",
                do=f"name one of {', '.join(owners)}: each reads its own part alone",
            )
        if not draft.content:
            empty = "the draft is empty"
            raise UserError(empty, where=draft.filename, kept="nothing was changed", do="write it, then name the file")
        if len(draft.content) > MOST_BYTES:
            raise UserError(
                f"a draft holds at most {MOST_BYTES} bytes", where=draft.filename,
                kept="nothing was changed", do="send it as a smaller PDF",
            )  # fmt: skip
        given[named] = draft
    if not given:
        raise UserError("no draft is given", kept="nothing was changed", do="give the file that the owner is to read")
    return given


def _same(wanted: Announcement, given: Mapping[str, Draft], post: str) -> PublicationRecord | None:
    """An open publication of this post with the same words and drafts: a weak link that asks twice."""
    wished = {owner: hashlib.sha256(draft.content).hexdigest() for owner, draft in given.items()}
    for one in PublicationRecord.objects.filter(post=post, ended_at=None, title=wanted.title.strip()).order_by("pk"):
        drafts = {owner: reviews.draft_of(one, owner).digest for owner in owners_named(one)}
        if drafts == wished and set(one.releases) == set(wanted.releases) and one.outlet == wanted.outlet.strip():
            return one
    return None


def _kept(record: PublicationRecord, owner: str, number: int, draft: Draft, now: datetime) -> PublicationDraft:
    return PublicationDraft.objects.create(
        publication=record, owner=owner, number=number, filename=draft.filename[-200:], content=draft.content,
        digest=hashlib.sha256(draft.content).hexdigest(), at=now,
    )  # fmt: skip


def _emptied(drafts: list[PublicationDraft]) -> None:
    for one in drafts:
        one.content = None
        one.save(update_fields=["content"])


def _mine(code: str, post: str) -> PublicationRecord:
    """A publication of this post that is not over, locked."""
    record = PublicationRecord.objects.select_for_update().filter(code=code, post=post).first()
    return _going_on(record, code)


def _theirs(code: str, post: str) -> PublicationRecord:
    """A publication that is not over and of whose figures the post's party owns some, locked."""
    owned = PublicationRecord.objects.select_for_update().filter(code=code, owners__contains=f"|{party_of(post)}|")
    return _going_on(owned.first(), code)


def _going_on(record: PublicationRecord | None, code: str) -> PublicationRecord:
    if record is None:
        raise nothing(code)
    if record.ended_at is not None:
        raise UserError(
            f"{code} is over: {record.ended_why}", where=f"{record.ended_at:%Y-%m-%d}", kept="nothing was changed"
        )
    return record


def _nothing_against(record: PublicationRecord, now: datetime) -> None:
    against = reviews.against(record, now)
    if against is None:
        return
    owner, day, release = against.owner, against.last_day, against.release
    rule, kept = f"publication-{against.state}", "nothing was changed"
    do = "wait, change the draft, or take it back; if it has appeared all the same, tell the owner at once"
    if against.state == "refused":
        raise Refused(f"it may not appear: {owner} refuses", rule=rule, kept=kept, do=do)
    if against.state == "waits":
        raise Refused(f"it may not appear yet: {owner} has until {day} to answer", rule=rule, kept=kept, do=do)
    if against.state == reviews.STOPPED:
        raise Refused(
            f"it may not appear: release {release}, on which it is built, is open no more", rule=rule, kept=kept, do=do
        )
    raise Refused(
        f"it may not appear: the yes of {owner} is needed, since the figures were not given for publication",
        rule=rule,
        kept=kept,
        do=do,
    )


def _may_refuse(standing: Standing, now: datetime) -> None:
    if standing.review.right != "veto":
        raise Refused(
            f"{', '.join(standing.review.rules)} gives {standing.review.owner} the right to comment, not to refuse",
            rule="publication-comment-only",
            kept="nothing was changed",
            do="comment; an owner may end the release itself: sampan releases revoke",
        )
    if now >= standing.until and standing.may:
        raise Refused(
            f"the days in which {standing.review.owner} could refuse are over",
            rule="publication-days-over",
            where=f"since {standing.until:%Y-%m-%d %H:%M %Z}",
            kept="nothing was changed",
            do="comment; an owner may end the release itself: sampan releases revoke",
        )


def _end(record: PublicationRecord, why: str, now: datetime, used: list[UseNote]) -> None:
    """The end of a publication in the caller's transaction; the drafts are destroyed, their digests stay."""
    record.ended_at, record.ended_why = now, why
    record.save(update_fields=["ended_at", "ended_why", "reference"])
    drafts = list(record.drafts.exclude(content=None).order_by("pk"))
    _emptied(drafts)
    _tell_owners(record, f"publication:{why}", now)
    body = {"publication": record.code, "post": record.post}
    kind = "publication:appeared" if why == APPEARED else "publication:withdrawn"
    entries.append(kind, body, [*owners_named(record), record.party], at=now, rows=[record, *drafts, *used])


def _tell_owners(record: PublicationRecord, kind: str, now: datetime) -> None:
    """Each owner's whole party, and the posts that its agreement names and that sit elsewhere."""
    facts = {"publication": record.code}
    tell(owners_named(record), kind, facts, now)
    for one in record.reviews:
        for post in one["posts"]:
            home = home_party(post)
            if home not in (None, one["owner"]):
                Outbox.objects.create(to_party=home, to_post=post, kind=kind, facts=facts, at=now)


def _one_owner(record: PublicationRecord, owner: str) -> str:
    owners = owners_named(record)
    if owner in owners or (not owner and len(owners) == 1):
        return owner or owners[0]
    raise UserError("say which owner's draft", kept="nothing was changed", do=f"name one of {', '.join(owners)}")


def _short(text: str, what: str, most: int) -> str:
    if not 0 < len(text.strip()) <= most:
        raise UserError(f"{what} takes 1 to {most} letters", kept="nothing was changed")
    return text.strip()
