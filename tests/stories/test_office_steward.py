"""In a browser: two sides settle two figures; a steward maps an unseen file without seeing a row; others see nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright
from tests.codes import nth
from tests.conftest import run_program, run_sampan
from tests.stories import banks
from tests.stories import office as at
from tests.stories.office import CHROMIUM, FLAGS, Who

pytestmark = pytest.mark.usefixtures("records")

FORM = "province,week,disease,cases,patient name\n" + "".join(
    f"{place},2026-W{24 + n},dengue,{n},{name}\n"
    for n, (place, name) in enumerate(
        [
            ("Svay Rieng", "Sok Dara"),
            ("Svay Rieng", "Chan Lina"),
            ("Svay Rieng", "Keo Vuthy"),
            ("Kokir", "Pich Sreymom"),
        ]
    )
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def people(home: Path) -> None:
    """An office and two parties."""
    assert run_program("tests.stories.seated").code == 0
    (home / ".known").touch()


def _fine(who: Who) -> None:
    """Nothing broken, nothing wider than the screen, nothing that axe calls serious."""
    assert who.told == [], who.name
    width = who.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{who.page.url} is wider than the screen"
    found = Axe().run(who.page).response["violations"]
    serious = [
        (one["id"], [node["html"][:90] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], who.page.url


def test_two_sides_settle_two_figures(browser: Browser, people: None, home: Path, tmp_path: Path):
    banks.lay(home)
    banks.open_gate(home)
    banks.deliver(run_sampan, tmp_path)
    with at.served(home) as office:
        one = at.arrives(office, browser, "kh-20.surveillance", 390, "km")
        two = at.arrives(office, browser, "vn-37.surveillance", 1280, "en")
        for who in (one, two):
            office.go(who, "/figures/")
            _fine(who)
            office.go(who, f"/figures/{nth('X', 1)}/")
            alone = who.page.locator("main").inner_text().replace(nth("X", 1), "")
            assert 12 not in {int(digits) for digits in re.findall(r"\d+", alone)}, "told alone"
            at.press(who, "form:has(input[value=consent]) button")
            _fine(who)
        form = "form:has(input[name=kind][value=propose])"
        office.go(one, f"/figures/{nth('X', 1)}/")
        one.page.locator(f"{form} select[name=cause]").select_option("double-entry")
        one.page.locator(f"{form} input[name^=figure-]").fill("9")
        at.press(one, f"{form} button")
        _fine(one)
        office.go(two, f"/figures/{nth('X', 1)}/")
        two.page.locator("form:has(input[value=explain]) textarea").fill("Three were seen on both banks.")
        at.press(two, "form:has(input[value=explain]) button")
        at.press(two, "form:has(input[value=agree]) button")
        expect(two.page.locator("main")).to_contain_text(f"{nth('X', 1)}: agreed")
        _fine(two)
        outsider = at.arrives(office, browser, "kh-20.head", 1280, "en")
        assert office.go(outsider, f"/figures/{nth('X', 1)}/") == 404
        assert outsider.told.pop().startswith("Failed to load resource")
    assert run_sampan("log", "verify", "--json").code == 0


def test_a_steward_maps_an_unseen_file_without_seeing_a_row(browser: Browser, people: None, home: Path, tmp_path: Path):
    file = tmp_path / "week.csv"
    file.write_text(FORM, encoding="utf-8")
    with at.served(home) as office:
        owner = at.arrives(office, browser, "kh-20.surveillance", 390, "km")
        office.go(owner, "/map/")
        at.fill(owner, source="new-form", title="New form")
        owner.page.locator("input[name=file]").set_input_files(file)
        at.press(owner, "section.columns form button")
        expect(owner.page).to_have_url(re.compile(f"/map/{nth('M', 1)}/"))
        assert "Sok Dara" in owner.page.locator("main").inner_text(), "the owner sees the file as it is"
        _fine(owner)
        at.press(owner, "form:has(input[value=help]) button")

        steward = at.arrives(office, browser, "staff.two", 1280, "en")
        assert office.go(steward, f"/map/{nth('M', 1)}/") == 404
        steward.told.clear()
        office.go(steward, "/desk/")
        _fine(steward)
        office.go(steward, f"/desk/{nth('M', 1)}/")
        seen = steward.page.content()
        assert "Svay Rieng" in seen
        for hidden in ("Sok Dara", "Kokir", "patient name"):
            assert hidden not in seen, hidden
        line = "form:has(input[name=kind][value=ask])"
        steward.page.locator(f"{line} input[name=reason]").fill("to translate it")
        at.press(steward, f"{line} button")
        office.go(owner, f"/map/{nth('M', 1)}/")
        owner.page.locator("form:has(input[value=open]) input[name=hours]").fill("2")
        at.press(owner, "form:has(input[value=open]) button")
        office.go(steward, f"/desk/{nth('M', 1)}/")
        assert "Kokir" in steward.page.content(), "opened by its owner"
        propose = "form:has(input[name=kind][value=line])"
        for name, text in (("field", "place"), ("term", "Kokir"), ("value", "KH-20")):
            steward.page.locator(f"{propose} input[name={name}]").fill(text)
        at.press(steward, f"{propose} button")
        _fine(steward)
        office.go(owner, f"/map/{nth('M', 1)}/")
        at.press(owner, "form:has(input[value=approve]) button")
        office.go(owner, "/crosswalks/new-form/")
        _fine(owner)
        assert office.go(owner, "/log/") == 200
        assert "staff:read" in owner.page.locator("main").inner_text(), "the owner sees each look"
    received = run_sampan("receive", "new-form", file, "--actor", "kh-20/surveillance", "--json", code=None)
    assert received.json["observed"] == 4
