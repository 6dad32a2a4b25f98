"""Receive a delivery: keep it, read it, harmonise it, check it, and let all of it stand at once.

    keep      bytes hashed, encrypted, synced; Delivery and Entry in one transaction   -> acknowledged
    read ...  nothing is kept
    commit    parts written and synced first, invisible; then one transaction names them,
              registers findings, queues messages and appends the Entry

A crash before `keep` ends leaves a dot file, swept later; after it, a delivery in state `kept`, which the next
`receive`, of these bytes or of any, takes up just here. Nothing is read before it is kept.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction
from django.db.models import Q, QuerySet

from sampan import formats
from sampan.checks import closed_to_office
from sampan.checks.rule import checks
from sampan.harmonise.readers import load_words
from sampan.model.errors import Refused, UserError
from sampan.model.sources import Source
from sampan.operations import crosswalks, homes, looking, memory, replaying, tidying, tightening
from sampan.operations.proving import delivering
from sampan.operations.reading import Read, read_delivery
from sampan.operations.sharing import corrections, deposits, gates, senders
from sampan.operations.standing import commit
from sampan.sources.definition import must_be_complete
from sampan.store import blobs, entries, home, numbering, work
from sampan.store.home import Store
from sampan.store.models import Delivery, Entry, Home

WRAPPING_KEY = "blob-wrapping"
LARGE_BYTES = 16 * 1024 * 1024
TURN_SECONDS = 0.0002
UNREADABLE = "delivery:unreadable"
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Act:
    """Who acts, and when; and the sender's signature over the file, where there is one (a signed note)."""

    actor: str
    now: datetime
    signature: bytes | None = None
    tells: bool = True  # recipients of a change; False where the caller does, once all of its change stands


@dataclass(frozen=True)
class Receipt:
    """What the sender gets: the delivery, its digest, its balance and its findings by rule."""

    delivery: str
    digest: str
    state: str
    source: str
    received_at: datetime
    balance: dict[str, int]
    findings: dict[str, int] = field(default_factory=dict)
    repeats: str | None = None
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # rules whose findings want an answer
    closed: int = 0  # rows that the owner's own terms keep closed to the office: set aside, and nobody is asked

    @property
    def needs_person(self) -> bool:
        """True if something waits for an answer: not where the owner's own terms alone set rows aside."""
        left = self.balance.get("set_aside", 0) > self.closed
        return left or any(rule != "re-delivery" for rule in self.asked)

    def as_dict(self) -> dict[str, object]:
        """One flat object, as `sampan receive --json` prints it."""
        return {
            "delivery": self.delivery,
            "digest": self.digest,
            "source": self.source,
            "state": self.state,
            "received_at": self.received_at.isoformat(),
            **self.balance,
            "findings": self.findings,
            "repeats": self.repeats,
            "notes": list(self.notes),
        }


def receive(
    store: Store,
    source: Source,
    path: Path,
    act: Act,
    *,
    published_at: datetime | None = None,
    progress: Progress | None = None,
) -> Receipt:
    """Keep the file's bytes, then read them to the end. UserError if the file cannot be opened at all."""
    if not path.is_file():
        raise UserError("there is no such file", where=str(path), kept="nothing was kept", do="check the path")
    must_be_complete(source)
    senders.must_send(store, source, act.actor, act.now)
    home.settle_kind(invented=source.invented, now=act.now)
    with _unhindered(), formats.once():
        signed_by = _signed(source, path, act)
        _gated(source, path, act)
        tidying.tidy(store)
        resume(store, act)
        with _wanted_soon_loading(store, source, path):
            delivery = _kept(store, source, path, act, published_at, signed_by)
        if delivery.repeats is not None or delivery.gate != gates.PASSED:
            return receipt_of(delivery)
        if only_kept := deposits.kept_only(store, source, act.now):
            return _only_kept(delivery, only_kept, act)
        with work.claimed(store.blobs / delivery.blob, wait=True):
            delivery.refresh_from_db()
            if delivery.state != Delivery.State.KEPT:  # the same bytes came twice at once, and the other was first
                return receipt_of(delivery)
            return _finished(store, source, delivery, act, path=path, progress=progress)


@contextlib.contextmanager
def _wanted_soon_loading(store: Store, source: Source, path: Path) -> Iterator[None]:
    """While a large file is compressed and written, the vocabularies that will read it are loaded beside, then the
    checks and the sources they may be laid beside."""
    with ThreadPoolExecutor(1, thread_name_prefix="words") as beside:
        if path.stat().st_size > LARGE_BYTES:
            beside.submit(load_words, source)
            beside.submit(checks)
            beside.submit(homes.sources, store)
        yield


@contextlib.contextmanager
def _unhindered() -> Iterator[None]:
    """Python does not look for garbage meanwhile: tables leave none, and each look goes through all that is loaded.

    Nor does a thread that reads terms keep those that wait for tables for 5 ms each time.
    """
    looks, turns = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(TURN_SECONDS)
    memory.met_again()
    try:
        yield
    finally:
        sys.setswitchinterval(turns)
        if looks:
            _all_old()
            gc.enable()


def _all_old() -> None:
    """What came meanwhile waits for the next look at all there is, else the first allocation would look through it.

    Where the office set aside what stays for good (office.wsgi), that stays aside, and nothing is done.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()


def tried(store: Store, source: Source, path: Path, act: Act) -> Receipt:
    """What `receive` would understand; nothing is kept."""
    return receipt_of_read(source, _try_read(store, source, path, act), act)


def _try_read(store: Store, source: Source, path: Path, act: Act) -> Read:
    """Read a file as `receive` would, past the same gate; nothing is kept."""
    if not path.is_file():
        raise UserError("there is no such file", where=str(path), kept="nothing was kept", do="check the path")
    must_be_complete(source)
    senders.must_send(store, source, act.actor, act.now)
    with formats.once():
        looking.must_pass(source, path, on=act.now.date())
        return read_as_kept(store, source, path, act)


def read_as_kept(store: Store, source: Source, path: Path, act: Act) -> Read:
    """Read a file that was looked into as it would be read once it is kept; nothing is kept."""
    must_be_complete(source)
    return read_delivery(store, crosswalks.with_settled(source), path, path.name, act.now)


def receipt_of_read(source: Source, read: Read, act: Act) -> Receipt:
    """The receipt that a dry run would get."""
    rules = Counter(finding.rule for finding in read.findings.values())
    asked = tuple(sorted({f.rule for f in read.findings.values() if f.severity != "note"}))
    return Receipt(
        "not kept", "", "tried", source.id, act.now, asdict(read.balance), dict(sorted(rules.items())), None,
        read.notes, asked, sum(f.count for f in read.findings.values() if f.rule == closed_to_office.ID),
    )  # fmt: skip


def tried_table(store: Store, source: Source, path: Path, act: Act) -> pl.DataFrame:
    """The figures that would stand if the file were received; aggregates only, nothing is kept."""
    read = read_as_kept(store, source, path, act)
    assert read.table is not None, source.id
    return read.table


def finish(
    store: Store,
    source: Source,
    delivery: Delivery,
    act: Act,
    *,
    path: Path | None = None,
    progress: Progress | None = None,
    why: str = "read",
) -> Receipt:
    """From kept bytes to standing figures; safe to call again after a crash."""
    source = crosswalks.with_settled(source)
    if path is not None:
        read = read_delivery(
            store, source, path, delivery.filename, delivery.received_at, delivery=delivery, progress=progress,
            now=act.now,
        )  # fmt: skip
    else:
        with original(store, delivery, act, why=why) as kept:
            read = read_delivery(
                store, source, kept, delivery.filename, delivery.received_at, delivery=delivery, progress=progress,
                now=act.now,
            )  # fmt: skip
    commit(store, source, delivery, read, act.actor, act.now)
    if act.tells and not _due(store, act.now).filter(source=source.id).exists():  # else with the last read again
        corrections.tell_of_source(store, source.id, act.now)  # a crash before it: the next commit of the source tells
    return receipt_of(delivery, notes=read.notes)


def resume(store: Store, act: Act, *, only: str | None = None) -> list[Receipt]:
    """Take up what a crash left kept but unread, or due to be read again, unless it is in other hands."""
    receipts = []
    for delivery in _readable(store, _unread().filter(**({"code": only} if only else {})), act.now):
        with work.claimed(store.blobs / delivery.blob, wait=False) as mine, contextlib.suppress(UserError):
            delivery.refresh_from_db()
            source = homes.source(store, delivery.source)
            if mine and delivery.state == Delivery.State.KEPT and not deposits.kept_only(store, source, act.now):
                receipts.append(_finished(store, source, delivery, act))
    return [*receipts, *read_again(store, act, **({"code": only} if only else {}))]


def read_again(store: Store, act: Act, **which: str) -> list[Receipt]:
    """Read again, oldest first, what is due to be (replaying), unless it is in other hands or may only be kept."""
    receipts = []
    changed = tightening.shut(store, act.now)
    for delivery in list(_due(store, act.now, changed).filter(**which)):
        with work.claimed(store.blobs / delivery.blob, wait=False) as mine, contextlib.suppress(UserError):
            source = homes.source(store, delivery.source)
            only_kept = deposits.kept_only(store, source, act.now)
            if mine and not only_kept:
                why = tightening.WHY if delivery.pk in changed else "read"
                receipts.append(finish(store, source, delivery, act, why=why))
            elif mine and delivery.pk in changed:
                receipts.append(_shut(store, delivery, only_kept, act))
    return receipts


def _due(store: Store, now: datetime, changed: list[int] | None = None) -> QuerySet[Delivery]:
    """What is to be read again, of sources that the office may read; and what changed terms have shut, oldest first."""
    again = _readable(store, replaying.due(), now).order_by().values("pk")
    shut = tightening.shut(store, now) if changed is None else changed
    return Delivery.objects.filter(Q(pk__in=again) | Q(pk__in=shut)).order_by("pk")


def _shut(store: Store, delivery: Delivery, why: str, act: Act) -> Receipt:
    """A delivery that stood and may only be kept now: nothing of it stands, and its recipients are told, at once."""
    with transaction.atomic():
        tightening.empty(store, delivery, act.actor, act.now)
        receipt = _only_kept(delivery, why, act)
    if act.tells:
        corrections.tell_of_source(store, delivery.source, act.now)
    return receipt


def unfinished(store: Store, now: datetime) -> list[str]:
    """Codes of deliveries that `resume` would take up, were they in nobody's hands; none that may only be kept."""
    found = [_readable(store, _unread(), now), _due(store, now)]
    return [code for waiting in found for code in waiting.values_list("code", flat=True)]


def _readable(store: Store, waiting: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    """Those of sources that the office may read; each source is asked about once, however many of its files wait."""
    names = waiting.order_by().values_list("source", flat=True).distinct()
    return waiting.filter(source__in=[name for name in names if _may_read(store, name, now)])


def _may_read(store: Store, name: str, now: datetime) -> bool:
    """False for a source that is not known any more, or whose deposit terms let the office keep and no more."""
    with contextlib.suppress(UserError):
        return not deposits.kept_only(store, homes.source(store, name), now)
    return False


def _unread() -> QuerySet[Delivery]:
    """Kept, passed by the first gate, not read, and not known to be unreadable; oldest first."""
    unreadable = Entry.objects.filter(kind=UNREADABLE).exclude(delivery=None).values("delivery_id")
    waiting = Delivery.objects.filter(state=Delivery.State.KEPT, gate=gates.PASSED)
    return waiting.exclude(pk__in=unreadable).order_by("pk")


def _finished(
    store: Store,
    source: Source,
    delivery: Delivery,
    act: Act,
    *,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Receipt:
    """`finish`; a file that cannot be read at all is said so in the log, so that it is not tried for ever."""
    try:
        return finish(store, source, delivery, act, path=path, progress=progress)
    except UserError as problem:
        with transaction.atomic():
            body = {"delivery": delivery.code, "actor": act.actor, "what": problem.what}
            entries.append(UNREADABLE, body, [delivery.party], delivery=delivery, at=act.now)
        raise


def _only_kept(delivery: Delivery, why: str, act: Act) -> Receipt:
    """What no terms let the office read stays closed; a crash before this leaves it closed without the sentence."""
    with transaction.atomic():
        delivery.gate_reason = why[:200]
        delivery.save(update_fields=["gate_reason"])
        body = {"delivery": delivery.code, "why": why}
        entries.append("delivery:only-kept", body, [delivery.party], delivery=delivery, at=act.now, rows=[delivery])
    return receipt_of(delivery)


def original(store: Store, delivery: Delivery, act: Act, *, why: str) -> AbstractContextManager[Path]:
    """Open a kept original; the Entry that says so is durable before the first byte is seen."""
    if delivery.wrapped_key is None:
        raise UserError(
            f"delivery {delivery.code} was erased on {delivery.ended_at:%Y-%m-%d}",
            kept="that it existed stays in the log",
            do="ask its owner to deliver again",
        )
    with transaction.atomic():
        body = {"delivery": delivery.code, "actor": act.actor, "why": why}
        entries.append("original:opened", body, [delivery.party], delivery=delivery, at=act.now)
    return blobs.opened(store.blobs, delivery.blob, bytes(delivery.wrapped_key), store.key(WRAPPING_KEY))


def receipt_of(delivery: Delivery, notes: tuple[str, ...] = ()) -> Receipt:
    """The receipt as it can be told again at any time."""
    found = delivery.findings.exclude(state="replaced").values_list("rule", "severity", "state", "count")
    rules = Counter(rule for rule, *_ in found)
    if delivery.repeats:
        rules["re-delivery"] += 1
    asked = tuple(sorted({rule for rule, severity, state, _ in found if severity != "note" and state == "open"}))
    unread = delivery.gate != gates.PASSED or delivery.state == Delivery.State.KEPT
    notes = (*notes, delivery.gate_reason) if unread and delivery.gate_reason else notes
    return Receipt(
        delivery.code, delivery.digest, delivery.state, delivery.source, delivery.received_at, delivery.balance,
        dict(sorted(rules.items())), delivery.repeats.code if delivery.repeats else None, notes, asked,
        sum(count for rule, _, _, count in found if rule == closed_to_office.ID),
    )  # fmt: skip


def _gated(source: Source, path: Path, act: Act) -> None:
    """Refuse what must not leave its country: nothing is kept but the Entry that says by which rule."""
    try:
        looking.must_pass(source, path, on=act.now.date())
    except Refused as stop:
        with transaction.atomic():
            body = {"source": source.id, "rule": stop.rule, "actor": act.actor}
            entries.append("look:refused", body, [source.owner], at=act.now)
        raise


def _signed(source: Source, path: Path, act: Act) -> str | None:
    """The sender's public key, if the delivery is signed; Refused, and nothing kept, if the signature is not good."""
    if act.signature is None:
        return None
    return delivering.check_sender(source.owner, delivering.digest_of(path), act.signature)


def _kept(
    store: Store, source: Source, path: Path, act: Act, published_at: datetime | None, signed_by: str | None
) -> Delivery:
    """Bytes on disk first, then the record and its Entry in one transaction. A crash between leaves an unnamed blob."""
    blob = blobs.keep(path, store.blobs, store.key(WRAPPING_KEY))
    with transaction.atomic():
        numbering.alone(Delivery)  # two of the same bytes at once: the second sees the first
        before = _same_bytes(source, blob.digest, published_at)
        if before is not None and before.state == Delivery.State.KEPT:
            delivery = before
        else:
            delivery = _recorded(store, source, path, blob, act, published_at, before)
            gates.ask(store, delivery, source, act.now)
            _log_kept(delivery, act, signed_by)
    if delivery.blob != blob.name:
        blobs.destroy(store.blobs, blob.name)  # a crash here leaves one more unnamed blob
    return delivery


def _same_bytes(source: Source, digest: str, published_at: datetime | None) -> Delivery | None:
    """The source's newest delivery, if it is the same bytes said to be published at the same time."""
    newest = Delivery.objects.select_for_update().filter(source=source.id, published_at=published_at, ended_at=None)
    if source.mode in ("snapshot", "cumulative"):
        last = newest.order_by("-pk").first()
        return last if last is not None and last.digest == digest else None
    return newest.filter(digest=digest).order_by("-pk").first()


def _recorded(
    store: Store, source: Source, path: Path, blob: blobs.Blob, act: Act, published_at: datetime | None,
    before: Delivery | None,
) -> Delivery:  # fmt: skip
    repeats = None if before is None else (before.repeats or before)
    gate, why = gates.first_gate(store, source, act.actor, act.now)
    delivery = Delivery.objects.create(
        code=f"D-new-{blob.name}", source=source.id, party=source.owner, country=source.country, actor=act.actor,
        filename=path.name, size=blob.size, digest=blob.digest, blob=blob.name, wrapped_key=blob.wrapped_key,
        received_at=act.now, published_at=published_at, mode=source.mode, state=Delivery.State.KEPT, repeats=repeats,
        gate=gate, gate_reason=why, signature=(act.signature or b"").decode("utf-8", "replace"),
    )  # fmt: skip
    delivery.code = numbering.code(Delivery, delivery.pk)
    if repeats is not None:
        delivery.state = Delivery.State.COMMITTED
        delivery.balance = _all_repeated(repeats.balance)
    delivery.save(update_fields=["code", "state", "balance"])
    return delivery


def _log_kept(delivery: Delivery, act: Act, signed_by: str | None) -> None:
    body = {
        "delivery": delivery.code, "source": delivery.source, "digest": delivery.digest, "size": delivery.size,
        "blob": delivery.blob, "actor": act.actor, "repeats": delivery.repeats.code if delivery.repeats else None,
    }  # fmt: skip
    if signed_by:
        body |= {"signed_by": signed_by, "signature": delivery.signature}
    rows = [delivery, *Home.objects.all()]  # the home with it: what is invented is never passed off as real
    entries.append("delivery:kept", body, [delivery.party], delivery=delivery, at=act.now, rows=rows)


def _all_repeated(balance: dict[str, int]) -> dict[str, int]:
    return balance | {
        "observed": 0, "set_aside": 0, "repeated": balance.get("rows_in", 0),
        "cases_observed": 0, "cases_set_aside": 0, "cases_repeated": balance.get("cases_in", 0),
    }  # fmt: skip
