"""Cutting checkpoints: the head of the tree, signed at fixed intervals, so that the moment of an act does not show.

Order at each cut: the key's memory, then the record, then, when it is due, tiles and the public file. A crash
between two of them leaves what the next cut writes again, byte for byte the same. A cut out of turn writes no file:
who reads the folder learns nothing of when it was made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from sampan.log import note
from sampan.log.checkpoint import Checkpoint as Head
from sampan.log.errors import ProofError
from sampan.log.merkle import HASH_BYTES, Frontier, Reader, leaf_hash, perfect_subtrees, root_of
from sampan.log.note import Signer, Verifier
from sampan.log.tiles import WIDTH, Tile, fetch_tile, tile_reader
from sampan.model.errors import OurFault
from sampan.store import entries, origins
from sampan.store.logkey import LogKeyring
from sampan.store.models import Checkpoint, LogKey, Origin
from sampan.store.tilefolder import TileFolder, first_leaf

DEFAULT_INTERVAL_SECONDS = 600


def keyring() -> LogKeyring:
    """The log's keys of this home."""
    return LogKeyring(Path(settings.HOME) / "keys")


def folder(origin: Origin) -> TileFolder:
    """The tiles of an origin."""
    return TileFolder(Path(settings.HOME) / "log" / str(origin.pk))


def folders() -> list[str]:
    """The names of what stands beside the tiles: a folder for each origin, and nothing else."""
    root = Path(settings.HOME) / "log"
    return sorted(path.name for path in root.iterdir()) if root.is_dir() else []


def interval_seconds() -> int:
    """The time between two published checkpoints."""
    return int(getattr(settings, "CHECKPOINT_SECONDS", DEFAULT_INTERVAL_SECONDS))


def cut(now: datetime, *, early: bool = False) -> Checkpoint | None:
    """The newest checkpoint, cut now if one is due; None while the log is empty.

    One is due in each interval that brought entries. `early` cuts one out of turn, for a proof: it goes to who
    asked for the proof, and the public file keeps waiting for its time.
    """
    origin = origins.current(now)
    last = latest(origin)
    base, edge = entries.edge()
    if edge.size == 0 or base != origin.base:
        return last
    due = _due(origin, now)
    if (early or due) and (last is None or last.size < edge.size):
        last = _signed(origin, last, edge, now)
    if last and due and last.published_at is None:
        _publish(last, now)
    return last


def latest(origin: Origin) -> Checkpoint | None:
    """The largest checkpoint of an origin, perhaps one cut out of turn for somebody's proof."""
    return Checkpoint.objects.filter(origin=origin).order_by("-size").first()


def published(origin: Origin) -> Checkpoint | None:
    """The largest checkpoint that was cut at its time: all that those are shown who asked for no proof."""
    return Checkpoint.objects.filter(origin=origin).exclude(published_at=None).order_by("-size").first()


def reader(origin: Origin, size: int) -> Reader:
    """Hashes of the origin's tree of that size: from its tiles, and from the entries where no tile is written yet."""
    return tile_reader(size, lambda path: _fetch(origin, path))


def covering(index: int, *, witnessed: bool = False, first: bool = False) -> Checkpoint | None:
    """The newest checkpoint that covers an entry; with `witnessed`, the newest with its quorum if there is one.

    With `first` the smallest one, whoever has cosigned it.
    """
    origin = origins.of_entry(index)
    found = Checkpoint.objects.filter(origin=origin, size__gt=index - origin.base).order_by("-size")
    if first:
        return found.last()
    with_quorum = found.exclude(witnessed_at=None).first() if witnessed else None
    return with_quorum or found.first()


def verifiers(origin: Origin | None = None) -> list[Verifier]:
    """Public keys of the log, newest first; of one origin or of all."""
    found = LogKey.objects.order_by("-pk")
    return [Verifier.parse(key.vkey) for key in (found.filter(origin=origin) if origin else found)]


def first_key(origin: Origin) -> Signer:
    """The key that a new log begins with, made and put on the list if need be."""
    signer = keyring().first(origin.name)
    remember_key(origin, signer.verifier, since=origin.base)
    return signer


def remember_key(origin: Origin, verifier: Verifier, *, since: int) -> LogKey:
    """Put a public key on the list of the origin's keys."""
    return LogKey.objects.get_or_create(vkey=verifier.vkey, defaults={"origin": origin, "since": since})[0]


def _due(origin: Origin, now: datetime) -> bool:
    last = published(origin)
    if last is None or last.published_at is None:
        return True
    seconds = interval_seconds()
    return seconds == 0 or _slot(now, seconds) > _slot(last.published_at, seconds)


def _slot(moment: datetime, seconds: int) -> int:
    return int(moment.astimezone(UTC).timestamp()) // seconds


def _signed(origin: Origin, last: Checkpoint | None, edge: Frontier, now: datetime) -> Checkpoint | None:
    """Signature and record. The tree is grown from what was last signed, never only from the head row."""
    done = last.size if last else 0
    try:
        old = _frontier(origin, done)
        if last and old.root() != bytes(last.root):
            raise ProofError(f"the tiles of {done} leaves have another root than the one that was signed")
        grown = old.extend(map(leaf_hash, entries.leaves(origin.base + done, origin.base + edge.size)))
        if grown != edge:
            raise ProofError(f"the entries from {done} on do not lead to the head of {edge.size}")
    except ProofError as problem:
        raise _not_continued(origin, problem, "nothing was signed") from problem
    signers = _signers(origin, edge.size)
    if signers is None:
        return last  # the key was changed meanwhile: the next cut takes in the entry that says so
    signed = keyring().sign(Head(origin.name, edge.size, edge.root()), *signers)
    with transaction.atomic():
        return Checkpoint.objects.get_or_create(
            origin=origin, size=edge.size, defaults={"root": edge.root(), "note": signed, "cut_at": now}
        )[0]


def _publish(last: Checkpoint, now: datetime) -> None:
    """The tiles of what was signed, the public file, and then its time. Nothing is shown that has another root."""
    before = published(last.origin)
    done, tiles, base = before.size if before else 0, folder(last.origin), last.origin.base
    try:
        tiles.grow(done, last.size, entries.leaves(base + first_leaf(done), base + last.size))
        if tiles.frontier(last.size).root() != bytes(last.root):
            raise ProofError(f"the tiles of {last.size} leaves have another root than the one that was signed")
    except ProofError as problem:
        raise _not_continued(last.origin, problem, "nothing was published") from problem
    tiles.publish(bytes(last.note))
    last.published_at = now
    last.save(update_fields=["published_at"])
    _end_change(last)


def _end_change(shown: Checkpoint) -> None:
    """The new key signs alone once a checkpoint with both signatures was shown to all.

    Until then each carries both: one cut out of turn is seen by nobody. A crash before this leaves it to the next.
    """
    newest = LogKey.objects.filter(origin=shown.origin).order_by("-pk").first()
    key = Verifier.parse(newest.vkey) if newest else None
    signers = {(line.name, line.key_id) for line in note.parse(bytes(shown.note)).unverified}
    if key and (key.name, key.key_id) in signers:
        keyring().settle(key.vkey)


def _not_continued(origin: Origin, problem: ProofError, kept: str) -> OurFault:
    return OurFault(
        f"the log does not continue what was signed: {problem}", where=origin.name, kept=kept,
        do="run `sampan log verify`",
    )  # fmt: skip


def _frontier(origin: Origin, size: int) -> Frontier:
    read = reader(origin, size)
    return Frontier(size, tuple(read(level, index) for level, index in perfect_subtrees(0, size)))


def _fetch(origin: Origin, path: str) -> bytes | None:
    """A tile's hashes: its own file; None where the full tile will do; else made from the entries."""
    files, tile = folder(origin), Tile.parse(path)
    found = files.fetch(path)
    if found is not None or (tile.width < WIDTH and files.fetch(Tile(tile.level, tile.index).path()) is not None):
        return found
    first, level = tile.index * WIDTH, tile.level or 0
    if level == 0:
        data = entries.leaves(origin.base + first, origin.base + first + tile.width)
        return b"".join(leaf_hash(leaf) for leaf in data)
    below = (fetch_tile(Tile(level - 1, first + at), lambda name: _fetch(origin, name)) for at in range(tile.width))
    return b"".join(
        root_of([hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]) for hashes in below
    )


def _signers(origin: Origin, size: int) -> list[Signer] | None:
    """The key; while a change is under way the new one and the old one, so that who knows the old learns the new.

    None if the key on record is younger than the tree: its entry is not among those to be signed.
    """
    newest = LogKey.objects.filter(origin=origin).order_by("-pk").first()
    if newest is not None or latest(origin) is not None:
        if newest is not None and newest.since >= origin.base + size:
            return None
        return keyring().present(newest.vkey if newest else "")
    return [first_key(origin)]
