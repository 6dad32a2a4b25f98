"""Where a name that carries the unit above it ("云南省昆明市", "Kunming Yunnan") may be cut in two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from sampan.vocab.text import fold

LONGEST = 60  # signs; a longer text is no name
SHORTEST_LATIN, SHORTEST_OTHER = 5, 3  # letters of a smaller unit that no word of kind announces
_BETWEEN = " -–—:"
_STACKERS = "\u17d2\u1039"  # Khmer and Burmese signs that join the next letter to the last
_SPACELESS = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u3400", "\u9fff"))


def cuts(text: str, *, inside: bool) -> Iterator[tuple[str, str]]:
    """Both sides of each place where one name may end and the next begin: at a space; if `inside`, also between
    letters of a script that writes none."""
    if len(text) > LONGEST:
        return
    for at in range(1, len(text)):
        if text[at] == " " or (
            inside and _without_spaces(text[at - 1]) and _without_spaces(text[at]) and _begins(text, at)
        ):
            left, right = text[:at].rstrip(_BETWEEN), text[at:].lstrip(_BETWEEN)
            if len(left) > 1 and len(right) > 1:
                yield left, right


def han(text: str) -> bool:
    """True if every letter is Chinese: names of two signs or more that stand side by side leave no third reading."""
    return len(text) > 1 and all("\u3400" <= char <= "\u9fff" for char in text)


def long_enough(name: str) -> bool:
    """True if a smaller unit's name is long enough to be meant beside the unit above it without a word of kind."""
    letters = fold(name).replace(" ", "")
    return len(letters) >= (SHORTEST_LATIN if letters.isascii() else SHORTEST_OTHER)


def _without_spaces(char: str) -> bool:
    return any(first <= char <= last for first, last in _SPACELESS)


def _begins(text: str, at: int) -> bool:
    """False inside a syllable: before a sign that hangs on the letter before it, or after one that joins the next."""
    return not unicodedata.category(text[at]).startswith("M") and text[at - 1] not in _STACKERS
