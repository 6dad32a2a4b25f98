"""A page of the OpenAPI document, made here: no script, nothing from elsewhere, readable on a telephone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sampan.api.site import api


def docs(request: HttpRequest) -> HttpResponse:
    """Every route by noun: what it asks for, what it answers."""
    schema = api.get_openapi_schema()
    nouns: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            nouns.setdefault(route["tags"][0], []).append(_route(path, method, route))
    return render(request, "api/docs.html", {"nouns": nouns})


def _route(path: str, method: str, route: dict[str, Any]) -> dict[str, Any]:
    body = route.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "path": path,
        "name": route["operationId"],
        "says": route.get("description") or route["summary"],
        "right": route.get("x-right", "anybody"),
        "asks": [_asked(one) for one in route.get("parameters", ())],
        "body": [_named(kind, one["schema"]) for kind, one in body.items()],
        "answers": [
            {"status": status, "kinds": ", ".join(answer.get("content", {"": None}))}
            for status, answer in route["responses"].items()
        ],
    }


def _asked(one: dict[str, Any]) -> dict[str, str]:
    kind = one["schema"].get("type", "")
    return {"name": one["name"], "where": one["in"], "kind": kind, "says": one.get("description", "")}


def _named(kind: str, schema: dict[str, Any]) -> str:
    return f"{kind}: {schema.get('$ref', '').rpartition('/')[2] or schema.get('type', '')}"
