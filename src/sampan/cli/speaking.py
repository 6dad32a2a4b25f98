"""The language a command speaks: `sampan --lang km ...`, or the setting SAMPAN_LANG, or the machine's own (LANG).

English where nobody chose one of ours.
What is not yet told in a language stays English, so that nothing is ever left unsaid.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextvars import ContextVar

from sampan.sharing.vocabularies import LANGUAGES
from sampan.vocab import languages, telling

SETTING = "SAMPAN_LANG"
OF_MACHINE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as POSIX has it
_chosen: ContextVar[str] = ContextVar("language", default="")


def speak(language: str | None) -> None:
    """Speak this language from now on; None leaves it to the setting."""
    _chosen.set(language or "")


def language() -> str:
    """The language chosen for this command."""
    return among(languages.languages())


def among(told: Collection[str]) -> str:
    """The language chosen for this command if what is told is told in it, else English."""
    asked = _asked()
    return asked if asked in told else "en"


def chosen() -> str:
    """The language chosen for this command where rules have phrases in it; "" where nobody chose."""
    asked = _asked()
    return asked if asked in LANGUAGES else ""


def of_phrases(asked: str | None) -> str:
    """The language asked for, else the one chosen for the command where rules have phrases in it, else English."""
    return asked or chosen() or "en"


def tell(text: str) -> str:
    """A sentence of ours in that language."""
    return telling.tell(text, language())


def _asked() -> str:
    """What was chosen for the command, else the setting, else the language of "km_KH.UTF-8"."""
    machine = next((found for name in OF_MACHINE if (found := os.environ.get(name))), "")
    return _chosen.get() or os.environ.get(SETTING) or machine.replace(".", "_").split("_")[0].split("@")[0]
