"""Publications: what this post announces of figures it was given, and what others announce of its party's.

Drafts come and go as files. Who announced one sees all of it; an owner sees its own review and draft alone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Form, Path, Router, Schema, UploadedFile
from ninja.responses import Status
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import PLAIN, Asked, Long, Said, spoken
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.model.errors import UserError
from sampan.operations.sharing import publications
from sampan.operations.sharing import reviews_of_drafts as reviews
from sampan.operations.sharing.publications import MOST_BYTES, Announcement, Draft
from sampan.operations.sharing.reviews_of_drafts import Words
from sampan.people.roles import Right

router = Router(tags=["publications"])
Code = Annotated[str, Path(pattern=r"^P-([0-9]{3}(-[0-9]{3}){1,2}|[0-9]{6,12})$", examples=["P-482-917"])]
Named = Annotated[str, StringConstraints(pattern=PLAIN, min_length=1, max_length=300, strip_whitespace=True)]
Release = Annotated[str, StringConstraints(pattern=r"^R-[0-9-]{6,12}$")]
Owner = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", max_length=100)]
Drafts = File[list[UploadedFile]]


class DraftOf(Schema):
    """What an owner is given to read; `kept` until the publication is over or a newer draft came."""

    number: int
    filename: str
    sha256: str
    at: datetime
    kept: bool


class WordOnDraft(Schema):
    """What an owner said of a draft."""

    draft: int
    post: str
    answer: Literal["agreed", "commented", "refused"]
    words: str
    at: datetime


class Review(Schema):
    """One owner's review: `may` once nothing of this owner stands in the way, `until` the end of its days."""

    owner: str
    state: Literal["waits", "agreed", "commented", "no-answer", "refused"]
    may: bool
    until: datetime
    days: int
    right: Literal["comment", "veto"]
    needs_word: bool
    may_refuse: bool
    rules: list[str]
    says: str
    draft: DraftOf
    said: list[WordOnDraft]


class Heard(Schema):
    """What became of the figures of a release since: corrected, or why it ended."""

    what: str
    at: datetime


class Built(Schema):
    """A release that a publication is built on, and what was told of it since."""

    release: str
    state: str
    told: list[Heard]


class Publication(Schema):
    """A publication; `outcome` is for who announced it: may-appear, or what stands in the way."""

    publication: str
    post: str
    title: str
    outlet: str
    planned: date
    releases: list[Built]
    announced_at: datetime
    state: Literal["open", "appeared", "withdrawn"]
    ended_at: datetime | None
    reference: str
    outcome: Literal["may-appear", "waits", "commented", "no-answer", "refused", "stopped"] | None
    says: str
    may_appear_after: datetime | None
    reviews: list[Review]


class OwnersOf(Schema):
    """For which owner each draft is, in the order of the files; empty where there is one owner."""

    owners: Annotated[list[Owner], Field(default_factory=list, max_length=20)]


class NewPublication(OwnersOf):
    """What is to be published."""

    title: Named
    outlet: Named
    planned: date
    releases: Annotated[list[Release], Field(min_length=1, max_length=50)]


class Appearance(Schema):
    """Where it has appeared."""

    where: Said


class ReviewAnswer(Schema):
    """What an owner says; `draft` is the number it has read, so that a newer one is not answered unseen."""

    answer: Literal["agreed", "commented", "refused"]
    words: Long = ""
    draft: Annotated[int, Field(ge=1, lt=2**31)] | None = None


@router.get("/publications", **opens(Right.ASK, Page[Publication]))
def list_publications(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What this post has announced, newest first."""
    found = reviews.announced(actor(request).post.code, datetime.now(UTC), Words(spoken()))
    return paging.part(request, response, found, limit, cursor)


@router.post("/publications", **opens(Right.ASK, Publication, 409, status=201))
def announce_publication(request: HttpRequest, new: Form[NewPublication], drafts: Drafts) -> Any:
    """Tell the owners of these releases what is to be published: their days begin. A draft for each, at most 5 MiB."""
    wanted = Announcement(new.title, new.outlet, new.planned, tuple(new.releases))
    given = _given(new.owners, drafts)
    code = publications.announce(wanted, given, actor(request).post.code, datetime.now(UTC))
    return Status(201, _own(request, code))


@router.get("/publications/{code}", **opens(Right.ASK, Publication))
def show_publication(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """One that this post announced."""
    return tagged(response, _own(request, code))


@router.get("/publications/{code}/draft", **opens(Right.ASK, None))
def open_own_draft(request: HttpRequest, code: Code, owner: Asked) -> HttpResponse:
    """The draft of an owner as this post gave it; `owner` may be left out where there is one."""
    _own(request, code)
    return _file(publications.read(code, actor(request).post.code, datetime.now(UTC), owner=owner))


@router.post("/publications/{code}/drafts", **opens(Right.ASK, Publication, 409, 412))
def change_drafts(request: HttpRequest, code: Code, of: Form[OwnersOf], drafts: Drafts) -> Any:
    """Give owners another draft; the review of each begins anew."""
    must_match(request, _own(request, code))
    publications.change(code, _given(of.owners, drafts), actor(request).post.code, datetime.now(UTC))
    return _own(request, code)


@router.post("/publications/{code}/appearance", **opens(Right.ASK, Publication, 409, 412))
def tell_appearance(request: HttpRequest, code: Code, out: Appearance) -> Any:
    """Say where it has appeared, once nothing stands in the way; the owners find it with each release."""
    must_match(request, _own(request, code))
    publications.appeared(code, actor(request).post.code, out.where, datetime.now(UTC))
    return _own(request, code)


@router.post("/publications/{code}/withdrawal", **opens(Right.ASK, Publication, 409, 412))
def withdraw_publication(request: HttpRequest, code: Code) -> Any:
    """It will not be published: the owners are told, the drafts destroyed."""
    must_match(request, _own(request, code))
    publications.withdraw(code, actor(request).post.code, datetime.now(UTC))
    return _own(request, code)


@router.get("/publication-reviews", **opens(Right.ABROAD, Page[Publication]))
def list_reviews(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What others announce of this party's figures: what waits for its answer first."""
    found = reviews.asked_of(actor(request).post.code, datetime.now(UTC), Words(spoken()))
    return paging.part(request, response, found, limit, cursor)


@router.get("/publication-reviews/{code}", **opens(Right.ABROAD, Publication))
def show_review(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """One of them, with this party's own review alone."""
    return tagged(response, _asked(request, code))


@router.get("/publication-reviews/{code}/draft", **opens(Right.ABROAD, None))
def open_draft(request: HttpRequest, code: Code) -> HttpResponse:
    """The draft that this party is given; the log notes who read it."""
    _asked(request, code)
    return _file(publications.read(code, actor(request).post.code, datetime.now(UTC)))


@router.post("/publication-reviews/{code}/answer", **opens(Right.AGREE, Publication, 409, 412))
def answer_review(request: HttpRequest, code: Code, said: ReviewAnswer) -> Any:
    """Agree, comment or refuse; all but a yes need words."""
    must_match(request, _asked(request, code))
    post, now = actor(request).post.code, datetime.now(UTC)
    publications.answer(code, post, said.answer, now, words=said.words, draft=said.draft)
    return _asked(request, code)


def _own(request: HttpRequest, code: str) -> dict[str, Any]:
    return _told(request, code, own=True)


def _asked(request: HttpRequest, code: str) -> dict[str, Any]:
    return _told(request, code, own=False)


def _told(request: HttpRequest, code: str, *, own: bool) -> dict[str, Any]:
    """As this post sees it; others, and the other side of it, meet what is not there."""
    post = actor(request).post.code
    record = reviews.seen_by(code, post)
    if record is None or (record.post == post) != own:
        raise Http404
    return reviews.told(record, post, datetime.now(UTC), Words(spoken()))


def _given(owners: list[str], drafts: list[UploadedFile]) -> dict[str, Draft]:
    """Owner -> draft; one file without an owner is for the only one."""
    named = owners or [""]
    if len(named) != len(drafts) or len(set(named)) != len(named):
        raise UserError("say for which owner each draft is", kept="nothing was changed", do="name each owner once")
    return {
        owner: Draft(file.name or "draft", file.read(MOST_BYTES + 1)) for owner, file in zip(named, drafts, strict=True)
    }


def _file(found: Draft) -> HttpResponse:
    return HttpResponse(
        found.content, content_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}",
            "X-Content-Type-Options": "nosniff",
        },
    )  # fmt: skip
