"""Files that leave: always as an attachment, never as something a browser would run."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

Answer = TypeVar("Answer", bound=HttpResponseBase)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
BINARY = "application/octet-stream"
PIECE = 64 * 1024


def sent(content: bytes, name: str, kind: str = BINARY) -> HttpResponse:
    """A small file at hand."""
    return _safe(HttpResponse(content, content_type=kind), name)


def streamed(pieces: Iterable[bytes], name: str, kind: str = BINARY) -> StreamingHttpResponse:
    """A file as it is made, piece by piece."""
    return _safe(StreamingHttpResponse(pieces, content_type=kind), name)


def handed_over(path: Path, room: Path) -> StreamingHttpResponse:
    """A file in a room of its own, which is gone once the file was sent or the link broke."""
    kind = TYPES.get(path.suffix.lower().lstrip("."), BINARY)
    answer = streamed(_pieces(path, room), path.name, kind)
    answer.headers["Content-Length"] = str(path.stat().st_size)
    return answer


def _pieces(path: Path, room: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _safe(answer: Answer, name: str) -> Answer:
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
