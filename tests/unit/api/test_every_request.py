"""Random requests, well-formed and not, on every route: no fault of ours, and no answer that is not documented."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.conftest import SEED
from tests.stories import border
from tests.unit.api.desks import NOW, Desk, seated

from sampan.operations import homes, receiving
from sampan.people.roles import RIGHTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]  # requests close old connections
IN_CI, IN_SOAK = 2_000, 20_000
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL: dict[str, list[str]] = {
    "code": ["D-000001", "F-000001", "border", "R-000001"], "source": ["border-kh"], "calendar": ["iso"],
    "year": ["2025"], "index": ["0", "1"], "tile": ["tile/0/000.p/1"], "name": ["table"],
}  # fmt: skip
SKIPPED = {"document_agreement"}  # a PDF for each request; its route is asked in the tests of rules


@schemathesis.serializer("application/offset+octet-stream")
def piece(_ctx: Any, value: Any) -> bytes:
    """A piece of an upload is bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def desks(home: Path, settings: Any) -> dict[str, Desk]:
    """One party with a desk for each role, a delivery that asks a question, and the office's staff."""
    cache.clear()
    settings.API_PER_MINUTE = 10**9
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    home.mkdir(mode=0o700, exist_ok=True)
    border.lay(home)
    found = {role: seated("office" if role == "staff" else "kh-20", role) for role in RIGHTS}
    store = homes.opened()
    path = home / "week.csv"
    path.write_text(border.KH_WEEK + "Svay Rieng,2026-W31,an unknown word,3\n", encoding="utf-8")
    receiving.receive(store, homes.source(store, "border-kh"), path, receiving.Act("kh-20/province", NOW))
    return found


def test_random_requests_in_ci(desks):
    assert _ask_all(desks, IN_CI) >= IN_CI


@pytest.mark.soak
def test_random_requests_in_the_soak(desks):
    assert _ask_all(desks, IN_SOAK) >= IN_SOAK


def _ask_all(desks: dict[str, Desk], wanted: int) -> int:
    """Ask every route about as often; the number of requests."""
    os.environ.setdefault("SAMPAN_SECRET_KEY", "of this test")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    routes = [one.ok() for one in schema.get_all_operations()]
    routes = [one for one in routes if one.definition.raw["operationId"] not in SKIPPED]
    each, asked = -(-wanted // len(routes)), [0]
    for route in routes:
        _ask_one(route, desks, each, asked)
    return asked[0]


def _ask_one(route: Any, desks: dict[str, Desk], each: int, asked: list[int]) -> None:
    who = _who(route.definition.raw.get("x-right"), desks)
    strategies = st.one_of(
        route.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE),
        route.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
    )
    own = asked[0] + each

    @seed(SEED)
    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=strategies, data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            if name in REAL and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(REAL[name]))
        asked[0] += 1
        asks = {"Authorization": f"Bearer {who.secret}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=asks, checks=CHECKS)

    while asked[0] < own:
        ask()


def _who(right: str | None, desks: dict[str, Desk]) -> Desk:
    """Somebody who has the right, so that the route itself is asked."""
    for role, rights in RIGHTS.items():
        if right in {one.value for one in rights}:
            return desks[role]
    return desks["national"]
