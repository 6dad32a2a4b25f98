"""One entry with its proof, and how well the log is witnessed; an entry of others answers as none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sampan.operations import belonging
from sampan.operations.proving import keeping, news, offering, tiling, witnessing
from sampan.people.roles import Right
from sampan.web.office.doors import act, opens, reader, sitting
from sampan.web.proofs.words import KINDS
from sampan.web.reader import Reader

GRADES = {
    "witnessed": gettext_lazy("witnessed: enough partners have signed the newest state"),
    "lapsed": gettext_lazy("not witnessed lately: routine releases may have to wait"),
    "unwitnessed": gettext_lazy("not yet witnessed: no partner signs it"),
}
PLAIN = "text/plain; charset=utf-8"


@opens(Right.LOG)
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry that concerns my party, with all its facts."""
    found = belonging.entry(sitting(request).post.party.code, index)
    if found is None:
        raise Http404
    facts = json.dumps(found.facts, ensure_ascii=False, indent=2, sort_keys=True) if found.facts else ""
    context = {
        "index": index,
        "kind": found.kind,
        "words": KINDS.get(found.kind, found.kind),
        "at": reader(request).moment(found.at),
        "parties": [name for name in found.parties.split("|") if name],
        "facts": facts,
        "erased": found.salt is None,
        "leaf": bytes(found.leaf).hex(),
    }
    return render(request, "proofs/entry.html", context)


@opens(Right.LOG)
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The proof of an entry as a file that is checked without the office (c2sp.org/tlog-proof)."""
    if belonging.entry(sitting(request).post.party.code, index) is None:
        raise Http404
    return _file(offering.prove(index, act(request).now), f"entry-{index}.tlog-proof")


@opens(Right.LOG)
def state(request: HttpRequest) -> HttpResponse:
    """How well the log is witnessed, its newest checkpoint, and how to check it all without the office."""
    now, reads = act(request).now, reader(request)
    found = witnessing.state(now)
    context = {
        "grade": GRADES[found.grade],
        "found": found,
        "since": reads.moment(found.since) if found.since else "",
        "size": reads.count(found.size),
        "witnessed_size": reads.count(found.witnessed_size),
        "witnesses": witnessing.listed(),
        "keys": [key.vkey for key in keeping.own_keys(now)],
        "waits_hours": reads.count(witnessing.wait_hours()),
        "news": [_told(one, reads) for one in news.of_party(sitting(request).post.party.code)],
    }
    return render(request, "proofs/state.html", context)


def _told(one: news.News, reads: Reader) -> dict[str, Any]:
    """A message of the office about the log, as a reader has it."""
    acts = [
        act | {"words": KINDS.get(act["kind"], act["kind"]), "on": date.fromisoformat(act["on"])} for act in one.acts
    ]
    words = KINDS.get(one.kind, one.kind)
    return {
        "words": words,
        "at": reads.moment(one.at),
        "sentences": one.sentences,
        "acts": acts,
        "entry": one.entry,
        "key": one.key,
    }


@require_safe
def checkpoint(_: HttpRequest) -> HttpResponse:
    """The newest published checkpoint, for anybody: it tells a size, a root and who signed, at fixed times."""
    note = tiling.checkpoint_note(datetime.now(UTC))
    if note is None:
        raise Http404
    return _file(note, "checkpoint.txt")


@require_safe
def key(_: HttpRequest) -> HttpResponse:
    """The log's public keys, newest first, for anybody who checks a proof."""
    keys = "\n".join(one.vkey for one in keeping.own_keys(datetime.now(UTC)))
    return _file(f"{keys}\n".encode(), "log.vkey")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=PLAIN, headers={"Content-Disposition": f'attachment; filename="{name}"'})
