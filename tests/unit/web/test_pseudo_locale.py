"""Every page in a pseudo-locale: each text that went through translation is bracketed, and no English stands outside.

Data are codes, names and figures; what the fixture calls things has no letters of the alphabet but those of codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import trans_real
from tests.unit.people.test_who_may_what import GUARDED, POST_ONLY, _address, _client, seats

from sampan.people.roles import RIGHTS
from sampan.sharing import reasons, vocabularies
from sampan.vocab import telling
from sampan.web.reader import Reader

pytestmark = [pytest.mark.django_db]
OPENING, CLOSING = "⟦", "⟧"
# answers that are files, not pages
FILES = {
    "document", "checkpoint", "log-key", "blank-form", "marked-file", "picture", "my-picture", "border-file", "deliver-words",
    "directory-worker",
}  # fmt: skip
# in their own language on purpose: names of languages, texts of laws and files, codes, addresses of commands
OWN_WORDS = {"code", "pre", "q", "textarea", "title", "script", "style"}
DATA = re.compile(
    r"[A-Z]{1,3}-[\w/-]+|\b[a-z]{1,3}(-[a-z0-9]+)+(/[a-z-]+)?\b|\b[a-z0-9]+/[a-z0-9/-]+|\b\d[\w:.-]*|SHA-256|UTC|ZIP|PDF"
    r"|CSV|XLSX|TLP:\S+|Sampan|SMS|API|v\d+|\b[a-f0-9]{32,}\b",
)
# what the table of who may what calls its parties, posts, sources and files
NAMED = (
    "Weekly counts of Svay Rieng and Tay Ninh", "Weekly counts", "weekly form", "weekly-form", "Svay Rieng", "Tay Ninh", "draft.csv", "f.csv", "Draft",
    "draft", "office", "weekly", *RIGHTS,
)  # fmt: skip
# words that a source's own file is written in; the pages that draft one show them as they will stand in it
WRITTEN = [
    "suspected+confirmed",
    "suspected",
    "probable",
    "confirmed",
    "discarded",
    "unspecified",
    "total",
    "onset",
    "diagnosis",
    "report",
    "receipt",
    "snapshot",
    "increment",
    "correction",
    "cumulative",
    "iso",
    "cdc",
    "thai-moph",
    "january-1",
    "sunday-contains-january-1",
    "cases",
    "dengue",
    "disease",
    "province",
    "week",
    "place",
]
DRAFTING = {"mapping", "desk-look"}
ENGLISH = re.compile(r"[A-Za-z]{3,}")
TOLD = telling.told
seats = seats  # noqa: PLW0127 - the fixture of the table of who may what


class Texts(HTMLParser):
    """The text nodes of a page that nobody translated."""

    def __init__(self, *named: str) -> None:
        super().__init__()
        self.named = sorted(named, key=len, reverse=True)  # the longest first: one may stand within another
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Elements in a language of their own, or of data, are left out with all they hold."""
        facts = dict(attrs)
        names = set((facts.get("class") or "").split())
        own = tag in OWN_WORDS or ("lang" in facts and tag != "html") or bool(names & {"code", "post", "digest"})
        if tag not in ("meta", "link", "img", "input", "br", "source", "hr"):
            self.open.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        """Back to what surrounds it."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """What stands outside every bracket."""
        if not any(own for _, own in self.open):
            rest, before = data, ""
            while rest != before:  # brackets stand within brackets
                rest, before = re.sub(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}", " ", rest), rest
            for named in self.named:
                rest = re.sub(rf"(?<![A-Za-z]){re.escape(named)}(?![A-Za-z])", " ", rest)
            if ENGLISH.search(DATA.sub(" ", rest)):
                self.found.append(" ".join(rest.split())[:80])


def _told(text: str, language: str) -> telling.Told:
    """A sentence of the house in brackets, if every language we write tells it."""
    known = all(TOLD(text, other).language == other for other in telling.LANGUAGES)
    return telling.Told(f"{OPENING}{text}{CLOSING}" if known else text, language)


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every translated text in brackets; so is what comes from the tables of phrases, labels, names and dates."""

    def one(original: Callable[..., Any]) -> Callable[..., str]:
        return lambda *arguments, **named: f"{OPENING}{original(*arguments, **named)}{CLOSING}"

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, one(getattr(trans_real, name)), raising=False)
    for name in ("condition", "place", "country", "day", "short_day", "moment", "span"):
        monkeypatch.setattr(Reader, name, one(getattr(Reader, name)))
    monkeypatch.setattr(telling, "told", _told)
    phrases, rows = reasons.phrases, vocabularies._rows
    monkeypatch.setattr(
        reasons,
        "phrases",
        lambda language: {key: f"{OPENING}{text}{CLOSING}" for key, text in phrases(language).items()},
    )
    bracketed_rows = {
        name: [{**row, "en": f"{OPENING}{row['en']}{CLOSING}"} for row in listed] for name, listed in rows().items()
    }
    monkeypatch.setattr(vocabularies, "_rows", lambda: bracketed_rows)
    vocabularies.label.cache_clear()
    yield
    vocabularies.label.cache_clear()


def test_no_page_shows_a_text_that_cannot_be_translated(seats, bracketed):
    left: dict[str, list[str]] = {}
    for name, roles in GUARDED.items():
        if not roles or name in POST_ONLY or name in FILES:
            continue
        party = "office" if roles <= {"staff"} else "xp-moh"
        seat = next(seat for (code, role), seat in seats.items() if code == party and role in roles)
        answer = _client(seat.person).get(_address(name, seats, party))
        assert answer.status_code == 200, name
        reader = Texts(*NAMED, *(WRITTEN if name in DRAFTING else ()))
        reader.feed(answer.content.decode())
        if reader.found:
            left[name] = sorted(set(reader.found))
    assert not left, "\n".join(f"{name}: {texts}" for name, texts in left.items())


def test_the_brackets_find_a_text_nobody_translated():
    reader = Texts()
    reader.feed("<p>⟦Translated⟧ XP-06 2026-08-04</p><p>Forgotten words</p><code>left out</code><p lang='en'>a law</p>")
    assert reader.found == ["Forgotten words"]
