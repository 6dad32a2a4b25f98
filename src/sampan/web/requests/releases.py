"""Pages of a release for its recipient: what it is, its files, and what came of it. Each download is an opening."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sampan.operations import homes
from sampan.operations.sharing import after, changes, requesting
from sampan.operations.sharing.informing import told_by
from sampan.people.roles import Right
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.reasons import phrase
from sampan.sharing.vocabularies import label
from sampan.web.office.doors import act, opens, reader
from sampan.web.reader import Reader
from sampan.web.requests.forms import UseForm
from sampan.web.requests.informing import line, words_for
from sampan.web.requests.views import asked_words, named_in, received_line
from sampan.web.requests.words import change_lines, clause_links, correction_words
from sampan.web.rules.views import desk
from sampan.web.rules.words import spoken

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


@opens(Right.ASK)
def release(request: HttpRequest, code: str) -> HttpResponse:
    """One release to this post: under which clauses, what binds, its files. No figure stands here."""
    reads, now = reader(request), act(request).now
    found = requesting.release(desk(request), code, now)
    if found is None:
        raise Http404
    return render(request, "requests/release.html", {**_shown(found, reads, now), "form": UseForm(spoken(reads))})


@opens(Right.ASK)
def everything(request: HttpRequest, code: str) -> HttpResponse:
    """All files of a release in one archive: table, dictionary, manifest, own form."""
    own, doing = desk(request), act(request)
    if requesting.release(own, code, doing.now) is None:
        raise Http404
    packed = io.BytesIO()
    with (
        requesting.opened(homes.opened(), own, code, doing.now) as files,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for path in files:
            archive.writestr(f"{code}/{path.name}", path.read_bytes())
    return _download(packed.getvalue(), f"{code}.zip", "application/zip")


@opens(Right.ASK)
def file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One file of a release."""
    own, doing = desk(request), act(request)
    found = requesting.release(own, code, doing.now)
    if found is None or name not in _names(found):
        raise Http404
    with requesting.opened(homes.opened(), own, code, doing.now) as files:
        content, full = next(
            ((path.read_bytes(), path.name) for path in files if _matches(path.name, name)), (None, "")
        )
    if content is None:
        raise Http404
    return _download(content, f"{code}-{full}", TYPES.get(full.rsplit(".", maxsplit=1)[-1], "application/octet-stream"))


@opens(Right.ASK)
def changed(request: HttpRequest, code: str) -> HttpResponse:
    """What a correction changed, where the clause tells it at once; looking is an opening."""
    own, doing, reads = desk(request), act(request), reader(request)
    found = requesting.release(own, code, doing.now)
    if found is None or not _differs(found, changes.corrections(code, own.post)):
        raise Http404
    told = changes.changes(code, own.post, doing.now)
    named = named_in(found["text"], reads)
    return render(request, "requests/changes.html", {"code": code, "lines": change_lines(told, reads, named)})


@opens(Right.ASK)
@require_POST
def note(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the owners what came of their figures."""
    own, doing, reads = desk(request), act(request), reader(request)
    found = requesting.release(own, code, doing.now)
    if found is None:
        raise Http404
    form = UseForm(spoken(reads), request.POST)
    if not form.is_valid():
        return render(request, "requests/release.html", {**_shown(found, reads, doing.now), "form": form}, status=400)
    said = form.cleaned_data
    after.note_use(
        homes.opened(), code, own.post, said["used_in"], doing.now, thanks=said["thanks"], benefit=said["benefit"]
    )
    return redirect("release", code=code)


def _shown(found: dict[str, Any], reads: Reader, now: datetime) -> dict[str, Any]:
    language, manifest = spoken(reads), found["manifest"]
    informed = told_by(found["recipient"], now, words_for(reads), release=found["release"])
    told = changes.corrections(found["release"], found["recipient"])
    return {
        "corrections": [{"at": reads.moment(one.at), "what": correction_words(one, reads)} for one in told],
        "differs": _differs(found, told),
        **received_line(found, reads),
        "request": found["request"],
        "asked": asked_words(found["text"], reads),
        "clauses": clause_links(manifest["clauses"]),
        "told": reads.count(manifest["told"]),
        "rows": reads.count(manifest["rows"]),
        "digest": manifest["table_digest"],
        "mark": bool(manifest.get("mark")),
        "tlp": label("tlp", manifest["tlp"], language) if manifest["tlp"] else "",
        "attribution": manifest["attribution"],
        "retention": manifest["retention_days"],
        "onward": _onward(manifest, language),
        "review": _review(manifest["publication"], language),
        "benefits": [label("benefit", one, language) for one in manifest["benefits"]],
        "ihr": [_ihr(one, language) for one in manifest.get("ihr_article_9", [])],
        "informings": [line(one) for one in informed],
        "caveats": [
            {**one, "cells": reads.count(one["cells"]), "words": label("caveat", one["caveat"], language)}
            for one in manifest.get("caveats", [])
        ],
        "owners": found["owners"],
        "files": _names(found),
        "uses": [
            {**one, "at": reads.moment(one["at"]), "benefit": label("benefit", one["benefit"], language)}
            for one in found["uses"]
        ],
    }


def _differs(found: dict[str, Any], told: list[changes.Correction]) -> bool:
    """Whether there is a difference to look at, while the release is open."""
    return found["state"] == "open" and any(one.cells is not None for one in told)


def _onward(manifest: dict[str, Any], language: str) -> str:
    """To whom the recipient may pass it on; nothing of a release from before that stood in a manifest."""
    said = manifest.get("onward")
    return phrase("say.onward", language, onward=label("onward", said, language)) if said else ""


def _review(publication: dict[str, Any], language: str) -> str:
    """What the recipient owes the owner before it publishes."""
    if publication["review_days"] is None:
        return ""
    right = label("publication_right", publication["right"], language)
    return phrase("say.publication", language, days=publication["review_days"], right=right)


def _ihr(one: dict[str, Any], language: str) -> dict[str, Any]:
    """What to do before WHO is informed about an owner's territory, and the post to tell."""
    how = label("ihr_article_9", one["do"], language)
    return {"says": phrase("say.ihr", language, how=how, hours=one["within_hours"]), "post": one["focal_point"] or ""}


def _names(found: dict[str, Any]) -> list[str]:
    """The files by name; the own form is named by its stem, as its ending is the source's."""
    asked = request_of(found["text"])
    return [f"table.{asked.format}", "dictionary.csv", "manifest.json", *(["own-form"] if asked.layout else [])]


def _matches(path_name: str, name: str) -> bool:
    return path_name == name or (name == "own-form" and path_name.startswith("own-form."))


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
