"""The log: entries that concern the own party with their proofs; checkpoints, keys, and tiles for its witnesses.

A tile holds hashes of salted commitments: it proves and tells nothing. Tools of C2SP tlog-tiles read /log/tlog.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import Number
from sampan.api.files import BINARY, sent
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import belonging, homes
from sampan.operations.proving import keeping, offering, tiling, witnessing
from sampan.people.roles import Right

router = Router(tags=["log"])


class Entry(Schema):
    """An entry that concerns the party; its facts are empty after a lawful erasure."""

    index: int
    kind: str
    at: datetime
    facts: dict[str, Any]


class Checkpoint(Schema):
    """The newest signed head of the log."""

    origin: str
    size: int
    root: str
    note: str
    published: bool
    witnessed: bool


class Witnessed(Schema):
    """How well the log is witnessed now."""

    grade: str
    needed: int
    witnesses: int
    witnessed_size: int
    size: int
    since: datetime | None
    routine_waits: bool
    mark: str


class Keys(Schema):
    """The log's public keys, newest first."""

    keys: list[str]


@router.get("/log/entries", **opens(Right.LOG, Page[Entry]))
def list_entries(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Entries that concern the party, newest first."""
    before = paging.number_in(cursor, "before")
    found = belonging.log(actor(request).party, limit + 1, before=before)
    after = paging.cursor_of(before=found[limit - 1].index) if len(found) > limit else None
    return paging.page(request, response, found[:limit], after)


@router.get("/log/entries/{index}/proof", **opens(Right.LOG, None, 409))
def prove_entry(request: HttpRequest, index: Number) -> HttpResponse:
    """The proof file of an entry that concerns the party, checked offline with the log's public key."""
    if belonging.entry(actor(request).party, index) is None:
        raise Http404
    content = offering.prove(index, datetime.now(UTC))
    return sent(content, f"entry-{index}.tlog-proof", "text/plain; charset=utf-8")


@router.get("/log/checkpoint", **opens(Right.LOG, Checkpoint))
def show_checkpoint(request: HttpRequest) -> Any:
    """The newest checkpoint, cut now if one is due."""
    homes.opened()
    return offering.newest_checkpoint(datetime.now(UTC))


@router.get("/log/witnesses", **opens(Right.LOG, Witnessed))
def show_witnesses(request: HttpRequest) -> Any:
    """How well the log is witnessed."""
    homes.opened()
    return witnessing.state(datetime.now(UTC)).as_dict()


@router.get("/log/keys", **opens(Right.LOG, Keys))
def show_keys(request: HttpRequest) -> Any:
    """The public keys with which checkpoints are signed. Compare them with those you were given on paper."""
    homes.opened()
    return {"keys": [key.vkey for key in keeping.own_keys(datetime.now(UTC))]}


@router.get("/log/tlog/checkpoint", **opens(Right.LOG, None))
def show_note(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as a signed note."""
    homes.opened()
    note = tiling.checkpoint_note(datetime.now(UTC))
    if note is None:
        raise Http404
    return sent(note, "checkpoint", "text/plain; charset=utf-8")


@router.get("/log/tlog/{path:tile}", **opens(Right.LOG, None))
def show_tile(request: HttpRequest, tile: Annotated[str, Path(max_length=200)]) -> HttpResponse:
    """A tile or bundle of the tree: `tile/0/000`, `tile/1/000.p/3`."""
    homes.opened()
    content = tiling.tile(tile, datetime.now(UTC))
    if content is None:
        raise Http404
    return sent(content, tile.replace("/", "-"), BINARY)
