"""A file between looking and sending: sealed under a key that only its sender's page holds, for two hours.

Nothing of it can be read from the home, and nothing enters the log: it is not a delivery before it is sent.
A crash leaves a sealed file nobody has the key of, which the next draft sweeps away.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from cryptography.fernet import Fernet, InvalidToken

from sampan.store.home import Store

LASTS_SECONDS = 2 * 3600
_TOKEN = re.compile(r"^([0-9a-f]{32})\.([A-Za-z0-9_=-]{44})$")


@dataclass(frozen=True)
class Draft:
    """What a draft is of: the sending post, the source and the file's name."""

    post: str
    source: str
    name: str
    once: str = ""  # the sender's own token for this sending; empty: the draft's own


def file_name(name: str) -> str:
    """The last part of a name, without what no folder takes; never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f/]", "", last).lstrip(".")[-200:] or "file"


def seal(store: Store, path: Path, draft: Draft) -> str:
    """Keep a file sealed; the token goes into the sender's page and is kept nowhere here."""
    folder = _folder(store)
    _sweep(folder)
    key, name = Fernet.generate_key(), secrets.token_hex(16)
    sealed = Fernet(key).encrypt(json.dumps(asdict(draft)).encode() + b"\n" + path.read_bytes())
    target = folder / name
    target.touch(mode=0o600)
    target.write_bytes(sealed)
    return f"{name}.{key.decode()}"


@contextlib.contextmanager
def opened(store: Store, token: str, post: str) -> Iterator[tuple[Draft, Path] | None]:
    """The draft and its file in a folder that is gone afterwards; None if there is none, or it is another post's.

    Taking it is once for all: whoever renames the sealed file first has it, so that nothing is sent twice.
    """
    found = _TOKEN.match(token)
    folder = _folder(store)
    taken = folder / f".{secrets.token_hex(16)}"
    try:
        if found is None:
            raise FileNotFoundError
        (folder / found[1]).rename(taken)
    except FileNotFoundError:
        yield None
        return
    try:
        said, _, content = Fernet(found[2].encode()).decrypt(taken.read_bytes()).partition(b"\n")
    except InvalidToken:
        taken.rename(folder / found[1])
        yield None
        return
    draft = Draft(**json.loads(said))
    if draft.post != post:
        taken.rename(folder / found[1])
        yield None
        return
    try:
        with tempfile.TemporaryDirectory(prefix="sampan-draft-") as room:
            path = Path(room) / draft.name
            path.write_bytes(content)
            yield draft, path
    finally:
        taken.unlink(missing_ok=True)


def sweep(store: Store) -> None:
    """Remove drafts nobody can send any more."""
    _sweep(_folder(store))


def _folder(store: Store) -> Path:
    folder = store.root / "drafts"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _sweep(folder: Path) -> None:
    """Late drafts, and what a crash left."""
    late = time.time() - LASTS_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < late:
                path.unlink()
