"""An empty home becomes an office: set-up, two staff, a party's coordinator, a province officer, and a successor."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.conftest import run_sampan
from tests.stories import office as at
from tests.stories.office import CHROMIUM, FLAGS

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def test_an_empty_home_becomes_an_office_and_a_coordinator_seats_a_successor(browser, home: Path):
    with at.served(home) as office:
        one = office.arrives(browser, "first.staff")
        at.set_up(office, one)
        link, code = at.invite(office, one, "office/staff")
        two = office.arrives(browser, "second.staff")
        at.take_seat(two, link, code)
        at.act_as(one, "office/staff")
        link, code = at.seat_party(office, one, two, "XP-moh", "XP")

        head = office.arrives(browser, "head", language="km")
        at.take_seat(head, link, code)
        at.add_post(office, head, "hill", "province", place="XP-1", phone="+000 12345", languages="km en")
        link, code = at.invite(office, head, "XP-moh/hill")
        officer = office.arrives(browser, "officer", width=390)
        at.take_seat(officer, link, code)
        assert office.go(officer, "/") == 200
        expect(officer.page.locator("h1")).to_have_text("My border")
        assert office.go(officer, "/people/") == 404

        successor = office.arrives(browser, "successor", width=390)
        link, code = at.invite(office, head, "XP-moh/hill")
        at.take_seat(successor, link, code)
        office.go(head, "/people/")
        at.press(head, "li:has-text('officer') form[action$='/remove/'] button")
        office.go(officer, "/border/")
        expect(officer.page).to_have_url(f"{office.address}/account/sign-in/?next=/border/")
        assert office.go(successor, "/deliveries/") == 200

        office.go(one, "/log/")
        assert "XP-moh/hill" not in one.page.locator("main").inner_text(), "the office does not see a party's seats"
        office.go(head, "/log/")
        assert "XP-moh/hill" in head.page.locator("main").inner_text()
        at.press(head, "form[action$='/sign-out/'] button")
        at.sign_in(office, head)
        expect(head.page.locator(".post")).to_have_text("XP-moh/coordinator")
        for who in (one, two, head):
            assert who.told == [], who.name
    assert run_sampan("log", "verify", "--json").code == 0, "every seat is as the log says"
