"""Agreements by a program: whose half of a step is taken, and whose is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from tests.stories import border
from tests.unit.api.desks import seated
from tests.unit.operations.test_sharing import NOW

from sampan.operations import homes
from sampan.operations.sharing import making

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
OWNER, ASKER = "kh-20/province", "vn-37/province"


def test_a_half_activation_names_who_took_it_and_who_can_take_the_other(home: Path) -> None:
    cache.clear()
    homes.opened()
    border.lay(home)
    owner, asker = seated("kh-20", "province"), seated("vn-37", "province")
    text = border.AGREEMENT.replace("kh-20/surveillance", OWNER).replace("vn-37/surveillance", ASKER)
    making.propose(text.lstrip(), "a.yml", OWNER, NOW)
    making.move("border", "agree", ASKER, NOW)
    making.move("border", "verify", OWNER, NOW, paper=b"signed")
    assert owner.ask("GET", "/agreements/border").json()["waits"] == []
    answer = owner.ask("POST", "/agreements/border/steps", {"verb": "activate"}).json()
    for one in (
        answer,
        asker.ask("GET", "/agreements/border").json(),
        asker.ask("GET", "/agreements").json()["items"][0],
    ):
        (half,) = one["waits"]
        assert (one["state"], half["verb"], half["post"], half["waits_for"]) == ("verified", "activate", OWNER, "vn-37")
        assert half["posts"] == [ASKER, "vn/preventive-medicine"]
    done = asker.ask("POST", "/agreements/border/steps", {"verb": "activate"}).json()
    assert (done["state"], done["waits"]) == ("in-force", [])
