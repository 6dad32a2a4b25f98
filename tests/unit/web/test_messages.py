"""Each kind of message that an operation sends has words of its own or of its family."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import sampan
from sampan.operations.messages import FAMILIES, KINDS, said

OPERATIONS = Path(sampan.__file__).parent / "operations"
KIND = re.compile(r'kind=f?"([a-z]+):([a-z_]*)')


def test_every_kind_that_is_sent_by_its_name_has_words() -> None:
    sent = {found for file in OPERATIONS.rglob("*.py") for found in KIND.findall(file.read_text(encoding="utf-8"))}
    assert ("delivery", "withdrawn") in sent  # the search finds what is there
    speechless = {family for family, word in sent if family not in FAMILIES and f"{family}:{word}" not in KINDS}
    assert speechless == set()


def test_a_kind_without_words_of_its_own_takes_those_of_its_family() -> None:
    assert said("findings:wait") == "Findings wait for an answer"
    assert said("release:granted") == KINDS["release:granted"]


@pytest.mark.parametrize("language", ["km", "vi"])
def test_every_kind_is_told_in_the_languages_that_are_complete(language: str) -> None:
    for kind in [*KINDS, *FAMILIES, "unheard-of"]:
        with override("en"):
            english = str(said(kind))
        with override(language):
            assert str(said(kind)) != english, kind
