"""For the page's own script: a file in pieces over a weak link, and the words by which it looks before it uploads.

Nothing here is needed without a script: the form sends the whole file.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.model.errors import SampanError, UserError
from sampan.operations import belonging, homes, looking, uploads
from sampan.operations.drafting import Draft, file_name
from sampan.operations.uploads import Announced, Progress
from sampan.people.roles import Right
from sampan.web.deliver.views import understood
from sampan.web.office.doors import STATUS_OF_EXIT, act, opens, sitting

GONE = 404
CONFLICT = 409


@opens(Right.DELIVER)
def words(request: HttpRequest, source: str) -> HttpResponse:
    """The words and shapes by which the browser tells columns of persons, for one of the party's sources."""
    found = belonging.sources(homes.opened(), sitting(request).post.party.code).get(source)
    if found is None:
        raise Http404
    return JsonResponse(looking.words_for(found))


@opens(Right.DELIVER)
@require_POST
def pieces(request: HttpRequest) -> HttpResponse:
    """Announce a file (JSON), ask how far it is, or add a piece (bytes, with the headers Upload-Token and -Offset)."""
    store, post = homes.opened(), sitting(request).post.code
    token = request.headers.get("Upload-Token", "")
    try:
        if not token:
            return _begun(request, post)
        offset = request.headers.get("Upload-Offset", "")
        found = (
            uploads.append(store, token, post, offset=int(offset), piece=request.body)
            if offset.isdigit()
            else uploads.progress(store, token, post)
        )
    except SampanError as problem:
        return JsonResponse(problem.as_dict(), status=STATUS_OF_EXIT.get(problem.exit_code, 500))
    if found is None:
        return JsonResponse({"what": _("There is no such upload; choose the file again.")}, status=GONE)
    return JsonResponse(_told(found), status=200 if found.taken else CONFLICT)


@opens(Right.DELIVER)
@require_POST
def whole(request: HttpRequest) -> HttpResponse:
    """Every piece is here: what was understood, as of a file that came at once."""
    store, seat = homes.opened(), sitting(request)
    with uploads.whole(store, request.POST.get("token", ""), seat.post.code) as found:
        if found is None:
            raise UserError(_("There is no such upload; choose the file again."), kept=_("nothing was kept"))
        draft, path = found
        source = belonging.sources(store, seat.post.party.code)[draft.source]
        return understood(request, source, draft, path)


def _begun(request: HttpRequest, post: str) -> HttpResponse:
    party = sitting(request).post.party.code
    said = _said(request)
    if said is None or said["source"] not in belonging.sources(homes.opened(), party):
        return JsonResponse({"what": _("This source is not known.")}, status=400)
    draft = Draft(post, said["source"], file_name(said["name"]), said["once"][:64])
    token = uploads.create(homes.opened(), Announced(draft, said["size"], said["digest"][:64]))
    return JsonResponse({"token": token, "received": 0, "size": said["size"], "at": act(request).now.isoformat()})


def _said(request: HttpRequest) -> dict[str, Any] | None:
    """What is announced; None if it is not of that shape."""
    try:
        said = json.loads(request.body)
    except ValueError:
        return None
    shape = {"source": str, "name": str, "size": int, "digest": str, "once": str}
    fits = isinstance(said, dict) and all(isinstance(said.get(name), kind) for name, kind in shape.items())
    return said if fits else None


def _told(found: Progress) -> dict[str, Any]:
    return {"received": found.received, "size": found.size, "complete": found.complete}
