"""`log verify`: everything the log binds is computed again from the bodies up and compared with what stands.

Bodies and salts give leaves, leaves give roots and tiles, roots must be those that were signed. Bodies also
say what every bound row, original and part must be. An alarm names what and where, never what was in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sampan.log import checkpoint as checkpoints
from sampan.log import merkle, note, policy
from sampan.log.checkpoint import Checkpoint
from sampan.log.errors import LogError
from sampan.log.leaf import commitment
from sampan.log.policy import Policy
from sampan.log.proof import HEADER, Proof
from sampan.log.tiles import WIDTH, Tile, bundles_of, decode_bundle, tiles_of
from sampan.model.errors import OurFault, SampanError
from sampan.operations import homes
from sampan.operations.proving import erasures, holdings, lineage, stated, vanished
from sampan.store import bindings, entries, snapshot
from sampan.store import checkpoints as cutting
from sampan.store.kinds import TABLES
from sampan.store.models import Checkpoint as Signed
from sampan.store.models import Entry, Head, Origin, Witness

T = TypeVar("T")
ALARMS_SHOWN = 1_000  # enough to see what was done; the rest is counted


@dataclass(frozen=True)
class Alarm:
    """One thing that is not what the log says: `what` in a sentence, `where` as a person finds it."""

    what: str
    where: str


@dataclass
class Report:
    """What was looked at, and what was wrong. `notes` are worth a look and no alarm."""

    entries: int = 0
    erased: int = 0
    checkpoint_size: int = 0
    not_yet_signed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)
    alarm_count: int = 0
    notes: list[str] = field(default_factory=list)

    def alarm(self, what: str, where: str) -> None:
        """Add an alarm."""
        self.alarm_count += 1
        if len(self.alarms) < ALARMS_SHOWN:
            self.alarms.append(Alarm(what, where))

    @property
    def ok(self) -> bool:
        """True if there is no alarm."""
        return not self.alarm_count

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "erased": self.erased,
            "checkpoint": self.checkpoint_size,
            "not_yet_signed": self.not_yet_signed,
            "checked": self.counts,
            "alarms": [{"what": alarm.what, "where": alarm.where} for alarm in self.alarms],
            "alarm_count": self.alarm_count,
            "notes": self.notes,
        }


@dataclass
class Told:
    """What the bodies say, gathered entry by entry."""

    gone: dict[int, erasures.Gone] = field(default_factory=dict)  # entries without their opening
    erasing: list[erasures.Erasing] = field(default_factory=list)
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)  # the last digest said of each row, and to whom
    states: stated.States = field(default_factory=stated.States)
    facts: holdings.Facts = field(default_factory=holdings.Facts)
    keys: lineage.Namings = field(default_factory=lineage.Namings)


@dataclass(frozen=True)
class Outside:
    """What stands in files, looked at before the records: whatever it speaks of is in the records by then."""

    folders: list[str]  # of logs
    own: note.Signer | None  # the log's key
    memory: Checkpoint | None  # what the key last signed
    public: dict[int, bytes]  # origin's key -> the public checkpoint
    tiles: dict[int, list[Path]]


@dataclass(frozen=True)
class Held:
    """What somebody holds who is not the office: checkpoints the log must contain, keys it must have begun with."""

    heads: list[Checkpoint]
    keys: Sequence[note.Verifier]


def of_home(since: list[bytes], keys: Sequence[note.Verifier]) -> Report:
    """`verify` from the door: a home whose records cannot even be opened is an alarm too, and no fault of ours."""
    try:
        homes.opened()
    except SampanError:  # a home that is half restored says so itself
        raise
    except Exception as problem:
        report = Report()
        report.alarm(
            f"the database cannot be opened: not reachable, damaged, or none of ours ({type(problem).__name__})",
            "records",
        )
        return report
    return verify(since, keys)


def verify(since: list[bytes] | None = None, keys: Sequence[note.Verifier] = ()) -> Report:
    """Check the whole home, while the office works or not.

    `since` are checkpoints held by a party or a witness: the log must contain them. `keys` are public keys of the log
    known from outside: the history must be one that they signed.
    """
    report, told = Report(), Told()
    with _alarmed("records", report):
        outside = _outside(report)
        with snapshot.steady():
            _check_records(Held(_held(since or [], report), keys), outside, told, report)
    with _alarmed("originals and parts", report):
        holdings.check_files(told.facts, report.alarm, report.notes.append, report.counts)
    report.erased = len(told.gone)
    return report


@contextmanager
def _alarmed(where: str, report: Report) -> Iterator[None]:
    """Whatever cannot be read is an alarm: who changes things may leave anything in any place."""
    try:
        yield
    except Exception as problem:
        named = f"{problem.what}, " if isinstance(problem, SampanError) else ""
        report.alarm(f"{named}what stands here cannot be read ({type(problem).__name__})", where)


def _outside(report: Report) -> Outside:
    found = cutting.folders()
    folders = {origin.pk: cutting.folder(origin) for origin in Origin.objects.all()}
    public = {pk: folder.fetch("checkpoint") for pk, folder in folders.items()}
    return Outside(
        found,
        _readable(cutting.keyring().find, report),
        _readable(cutting.keyring().last_signed, report),
        {pk: content for pk, content in public.items() if content is not None},
        {pk: list(folder.files()) for pk, folder in folders.items()},
    )


def _readable(read: Callable[[], T | None], report: Report) -> T | None:
    """What a file of the log's key says; an alarm if it cannot be read."""
    try:
        return read()
    except OurFault as problem:
        report.alarm(problem.what, problem.where)
        return None


def _check_records(held: Held, outside: Outside, told: Told, report: Report) -> None:
    origins = list(Origin.objects.order_by("base", "pk"))
    head = Head.objects.first()
    size = head.size if head else 0
    expected, logs = 0, []
    for number, origin in enumerate(origins):
        after = origins[number + 1] if number + 1 < len(origins) else None
        expected = after.base if after else size
        log = lineage.of(origin, Signed.objects.filter(origin=origin).order_by("size"), number > 0, report.alarm)
        edge = _check_tree(log, expected, (held, outside), told, report)
        logs.append(log)
        if after:
            _check_succession(after, edge, report)
        elif head and edge.to_bytes() != bytes(head.edge):
            report.alarm("the head does not follow from the entries", origin.name)
    _check_count(expected, size, report)
    with _alarmed("erasures", report):
        for index in sorted(told.gone.keys() - erasures.lawful(told.erasing, told.gone, report.alarm)):
            report.alarm("the opening of an entry is gone and no erasure says so", f"entry {index}")
    with _alarmed("keys of the log", report):
        for log in logs:  # once all is read: a restore names keys of the log before it
            lineage.check(log, told.keys, outside.own, report.alarm, report.notes.append)
        _check_known_origins(held.heads, origins, report)
        lineage.check_successions(logs, told.keys, report.alarm)
        lineage.check_given(logs, held.keys, told.keys, report.alarm)
        _check_key_memory(outside.memory, origins, report)
        vanished.check(outside.folders, outside.own, outside.memory, report.alarm)
    holdings.check_rows(told.rows, report.alarm, report.counts)
    with _alarmed("what entries state", report):
        stated.check(told.states, report.alarm)


def _held(since: list[bytes], report: Report) -> list[Checkpoint]:
    """The checkpoints somebody holds, bare or in a receipt, once one of the log's keys is found to have signed them."""
    held = []
    for content in since:
        try:
            head = Proof.parse(content).checkpoint if content.startswith(HEADER.encode()) else content
            held.append(checkpoints.verify(head, cutting.verifiers()))
        except LogError as problem:
            report.alarm(f"a checkpoint given with --from cannot be trusted: {problem}", "--from")
    return held


def _check_tree(
    log: lineage.Lineage, end: int, shown: tuple[Held, Outside], told: Told, report: Report
) -> merkle.Frontier:
    """Walk one origin's entries once: leaves, roots at every size that matters, tiles, bodies."""
    held, outside = shown
    origin, signed = log.origin, log.signed
    mine = [head for head in held.heads if head.origin == origin.name]
    memory = [head for head in (outside.memory, _public(log, outside, report)) if head]
    memory = [head for head in memory if head.origin == origin.name]
    sizes = sorted({item.size for item in signed} | {head.size for head in (*mine, *memory) if head.size > 0})
    leaf_hashes: list[bytes] = []
    leaves: list[bytes] = []
    edge, roots = merkle.Frontier(), {0: merkle.EMPTY_ROOT}
    for entry in _entries(origin, end, report):
        _check_entry(entry, told, report)
        leaves.append(entry.leaf)
        leaf_hashes.append(merkle.leaf_hash(entry.leaf))
        if sizes and edge.size + len(leaf_hashes) == sizes[0]:
            edge, leaf_hashes = edge.extend(leaf_hashes), []
            roots[sizes.pop(0)] = edge.root()
    edge = edge.extend(leaf_hashes)
    _check_signed(log, (roots, outside), report)
    _check_held(origin, mine, edge.size, roots, report)
    for head in memory:
        if head.size <= edge.size and roots.get(head.size) != head.root:
            report.alarm("the entries do not lead to a root that was signed", f"{head.size} entries of {head.origin}")
    newest = signed[-1].size if signed else 0
    shown_size = max((item.size for item in signed if item.published_at), default=0)
    _check_published(origin, shown_size, outside, report)
    files = outside.tiles.get(origin.pk, [])
    _check_tiles(origin, leaves, shown_size, files, report)
    _check_tile_sizes(log, files, report)
    report.checkpoint_size = newest
    report.not_yet_signed = edge.size - newest
    return edge


def _public(log: lineage.Lineage, outside: Outside, report: Report) -> Checkpoint | None:
    """The head in the public file, which is a copy of its record; None if there is no file."""
    origin = log.origin
    content, where = outside.public.get(origin.pk), f"{origin.pk}/checkpoint"
    if content is None:
        return None
    try:
        head = checkpoints.verify(content, _keys(origin, outside.own))
        lines = {line for item in log.signed if item.size == head.size for line in bytes(item.note).splitlines()}
        if not set(content.splitlines()) <= lines:  # the record gathers more cosignatures, and loses none
            report.alarm("the public checkpoint is not the one on record", where)
    except LogError as problem:
        report.alarm(f"the public checkpoint does not stand: {problem}", where)
        return None
    return head


def _check_published(origin: Origin, size: int, outside: Outside, report: Report) -> None:
    """The public file is there, and is no older than what was published last."""
    if not size:
        return
    seen = (outside.public.get(origin.pk), cutting.folder(origin).fetch("checkpoint"))  # it may be written meanwhile
    try:
        if max((checkpoints.read(content).size for content in seen if content is not None), default=0) < size:
            report.alarm("the public checkpoint is gone, or older than the last that was published", origin.name)
    except LogError:
        report.alarm("the public checkpoint cannot be read", origin.name)


class Row(NamedTuple):
    """One entry as it stands in the records."""

    place: int  # its index
    kind: str
    body: str | None
    salt: bytes | None
    leaf: bytes
    parties: str
    delivery: int | None
    at: datetime


def _entries(origin: Origin, end: int, report: Report) -> Iterator[Row]:
    """The origin's entries in order; a gap ends the walk, since nothing after it can be placed."""
    expected = origin.base
    found = Entry.objects.filter(index__gte=origin.base, index__lt=end).order_by("index")
    columns = ("index", "kind", "body", "salt", "leaf", "parties", "delivery_id", "at")
    for index, kind, body, salt, leaf, *rest in found.values_list(*columns).iterator(chunk_size=5_000):
        if index != expected:
            report.alarm("an entry is missing", f"entry {expected}")
            return
        expected += 1
        report.entries += 1
        yield Row(index, kind, body, None if salt is None else bytes(salt), bytes(leaf), *rest)
    if expected != end:
        report.alarm("an entry is missing", f"entry {expected}")


def _check_entry(entry: Row, told: Told, report: Report) -> None:
    where = f"entry {entry.place}"
    if entry.salt is None or entry.body is None:
        told.gone[entry.place] = erasures.Gone(entry.kind, entry.parties, entry.delivery, entry.at)
        if entry.salt is not None or entry.body is not None:
            report.alarm("half of an entry's opening is gone", where)
        return
    try:
        body = entry.body.encode()
        if commitment(entry.salt, body) != entry.leaf:
            report.alarm("the body is not the one its leaf commits to", where)
            return
        _take_in(entry, json.loads(body), told, report)
    except (LogError, ValueError, KeyError, TypeError, AttributeError):  # whatever somebody wrote in its place
        report.alarm("the body cannot be read", where)


def _take_in(entry: Row, body: dict[str, Any], told: Told, report: Report) -> None:
    kind, facts = body["kind"], body["facts"]
    if not _same_columns(entry, body):
        report.alarm("kind, parties, time or delivery differ from the body", f"entry {entry.place}")
    rows = bindings.plain(body["rows"]) if "rows" in body else {}
    allowed = TABLES.get(kind, frozenset())
    for table in {name.partition("/")[0] for name in rows} - allowed:
        report.alarm(f"an entry of {kind} says what it has no say in: {table}", f"entry {entry.place}")
    told.rows.update(
        (name, (digest, entry.parties)) for name, digest in rows.items() if name.partition("/")[0] in allowed
    )
    if kind == erasures.KIND:
        told.erasing.append(erasures.Erasing(entry.place, facts, rows.keys(), entry.parties, entry.at))
    told.states.add(kind, facts, entry.delivery)
    told.facts.add(entry.place, kind, facts)
    told.keys.add(entry.place, kind, facts)


def _same_columns(entry: Row, body: dict[str, Any]) -> bool:
    return (
        body["kind"] == entry.kind
        and entries.parties_field(body["parties"]) == entry.parties
        and datetime.fromisoformat(body["at"]) == entry.at
        and bindings.delivery_in(body) == entry.delivery
    )


def _keys(origin: Origin, own: note.Signer | None) -> list[note.Verifier]:
    """The origin's public keys on record, and the one in the key file whatever the records say."""
    mine = [own.verifier] if own and own.name == origin.name else []
    return list({key.vkey: key for key in (*cutting.verifiers(origin), *mine)}.values())


def _check_signed(log: lineage.Lineage, known: tuple[dict[int, bytes], Outside], report: Report) -> None:
    """Every signed head's root is the entries' own, and its signature is by the key that the log had by then."""
    (roots, outside), origin, signed = known, log.origin, log.signed
    own = outside.own
    keys = _keys(origin, own)
    witnesses = _witness_keys(report)
    for item in signed:
        where = f"checkpoint of {item.size} entries"
        if roots.get(item.size) != bytes(item.root):
            report.alarm("the entries do not lead to the root that was signed", where)
        try:
            mine = log.at(item.size)
            head = checkpoints.verify(bytes(item.note), [mine] if mine else keys)
        except LogError as problem:
            report.alarm(f"the signature does not stand: {problem}", where)
            continue
        if (head.origin, head.size, head.root) != (origin.name, item.size, bytes(item.root)):
            report.alarm("the signed note says something else than the record of it", where)
        _check_witnessed(item, Policy(tuple(keys), witnesses), report)
    _check_cosigned_last(log, report)
    if signed and own and own.name == origin.name:
        try:
            note.verify(bytes(signed[-1].note), [own.verifier])
        except LogError:
            report.alarm("the newest checkpoint is not signed by the log's own key", f"{signed[-1].size} entries")


def _witness_keys(report: Report) -> dict[str, note.Verifier]:
    """Every key that is, or was, a witness's; an alarm for one that cannot be read."""
    found = {}
    for item in Witness.objects.order_by("name"):
        try:
            found[item.name] = note.Verifier.parse(item.vkey)
        except LogError:
            report.alarm("the key of a witness cannot be read", item.name)
    return found


def _check_witnessed(item: Signed, trusted: Policy, report: Report) -> None:
    """A cosignature by a key that was ever a witness's is its own, and where a quorum was reached one is there."""
    where = f"checkpoint of {item.size} entries"
    try:
        cosigned = policy.judge(bytes(item.note), trusted).cosigned
    except LogError as problem:
        report.alarm(f"a cosignature does not stand: {problem}", where)
        return
    if item.witnessed_at and not cosigned:
        report.alarm("it is said to be witnessed, and no witness's cosignature stands", where)


def _check_cosigned_last(log: lineage.Lineage, report: Report) -> None:
    """The checkpoint that a witness is said to have cosigned last is here, with its cosignature."""
    signed = {item.size: item for item in log.signed}
    for witness in Witness.objects.filter(seen_origin=log.origin.name).order_by("name"):
        item = signed.get(witness.seen_size)
        if item is None:
            report.alarm(f"a checkpoint that witness {witness.name} cosigned is gone", f"{witness.seen_size} entries")
            continue
        try:
            note.verify(bytes(item.note), [note.Verifier.parse(witness.vkey)])
        except LogError:  # a key that cannot be read is said above
            report.alarm(f"the cosignature of witness {witness.name} is gone", f"checkpoint of {item.size} entries")


def _check_held(origin: Origin, mine: list[Checkpoint], size: int, roots: dict[int, bytes], report: Report) -> None:
    for head in mine:
        if head.size > size:
            if _loss_was_told(origin, size, head):
                report.notes.append(
                    f"{head.size - size} entries of {head.origin} were lost before a restore that says so"
                )
            else:
                report.alarm(f"the log has gone back: it was shown with {head.size} entries and has {size}", "--from")
        elif roots.get(head.size) != head.root:
            report.alarm("the log was shown with other entries than it has now: two histories", "--from")


def _loss_was_told(origin: Origin, size: int, head: Checkpoint) -> bool:
    """True if the log that followed a restore commits to this head, or to a later one of the lost span."""
    after = Origin.objects.filter(base=origin.base + size, pk__gt=origin.pk).first()
    first = Entry.objects.filter(index=after.base).first() if after else None
    said = (first.facts if first else {}).get("last_checkpoint") or {}
    told_size, told_root = int(said.get("size", 0)), said.get("root")
    return head.size < told_size or (head.size == told_size and head.root.hex() == told_root)


def _check_succession(after: Origin, edge: merkle.Frontier, report: Report) -> None:
    """The first entry of the next log commits to all that was restored of this one."""
    first = Entry.objects.filter(index=after.base).first()
    said = first.facts if first else {}
    if (said.get("restored_size"), said.get("restored_root")) != (edge.size, edge.root().hex()):
        report.alarm("the log before a restore is not the one its successor commits to", f"entry {after.base}")


def _check_known_origins(held: list[Checkpoint], origins: list[Origin], report: Report) -> None:
    names = {origin.name for origin in origins}
    for head in held:
        if head.origin not in names:
            report.alarm(f"this home has no log {head.origin}", "--from")


def _check_key_memory(last: Checkpoint | None, origins: list[Origin], report: Report) -> None:
    """The key remembers the largest tree it signed: older records were rolled back, and it forgets nothing."""
    if not origins:
        return  # vanished.check says what speaks of a log that the records do not know
    newest, size = cutting.latest(origins[-1]), (entries.size() or 0) - origins[-1].base
    if newest is not None and not any(
        head and _remembers(head, newest) for head in (last, _readable(cutting.keyring().last_signed, report))
    ):
        report.alarm("the key does not remember the newest tree that it signed", newest.origin.name)
    if last and last.origin == origins[-1].name and last.size > size:
        report.alarm(f"the key signed a tree of {last.size} entries, and {size} are here", last.origin)


def _remembers(head: Checkpoint, newest: Signed) -> bool:
    """The memory is written before the record, so it may be ahead of it and never behind."""
    if head.origin != newest.origin.name or head.size < newest.size:
        return False
    return head.size > newest.size or head.root == bytes(newest.root)


def _check_tiles(origin: Origin, leaves: list[bytes], size: int, files: list[Path], report: Report) -> None:
    """Every tile of what was published last is there, and every tile that is there says what the entries say."""
    folder = cutting.folder(origin)
    size = min(size, len(leaves))
    levels = [[merkle.leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append([merkle.root_of(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)])
    needed = {tile.path() for tile in (*tiles_of(size), *bundles_of(size))}
    for path in files:
        name = str(path.relative_to(folder.root))
        needed.discard(name)
        if not _tile_stands(name, folder.fetch(name) or b"", levels, leaves):
            report.alarm("a tile is not made of the entries", f"{origin.pk}/{name}")
    for name in sorted(needed):
        if folder.fetch(name) is None:  # it may have been written while we looked
            report.alarm("a tile is missing", f"{origin.pk}/{name}")
    report.counts["tiles"] = report.counts.get("tiles", 0) + len(files)


def _check_tile_sizes(log: lineage.Lineage, files: list[Path], report: Report) -> None:
    """Tiles are written for what was signed, so each unfinished one tells the size of a checkpoint on record."""
    folder, sizes = cutting.folder(log.origin), {item.size for item in log.signed}
    for path in files:
        name = str(path.relative_to(folder.root))
        try:
            tile = Tile.parse(name)
        except LogError:
            continue  # said where its content is looked at
        if tile.level == 0 and tile.width < WIDTH and tile.index * WIDTH + tile.width not in sizes:
            size = tile.index * WIDTH + tile.width
            report.alarm(f"tiles were written for a checkpoint of {size} entries, and it is gone", log.origin.name)


def _tile_stands(name: str, content: bytes, levels: list[list[bytes]], leaves: list[bytes]) -> bool:
    try:
        tile = Tile.parse(name)
        begin, end = tile.index * WIDTH, tile.index * WIDTH + tile.width
        if tile.level is None:
            return decode_bundle(content) == leaves[begin:end]
        hashes = levels[tile.level] if tile.level < len(levels) else []
        return end <= len(hashes) and content == b"".join(hashes[begin:end])
    except LogError:
        return False


def _check_count(expected: int, size: int, report: Report) -> None:
    newest = Entry.objects.order_by("-index").values_list("index", flat=True).first()
    if expected != size or (newest is not None and newest >= size) or Entry.objects.count() != size:
        report.alarm(f"the head counts {size} entries, and others are here", f"up to entry {newest}")
