"""Texts of the API and of the page of its keys: all in Khmer and Vietnamese, with the same fields."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import sampan.api
import sampan.web.keys

FOLDERS = [Path(module.__file__).parent for module in (sampan.api, sampan.web.keys)]


def _texts(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[2] for match in re.finditer(r"\{% translate (\"|')(.*?)\1 %\}", text)}
        for match in re.finditer(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            found.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", match[1]))
    for path in folder.rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        found |= {match[1] for match in re.finditer(r'(?:\b_|gettext_lazy)\(\s*"(.*?)",?\s*\)', code, re.DOTALL)}
    return found


@pytest.mark.parametrize("language", ["km", "vi"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_text_is_translated_with_the_same_fields(folder, language):
    with (folder / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        told = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert not _texts(folder) - set(told)
    for text, string in told.items():
        assert string, text
        assert sorted(re.findall(r"%\(\w+\)s|\{\w+\}", text)) == sorted(re.findall(r"%\(\w+\)s|\{\w+\}", string)), text
