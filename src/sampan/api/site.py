"""The API put together: its routers, its problems, and the OpenAPI document that says all of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from sampan import __version__
from sampan.api import problems
from sampan.api.documenting import documented
from sampan.api.resources import (
    agreements,
    between,
    counting,
    deliveries,
    desk,
    discrepancies,
    findings,
    gates,
    helping,
    informing,
    keys,
    log,
    mapping,
    observations,
    people,
    publications,
    region,
    requests,
    sharing,
    sources,
    steward,
    uploads,
    vocabulary,
    weekly,
)
from sampan.operations import homes

DESCRIPTION = (
    "Everything the pages do, for programs of the parties. Sign in with a post's API key "
    "(`Authorization: Bearer smp_...`) or a session of the pages with its CSRF token. "
    "What is not there and what is not for the post answer alike."
)


NOUNS = (
    desk, uploads, deliveries, findings, observations, gates, agreements, requests, sharing, publications, informing,
    discrepancies, sources, vocabulary, log, people, keys, region, between, helping, mapping, counting, steward, weekly,
)  # fmt: skip


class OfficeApi(NinjaAPI):
    """Ninja's, with names of operations that a person can say, and problems documented as what they are."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function, which is said once in the API."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        return documented(super().get_openapi_schema(**given))


class Health(Schema):
    """That the office answers, and its version."""

    status: str
    version: str


office = Router(tags=["office"])


@office.get("/health", auth=None, response={200: Health, 405: problems.Problem})
def show_health(request: HttpRequest) -> dict[str, str]:
    """That the office and its records answer."""
    homes.opened()
    return {"status": "ok", "version": __version__}


def _made() -> OfficeApi:
    api = OfficeApi(
        title="Sampan", version="1", description=DESCRIPTION, docs_url=None, urls_namespace="api", auth=None
    )
    problems.listen(api)
    for noun in NOUNS:
        api.add_router("", noun.router)
    api.add_router("", office)
    return api


api = _made()
