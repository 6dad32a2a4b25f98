"""Misspelt, shortened and reordered names; taken only when one place is near and all else is clearly further.

Distances count inserted, dropped, changed and swapped letters on the name without spaces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from sampan.vocab.places.index import Index
from sampan.vocab.places.words import skeleton
from sampan.vocab.text import fold

MARGIN = 2  # letters by which every other name must be further away
SHORTEST_SOUND = 5
SHORTEST_BEGINNING = 4  # letters that several names may share and be offered for
SHORTEST_START = 6  # letters a shortened name must keep
START_SHARE = 0.7  # and the share of the whole name
LONG_START, LONG_START_SHARE = 9, 0.6  # a long beginning may be a smaller share
SHORTEST_CHANGED_WORD = 4  # a shorter word that differs ("Region X", "Region XI") is another word, not a misspelling
HALF_ALIKE = 0.5

Fits = Callable[[str], bool]


@dataclass(frozen=True)
class Guess:
    """One place with its score, or only candidates."""

    place: str | None
    score: float
    candidates: tuple[str, ...] = ()


def guess(index: Index, text: str, fits: Fits) -> Guess | None:
    """The one place that a name no list knows can mean; candidates if several; None if nothing is near."""
    keys = _keys(index, text)
    if any(key in index.near for key in keys):
        return None
    for way in (_reordered, _shortened, _sounding, _misspelt, _begun):
        found = way(index, keys, text, fits)
        top = _top(index, [place for place in found.places if fits(place)])
        whole = way is _reordered or (top and not _has_extra_word(index, text, top[0]))
        if len(top) == 1 and found.score and found.only(top[0]) and whole:
            return Guess(top[0], found.score)
        if top:
            return Guess(None, 0.0, tuple(sorted(place for place in found.places if fits(place))))
    return None


@dataclass(frozen=True)
class Found:
    """Names a way of guessing met: the places of the best of them, and of every name too near to leave aside.

    A score of 0 is no answer, only candidates.
    """

    places: frozenset[str] = frozenset()
    score: float = 0.0
    rivals: tuple[frozenset[str], ...] = ()

    def only(self, place: str) -> bool:
        """True if every rival name is also a name of this place."""
        return all(place in rival for rival in self.rivals)


NOTHING = Found()


def _keys(index: Index, text: str) -> list[str]:
    """The name without spaces, with and without its words of kind."""
    return list(dict.fromkeys(key.replace(" ", "") for key in (fold(text), fold(index.words.strip(text).base))))


def _top(index: Index, places: list[str]) -> list[str]:
    """Those of the level nearest to the country."""
    levels = {place: index.units(place)[-1].level for place in places}
    return [place for place in places if levels[place] == min(levels.values())]


def _reordered(index: Index, keys: list[str], text: str, fits: Fits) -> Found:
    """The same words in another order."""
    name = fold(index.words.strip(text).base)
    if " " in name:
        places = index.shuffled.get(" ".join(sorted(name.split())))
        return Found(places, 0.95) if places else NOTHING
    return NOTHING


def _shortened(index: Index, keys: list[str], text: str, fits: Fits) -> Found:
    """A name cut at its end ("BAGO (W", "KALIMANTAN SELATA") that only one place continues."""
    for key in keys:
        whole = index.continuing(key) if len(key) >= SHORTEST_START else []
        if not whole:
            continue
        shortest = min(len(name) for name in whole)
        if len(key) / shortest >= (LONG_START_SHARE if len(key) >= LONG_START else START_SHARE):
            rivals = tuple(index.spaceless[name] for name in whole if any(fits(p) for p in index.spaceless[name]))
            return Found(frozenset().union(*rivals), round(len(key) / shortest, 3), rivals)
    return NOTHING


def _begun(index: Index, keys: list[str], text: str, fits: Fits) -> Found:
    """A word with which several names begin ("កំពង់"): no answer, but what it could be."""
    for key in keys:
        whole = index.continuing(key) if len(key) >= SHORTEST_BEGINNING else []
        rivals = tuple(index.spaceless[name] for name in whole if any(fits(p) for p in index.spaceless[name]))
        if len({place for places in rivals for place in places}) > 1:
            return Found(frozenset().union(*rivals), 0.0, rivals)
    return NOTHING


def _sounding(index: Index, keys: list[str], text: str, fits: Fits) -> Found:
    """Another romanisation of the same sounds."""
    for key in keys:
        sound = skeleton(key)
        if len(sound) >= SHORTEST_SOUND and sound not in index.near_sounds and (names := index.sounds.get(sound)):
            alike = [name for name in names if _same_small_words(index, text, name)]
            places = frozenset().union(*(index.spaceless[name] for name in alike))
            rivals = [index.spaceless[name] for name, _ in index.within(key, 1)]
            return Found(places, 0.9, tuple(one for one in rivals if any(map(fits, one)))) if places else NOTHING
    return NOTHING


def _misspelt(index: Index, keys: list[str], text: str, fits: Fits) -> Found:
    """Few letters wrong, and every other name at least MARGIN letters further."""
    best = NOTHING
    for key in keys:
        found = _nearest(index, key, text, fits)
        if found.score > best.score:
            best = found
    return best


def _nearest(index: Index, key: str, text: str, fits: Fits) -> Found:
    """Names within the letters allowed; a name that may not be meant still stands in the way if it is as near."""
    allowed = _letters_allowed(key)
    if not allowed:
        return NOTHING
    cutoff = allowed + MARGIN - 1
    near = index.within(key, cutoff)
    fitting = [(name, d) for name, d in near if any(fits(place) for place in index.spaceless[name])]
    nearest = min((d for _, d in fitting), default=cutoff + 1)
    best = [name for name, d in fitting if d == nearest]
    if nearest > allowed or not any(name[0] == key[0] and _same_small_words(index, text, name) for name in best):
        return NOTHING
    rivals = [name for name, d in fitting if d < nearest + MARGIN] + [name for name, d in near if d <= nearest]
    places = frozenset().union(*(index.spaceless[name] for name in best))
    return Found(places, round(1 - nearest / len(key), 3), tuple(index.spaceless[name] for name in rivals))


def _same_small_words(index: Index, text: str, name: str) -> bool:
    """False if the two differ in a number or in a word too short to be misspelt."""
    asked = fold(text).split()
    if _digits(" ".join(asked)) != _digits(name):
        return False
    for listed in index.spaced[name]:
        words = listed.split()
        changed = set(asked) ^ set(words)
        if any(word.isdigit() for word in changed):
            continue
        if len(words) != len(asked) or all(len(word) >= SHORTEST_CHANGED_WORD for word in changed - set(asked)):
            return True
    return False


def _digits(text: str) -> list[str]:
    return [char for char in text if char.isdigit()]


def _letters_allowed(key: str) -> int:
    """Wrong letters a name of this length may have."""
    length = len(key) if key.isascii() else len(key) * 3 // 4  # letters of other scripts say more each
    return 0 if length < 6 else 1 if length < 11 else 2 if length < 17 else 3


def _has_extra_word(index: Index, text: str, place: str) -> bool:
    """True if a listed name of the place stands whole in the text beside another word: something at that place."""
    words = fold(index.words.strip(text).base).split()
    if len(words) < 2 or _one_word_differs(index, words, place):
        return False
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if end - start < len(words) and place in index.spaceless.get("".join(words[start:end]), ()):
                return True
    return False


def _one_word_differs(index: Index, words: list[str], place: str) -> bool:
    """True if a listed name of the place has the same words but one, and that one is nearly the same."""
    for name in index.folded_names(place):
        listed = name.split()
        if len(listed) == len(words):
            pairs = [(ours, theirs) for ours, theirs in zip(words, listed, strict=True) if ours != theirs]
            if len(pairs) == 1 and OSA.normalized_similarity(*pairs[0]) >= HALF_ALIKE:
                return True
    return False
