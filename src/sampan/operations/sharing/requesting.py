"""Requests as their asker and as an owner meets them: asked, decided, previewed, released, downloaded.

The asker sees the decision, which is the same whatever figures there are; figures leave by a release alone. The post
whose word is needed sees what would leave of its own party's figures, held-back cells and all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sampan.model.decisions import Decision
from sampan.model.errors import UserError
from sampan.operations.sharing import after, own_form, releasing
from sampan.operations.sharing.frozen import Frozen, freeze
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.ruling import Desk
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.gates import Word
from sampan.sharing.preview import part_lines, rest_lines
from sampan.sharing.release import TOLD
from sampan.store.home import Store
from sampan.store.models import ReleaseRecord, RequestRecord

WAITS = ("waits", "no-answer")
ROWS_SHOWN = 60


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, as a form has it."""

    name: str
    purpose: str
    conditions: tuple[str, ...]
    places: tuple[str, ...]
    measures: tuple[str, ...]
    data_from: date
    data_to: date
    level: int
    period: str
    format: str = "csv"
    layout: str = ""  # an own source, to have it in that form too
    language: str = "en"
    trigger: str = ""  # the emergency it is asked under, whose clauses then count

    def text(self, post: str) -> str:
        """The request as a file: the same wish of the same post is the same request."""
        values: dict[str, Any] = {
            "request": self.name,
            "post": post,
            "purpose": self.purpose,
            "conditions": list(self.conditions),
            "places": list(self.places),
            "measures": list(self.measures),
            "data": {"from": self.data_from.isoformat(), "to": self.data_to.isoformat()},
            "resolution": {"level": self.level, "period": self.period},
            "format": self.format,
            "language": self.language,
        }
        if self.layout:
            values["as"] = self.layout
        if self.trigger:
            values["trigger"] = self.trigger
        return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


@dataclass(frozen=True)
class Preview:
    """What would leave of one owner's figures once its word is given."""

    rows: int
    told: int
    held: dict[str, int]  # why -> cells
    table: pl.DataFrame
    coarser: list[str]  # parts of the own figures that go coarser than asked, each with its reasons
    gaps: list[str]  # how many cells hold nothing; what those held back tell the asker, and what could be done instead


def decided(store: Store, text: str, now: datetime) -> Decision:
    """The decision on a request now; no figure is looked at."""
    frozen = freeze(store, request_of(text), text, now)
    return decide(frozen.request, frozen.state, frozen.domains)


def released(store: Store, wish: Wish, desk: Desk, now: datetime) -> str:
    """Let what a wish may have leave: the code of the release. Refused where nothing goes; a wait is recorded."""
    return _released(store, wish.text(desk.post), wish.name, now)


def released_again(store: Store, record: RequestRecord, now: datetime) -> str:
    """Let what a recorded request may have leave, as it was asked; the post it names is the one that is given it."""
    return _released(store, record.text, record.name, now)


def _released(store: Store, text: str, name: str, now: datetime) -> str:
    own_form.must_fit(store, text, name)
    with tempfile.TemporaryDirectory(prefix="sampan-release-") as folder:
        found = releasing.release(store, text, name, Path(folder) / "out", now)
    return str(found["release"])


def request(desk: Desk, code: str) -> RequestRecord | None:
    """A recorded request of this post; None for any other, there or not."""
    record = RequestRecord.objects.filter(code=code).first()
    return record if record is not None and record.post == desk.post else None


def waiting_code(store: Store, wish: Wish, desk: Desk, now: datetime) -> str | None:
    """The code under which a wish is recorded and waits for a word; None if it does not."""
    record = freeze(store, request_of(wish.text(desk.post)), wish.text(desk.post), now).record
    return record.code if record is not None else None


def asked_of(store: Store, desk: Desk, code: str, now: datetime) -> RequestRecord | None:
    """A recorded request that waits for this post's word; None for any other."""
    record = RequestRecord.objects.filter(code=code).first()
    if record is None:
        return None
    frozen = freeze(store, request_of(record.text), record.text, now)
    return record if _rules_waiting(frozen, desk.post) else None


def preview_for_owner(store: Store, record: RequestRecord, desk: Desk, now: datetime, language: str = "en") -> Preview:
    """What would leave of the desk's own figures if this post said yes now, in its language; nothing is recorded."""
    language = releasing.spoken(language)
    frozen = freeze(store, request_of(record.text), record.text, now)
    said = tuple(Word(rule, record.code, "passed", desk.post, now) for rule in _rules_waiting(frozen, desk.post))
    given = replace(frozen, state=replace(frozen.state, words=(*frozen.state.words, *said)))
    made = releasing.decided(store, record.text, given, given.request.as_of or now)
    own = [name for name, one in frozen.sources.items() if one.owner in (desk.party, party_of(desk.post))]
    mine = made.table.filter(pl.col("source").is_in(own))
    held = made.released.held.filter(pl.col("source").is_in(own))
    counted = dict(held.group_by("why").len().sort("why").iter_rows())
    told = mine.filter(pl.col("status").is_in(TOLD))
    named = releasing.names(store, language, made.request.data_to)
    parts = [part for part in made.decision.goes if part.outcome == "coarsen" and part.source in (None, *own)]
    return Preview(
        mine.height, told.height, counted, told.head(ROWS_SHOWN),
        part_lines(parts, language, named),
        [
            *rest_lines(mine.height - told.height - held.height, language),
            *(releasing.gaps(made, language) if counted else []),
            *releasing.never_fitting(made, language, own),
            *releasing.same_persons(made, language, party_of(desk.post)),
        ],
    )  # fmt: skip


def mine(desk: Desk, limit: int) -> list[dict[str, Any]]:
    """The post's own requests, newest first, with the releases that came of them."""
    found = RequestRecord.objects.filter(post=desk.post).order_by("-pk").prefetch_related("releases")[:limit]
    return [
        {"code": one.code, "name": one.name, "at": one.asked_at, "releases": [r.code for r in one.releases.all()]}
        for one in found
    ]


def release(desk: Desk, code: str, now: datetime) -> dict[str, Any] | None:
    """A release to this post: its manifest and state; None for any other. Looking at it opens no figure."""
    record = ReleaseRecord.objects.filter(code=code, recipient=desk.post).select_related("request").first()
    if record is None:
        return None
    line = next(one for one in after.received(desk.post, now) if one["release"] == code)
    return {
        **line, "recipient": record.recipient, "manifest": record.manifest, "request": record.request.code,
        "text": record.request.text,
        "owners": [one for one in record.owners.split("|") if one],
        "uses": [
            {"used_in": use.used_in, "thanks": use.thanks, "benefit": use.benefit, "at": use.at}
            for use in record.uses.order_by("pk")
        ],
    }  # fmt: skip


@contextmanager
def opened(store: Store, desk: Desk, code: str, now: datetime) -> Iterator[list[Path]]:
    """The files of a release for its recipient, own form included, for the length of the block; an opening is kept."""
    with tempfile.TemporaryDirectory(prefix="sampan-open-") as folder:
        out = Path(folder) / "out"
        after.open_again(store, code, desk.post, out, now)
        with suppress(UserError):  # a form that its source can no longer show is left out; the plain table is there
            own_form.write(store, code, out)
        yield sorted(out.iterdir())


def _rules_waiting(frozen: Frozen, post: str) -> list[str]:
    """The rules on which a request waits for this post."""
    decision = decide(frozen.request, frozen.state, frozen.domains)
    reasons = [reason for part in decision.parts for reason in part.reasons if reason.word in WAITS]
    return sorted({reason.rule for reason in reasons if dict(reason.facts).get("post") == post})
