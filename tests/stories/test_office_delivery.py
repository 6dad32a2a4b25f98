"""A province officer delivers, answers a question, withdraws; looks at her border; a stranger sees nothing of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from tests.conftest import run_sampan
from tests.stories import office as at
from tests.stories.office import CHROMIUM, FLAGS, Office, Who

from sampan.demo.region import Region, build

pytestmark = pytest.mark.usefixtures("records")

PAGES = ("/border/", "/deliver/", "/deliveries/", "/findings/", "/directory/", "/log/", "/account/")
BORDER_BYTES = 60 * 1024


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def region(home: Path, tmp_path: Path) -> Region:
    """The invented region, its places, sources and map in the home; nothing delivered."""
    found = build(3, tmp_path / "region")
    home.mkdir(mode=0o700)
    shutil.copytree(found.places, home / "places")
    shutil.copytree(found.sources, home / "sources")
    shutil.copy(found.map, home / "map.geojson")
    return found


def _seated(browser, office: Office) -> tuple[Who, Who]:
    """An officer of XP-06 and, across the line, one of XS-01."""
    one, two = office.arrives(browser, "one"), office.arrives(browser, "two")
    at.set_up(office, one)
    at.take_seat(two, *at.invite(office, one, "office/staff"))
    at.act_as(one, "office/staff")
    officers = []
    for country, place in (("XP", "XP-06"), ("XS", "XS-01")):
        head = office.arrives(browser, f"{country}.head")
        at.take_seat(head, *at.seat_party(office, one, two, f"{country}-moh", country))
        at.add_post(office, head, "province", "province", place=place, phone="+000 12 345", languages="km en")
        officer = office.arrives(browser, f"{country}.officer", width=390 if country == "XP" else 1280)
        at.take_seat(officer, *at.invite(office, head, f"{country}-moh/province"))
        officers.append(officer)
    return officers[0], officers[1]


def _delivered(office: Office, who: Who, path: Path) -> tuple[str, dict[str, str]]:
    """Look, then send; the delivery's code and what was sent."""
    office.go(who, "/deliver/")
    who.page.locator("input[type=file]").set_input_files(path)
    at.press(who, "main form button")
    expect(who.page.locator("h1")).to_have_text("What was understood")
    assert who.page.locator("table.balance tbody tr").count() >= 1
    fields = who.page.locator("form[action$='/send/'] input")
    sent = {str(one.get_attribute("name")): str(one.get_attribute("value")) for one in fields.all()}
    at.press(who, "form[action$='/send/'] button")
    found = re.search(r"/deliveries/(D-[\d-]+)/$", who.page.url)
    assert found, who.page.url
    return found[1], sent


def test_an_officer_delivers_settles_and_withdraws_and_a_neighbour_sees_nothing(browser, home: Path, region: Region):
    file = next(one.path for one in region.deliveries if one.source == "invented-xp")
    with at.served(home) as office:
        officer, stranger = _seated(browser, office)
        office.go(officer, "/deliver/")
        officer.page.locator("input[type=file]").set_input_files(file)
        at.press(officer, "main form button")
        office.go(officer, "/deliveries/")
        assert "D-" not in officer.page.locator("main").inner_text(), "nothing is kept before it is sent"

        code, sent = _delivered(office, officer, file)
        rows = [
            text.replace(",", "")
            for text in officer.page.locator("table.balance tbody tr").first.locator("td").all_inner_texts()
        ]
        assert int(rows[0]) == sum(int(text) for text in rows[1:]) > 0
        again = officer.page.request.post(f"{office.address}/deliver/send/", form=sent)
        assert again.status == 200
        assert again.url.endswith(f"/deliveries/{code}/"), "the second is answered with the delivery of the first"
        office.go(officer, "/deliveries/")
        assert officer.page.locator("tbody tr").count() == 1, "sent twice, received once"

        href = _settled(office, officer)
        _border(office, officer)
        _nothing_to_see(office, stranger, [f"/deliveries/{code}/", f"/deliveries/{code}/withdraw/", str(href)])
        office.go(stranger, "/border/")
        others = stranger.page.locator("table.border tbody").nth(1)
        assert others.locator(".sign.not_shared").count() == others.locator("td.n").count() > 0
        for path in ("/deliveries/", "/findings/", "/log/"):
            office.go(stranger, path)
            assert code not in stranger.page.locator("main").inner_text(), path

        for width in (1280, 390):
            officer.page.set_viewport_size({"width": width, "height": 900})
            for language in ("en", "km"):
                for path in (*PAGES, f"/deliveries/{code}/", str(href)):
                    assert office.go(officer, f"{path}?lang={language}") == 200, path
                    assert officer.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                    assert officer.page.locator("script:not([src]), style, [style]").count() == 0, path
                    if width == 390:
                        assert _hard_to_use(officer) == [], (path, language)
        office.go(officer, f"/deliveries/{code}/withdraw/?lang=en")
        at.fill(officer, reason="sent by mistake")
        at.press(officer, "main form button")
        assert "withdrawn" in officer.page.locator("dl.facts").inner_text()
        assert officer.told == []
    assert run_sampan("log", "verify", "--json").code == 0


def _settled(office: Office, who: Who) -> str:
    """Answer the first finding about a text; its address."""
    office.go(who, "/findings/")
    finding = who.page.locator("tbody tr:has(q) th a").first
    term = who.page.locator("tbody tr:has(q) q").first.inner_text()
    href = finding.get_attribute("href")
    at.press(who, f"a[href='{href}']")
    assert who.page.locator("td.here").count() > 0
    assert term in who.page.locator("td.here").first.inner_text()
    assert who.page.locator("input[type=radio]:checked").count() == 0, "nothing is chosen beforehand"
    who.page.locator("input[value=none]").check()
    who.page.locator("input[name=reason]").fill("a line that is no condition")
    at.press(who, "section[aria-labelledby=settle] button")
    expect(who.page.locator("h1")).to_have_text("Settled")
    office.go(who, "/findings/")
    assert who.page.locator(f"a[href='{href}']").count() == 0, "it waits no longer"
    return str(href)


def _border(office: Office, who: Who) -> None:
    """Own provinces with their figures; across the line nothing, and whom to call."""
    office.go(who, "/border/")
    mine, others = (
        who.page.locator("table.border tbody").nth(0),
        who.page.locator("table.border tbody").nth(1),
    )
    assert "XP-06" in mine.inner_text()
    assert mine.locator("td.n").count() == 3 * 8, "XP-06 and the two beside it that the same party counts"
    assert "XS-01" in others.inner_text()
    assert others.locator(".sign.not_shared").count() == others.locator("td.n").count() == 2 * 8
    assert "+000 12 345" in who.page.locator("main").inner_text(), "whom to call across the line"
    answer = who.page.request.get(f"{office.address}/border/", headers={"Accept-Encoding": "identity"})
    assert len(answer.body()) <= BORDER_BYTES


def _hard_to_use(who: Who) -> list[tuple[str, str]]:
    """What axe-core calls a serious or critical barrier on the page: rule and the first element."""
    found = Axe().run(who.page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def _nothing_to_see(office: Office, who: Who, paths: list[str]) -> None:
    """Another party's page answers exactly as one that is not there."""
    for path in paths:
        unknown = re.sub(r"[DF]-\d+", lambda found: f"{found[0][:2]}999999", path)
        theirs, nobodys = (who.page.request.get(office.address + one) for one in (path, unknown))
        assert theirs.status == nobodys.status == 404, path
        assert _masked(theirs.text()) == _masked(nobodys.text()), path


def _masked(page: str) -> str:
    """A page without the token against forgery, which is random each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", page)
