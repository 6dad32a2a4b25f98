"""gzip and zip: the members of an archive as blobs, unpacked in memory under limits.

Names inside an archive are only labels: nothing is ever written under them.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import IO

from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_MEMBERS, MAX_NESTING, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FROM_BYTES, refuse

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OFFICE_PARTS = ("[Content_Types].xml", "mimetype")
PIECE = 1 << 22
NO_TABLES = (".md5", ".md", ".pdf", ".docx", ".html", ".xml", ".json")
CUT = (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)


def members(blob: Blob, pattern: str | None, depth: int = 0) -> Iterator[Blob]:
    """The blob itself, or what is packed in it and matches the glob `pattern` (every table-like member without one)."""
    head = blob.head(4)
    if depth > MAX_NESTING:
        raise refuse("archives are packed inside archives", blob.where, "send the file itself, or packed once")
    if head.startswith(GZIP_MAGIC):
        yield from members(_gunzipped(blob), pattern, depth + 1)
    elif head.startswith(ZIP_MAGICS) and not is_workbook(blob):
        for member in _unzipped(blob, pattern):
            yield from members(member, None, depth + 1)
    else:
        yield blob


def is_workbook(blob: Blob) -> bool:
    """True for a zip that is an XLSX or ODS."""
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            return any(part in archive.NameToInfo for part in OFFICE_PARTS)
    except CUT:
        return False


def pieces(stream: IO[bytes], overlap: int) -> Iterator[bytes]:
    """The stream in pieces that overlap by so many bytes: what is shorter stands whole in one of them, or in two."""
    tail = b""
    with stream:
        while piece := stream.read(PIECE):
            yield tail + piece
            tail = piece[-overlap:]


def _gunzipped(blob: Blob) -> Blob:
    try:
        with blob.open() as packed, gzip.GzipFile(fileobj=packed) as file:
            return Blob(_drained(file, blob.size, blob.where), blob.name, blob.member)
    except CUT:
        raise _damaged(blob) from None


def _unzipped(blob: Blob, pattern: str | None) -> Iterator[Blob]:
    with contextlib.ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(stack.enter_context(blob.open())))
        except CUT:
            raise _damaged(blob) from None
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_MEMBERS:
            raise refuse(f"the archive holds {len(infos)} files", blob.where, "send only the file that holds the data")
        wanted = [info for info in infos if _wanted(info.filename, pattern)]
        if not wanted:
            raise refuse(
                f"no file in the archive matches {pattern or 'a table'}",
                blob.where,
                f"it holds: {', '.join(info.filename for info in infos[:10]) or 'nothing'}",
            )
        for info in wanted:
            yield _member(archive, info, blob)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, blob: Blob) -> Blob:
    if info.flag_bits & 0x1:
        raise refuse(
            "the archive is locked with a password", blob.where, "send it without a password, over a safe channel"
        )
    try:
        with archive.open(info) as file:
            content = _drained(file, info.compress_size, f"{blob.where}, {info.filename}")
    except CUT:
        raise _damaged(blob) from None
    return Blob(content, blob.name, info.filename)


def _wanted(name: str, pattern: str | None) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if pattern is not None:
        return fnmatch(str(path), pattern) or fnmatch(path.name, pattern)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() not in NO_TABLES


def _drained(file: IO[bytes] | gzip.GzipFile, packed: int, where: str) -> bytes:
    """Everything in it, or a refusal as soon as it proves to be a bomb."""
    out = io.BytesIO()
    while piece := file.read(PIECE):
        out.write(piece)
        size = out.tell()
        if size > MAX_UNPACKED_BYTES or (size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1)):
            raise refuse(
                f"it unpacks to more than {size >> 20} MiB from {packed >> 10} KiB",
                where,
                "send the file itself, or in parts",
            )
    return out.getvalue()


def _damaged(blob: Blob) -> Exception:
    return refuse(
        "the archive is cut short or damaged", blob.where, "send it again; compare the size with the original"
    )
