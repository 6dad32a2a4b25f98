"""Which texts are a person's name by themselves, so that a few are enough: by a title, a middle or given name, a look.

What a registry of places knows is none, nor what holds a word of other things; two words alone say nothing here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sampan.vocab import places
from sampan.vocab.personal import lexicon
from sampan.vocab.text import compact, fold

MOST_WORDS = 6
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def is_name(text: str, country: str | None) -> bool:
    """True if a text can hardly be anything but a person's name.

    >>> is_name("Trần Thị Bé", "VN"), is_name("สมชาย ใจดี", "TH"), is_name("Trần Văn Thời", "VN"), is_name("Kep", "KH")
    (True, True, False, False)
    """
    words = text.split()
    if len(words) > MOST_WORDS or any(char.isdigit() for char in text):
        return False
    told = _titled(text, words) or _vietnamese(words) or _given(words) or _joined(text, words) or _burmese(text, words)
    return told and not other_thing(text) and not _place(text, country)


def _titled(text: str, words: list[str]) -> bool:
    return text.startswith(titles()) and (len(words) > 1 or bool(SPACELESS.search(text)))


def _vietnamese(words: list[str]) -> bool:
    """Family name, middle name, given name; without marks only the two middle names that are nothing else."""
    if len(words) < 3:
        return False
    first, second = words[0].title(), words[1].title()
    if first in _set("surnames", "vi") and second in _set("middle", "vi"):
        return True
    return fold(first) in _folded_surnames() and fold(second) in _set("middle", "plain")


def _given(words: list[str]) -> bool:
    if len(words) < 2 or not all(word[:1].isalpha() for word in words):
        return False
    first = words[0]
    return (
        first in _set("given", "th")
        or first in _set("given", "lo")
        or first in _set("surnames", "km_script")
        or (first.title() in _set("surnames", "km") and words[1].title() in _set("second", "km"))
        or (first.title() in _set("given", "en") and len(words[-1]) > 1)
    )


def _joined(text: str, words: list[str]) -> bool:
    """ "Ahmad bin Ali"."""
    lowered = f" {text.casefold()} "
    return len(words) > 2 and any(between in lowered[2:] for between in lexicon.names()["between"])


def _burmese(text: str, words: list[str]) -> bool:
    """Nothing but syllables of names."""
    if len(words) > 1 and all(word.title() in _set("only", "my-Latn") for word in words):
        return True
    return bool(_burmese_syllables().fullmatch(text.replace(" ", "")))


def _place(text: str, country: str | None) -> bool:
    if country is None or country not in places.countries():
        return False
    index = places.registry().index(country)
    return bool(index.met(text, None)) or compact(text) in index.near


@lru_cache(maxsize=1)
def titles() -> tuple[str, ...]:
    """What stands before a person's name."""
    return tuple(title for titles in lexicon.names()["titles"].values() for title in titles)


@lru_cache(maxsize=16)
def _set(kind: str, language: str) -> frozenset[str]:
    if language == "km_script":
        return frozenset(name for name in lexicon.names()["surnames"]["km"] if not name.isascii()) - {
            *lexicon.names()["not_alone"]
        }
    return frozenset(lexicon.names()[kind][language])


@lru_cache(maxsize=1)
def _folded_surnames() -> frozenset[str]:
    return frozenset(map(fold, _set("surnames", "vi")))


@lru_cache(maxsize=1)
def _burmese_syllables() -> re.Pattern[str]:
    syllables = sorted(lexicon.names()["only"]["my"], key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, syllables))}){{2,6}}")


@lru_cache(maxsize=1)
def _other() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, lexicon.names()["other_things"])) + r")\b", re.IGNORECASE)


def other_thing(text: str) -> bool:
    """True if a word for a hospital, a disease, a kind of place ... stands in the text."""
    return bool(_other().search(text))
