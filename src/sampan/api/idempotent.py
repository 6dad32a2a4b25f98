"""Idempotency-Key: a POST sent again is answered as the first time and not done twice.

    begin   after the door: a mark of post and key, with the request's digest     first of all
    kept    when the answer is ready: status, headers, and the body sealed        then it is sent

An answer may hold what is shown once, so it is sealed under the caller's own Idempotency-Key, of which only a keyed
digest is kept. A crash between the two leaves a mark without an answer; after two minutes the request is taken anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from sampan.api.models import KeptAnswer
from sampan.api.problems import Answered, Clash
from sampan.operations import apikeys, homes

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=48)
ABANDONED = timedelta(minutes=2)
CARRIED = ("Location", "ETag", "Content-Type", "Upload-Offset", "Upload-Expires", "Tus-Resumable")
_FORM = re.compile(r"[\x21-\x7e]{1,200}")


def begin(request: HttpRequest, post: str) -> None:
    """Before a POST with an Idempotency-Key is done. Answered if it was, Clash if it was another or is under way."""
    said = request.headers.get(HEADER)
    if request.method != "POST" or said is None:
        return
    if not _FORM.fullmatch(said):
        raise Clash(400, "idempotency-key", _("An Idempotency-Key has 1 to 200 printable characters, without spaces."))
    mark, digest = _mark(post, said), _digest(request)
    try:
        with transaction.atomic():
            now = datetime.now(UTC)
            KeptAnswer.objects.filter(at__lt=now - KEPT).delete()
            KeptAnswer.objects.filter(mark=mark, status=None, at__lt=now - ABANDONED).delete()
            KeptAnswer.objects.create(mark=mark, request=digest, at=now)
    except IntegrityError:
        raise _known(mark, digest, said) from None
    request.answer_kept_as = (mark, said)  # type: ignore[attr-defined]  # ours, read when the answer is ready


def kept(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Keep the answer under its mark; a fault of ours is not kept, so that the request can be sent again."""
    found: tuple[str, str] | None = getattr(request, "answer_kept_as", None)
    if found is None:
        return answer
    mark, said = found
    if answer.status_code >= 500 or answer.status_code == 429 or not isinstance(answer, HttpResponse):
        KeptAnswer.objects.filter(mark=mark).delete()
        return answer
    headers = {name: answer.headers[name] for name in CARRIED if name in answer.headers}
    body = _seal(said).encrypt(answer.content)
    KeptAnswer.objects.filter(mark=mark).update(status=answer.status_code, headers=headers, body=body)
    return answer


def _known(mark: str, digest: str, said: str) -> Exception:
    """What to answer to a mark that is there already."""
    before = KeptAnswer.objects.filter(mark=mark).first()
    if before is not None and before.request != digest:
        what = _("This Idempotency-Key was used for another request.")
        return Clash(422, "idempotency-key-reused", what)
    if before is None or before.status is None:
        return Clash(409, "request-under-way", _("The first request with this Idempotency-Key is still under way."))
    answer = HttpResponse(_seal(said).decrypt(bytes(before.body)), status=before.status, headers=before.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return Answered(answer)


def _mark(post: str, said: str) -> str:
    key = apikeys.sealing_key(homes.opened(), "idempotency-mark")
    return hmac.new(key, f"{post}\n{said}".encode(), hashlib.sha256).hexdigest()


def _seal(said: str) -> Fernet:
    key = apikeys.sealing_key(homes.opened(), f"idempotency-body\n{said}")
    return Fernet(base64.urlsafe_b64encode(key))


def _digest(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for name in ("Content-Type", "If-Match", "Upload-Length", "Upload-Metadata"):
        digest.update(f"{name}: {request.headers.get(name, '')}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()
