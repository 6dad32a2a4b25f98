"""Deliver a file or a pasted table: look at it, see what was understood, send. Nothing is kept before it is sent."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.operations import belonging, drafting, homes, once, partnering, pasting, understanding
from sampan.operations.drafting import Draft
from sampan.operations.once import Outgoing
from sampan.people.roles import Right
from sampan.web.deliver import saying
from sampan.web.deliver.forms import PasteForm, SendFileForm
from sampan.web.office.doors import act, opens, reader, sitting

MEGABYTE = 2**20


@opens(Right.DELIVER)
def deliver(request: HttpRequest) -> HttpResponse:
    """The ways to deliver; a chosen file is looked at."""
    sources = _own(request)
    if request.method != "POST":
        return _ways(request, sources)
    form = SendFileForm(_choices(sources), request.POST, request.FILES)
    if not form.is_valid():
        return _ways(request, sources, file_form=form)
    file: UploadedFile = form.cleaned_data["file"]
    if (file.size or 0) > settings.UPLOAD_MB * MEGABYTE:
        form.add_error("file", _("This file is larger than the office takes."))
        return _ways(request, sources, file_form=form, status=413)
    source = sources[form.cleaned_data["source"]]
    draft = _draft(request, source, drafting.file_name(file.name or ""), form.cleaned_data["once"])
    with room(draft) as path:
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return understood(request, source, draft, path)


@opens(Right.DELIVER)
@require_POST
def paste(request: HttpRequest) -> HttpResponse:
    """A table out of a spreadsheet, as tab-separated text; it goes the way of every file."""
    sources = _own(request)
    form = PasteForm(_choices(sources), request.POST)
    if not form.is_valid():
        return _ways(request, sources, paste_form=form)
    source = sources[form.cleaned_data["source"]]
    with tempfile.TemporaryDirectory(prefix="sampan-look-") as folder:
        path = pasting.write(form.cleaned_data["table"], source, Path(folder), act(request).now)
        return understood(request, source, _draft(request, source, path.name, form.cleaned_data["once"]), path)


@opens(Right.DELIVER)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send what was looked at. Sent twice, the second is answered with the delivery of the first."""
    store, seat, token = homes.opened(), sitting(request), request.POST.get("draft", "")
    with drafting.opened(store, token, seat.post.code) as found:
        if found is None:
            if code := once.became(seat.post.code, request.POST.get("once") or token):
                return redirect("delivery", code=code)
            raise UserError(
                _("This file was sent already, or it waited longer than two hours"),
                kept=_("your deliveries show what was received"),
                do=_("choose the file again if it is not among them"),
            )
        draft, path = found
        source = belonging.sources(store, seat.post.party.code)[draft.source]
        receipt = once.receive(Outgoing(store, source, path), act(request), draft.once or token)
    return redirect("delivery", code=receipt if isinstance(receipt, str) else receipt.delivery)


def understood(request: HttpRequest, source: Source, draft: Draft, path: Path) -> HttpResponse:
    """What must not leave is shown and nothing is sealed; else what would stand, with a button to send."""
    store, doing, reads = homes.opened(), act(request), reader(request)
    if draft.once and (code := once.became(draft.post, draft.once)):
        return redirect("delivery", code=code)
    looked, found = understanding.seen(store, source, path, doing)
    context: dict[str, Any] = {"source": reads.source(source), "file": draft.name, "looked": looked}
    if found is None:
        return render(request, "deliver/understood.html", context, status=422)
    context |= saying.understood_words(found, source, reads)
    if found.periods and found.conditions:
        window = partnering.Window(found.conditions, found.periods[0][0], found.periods[-1][1], reads.language)
        told = partnering.partners(store, source, draft.post, window, doing.now)
        context["partners"] = [saying.partner_words(one, reads) for one in told]
    context |= {"token": drafting.seal(store, path, draft), "once": draft.once}
    return render(request, "deliver/understood.html", context)


@contextmanager
def room(draft: Draft) -> Iterator[Path]:
    """A folder that is gone afterwards, and the draft's file in it."""
    with tempfile.TemporaryDirectory(prefix="sampan-look-") as folder:
        yield Path(folder) / draft.name


def _ways(
    request: HttpRequest, sources: dict[str, Source], *, file_form: Any = None, paste_form: Any = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    sources = {name: one for name, one in sources.items() if not one.form_of}
    choices, first = _choices(sources), {"once": secrets.token_urlsafe(18)}
    status = 400 if status == 200 and (file_form or paste_form) else status
    context = {
        "file_form": file_form or SendFileForm(choices, initial=first),
        "paste_form": paste_form or PasteForm(choices, initial={"once": secrets.token_urlsafe(18)}),
        "sources": list(sources.values()),
        "weekly": [one for one in sources.values() if one.form],
        "most": settings.UPLOAD_MB * MEGABYTE,
        "said": saying.SCRIPT,
    }
    return render(request, "deliver/deliver.html", context, status=status)


def _own(request: HttpRequest) -> dict[str, Source]:
    """The party's sources by id, titled in the reader's language."""
    reads, found = reader(request), belonging.sources(homes.opened(), sitting(request).post.party.code)
    return {name: reads.source(one) for name, one in found.items()}


def _choices(sources: dict[str, Source]) -> list[tuple[str, str]]:
    return [(name, one.title) for name, one in sources.items()]


def _draft(request: HttpRequest, source: Source, name: str, token: str) -> Draft:
    return Draft(sitting(request).post.code, source.id, name, token)
