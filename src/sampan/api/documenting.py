"""What ninja cannot know of the OpenAPI document: problems' media type, headers every route reads, binary answers."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from sampan.api.problems import MEDIA

TAGGED = ("show_", "list_")
FILES = {
    "stream_csv": ["text/csv"],
    "stream_parquet": ["application/vnd.apache.parquet"],
    "in_own_form": ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "application/vnd.oasis.opendocument.spreadsheet"],
    "marked_copy": ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "application/vnd.oasis.opendocument.spreadsheet", "application/octet-stream"],
    "prove_receipt": ["text/plain"], "prove_entry": ["text/plain"], "show_note": ["text/plain"],
    "show_tile": ["application/octet-stream"], "document_agreement": ["application/pdf"],
    "open_release": ["text/csv", "application/json", "application/vnd.apache.parquet", "application/octet-stream",
                     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                     "application/vnd.oasis.opendocument.spreadsheet"],
}  # fmt: skip
IDEMPOTENCY = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A request sent again under the same key is answered as the first time, for 48 hours.",
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "required": False, "schema": {"type": "string", "pattern": '^"[!#-~]+"$'},
    "description": "The ETag of the thing as it was read; 412 if it changed meanwhile.",
}  # fmt: skip
LANGUAGE = {
    "in": "header", "name": "Accept-Language", "required": False,
    "schema": {"type": "string", "pattern": "^[a-z]{2}$"}, "description": "The reader's language, for problems.",
}  # fmt: skip


def documented(schema: OpenAPISchema) -> OpenAPISchema:
    """The document with what is added here."""
    for methods in schema["paths"].values():
        for method, route in methods.items():
            _route(method, route)
    return schema


def _route(method: str, route: dict[str, Any]) -> None:
    answers = route["responses"]
    for status, answer in answers.items():
        if int(status) >= 400 and "content" in answer:
            answer["content"] = {MEDIA: answer["content"].pop("application/json")}
    for kind in FILES.get(route["operationId"], ()):
        binary = {"schema": {"type": "string", "format": "binary"}}
        answers[200].setdefault("content", {})[kind] = binary
    if route["operationId"] == "append_upload":
        route["requestBody"] = {"content": {"application/offset+octet-stream": {"schema": {"type": "string"}}}}
    added = [LANGUAGE]
    if method == "post":
        added.append(IDEMPOTENCY)
        answers.setdefault(409, {"description": "Under way", "content": {MEDIA: _problem()}})
    if 412 in answers:
        added.append(IF_MATCH)
    route["parameters"] = [*route.get("parameters", ()), *added]


def _problem() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}}
