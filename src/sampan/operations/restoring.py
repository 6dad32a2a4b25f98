"""Restore a backup into an empty home, and never fork: the log goes on as a new tree.

What the old log signed after the backup is lost here and known elsewhere, so no further head of it is ever
signed. The first entry of the new log commits to the old one's restored size and root, to the highest
checkpoint that witnesses and receipts show, and to the span that was lost; each party is told what to send again.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyrage
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from sampan.log import note
from sampan.log.checkpoint import Checkpoint as SignedHead
from sampan.log.merkle import Frontier
from sampan.log.note import Signer
from sampan.model.errors import OurFault, Refused, UserError
from sampan.operations.backing_up import FORMAT, MANIFEST, RECORDS, UNPACKED, carried
from sampan.operations.proving import everybody, keeping, news, shown, verifying
from sampan.operations.proving.shown import NOTHING, Evidence
from sampan.operations.unrestoring import whole_or_nothing
from sampan.store import checkpoints, entries, numbering, origins, snapshot
from sampan.store.home import refuse_half_restored
from sampan.store.logkey import HALF_RESTORED
from sampan.store.models import Checkpoint, Delivery, LogKey, Origin, Outbox
from sampan.store.tilefolder import first_leaf

BEFORE_FORMAT_2 = ("gates", "mappings", "map.geojson")  # what a home could hold and an older program left out
SUBJECTS = ("delivery", "agreement", "request", "release", "finding", "discrepancy", "draft", "help", "post", "subject")
SUCCESSION = "sampan log succession v1"


@dataclass(frozen=True)
class Restored:
    """What came back and what did not. `lost` is None when nothing shows that anything was lost."""

    old_origin: str
    new_origin: str
    key: str
    size: int
    highest: int
    lost: tuple[int, int] | None
    lost_acts: list[dict[str, Any]]
    succeeded: bool  # the old key signed for the new one
    learned_keys: dict[str, str]  # of the old log, that the backup did not know -> how each is known
    told: dict[str, list[str]]  # party -> sentences
    alarms: list[verifying.Alarm]
    left_out: tuple[str, ...] = ()  # by the older program that made the backup

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "old_origin": self.old_origin,
            "new_origin": self.new_origin,
            "key": self.key,
            "restored_entries": self.size,
            "highest_known": self.highest,
            "lost": list(self.lost) if self.lost else None,
            "lost_acts": self.lost_acts,
            "signed_by_old_key": self.succeeded,
            "learned_keys": self.learned_keys,
            "told": {party: " ".join(said) for party, said in self.told.items()},
            "left_out": list(self.left_out),
            "verified": not self.alarms,
            "alarms": [{"what": alarm.what, "where": alarm.where} for alarm in self.alarms],
        }


def restore(
    backup: Path, identities: list[str], evidence: Evidence, now: datetime, *, keys: tuple[bytes, str] | None = None
) -> Restored:
    """Restore into the home of the settings, which must be empty. `keys` is an export with its passphrase.

    Whatever is refused, evidence or backup, leaves home and database empty, so that the command is given again with
    what was missing. A crash leaves a home that says it is half restored; empty it and begin again.
    """
    root = _empty_home()
    folder = root / UNPACKED
    with whole_or_nothing(root):
        with backup.open("rb") as file, _opened(file, identities) as tar:
            _unpack(tar, folder)
        manifest = _manifest(folder)
        _load_records(folder)
        _place_files(folder, root)
        if keys:
            keeping.import_keys(*keys)
            evidence = replace(evidence, exported=keeping.public_keys(*keys))
        _make_tiles()
        restored = go_on(evidence, now, made_at=manifest["made_at"])
    shutil.rmtree(folder)
    return replace(restored, left_out=BEFORE_FORMAT_2 if manifest["format"] < FORMAT else ())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {"made_at": datetime.fromisoformat(said["made_at"]).isoformat(), "format": int(said["format"])}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UserError(
            "this is no backup of a home", where=MANIFEST, kept=NOTHING, do="give a file that `sampan backup` wrote"
        ) from problem


def go_on(evidence: Evidence, now: datetime, *, made_at: str) -> Restored:
    """Close the restored log and open the next one. Refused if what others hold contradicts the backup."""
    old = origins.current(now)
    base, edge = entries.edge()
    found = shown.judge(evidence, old, base, edge.size)
    highest = max(found.heads, key=lambda head: head.size, default=None)
    highest_size = max([edge.size, *(head.size for head in found.heads)])
    lost = (base + edge.size, base + highest_size) if highest_size > edge.size else None
    old_signer = checkpoints.keyring().find()
    if old_signer and old_signer.name != old.name:
        old_signer = None
    signer = Signer.generate(origins.fresh_name())
    succession = _succession(old, edge, signer, old_signer)
    body = {
        "old_origin": old.name,
        "new_origin": signer.name,
        "restored_size": edge.size,
        "restored_root": edge.root().hex(),
        "backup_made_at": made_at,
        "last_checkpoint": _note_of(old, highest),
        "lost": list(lost) if lost else None,
        # whose acts these were is for their own parties: this entry is opened to all
        "lost_acts": [{"leaf": act["leaf"], "leaf_hash": act["leaf_hash"]} for act in found.lost_acts],
        "old_keys": found.learned(),
        "key": signer.verifier.vkey,
        "succession": succession,
    }
    checkpoints.keyring().stage(signer)
    told = _opened_next(old, base + edge.size, signer, body, found, now)
    checkpoints.keyring().promote(signer.verifier.vkey)
    (Path(settings.HOME) / HALF_RESTORED).unlink(missing_ok=True)  # the old tree is closed now; the next may be signed
    checkpoints.cut(now, early=True)
    return Restored(
        old.name, signer.name, signer.verifier.vkey, edge.size, highest_size, lost, found.lost_acts,
        old_signer is not None, found.learned(), told, verifying.verify().alarms,
    )  # fmt: skip


def _opened_next(
    old: Origin, base: int, signer: Signer, body: dict[str, Any], found: shown.Shown, now: datetime
) -> dict[str, list[str]]:
    """New origin, first entry, key and messages in one transaction; a crash before it leaves the old log closed."""
    with transaction.atomic():
        codes_from = numbering.leave_out(body["lost"][1] - body["lost"][0] if body["lost"] else 0)
        _leave_codes_out(codes_from[Delivery._meta.db_table])
        entries.restart()
        # the first origin has a number that no sequence gave, so the next one is given here too
        number = max(Origin.objects.values_list("pk", flat=True)) + 1
        origin = Origin.objects.create(pk=number, name=signer.name, base=base, codes_from=codes_from, opened_at=now)
        LogKey.objects.filter(origin=old, retired_at=None).update(retired_at=now)
        parties = everybody.parties(found.parties)
        told = _told(parties, body, found.lost_acts, now)
        entry = entries.append("log:restored", body, parties, at=now)
        if body["succession"] is None:
            rotated = {"old": None, "new": signer.verifier.vkey, "origin": signer.name, "reason": "restored without it"}
            entries.append("key:rotated", rotated, parties, at=now)
        for vkey in found.learned():
            LogKey.objects.create(origin=old, vkey=vkey, since=entry.index, retired_at=now)
        checkpoints.remember_key(origin, signer.verifier, since=entry.index)
    return told


def _leave_codes_out(first: int) -> None:
    """A delivery's number is its key in the database, which is moved on here; the others ask `numbering`."""
    place = Delivery.objects.create(pk=first, code="-", size=0, received_at=datetime.now(UTC))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Delivery]):
            cursor.execute(statement)
    place.delete()


def _told(
    parties: list[str], body: dict[str, Any], lost_acts: list[dict[str, Any]], now: datetime
) -> dict[str, list[str]]:
    """A message to every party: a delivery, a word or a signature of its own may have gone with the disk."""
    told = {}
    for party in parties:
        lost = [act for act in lost_acts if party in act["parties"]]
        acts = [{"kind": act["kind"], "subject": _subject(act["facts"]), "on": act["at"][:10]} for act in lost]
        again = ["{kind} {subject} ({on})".format(**act).replace("  ", " ") for act in acts]
        facts = {"backup_made_at": body["backup_made_at"], "last": _last(party), "lost": body["lost"]}
        told[party] = [*news.sentences(news.RESTORED, facts), *news.proved(again)]
        facts |= {"message": " ".join(told[party]), "again": again, "acts": acts}
        Outbox.objects.create(to_party=party, kind=news.RESTORED, facts=facts, at=now)
    return told


def _subject(facts: dict[str, Any]) -> str:
    """What an act was about, by its code."""
    return next((str(facts[name]) for name in SUBJECTS if facts.get(name)), "")


def _last(party: str) -> dict[str, str] | None:
    """The last delivery of a party that came back: its code, and when it came."""
    last = Delivery.objects.filter(party=party).order_by("-received_at", "-pk").first()
    return {"delivery": last.code, "at": last.received_at.isoformat()} if last else None


def _note_of(old: Origin, head: SignedHead | None) -> dict[str, Any] | None:
    """The highest head that is known, as the first entry commits to it."""
    newest = checkpoints.latest(old)
    if newest and (head is None or newest.size >= head.size):
        return {"size": newest.size, "root": bytes(newest.root).hex()}
    return {"size": head.size, "root": head.root.hex()} if head else None


def _succession(old: Origin, edge: Frontier, signer: Signer, old_signer: Signer | None) -> str | None:
    """A note by the old key naming the new one, for who knows only the old; None if the old key is not here."""
    if old_signer is None:
        return None
    text = f"{SUCCESSION}\n{old.name}\n{edge.size}\n{signer.verifier.vkey}\n"
    return note.sign(text, old_signer).decode()


def _empty_home() -> Path:
    root = Path(settings.HOME)
    refuse_half_restored(root)
    if root.exists() and any(root.iterdir()):
        raise Refused(
            "the home is not empty",
            rule="restore-into-empty",
            where=str(root),
            kept="it is as it was",
            do="set SAMPAN_HOME to a new folder",
        )
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if connection.introspection.table_names():
        raise Refused("the database is not empty", rule="restore-into-empty", do="give it an empty one")
    return root


@contextmanager
def _opened(file: BinaryIO, identities: list[str]) -> Iterator[tarfile.TarFile]:
    """The tar inside a sealed backup, decrypted as it is read, through a pipe."""
    try:
        keys = [pyrage.x25519.Identity.from_str(text.strip()) for text in identities]
    except pyrage.IdentityError as problem:
        raise UserError("this is no key that opens backups", do="give the file with AGE-SECRET-KEY-1…") from problem
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def unseal() -> None:
        with os.fdopen(writing, "wb") as clear:
            try:
                pyrage.decrypt_io(file, clear, keys)
            except BaseException as problem:  # handed to the caller, below
                failed.append(problem)

    unsealing = threading.Thread(target=unseal, daemon=True)
    unsealing.start()
    try:
        with os.fdopen(reading, "rb") as clear, tarfile.open(fileobj=clear, mode="r|") as tar:
            yield tar
            while clear.read(1 << 20):  # to the end, so that a cut file is noticed
                pass
    except tarfile.TarError as problem:
        failed.append(problem)
    finally:
        unsealing.join()
    if failed:
        raise UserError("the backup cannot be opened", kept=NOTHING, do="check the file and the key") from failed[0]


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    for member in tar:
        path = PurePosixPath(member.name)
        plain = member.isfile() and not path.is_absolute() and not any(part.startswith(".") for part in path.parts)
        ours = path.parts[0] == RECORDS or member.name == MANIFEST
        if not plain or not (ours or carried(path.parts[0])):
            raise UserError(
                "this is no backup of a home", where=member.name[:80], kept=NOTHING,
                do="give a file that `sampan backup` wrote",
            )  # fmt: skip
        target = folder / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = tar.extractfile(member)
        assert content is not None, member.name
        with target.open("xb") as out:
            shutil.copyfileobj(content, out)
        os.chmod(target, 0o600)


def _load_records(folder: Path) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        snapshot.load({path.stem: path.open("rb") for path in sorted((folder / RECORDS).glob("*.jsonl"))})


def _place_files(folder: Path, root: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in (RECORDS, MANIFEST):
            os.replace(path, root / path.name)


def _make_tiles() -> None:
    """Every tile of every published size, from the entries: backups need not carry what can be made again."""
    for origin in Origin.objects.order_by("base", "pk"):
        tiles, done = checkpoints.folder(origin), 0
        for signed in Checkpoint.objects.filter(origin=origin).exclude(published_at=None).order_by("size"):
            leaves = entries.leaves(origin.base + first_leaf(done), origin.base + signed.size)
            tiles.grow(done, signed.size, leaves)
            if tiles.frontier(signed.size).root() != bytes(signed.root):
                raise OurFault(
                    "the restored entries do not lead to what was signed",
                    where=f"{origin.name}, {signed.size} entries",
                    kept=f"{NOTHING}, and nothing was signed",
                    do="use another backup",
                )
            done = signed.size
            tiles.publish(bytes(signed.note))
