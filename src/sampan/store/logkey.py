"""The key that signs checkpoints, and what it last signed: two files under SAMPAN_HOME/keys.

`log.key` is never in a backup; it is exported apart with a passphrase. `log.signed` outlives the records, so
that records put back from a copy cannot make the key sign a second root for an old size.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sampan.log import checkpoint as checkpoints
from sampan.log.checkpoint import Checkpoint
from sampan.log.note import Signer
from sampan.model.errors import OurFault, Refused

HALF_RESTORED = "HALF-RESTORED"  # stands in a home until its restore has opened the next log
KEY, NEXT, SIGNED = "log.key", "log.key.next", "log.signed"


@dataclass(frozen=True)
class LogKeyring:
    """The folder of keys of one home."""

    folder: Path

    def first(self, origin: str) -> Signer:
        """The key of a log that has signed nothing yet; made when there is none."""
        found = self.find() or self.replace(Signer.generate(origin), only_new=True)
        if found.name != origin:
            raise Refused(
                f"the log's key signs for {found.name}, and the log is now {origin}",
                rule="log-key",
                where=KEY,
                kept="nothing was signed",
                do="run `sampan log rotate-key`",
            )
        return found

    def present(self, vkey: str) -> list[Signer]:
        """The key on record, which is `vkey`; while it is only staged, the one it takes over from signs with it.

        Refused if it is not here: a key that parties do not know is never made in its stead.
        """
        for _ in range(2):  # another process may put the staged key in place between the two looks
            found, staged = self.find(), self._read(NEXT)
            if found and found.verifier.vkey == vkey:
                return [found]
            if staged and staged.verifier.vkey == vkey:
                return [staged, found] if found and found.name == staged.name else [staged]
        raise Refused(
            "the log's key is lost: " + ("another one is in its place" if found else "its file is gone"),
            rule="log-key",
            where=KEY,
            kept="every entry is kept, and nothing was signed",
            do="put it back with `sampan keys import FILE`, or, if no export is left, run `sampan log rotate-key`: "
            "the log records the loss, and parties must be given the new key by a way they trust",
        )

    def find(self) -> Signer | None:
        """The signing key as it is, None if there is none."""
        return self._read(KEY)

    def _read(self, name: str) -> Signer | None:
        path = self.folder / name
        if not os.path.lexists(path):  # a link that leads nowhere is no key, and no empty place either
            return None
        try:
            return Signer.parse(path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as problem:  # of a key, or of letters
            raise OurFault(
                "the log's key cannot be read",
                where=str(path),
                kept="nothing was signed",
                do="put the key back from its export, or run `sampan log rotate-key`",
            ) from problem

    def replace(self, signer: Signer, *, only_new: bool = False) -> Signer:
        """Put a key in its place and answer the one that stands there: with `only_new` an older one wins."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.folder / KEY, (signer.skey + "\n").encode(), only_new=only_new)
        standing = self.find()
        assert standing is not None
        return standing

    def stage(self, signer: Signer) -> None:
        """Keep the next key beside the present one; `promote` makes it the key."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.folder / NEXT, (signer.skey + "\n").encode())

    def holds(self, vkey: str) -> bool:
        """True if this key is here, in its place or staged."""
        return any(key is not None and key.verifier.vkey == vkey for key in (self.find(), self._read(NEXT)))

    def stands(self, vkey: str) -> bool:
        """True if this key is in its place."""
        found = self.find()
        return found is not None and found.verifier.vkey == vkey

    def settle(self, vkey: str) -> None:
        """Put the staged key in place once it has signed together with the one before.

        A crash before it leaves the old key in its place, and the next checkpoint has both signatures again.
        """
        if not self.stands(vkey):
            self.promote(vkey)

    def promote(self, vkey: str) -> None:
        """Make the staged key the key, if it is the one the records speak of; another one is dropped.

        A crash before the rename is repaired by the next call, a crash after it leaves nothing to do.
        """
        path, staged = self.folder / NEXT, self._read(NEXT)
        if staged is None:
            return
        try:
            if staged.verifier.vkey == vkey:
                os.replace(path, self.folder / KEY)
            else:
                path.unlink()
        except FileNotFoundError:
            pass  # another process was first
        sync_folder(self.folder)

    def sign(self, head: Checkpoint, *signers: Signer) -> bytes:
        """Sign a checkpoint, unless the key already signed a larger tree or another root of this size.

        A crash after `log.signed` is written and before the signature is kept only means signing again.
        """
        if (self.folder.parent / HALF_RESTORED).exists():
            raise Refused(
                "this home is half restored, and signs nothing",
                rule="never-fork",
                where=HALF_RESTORED,
                kept="the backup is as it was",
                do="remove this home and restore again",
            )
        last = self.last_signed()
        same_log = last is not None and last.origin == head.origin
        if last and same_log and (head.size < last.size or (head.size == last.size and head.root != last.root)):
            raise Refused(
                f"the log's key has signed a tree of {last.size} entries, and is asked for one of {head.size}",
                rule="never-fork",
                kept="nothing was signed; the records are older than the log, or were changed",
                do="run `sampan log verify`; if records were lost, use `sampan restore`",
            )
        said = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        write_whole(self.folder / SIGNED, json.dumps(said).encode())
        return checkpoints.sign(head, *signers)

    def last_signed(self) -> Checkpoint | None:
        """The largest head this key signed, None if it never did. OurFault if what it kept cannot be read."""
        path = self.folder / SIGNED
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            content = b""  # something else stands there
        return read_memory(content, SIGNED)


def read_memory(content: bytes, where: str) -> Checkpoint:
    """The head that a file of memory tells of. OurFault if it cannot be read."""
    try:
        said = json.loads(content)
        return Checkpoint(str(said["origin"]), int(said["size"]), bytes.fromhex(said["root"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise OurFault(
            "the key's memory of what it signed cannot be read",
            where=where,
            kept="nothing was signed",
            do="put the file back from a copy of this machine, or restore from a backup",
        ) from problem


def write_whole(path: Path, content: bytes, *, mode: int = 0o600, only_new: bool = False) -> None:
    """Write a file complete and synced, or not at all; with `only_new` a file that is there stays.

    A crash leaves at most a file whose name begins with a dot, which nothing reads.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not only_new:
            os.replace(draft, path)
        elif not path.exists():
            os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; what it wrote stands
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
