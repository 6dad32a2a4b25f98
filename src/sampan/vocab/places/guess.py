"""Misspelt, shortened and reordered names; taken only when one place is near and all else is clearly further.

Distances count inserted, dropped, changed and swapped letters on the name without spaces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from sampan.vocab.places.index import Index
from sampan.vocab.places.words import skeleton
from sampan.vocab.text import fold

MARGIN = 2  # letters by which every other name must be further away
SHORTEST_SOUND = 5
SHORTEST_START = 6  # letters a shortened name must keep
START_SHARE = 0.6  # and the share of the whole name
SURELY_CUT = 3  # so few letters missing at the end are a cut whatever the share

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
    asked: list[str] = []
    for way in (_reordered, _shortened, _sounding, _misspelt):
        found = way(index, text, keys)
        places = sorted({place for place in found[0] if fits(place)})
        top = _top(index, places)
        if len(top) == 1 and not _has_extra_word(index, text, top[0]):
            return Guess(top[0], found[1])
        asked += places
    return Guess(None, 0.0, tuple(dict.fromkeys(asked))) if asked else None


Found = tuple[frozenset[str], float]
NOTHING: Found = (frozenset(), 0.0)


def _keys(index: Index, text: str) -> list[str]:
    """The name without spaces, with and without its words of kind."""
    folded = fold(text)
    return list(dict.fromkeys(key.replace(" ", "") for key in (folded, index.words.strip(folded).base)))


def _top(index: Index, places: list[str]) -> list[str]:
    """Those of the level nearest to the country."""
    levels = {place: index.units(place)[-1].level for place in places}
    return [place for place in places if levels[place] == min(levels.values())]


def _reordered(index: Index, text: str, keys: list[str]) -> Found:
    folded = fold(text)
    for name in (folded, index.words.strip(folded).base):
        if " " in name and (places := index.shuffled.get(" ".join(sorted(name.split())))):
            return places, 0.95
    return NOTHING


def _shortened(index: Index, text: str, keys: list[str]) -> Found:
    """A name cut at its end ("BAGO (W", "KALIMANTAN SELATA") that only one place continues."""
    for key in keys:
        if len(key) < SHORTEST_START:
            continue
        whole = [name for name in index.spaceless_list if name.startswith(key) and name != key]
        if not whole:
            continue
        shortest = min(len(name) for name in whole)
        places = frozenset().union(*(index.spaceless[name] for name in whole))
        if len(key) / shortest >= START_SHARE or shortest - len(key) <= SURELY_CUT:
            return places, round(len(key) / shortest, 3)
    return NOTHING


def _sounding(index: Index, text: str, keys: list[str]) -> Found:
    """Another romanisation of the same sounds."""
    for key in keys:
        sound = skeleton(key)
        if len(sound) >= SHORTEST_SOUND and sound not in index.near_sounds and (places := index.sounds.get(sound)):
            return places, 0.9
    return NOTHING


def _misspelt(index: Index, text: str, keys: list[str]) -> Found:
    """Few letters wrong, and every other name at least MARGIN letters further."""
    best: Found = NOTHING
    for key in keys:
        allowed = _letters_allowed(key)
        if not allowed:
            continue
        near = process.extract(
            key, index.spaceless_list, scorer=OSA.distance, score_cutoff=allowed + MARGIN - 1, limit=None
        )
        if not near:
            continue
        nearest = min(distance for _, distance, _ in near)
        if nearest > allowed:
            continue
        places = frozenset().union(*(index.spaceless[name] for name, d, _ in near if d < nearest + MARGIN))
        score = round(1 - nearest / len(key), 3)
        if score > best[1]:
            best = (places, score)
    return best


def _letters_allowed(key: str) -> int:
    """Wrong letters a name of this length may have."""
    length = len(key)
    return 0 if length < 5 else 1 if length < 9 else 2 if length < 15 else 3


def _has_extra_word(index: Index, text: str, place: str) -> bool:
    """True if a listed name of the place stands whole in the text beside another word: something at that place."""
    words = index.words.strip(fold(text)).base.split()
    if len(words) < 2:
        return False
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if end - start < len(words) and place in index.spaceless.get("".join(words[start:end]), ()):
                return True
    return False
