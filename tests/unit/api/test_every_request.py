"""Random requests, well-formed and not, on every route: no fault of ours, and no answer that is not documented."""

from __future__ import annotations

import os
from datetime import date, timedelta
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
from tests.unit.operations.test_sharing import VN, in_force
from tests.unit.operations.test_sharing import asked as wish

from sampan.operations import homes, receiving
from sampan.operations.sharing import after, changes, informing, making, publications, releasing, standard_terms
from sampan.operations.sharing.publications import Announcement, Draft
from sampan.people.models import Post
from sampan.people.roles import RIGHTS
from sampan.store.home import Store
from sampan.store.models import Delivery, FindingRecord, Opening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]  # requests close old connections
IN_CI, IN_SOAK = 2_000, 20_000
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL: dict[str, list[str]] = {
    "code": [], "source": ["border-kh"], "calendar": ["iso"],
    "year": ["2025"], "index": ["0", "1"], "tile": ["tile/0/000.p/1"], "name": ["table"],
}  # fmt: skip
ASKER = "asker"  # of a release
SKIPPED = {"document_agreement"}  # a PDF for each request; its route is asked in the tests of rules


@schemathesis.serializer("application/offset+octet-stream")
def piece(_ctx: Any, value: Any) -> bytes:
    """A piece of an upload is bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def desks(home: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Desk]:
    """One party with a desk for each role, a delivery that asks a question, and the office's staff."""
    cache.clear()
    settings.API_PER_MINUTE = 10**9
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    home.mkdir(mode=0o700, exist_ok=True)
    border.lay(home)
    found = {role: seated("office" if role == "staff" else "kh-20", role) for role in RIGHTS}
    store = homes.opened()
    standard_terms.adopt("kh-20", "Svay Rieng", "KH", "kh-20/director", NOW)  # else what it sends is not read
    path = home / "week.csv"
    path.write_text(border.KH_WEEK + "Svay Rieng,2026-W31,an unknown word,3\n", encoding="utf-8")
    receiving.receive(store, homes.source(store, "border-kh"), path, receiving.Act("kh-20/province", NOW))
    found[ASKER] = seated("vn-37", "province")
    Post.objects.filter(code="vn-37/province").update(code=VN)
    release, records = _corrected(store, home), (Delivery, FindingRecord)
    codes = [code for model in records for code in model.objects.values_list("code", flat=True)]
    assert {code[0] for code in codes} == {"D", "F"}
    wanted = Announcement("A bulletin", "Bulletin 33", date(2099, 1, 1), (release,))
    published = publications.announce(wanted, {"": Draft("a.pdf", b"a draft")}, VN, NOW)
    told = informing.tell(release, VN, "Cholera", NOW).code
    monkeypatch.setitem(REAL, "code", [*codes, "border", published, told, release])
    return found


def _corrected(store: Store, home: Path) -> str:
    """The code of a release to the asker that was corrected, under a clause that tells the difference at once."""
    in_force()
    text = wish(home, VN, "KH-20", conditions="[acute-watery-diarrhoea]")
    code = str(releasing.release(store, text, "r", home / "out", NOW)["release"])
    path = border.written(home / "corrected.csv", border.KH_WEEK.replace(",14", ",41"))
    later = NOW + timedelta(minutes=1)
    receiving.receive(store, homes.source(store, "border-kh"), path, receiving.Act("kh-20/province", later))
    assert [(one["value_before"], one["value_after"]) for one in changes.changes(code, VN, later)] == [(14, 41)]
    return code


def test_random_requests_in_ci(desks):
    assert _ask_all(desks, IN_CI) >= IN_CI


def test_what_a_correction_changed_is_told_to_the_recipient_while_the_release_is_open(desks):
    at = f"/releases/{REAL['code'][-1]}/changes"
    openings = Opening.objects.count()
    answer = desks[ASKER].ask("GET", at)
    [cell] = answer.json()["items"]
    assert (cell["condition"], cell["value_before"], cell["value_after"]) == ("acute-watery-diarrhoea", 14, 41)
    assert Opening.objects.count() == openings + 1
    nothing = desks[ASKER].ask("GET", "/releases/R-999-999/changes")
    for desk in (desks["national"], desks["staff"], desks["reader"]):
        assert (desk.ask("GET", at).status_code, desk.ask("GET", at).json()) == (404, nothing.json())
    making.move("border", "suspend", "kh-20/director", NOW)
    closed = desks[ASKER].ask("GET", at)
    assert (closed.status_code, "items" in closed.json(), "value" in closed.content.decode()) == (403, False, False)
    assert Opening.objects.count() == openings + 1


def test_no_tag_and_no_cache_opens_a_release_that_was_revoked(desks):
    code, asker = REAL["code"][-1], desks[ASKER]
    paths = [f"/releases/{code}", f"/releases/{code}/files/table", f"/releases/{code}/changes", "/releases"]
    answers = [asker.ask("GET", path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    assert all("no-store" in one["Cache-Control"] or "private" in one["Cache-Control"] for one in answers)
    tags = [answer.headers.get("ETag", "") for answer in answers]
    known = [asker.ask("GET", path, if_none_match=tag) for path, tag in zip(paths, tags, strict=True) if tag]
    assert known and {answer.status_code for answer in known} == {304}, "while it is open the tag is good"
    after.revoke(homes.opened(), code, "kh-20/director", "sent by mistake", NOW)
    for path, tag in zip(paths, tags, strict=True):
        again = asker.ask("GET", path, if_none_match=tag)
        assert again.status_code in (200, 403), (path, again.status_code)
        assert "revoked" in again.content.decode(), path


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
    own = route.path.startswith("/releases/{code}")
    who = desks[ASKER] if own else _who(route.definition.raw.get("x-right"), desks)
    strategies = st.one_of(
        route.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE),
        route.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
    )
    until = asked[0] + each

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

    while asked[0] < until:
        ask()


def _who(right: str | None, desks: dict[str, Desk]) -> Desk:
    """Somebody who has the right, so that the route itself is asked."""
    for role, rights in RIGHTS.items():
        if right in {one.value for one in rights}:
            return desks[role]
    return desks["national"]
