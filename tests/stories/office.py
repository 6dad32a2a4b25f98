"""An office in a browser: served from a home of its own, with people who sign in by password and second factor."""

from __future__ import annotations

import base64
import hmac
import os
import re
import signal
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.conftest import COMMAND
from tests.stories import seated

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SECONDS_TO_START = 90
PASSWORD = "a boat between two banks"


@dataclass
class Who:
    """Somebody at a browser of their own: sign-in name, second factor, and what the console said."""

    name: str
    context: BrowserContext
    page: Page
    secret: str = ""
    used: str = ""
    told: list[str] = field(default_factory=list)


@dataclass
class Office:
    """A served office."""

    address: str
    home: Path
    set_up_code: str

    def arrives(self, browser: Browser, name: str, *, width: int = 1280, language: str = "en") -> Who:
        """A new person at a new browser."""
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        context.set_default_timeout(60_000)
        who = Who(name, context, context.new_page())
        who.page.on("console", lambda message: who.told.append(message.text) if message.type == "error" else None)
        who.page.on("pageerror", lambda error: who.told.append(str(error)))
        return who

    def go(self, who: Who, path: str) -> int:
        """Open a page; the answer's status."""
        answer = who.page.goto(self.address + path)
        assert answer is not None
        return answer.status


@contextmanager
def served(home: Path) -> Iterator[Office]:
    """`sampan serve` on a home, until the end of the block."""
    port = _free_port()
    environment = {**os.environ, "SAMPAN_HOME": str(home), "COLUMNS": "300"}
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/health", server)
        code = ""
        if not (home / ".known").exists():
            assert server.stderr is not None
            line = server.stderr.readline()
            found = re.search(r"set-up code: ([a-z2-7]{16})", line)
            assert found, line
            code = found[1]
            (home / ".known").touch()
        yield Office(address, home, code)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        if server.stderr is not None:
            server.stderr.close()


def totp(secret: str, at: float) -> str:
    """The code of an authenticator (RFC 6238), written here so that the office's own is not asked."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at // 30)), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def new_factor(who: Who) -> None:
    """Set up the second factor that the office asks for; the recovery codes are shown for printing."""
    expect(who.page).to_have_url(re.compile("/account/second/totp/activate/"))
    who.secret = who.page.locator("#secret").inner_text()
    who.used = totp(who.secret, time.time())
    who.page.locator("input[name=code]").fill(who.used)
    press(who, "main button")
    expect(who.page.locator(".codes li")).to_have_count(10)


def arrives(office: Office, browser: Browser, name: str, width: int, language: str) -> Who:
    """One of those whom `seated` gave a post, signed in on a device of that width."""
    who = office.arrives(browser, name, width=width, language=language)
    who.secret = seated.SECRET
    sign_in(office, who)
    return who


def sign_in(office: Office, who: Who, password: str = PASSWORD) -> None:
    """By password, then by a code that was not used before."""
    office.go(who, "/account/sign-in/")
    who.page.locator("input[name=login]").fill(who.name)
    who.page.locator("input[name=password]").fill(password)
    press(who, "main button")
    code = totp(who.secret, time.time())
    if code == who.used:  # each code counts once; the next one is taken a little early
        code = totp(who.secret, time.time() + 30)
    who.used = code
    who.page.locator("input[name=code]").fill(code)
    press(who, "main button")


def set_up(office: Office, who: Who) -> None:
    """First set-up by the first of the office's staff."""
    office.go(who, "/")
    fill(who, code=office.set_up_code, office="The brokering office", sign_in=who.name, password=PASSWORD)
    press(who, "main button")
    new_factor(who)


def take_seat(who: Who, link: str, code: str) -> None:
    """Take a seat with a link and a code, by a sign-in of one's own, then set up the second factor."""
    who.page.goto(link)
    fill(who, code=code, sign_in=who.name, password=PASSWORD)
    press(who, "main button")
    new_factor(who)


def invite(office: Office, who: Who, post: str) -> tuple[str, str]:
    """A coordinator invites into a post: link and code."""
    office.go(who, "/people/")
    press(who, f"article:has(h2 .code:text-is('{post}')) form[action$='/invite/'] button")
    return who.page.locator("#link").inner_text(), who.page.locator("#code").inner_text()


def add_post(office: Office, who: Who, slug: str, role: str, **facts: str) -> None:
    """A coordinator makes a post."""
    office.go(who, "/people/posts/")
    who.page.locator("select[name=role]").select_option(role)
    fill(who, slug=slug, title=slug.capitalize(), **facts)
    press(who, "main button")


def seat_party(office: Office, one: Who, two: Who, party: str, country: str) -> tuple[str, str]:
    """Two of the staff seat a party's first coordinator: one gets the link, the other the code."""
    office.go(one, "/parties/")
    one.page.locator("select[name=kind]").select_option("authority")
    fill(one, code=party, name=f"Ministry {country}", country=country)
    press(one, "section[aria-labelledby=new] button")
    link = one.page.locator("#link").inner_text()
    office.go(two, "/parties/")
    press(two, "form[action$='/agree/'] button")
    return link, two.page.locator("#code").inner_text()


def act_as(who: Who, post: str) -> None:
    """Change to another post that one holds."""
    who.page.locator("#seat").select_option(label=post)
    press(who, ".acting form:has(#seat) button")


def fill(who: Who, **fields: str) -> None:
    """Fill fields by name."""
    for name, text in fields.items():
        who.page.locator(f"[name={name}]").fill(text)


def press(who: Who, selector: str) -> None:
    """Press a button and wait for the page that follows."""
    with who.page.expect_navigation():
        who.page.locator(selector).first.click()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")
