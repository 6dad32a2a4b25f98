"""The file behind a mapping draft: sealed under a key of the home, and gone when the draft ends."""

from __future__ import annotations

import base64
import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.fernet import Fernet

from sampan.model.errors import UserError
from sampan.store.home import Store
from sampan.store.models import MappingDraft

KEY = "mapping-files"


def seal(store: Store, path: Path) -> str:
    """Keep the file sealed; the name it has in the home. A crash afterwards leaves a sealed file nobody names."""
    name = secrets.token_hex(16)
    target = _folder(store) / name
    target.touch(mode=0o600)
    target.write_bytes(_cipher(store).encrypt(path.read_bytes()))
    return name


@contextlib.contextmanager
def opened(store: Store, draft: MappingDraft) -> Iterator[Path]:
    """The file under its own name in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as room:
        sealed = _folder(store) / draft.sealed
        if not sealed.is_file():  # older backups left the files of drafts out
            raise UserError(
                f"the file of {draft.code} is not here any more", kept="what was said of it is kept",
                do="give the draft up and bring the file again",
            )  # fmt: skip
        path = Path(room) / draft.filename
        path.write_bytes(_cipher(store).decrypt(sealed.read_bytes()))
        yield path


def destroy(store: Store, draft: MappingDraft) -> None:
    """The file is gone; the draft keeps what was said of it."""
    if draft.sealed:
        (_folder(store) / draft.sealed).unlink(missing_ok=True)


def _cipher(store: Store) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(store.key(KEY)))


def _folder(store: Store) -> Path:
    folder = store.root / "mappings"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
