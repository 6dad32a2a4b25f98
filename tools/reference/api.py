"""docs/reference/api.md: every route of the API with the right it asks for, as the OpenAPI document has it."""

from __future__ import annotations

from sampan.api.site import api
from sampan.people.roles import RIGHTS

HEAD = """# API

Written from the code by `make docs`. All routes are below `/api/v1`; the whole of it, with every field, is the OpenAPI
document at `/api/v1/openapi.json`, and a page of it stands at `/api/v1/docs`. How to use it:
[programs and the API](../how-to/api.md).

A route asks for one right; a role that does not have it (or a key that was not given it) is answered `404`, as for what
does not exist. "any post" are routes for whoever holds a post, "anybody" those for strangers.

| route | right | roles | what it does |
|---|---|---|---|
"""


def page() -> str:
    """The page."""
    lines = []
    for path, methods in api.get_openapi_schema(path_prefix="/")["paths"].items():
        for method, route in methods.items():
            right = route.get("x-right", "anybody")
            roles = [role for role, rights in RIGHTS.items() if right in {one.value for one in rights}]
            said = (route.get("description") or route["summary"]).split("\n")[0]
            lines.append(f"| `{method.upper()} {path}` | {right} | {' '.join(roles)} | {said} |")
    return HEAD + "\n".join(lines) + "\n"
