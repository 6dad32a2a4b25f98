"""Files in pieces over a weak link (tus 1.0: creation, termination, expiration), then looked at, then sent.

    POST /uploads  ->  PATCH, and HEAD after a broken link  ->  POST .../look  ->  POST .../send  ->  a delivery

Nothing is a delivery before it is sent, and what was sent once is not sent twice. Pieces lie sealed under a key that
only the upload's own address holds; another post's upload is not there.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from ninja import Header, Path, Router, Schema
from ninja.responses import Status

from sampan.api.doors import act, actor, opens
from sampan.api.fields import Moment, Text
from sampan.api.problems import Clash
from sampan.api.resources.deliveries import Receipt
from sampan.operations import belonging, homes, looking, once, receiving, uploads
from sampan.operations.drafting import Draft, file_name
from sampan.operations.once import Outgoing
from sampan.operations.uploads import Announced, Progress
from sampan.people.roles import Right

router = Router(tags=["uploads"])
VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
OFFSET_KIND = "application/offset+octet-stream"
ROOT = "/api/v1/uploads/"
PIECE = 2**20
Token = Annotated[str, Path(pattern=r"^[0-9a-f]{12}-[0-9a-f]{32}\.[0-9a-f]{64}$")]
Length = Annotated[int, Header(alias="Upload-Length", ge=1, lt=2**50)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, lt=2**50)]
Metadata = Annotated[str, Header(alias="Upload-Metadata", max_length=2000, pattern=r"^[A-Za-z0-9+/=, _-]*$")]


class Looked(Schema):
    """What is in the file, what must not leave, and what would stand if it were sent."""

    may_leave: bool
    sheets: list[dict[str, Any]]
    stops: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    declared: list[dict[str, Any]]
    receipt: Receipt | None


class Sending(Schema):
    """What goes with a file: when its source published it, and the sender's signature over it (a signed note)."""

    published_at: Moment | None = None
    signature: Text | None = None


@router.post("/uploads", **opens(Right.DELIVER, None, status=201))
def create_upload(request: HttpRequest, length: Length, metadata: Metadata) -> HttpResponse:
    """Begin an upload: `Upload-Metadata` names `source` and `filename` (base64), and may give the file's `sha256`."""
    said = _metadata(metadata)
    who, source = actor(request), said.get("source", "")
    if source not in belonging.sources(homes.opened(), who.party):
        raise Http404
    if length > settings.UPLOAD_MB * 2**20:
        raise Clash(413, "too-large", _("This file is larger than the office takes."))
    draft = Draft(who.post.code, source, file_name(said.get("filename", "file")))
    token = uploads.create(homes.opened(), Announced(draft, length, said.get("sha256", "")))
    answer = _answer(201, Progress(0, length))
    answer.headers["Location"] = ROOT + token
    return answer


@router.api_operation(["HEAD"], "/uploads/{token}", **opens(Right.DELIVER, None, status=200))
def head_upload(request: HttpRequest, token: Token) -> HttpResponse:
    """How many bytes are here."""
    answer = _answer(200, _progress(request, token))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.patch("/uploads/{token}", **opens(Right.DELIVER, None, 409, 415, status=204))
def append_upload(request: HttpRequest, token: Token, offset: Offset) -> HttpResponse:
    """Add bytes at `Upload-Offset`; what came before a link broke is kept, and told by HEAD."""
    if request.content_type != OFFSET_KIND:
        raise Clash(415, "not-a-piece", _("A piece is sent as application/offset+octet-stream."))
    found = _progress(request, token)
    if offset != found.received:
        raise Clash(409, "offset", _("The piece does not begin where the file ends; ask with HEAD how much is here."))
    store, post = homes.opened(), actor(request).post.code
    while piece := _piece(request):
        taken = uploads.append(store, token, post, offset=found.received, piece=piece)
        if taken is None:
            raise Http404
        if not taken.taken:
            raise Clash(409, "offset", _("The piece does not fit: more bytes came than were announced."))
        found = taken
    return _answer(204, found)


@router.delete("/uploads/{token}", **opens(Right.DELIVER, None, status=204))
def drop_upload(request: HttpRequest, token: Token) -> HttpResponse:
    """Forget an upload."""
    if not uploads.drop(homes.opened(), token, actor(request).post.code):
        raise Http404
    return HttpResponse(status=204, headers={"Tus-Resumable": VERSION})


@router.post("/uploads/{token}/look", **opens(Right.DELIVER, Looked))
def look_at_upload(request: HttpRequest, token: Token) -> Any:
    """Look at a complete file: what must not leave, and what was understood. Nothing is kept, and it stays here."""
    store, doing = homes.opened(), act(request)
    with uploads.looked_at(store, token, doing.actor) as found:
        if found is None:
            raise Http404
        draft, path = found
        source = belonging.sources(store, actor(request).party)[draft.source]
        looked = looking.look(source, path, on=doing.now.date())
        receipt = receiving.tried(store, source, path, doing) if looked.may_leave else None
        return {**looked.as_dict(), "receipt": receipt}


@router.post("/uploads/{token}/send", **opens(Right.DELIVER, Receipt, 409, status=201))
def send_upload(request: HttpRequest, token: Token, sending: Sending) -> Any:
    """Send it: kept byte for byte, read, checked, all of it standing at once. Sent again: the delivery it became."""
    store, doing = homes.opened(), act(request)
    signature = sending.signature.encode() if sending.signature else None
    with uploads.whole(store, token, doing.actor) as found:
        if found is None:
            return _sent_before(request, token)
        draft, path = found
        source = belonging.sources(store, actor(request).party)[draft.source]
        outgoing = Outgoing(store, source, path, sending.published_at)
        receipt = once.receive(outgoing, receiving.Act(doing.actor, doing.now, signature), token)
    if isinstance(receipt, str):
        return _sent_before(request, token)
    return Status(201, receipt)


def _sent_before(request: HttpRequest, token: str) -> Any:
    """The receipt of the delivery that this upload became; nothing for one that never was."""
    who = actor(request)
    code = once.became(who.post.code, token)
    found = belonging.delivery(who.party, code) if code else None
    if found is None:
        raise Http404
    return Status(201, belonging.receipt(found))


def _progress(request: HttpRequest, token: str) -> Progress:
    found = uploads.progress(homes.opened(), token, actor(request).post.code)
    if found is None:
        raise Http404
    return found


def _piece(request: HttpRequest) -> bytes:
    """Some bytes of the body; a link that breaks ends it, and what came is kept."""
    try:
        return request.read(PIECE)
    except OSError:
        return b""


def _answer(status: int, found: Progress) -> HttpResponse:
    ends = datetime.now(UTC) + timedelta(seconds=uploads.LASTS_SECONDS)
    headers = {
        "Tus-Resumable": VERSION, "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_MB * 2**20), "Upload-Offset": str(found.received),
        "Upload-Length": str(found.size), "Upload-Expires": http_date(ends.timestamp()),
    }  # fmt: skip
    return HttpResponse(status=status, headers=headers)


def _metadata(text: str) -> dict[str, str]:
    """Pairs of a name and base64, parted by commas (tus 1.0)."""
    found = {}
    for pair in text.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Clash(
                400, "upload-metadata", _("Upload-Metadata holds names, each with its value as base64.")
            ) from None
    return found
