"""Around every answer of the API: problems in one form, answers kept under their key, tags for asking again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from sampan.api import idempotent
from sampan.api.problems import in_our_words

ROOT = "/api/"


class ApiAnswers:
    """Does nothing for addresses of the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, kept by no shared cache; a GET with its tag, so that nothing unchanged is sent twice."""
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        answer = idempotent.kept(request, in_our_words(request, self.get_response(request)))
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(answer, ["Authorization", "Cookie", "Accept-Language"])
        if request.method == "GET" and answer.status_code == 200 and isinstance(answer, HttpResponse):
            answer.headers.setdefault("ETag", f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"')
        return answer
