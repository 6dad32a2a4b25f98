"""Pages of a noun bring their own texts: each with its Khmer and Vietnamese, the same fields, and compiled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import sampan.web

WEB = Path(sampan.web.__file__).parent
NOUNS = sorted(path.parent for path in WEB.glob("*/locale") if path.parent.name != "office")
NOT_FOR_PARTY = {"km": "បក្ស", "vi": "đảng"}  # they mean a political one


def _texts(noun: Path) -> set[str]:
    """Every text of templates and code that is to be translated."""
    found: set[str] = set()
    for path in noun.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[2] for match in re.finditer(r"\{% translate (\"|')(.*?)\1 %\}", text)}
        for match in re.finditer(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            found |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in match[1].split("{% plural %}")}
    for path in noun.glob("*.py"):
        code = path.read_text(encoding="utf-8")
        found |= {match[1] for match in re.finditer(r'(?:\b_|gettext_lazy)\(\s*"(.*?)",?\s*\)', code, re.DOTALL)}
    return found


def _told(folder: Path, language: str) -> dict[str, str]:
    told: dict[str, str] = {}
    with (folder / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        for message in read_po(file):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            told |= {one: strings[0] for one in ids if one}
    return told


@pytest.mark.parametrize("language", ["km", "vi"])
@pytest.mark.parametrize("noun", NOUNS, ids=lambda path: path.name)
def test_every_text_of_a_noun_is_translated(noun: Path, language: str) -> None:
    told = _told(noun, language)
    known = {text for folder in (WEB, WEB / "office", *NOUNS) for text in _told(folder, language)}
    assert _texts(noun) <= known
    for text, string in told.items():
        assert string, text
        assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", string)), text
        assert NOT_FOR_PARTY[language] not in string, text


@pytest.mark.parametrize("language", ["km", "vi"])
@pytest.mark.parametrize("noun", NOUNS, ids=lambda path: path.name)
def test_what_is_compiled_of_a_noun_is_what_is_written(noun: Path, language: str) -> None:
    with (noun / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {one for message in read_mo(file) if message.id for one in _each(message.id)}
    assert compiled == set(_told(noun, language))


def _each(ids: object) -> tuple[str, ...]:
    return tuple(ids) if isinstance(ids, list | tuple) else (str(ids),)
