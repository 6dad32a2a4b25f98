"""The names of one country, keyed for looking up: as written, gently folded, folded, without spaces, by sound."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from sampan.model.places import Unit
from sampan.vocab.places.registry import Country, Name
from sampan.vocab.places.words import Words, skeleton
from sampan.vocab.text import compact, fold, fold_gently

Named = dict[str, tuple[int, list[Name]]]  # place -> how closely its nearest name has a key, and all that have it
NOBODY: Named = {}  # met by a key that no name has
SHORTEST_KEY = 4  # letters from which a key may be misspelt
# how closely a name was met; a smaller number is closer
AS_OFFICIAL, AS_LISTED, GENTLY, RUN_TOGETHER, FOLDED, SPACELESS = range(6)


class Query(NamedTuple):
    """What is asked for: one name, and what narrows it."""

    text: str
    on: date | None = None
    level: int | None = None
    parents: frozenset[str] | None = None  # place codes one of which must be above
    hierarchy: str = "admin"

    def saying(self, text: str) -> Query:
        """The same question of another text."""
        return Query(text, *self[1:])


@dataclass
class Index:
    """All keys of one country. `met` answers with place codes and how closely each was met."""

    country: Country
    words: Words
    _written: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _gentle: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _joined: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _folded: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _compact: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _codes: dict[str, Named] = field(default_factory=lambda: defaultdict(dict))
    _within: dict[tuple[str, int], list[tuple[str, int]]] = field(default_factory=dict)
    _lengths: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.country.names:
            self._add(name)
        for place in self.country.places:
            official = Name(place, "", place, True, "code")
            for code in (place, re.sub(r"-(\d)$", r"-0\1", place)):  # KH-3 is also written KH03
                _put(self._codes, compact(code), official, AS_OFFICIAL)

    def _add(self, name: Name) -> None:
        gentle, folded = fold_gently(name.text), fold(name.text)
        _put(self._written, unicodedata.normalize("NFC", name.text), name, AS_OFFICIAL if name.official else AS_LISTED)
        self._add_folded(name, gentle, folded)
        bare = self.words.strip_listed(name.text)
        plain = fold(bare.base)
        if bare.kinds is not None and not self.words.no_place(plain):  # of "National Capital Region" stays "national"
            self._add_folded(name, bare.base, plain)

    def _add_folded(self, name: Name, gentle: str, folded: str) -> None:
        _put(self._gentle, gentle, name, GENTLY)
        _put(self._joined, gentle.replace(" ", ""), name, RUN_TOGETHER)
        _put(self._folded, folded, name, FOLDED)
        _put(self._compact, folded.replace(" ", ""), name, SPACELESS)

    def is_listed(self, text: str) -> bool:
        """True if the text is a name or a code just as it is listed."""
        return unicodedata.normalize("NFC", text) in self._written or compact(text) in self._codes

    def met(self, text: str, on: date | None) -> dict[str, int]:
        """Place code -> how closely `text` meets one of its names that was in use on the day."""
        gentle, folded = fold_gently(text), fold(text)
        spaceless = folded.replace(" ", "")
        found: dict[str, int] = {}
        for named in (
            self._written.get(unicodedata.normalize("NFC", text), NOBODY), self._gentle.get(gentle, NOBODY),
            self._joined.get(gentle.replace(" ", ""), NOBODY), self._folded.get(folded, NOBODY),
            self._compact.get(spaceless, NOBODY), self._codes.get(spaceless, NOBODY),
        ):  # fmt: skip
            for place, (tier, names) in named.items():
                if on is None or any(name.used(on) for name in names):
                    found[place] = min(tier, found.get(place, tier))
        return found

    @cached_property
    def spaceless(self) -> dict[str, frozenset[str]]:
        """Every key without spaces -> the places it names."""
        return {key: frozenset(places) for key, places in self._compact.items()}

    @cached_property
    def spaced(self) -> dict[str, tuple[str, ...]]:
        """Every key without spaces -> the folded names it comes from."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for name in self._folded:
            grouped[name.replace(" ", "")].append(name)
        return {key: tuple(names) for key, names in grouped.items()}

    @cached_property
    def spaceless_list(self) -> list[str]:
        """The same keys as a list, for measuring distances."""
        return sorted(key for key in self.spaceless if len(key) >= SHORTEST_KEY)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        grouped: dict[int, list[str]] = defaultdict(list)
        for name in self.spaceless_list:
            grouped[len(name)].append(name)
        return grouped

    def continuing(self, start: str) -> list[str]:
        """Longer keys without spaces that begin so."""
        first = bisect_right(self.spaceless_list, start)
        last = bisect_right(self.spaceless_list, start + "\U0010ffff")
        return self.spaceless_list[first:last]

    def within(self, key: str, letters: int) -> list[tuple[str, int]]:
        """Spaceless names at most so many letters away, with their distances, nearest first; remembered."""
        if (key, letters) not in self._within:
            near = process.extract(
                key, self._of_length(len(key), letters), scorer=OSA.distance, score_cutoff=letters, limit=None
            )
            self._within[key, letters] = [(name, distance) for name, distance, _ in near]
        return self._within[key, letters]

    def _of_length(self, length: int, letters: int) -> list[str]:
        """Spaceless names at most so many letters shorter or longer; remembered."""
        if (length, letters) not in self._lengths:
            lengths = range(length - letters, length + letters + 1)
            self._lengths[length, letters] = [name for one in lengths for name in self._by_length.get(one, ())]
        return self._lengths[length, letters]

    def marked_distances(self, gentle: str, places: frozenset[str]) -> tuple[int, int]:
        """Letters, with their marks, from a text to the nearest name of these places, and of other first-level ones."""
        ours = others = len(gentle)
        for name, named in self._first_level_marked.items():
            if named & places:
                ours = min(ours, OSA.distance(gentle, name, score_cutoff=ours))
            else:
                others = min(others, OSA.distance(gentle, name, score_cutoff=others))
        return ours, others

    @cached_property
    def _first_level_marked(self) -> dict[str, frozenset[str]]:
        """Names of the first level as `fold_gently` has them -> places."""
        found: dict[str, frozenset[str]] = {}
        for name, places in self._gentle.items():
            first = frozenset(place for place in places if self.units(place)[-1].level == 1)
            if first:
                found[name] = first
        return found

    @cached_property
    def marked(self) -> frozenset[str]:
        """Places with a listed name in Latin letters that bears marks: typed marks may contradict it."""
        latin = ((name.place, fold_gently(name.text), fold(name.text)) for name in self.country.names)
        return frozenset(place for place, gentle, folded in latin if gentle != folded and folded.isascii())

    def folded_names(self, place: str) -> list[str]:
        """All names of a place, folded."""
        return self._folded_names.get(place, [])

    @cached_property
    def _folded_names(self) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = defaultdict(list)
        for name, places in self._folded.items():
            for place in places:
                grouped[place].append(name)
        return grouped

    @cached_property
    def shuffled(self) -> dict[str, frozenset[str]]:
        """Words of a name in alphabetical order -> places."""
        grouped: dict[str, set[str]] = defaultdict(set)
        for names in self.spaced.values():
            for name in names:
                if " " in name:
                    grouped[" ".join(sorted(name.split()))] |= self.spaceless[name.replace(" ", "")]
        return {key: frozenset(places) for key, places in grouped.items()}

    @cached_property
    def sounds(self) -> dict[str, tuple[str, ...]]:
        """How a name sounds -> spaceless names that sound so."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for name in self.spaceless:
            if sound := skeleton(name):
                grouped[sound].append(name)
        return {sound: tuple(names) for sound, names in grouped.items()}

    @cached_property
    def near(self) -> frozenset[str]:
        """Spaceless names of other things."""
        return frozenset(compact(name) for name in self.country.near)

    @cached_property
    def near_sounds(self) -> frozenset[str]:
        """How names of other things sound."""
        return frozenset(skeleton(name) for name in self.country.near)

    def units(self, place: str) -> tuple[Unit, ...]:
        """All units of a place, oldest first."""
        return self.country.places[place]

    @cached_property
    def order(self) -> dict[str, int]:
        """Places in the order of their registry: an order among equals that no code decides."""
        return {place: position for position, place in enumerate(self.country.places)}

    def above(self, place: str) -> frozenset[str]:
        """Every code above a place, through all its units."""
        return self._above[place]

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        direct = {place: {unit.parent for unit in units if unit.parent} for place, units in self.country.places.items()}
        found: dict[str, frozenset[str]] = {}
        for place, parents in direct.items():
            seen: set[str] = set()
            waiting = list(parents)
            while waiting:
                code = waiting.pop()
                if code not in seen:
                    seen.add(code)
                    waiting.extend(direct.get(code, ()))
            found[place] = frozenset(seen)
        return found


def _put(keys: dict[str, Named], key: str, name: Name, tier: int) -> None:
    if not key:
        return
    named = keys[key]
    known = named.get(name.place)
    if known is None:
        named[name.place] = (tier, [name])
    else:
        named[name.place] = (min(tier, known[0]), [*known[1], name])
