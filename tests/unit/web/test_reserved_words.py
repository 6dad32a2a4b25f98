"""Reserved words of the glossary, over every file of texts and every template: each is used for one thing alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import sampan.web
from sampan.web import office

WEB = Path(sampan.web.__file__).parent
GLOSSARY = (WEB.parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
CODES = {"Khmer (km)": "km", "Vietnamese (vi)": "vi"}
PACKAGES = sorted(path.parent.parent.parent.parent for path in WEB.rglob("km/LC_MESSAGES/django.po"))
# what people of the trade say for a directory's entry; everywhere else "confirmed" is a laboratory's word
ALLOWED = {"Last confirmed"}


def _not_for(noun: str, language: str) -> list[str]:
    """The words that must not stand for a noun, by the glossary."""
    part = GLOSSARY.split(f"### {noun}\n")[1].split("\n### ")[0]
    line = next(line for line in part.splitlines() if line.startswith(f"| {language} "))
    return [word.strip() for word in line.split("|")[3].split(",")]


def _texts(folder: Path, language: str) -> list[tuple[str, str]]:
    with (folder / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = []
        for message in read_po(file):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            found += [(one, told) for one in ids if one for told in strings]
        return found


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", CODES)
def test_a_party_is_never_a_political_one(folder: Path, name: str):
    for word in _not_for("Party", name):
        for text, told in _texts(folder, CODES[name]):
            assert word.lower() not in told.lower().split() and word not in (told if CODES[name] == "km" else ""), text


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_notify_confirmed_and_verified_keep_their_one_meaning(folder: Path):
    for text, _ in _texts(folder, "km"):
        if text in ALLOWED:
            continue
        assert not re.search(r"\bnotif(y|ied|ies|ication)\b", text, re.IGNORECASE) or "IHR" in text, text
        assert not re.search(r"\bconfirmed\b", text, re.IGNORECASE) or "laborator" in text, text
        assert not re.search(r"\bverified\b", text, re.IGNORECASE) or "event" in text, text


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
@pytest.mark.parametrize("language", ["km", "vi"])
def test_every_text_has_its_translation_and_keeps_its_fields(folder: Path, language: str):
    for text, told in _texts(folder, language):
        assert told, text
        if folder.name != office.__name__.rsplit(".", maxsplit=1)[-1]:
            assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", told)), text


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
@pytest.mark.parametrize("language", ["km", "vi"])
def test_no_text_of_a_package_is_missing_in_any_file_of_texts(folder: Path, language: str):
    known = {text for package in PACKAGES for text, _ in _texts(package, language)}
    wanted: set[str] = set()
    for path in (folder / "templates").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        wanted |= {match[2] for match in re.finditer(r"\{% translate (\"|')(.*?)\1 %\}", html)}
        for match in re.finditer(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", html, re.DOTALL):
            wanted |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in re.split(r"\{% plural %\}", match[1])}
    for path in folder.glob("*.py"):
        code = path.read_text(encoding="utf-8")
        wanted |= {match[1] for match in re.finditer(r'(?:\b_|gettext_lazy)\(\s*"(.*?)",?\s*\)', code, re.DOTALL)}
    assert wanted <= known, wanted - known
