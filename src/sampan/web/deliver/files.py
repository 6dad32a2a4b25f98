"""Files for the sender: a blank form of its own source, and its own delivery back with the cells marked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from sampan.operations import belonging, homes, returning
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, sitting

KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}


@opens(Right.DELIVER)
def blank(request: HttpRequest, source: str) -> HttpResponse:
    """A source's own form with nothing filled in but the names of the places, to fill away from the network."""
    found = belonging.sources(homes.opened(), sitting(request).post.party.code).get(source)
    if found is None:
        raise Http404
    return _file(returning.blank_name(found), lambda out: returning.write_blank(found, out, act(request).now))


@opens(Right.DELIVER)
def marked(request: HttpRequest, code: str) -> HttpResponse:
    """The party's own file with the cells of its open findings marked; opening the original is entered in the log."""
    party = sitting(request).post.party.code
    found = belonging.delivery(party, code)
    if found is None or found.wrapped_key is None:
        raise Http404
    name = Path(found.filename)
    ending = ".xlsx" if name.suffix.lower() in (".xlsx", ".xls", ".ods") else ".csv"
    return _file(
        f"{name.stem} ({code}){ending}",
        lambda out: returning.marked_file(homes.opened(), code, out, act(request), party),
    )


def _file(name: str, write: Callable[[Path], object]) -> HttpResponse:
    """What `write` puts into a file, as something to keep and never to show."""
    with tempfile.TemporaryDirectory(prefix="sampan-file-") as folder:
        out = Path(folder) / f"file{Path(name).suffix}"
        write(out)
        answer = HttpResponse(out.read_bytes(), content_type=KINDS[out.suffix])
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
