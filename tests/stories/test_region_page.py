"""The whole demo through its door: built, received, settled, written, and looked at in a browser without a network."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import polars as pl
import pyrage
import pytest
from playwright.sync_api import Page, sync_playwright
from tests.conftest import COMMAND, run_sampan
from tests.stories.test_log_restoring import tree

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = (1280, 390)
SECONDS_TO_START = 90


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The demo of one seed, written for dengue in two languages."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPAN_HOME", str(folder / "sampan-home"))
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        said = run_sampan("demo", "--seed", "3", "--condition", "dengue", "--write", folder / "page", "--json")
    return {**said.json, "folder": folder / "page"}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def _opened(browser, address: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("requestfailed", lambda request: told.append(request.url))
    page.goto(address, timeout=120_000)
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    return page, told


def test_every_row_of_the_region_is_accounted_for(demo):
    assert demo["deliveries"] == 15
    assert demo["rows_in"] == demo["observed"] + demo["set_aside"] + demo["repeated"]
    assert demo["observed"] > 20_000
    assert demo["findings"] > 20


def test_a_backup_of_the_demo_brings_back_every_file(demo, tmp_path, monkeypatch):
    home, key = Path(str(demo["folder"])).parent / "sampan-home", pyrage.x25519.Identity.generate()
    (tmp_path / "operator.key").write_text(f"{key}\n")
    monkeypatch.delenv("SAMPAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("SAMPAN_HOME", str(home))
    run_sampan("backup", "-o", tmp_path / "demo.age", "--recipient", str(key.to_public()))
    monkeypatch.setenv("SAMPAN_HOME", str(tmp_path / "again"))
    run_sampan("restore", tmp_path / "demo.age", "--identity", tmp_path / "operator.key")
    assert tree(tmp_path / "again") == tree(home)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_page_reads_well_in_a_browser(demo, browser, language, width):
    page, told = _opened(browser, f"file://{demo['folder']}/region-dengue-{language}.html", width)
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].filter(image => image.naturalWidth === 0).length") == 0
    assert page.locator("h1").inner_text() == {"en": "Dengue", "km": "ជំងឺគ្រុនឈាម"}[language]
    assert page.locator("table.units").count() == 5
    assert page.locator(".invented").is_visible()
    words = page.locator("body").inner_text()
    assert not re.search(r"\b(ranking|worst|best)\b", words)
    page.close()


def test_every_picture_says_that_it_is_invented(demo):
    stamps = {"en": "INVENTED, NOT REAL", "km": "ប្រឌិត មិនមែនការពិត"}
    pictures = sorted(Path(str(demo["folder"])).glob("pictures/*.svg"))
    assert len(pictures) == 2 * (2 * 2 + 2 * 5 + 5)
    for picture in pictures:
        language = picture.name.split("-")[1]
        assert picture.read_text(encoding="utf-8").count(stamps[language]) >= 2, picture.name


def test_a_finding_leads_to_its_cells(demo, browser):
    page, _ = _opened(browser, f"file://{demo['folder']}/region-dengue-en.html", 1280)
    rows = page.locator("table.findings tbody tr")
    places = [n for n in range(rows.count()) if rows.nth(n).locator("q").count()]
    term = rows.nth(places[-1]).locator("q").inner_text()
    rows.nth(places[-1]).locator("th a").click()
    marked = page.locator("td.here")
    assert marked.count() > 0
    assert term in page.locator("body").inner_text()
    assert page.locator(".facts").is_visible()
    page.close()


def test_the_mistakes_that_a_machine_can_see_were_found(demo):
    """Every impossible day that was put into the lists stands in a finding."""
    truth = Path(str(demo["home"])) / "region" / "truth" / "mistakes.parquet"
    impossible = pl.read_parquet(truth).filter(pl.col("kind") == "impossible onset date")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPAN_HOME", str(demo["home"]))
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        found = [one for one in run_sampan("findings", "--json").json if one["rule"] == "impossible-date"]
    assert {one["term"] for one in found} == set(impossible["became"])
    assert sum(one["count"] for one in found) == impossible.height


def test_the_page_is_served_under_a_strict_policy_and_needs_no_script(demo, browser):
    port = _free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPAN_HOME", str(demo["home"]))
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        server = subprocess.Popen(
            [COMMAND, "demo", "--seed", "3", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    try:
        _wait(f"http://127.0.0.1:{port}/static/sampan/sampan.css", server)
        page, told = _opened(browser, f"http://127.0.0.1:{port}/vi/region/cholera/", 390)
        assert told == []
        assert page.locator("script").count() == 0
        assert page.locator("h1").inner_text() == "Bệnh tả"
        answer = page.request.get(f"http://127.0.0.1:{port}/en/region/cholera/")
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe" not in answer.headers["content-security-policy"]
        page.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")
