"""Pages behind sign-in: every text has its Khmer and Vietnamese, with the same fields, and the glossary's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import sampan.web
import sampan.web.office

WEB = Path(sampan.web.__file__).parent
OFFICE = Path(sampan.web.office.__file__).parent
# words of the glossary that must not stand for a party: they mean a political one
NOT_FOR_PARTY = {"km": "បក្ស", "vi": "đảng"}


def _texts() -> set[str]:
    """Every text of templates and code that is to be translated; both numbers of those that count."""
    found: set[str] = set()
    for path in OFFICE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[2] for match in re.finditer(r"\{% translate (\"|')(.*?)\1 %\}", text)}
        for match in re.finditer(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            found |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in match[1].split("{% plural %}")}
    for path in OFFICE.glob("*.py"):
        code = path.read_text(encoding="utf-8")
        found |= {match[1] for match in re.finditer(r'(?:\b_|gettext_lazy)\(\s*"(.*?)",?\s*\)', code, re.DOTALL)}
    return found


def _told(folder: Path, language: str) -> dict[str, tuple[str, ...]]:
    told: dict[str, tuple[str, ...]] = {}
    with (folder / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        for message in read_po(file):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            told.update({one: tuple(strings) for one in ids if one})
    return told


@pytest.mark.parametrize("language", ["km", "vi"])
def test_every_text_is_translated_with_the_same_fields(language):
    told = _told(OFFICE, language)
    assert _texts() - set(_told(WEB, language)) == set(told) - set(_told(WEB, language))
    for text, strings in told.items():
        for string in strings:
            assert string, text
            assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", string)), text
            assert NOT_FOR_PARTY[language] not in string, text


@pytest.mark.parametrize("language", ["km", "vi"])
def test_what_is_compiled_is_what_is_written(language):
    with (OFFICE / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {_first(message.id): message.string for message in read_mo(file) if message.id}
    with (OFFICE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        written = {_first(message.id): message.string for message in read_po(file) if message.id}
    assert {name: _first(told) for name, told in compiled.items()} == {
        name: _first(told) for name, told in written.items()
    }


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    """A text that counts has several forms; Khmer and Vietnamese have one."""
    return text if isinstance(text, str) else text[0]
