"""A week at the border in a browser: the Khmer workbook, two questions, a ministry's word, a neighbour's own form.

Then what else a week holds: a page kept for days without a network, pages light enough for a weak link, a successor
who finds the post's work, and somebody who sees nothing of any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright
from tests.codes import nth
from tests.conftest import run_sampan
from tests.stories import neighbours
from tests.stories import office as at
from tests.stories.office import CHROMIUM, FLAGS, Office, Who

pytestmark = pytest.mark.usefixtures("records")

PAGES = ("/border/", "/deliver/", "/findings/", "/region/?condition=dengue", "/sources/", "/directory/")
FIRST_VISIT, BORDER, SCRIPTS = 150 * 1024, 60 * 1024, 90 * 1024  # bytes as they come over the line
BORDER_REQUESTS = 6  # with 800 ms for each round and 50 kbit/s, 60 KB in so few rounds are there within 15 s


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def _fits(who: Who) -> None:
    """Nothing broken, nothing wider than the screen."""
    assert who.told == [], who.page.url
    assert who.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, who.page.url


def _fine(who: Who) -> None:
    """And nothing that axe calls serious."""
    _fits(who)
    found = Axe().run(who.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_week_at_the_border(browser: Browser, home: Path, tmp_path: Path):
    neighbours.lay(home)
    neighbours.seated(tmp_path)
    (home / ".known").touch()
    second = tmp_path / "week-30.csv"
    second.write_text(neighbours.WEEK_30, encoding="utf-8")
    with at.served(home) as office:
        officer = at.arrives(office, browser, "kh-20.surveillance", 390, "km")
        neighbour = at.arrives(office, browser, "vn-37.surveillance", 1280, "vi")
        expect(officer.page).to_have_url(f"{office.address}/border/")
        sent = [
            _sent(office, officer, "kh-weekly", neighbours.workbook(home)),
            _sent(office, officer, "border-kh", second),
        ]
        assert _told(office, neighbour) == set(), "nothing crosses before a word and a request"

        _passed_in_bulk(office, browser, sent)
        _two_answers(office, officer)
        _asked(office, neighbour)
        assert _told(office, neighbour) == {"11", "27"}
        _fine(neighbour)
        asked = neighbour.page.locator("form[action$='/border/file/'] select").input_value()
        answer = neighbour.page.request.get(f"{office.address}/border/file/?as={asked}")
        assert answer.ok, answer.text()
        form = answer.text()
        assert form.splitlines()[0].startswith("province,week,disease,cases"), "the neighbour's own form"
        assert re.search(r"KH-20\),2024-W31,Dengue,27", form), form

        _light(office, officer)
        _offline(office, officer)
        _outsider(office, browser, sent)
        _succeeded(office, browser, sent)
    assert run_sampan("log", "verify", "--json").code == 0


def _sent(office: Office, who: Who, source: str, path: Path) -> str:
    """Look, then send: kept, and waiting for the ministry."""
    office.go(who, "/deliver/")
    choice = who.page.locator("form:has(input[type=file]) select[name=source]")
    choice.select_option(source)
    who.page.locator("input[type=file]").set_input_files(path)
    at.press(who, "form:has(input[type=file]) button")
    _fits(who)
    at.press(who, "form[action$='/send/'] button")
    found = re.search(r"/deliveries/(D-[\d-]+)/$", who.page.url)
    assert found, who.page.url
    return found[1]


def _told(office: Office, who: Who) -> set[str]:
    """The figures of Svay Rieng that stand on the neighbour's border."""
    office.go(who, "/border/?condition=dengue")
    line = who.page.locator("table.border tr:has(.code:text-is('KH-20')) td.n")
    return {text.split("\n")[0].rstrip("*") for text in line.all_inner_texts() if text[:1].isdigit()}


def _passed_in_bulk(office: Office, browser: Browser, sent: list[str]) -> None:
    ministry = at.arrives(office, browser, "kh-20.desk", 1280, "km")
    office.go(ministry, "/words/")
    assert neighbours.LAW in ministry.page.locator("main").inner_text()
    for code in sent:
        ministry.page.locator(f"input[value='{code}']").check()
    _fine(ministry)
    at.press(ministry, "button[value=passed]")
    assert ministry.page.locator("input[name=subject]").count() == 0
    ministry.context.close()


def _two_answers(office: Office, who: Who) -> None:
    """A name that could be several places is one of them; a place that sent nothing is right as it stands."""
    office.go(who, "/findings/")
    at.press(who, "tbody tr:has(q) th a")
    _fine(who)
    who.page.locator("input[value='is:KH-3@2013-12-31']").check()
    who.page.locator("input[name=reason]").fill("Kampong Cham")
    at.press(who, "section[aria-labelledby=settle] button")
    office.go(who, "/findings/")
    who.page.locator("input[name=finding]").first.check()
    who.page.locator("input[name=reason]").first.fill("no link that week")
    at.press(who, "main form button")
    assert who.page.locator("input[name=finding]").count() == 0, "nothing waits any more"


def _asked(office: Office, who: Who) -> None:
    """A request under the clause in force: its answer first, then the release."""
    office.go(who, "/requests/new/")
    for name, values in (("conditions", ["dengue"]), ("places", ["KH-20"]), ("measures", ["cases"])):
        who.page.locator(f"select[name={name}]").select_option(values)
    who.page.locator("select[name=purpose]").select_option("routine-monitoring")
    at.fill(who, name="border", start="2024-07-01", end="2024-08-04")
    at.press(who, "button[value=preview]")
    at.press(who, "button[value=release]")
    expect(who.page).to_have_url(re.compile(f"/releases/{nth('R', 1)}/"))
    _fits(who)


def _light(office: Office, who: Who) -> None:
    """What each page weighs on a first visit, compressed as it comes; My border in few rounds."""
    line = who.context.new_cdp_session(who.page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    line.on("Network.responseReceived", lambda one: kinds.update({one["requestId"]: one["type"]}))
    line.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}))
    for path in PAGES:
        kinds.clear()
        sizes.clear()
        office.go(who, path)
        who.page.evaluate("0")  # what finished before is told by now
        assert sum(sizes.values()) <= FIRST_VISIT, (path, sum(sizes.values()))
        scripts = sum(size for one, size in sizes.items() if kinds.get(one) == "Script")
        assert scripts <= SCRIPTS, (path, scripts)
        if path == "/border/":
            assert sum(sizes.values()) <= BORDER
            assert len(sizes) <= BORDER_REQUESTS
    line.detach()


def _offline(office: Office, who: Who) -> None:
    """The directory, opened once, is there without a network; nothing else is."""
    office.go(who, "/directory/")
    who.page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    office.go(who, "/directory/")
    who.context.set_offline(True)
    office.go(who, "/directory/")
    assert "vn-37/surveillance" in who.page.locator("main").inner_text()
    who.context.set_offline(False)
    who.told.clear()


def _outsider(office: Office, browser: Browser, sent: list[str]) -> None:
    """The office's own staff see nothing of it."""
    staff = at.arrives(office, browser, "staff.two", 1280, "en")
    left = f"/releases/{nth('R', 1)}/"
    for path in ("/border/", "/region/", "/sources/", "/findings/", f"/deliveries/{sent[0]}/", left):
        assert office.go(staff, path) == 404, path
    office.go(staff, "/log/")
    assert sent[0] not in staff.page.locator("main").inner_text()
    staff.context.close()


def _succeeded(office: Office, browser: Browser, sent: list[str]) -> None:
    """A coordinator seats a successor, who finds what the post has sent."""
    head = at.arrives(office, browser, "kh-20.head", 1280, "km")
    link, code = at.invite(office, head, "kh-20/surveillance")
    successor = office.arrives(browser, "successor", width=390, language="km")
    at.take_seat(successor, link, code)
    office.go(successor, "/deliveries/")
    assert set(sent) <= set(successor.page.locator("tbody th a").all_inner_texts())
    _fits(successor)
