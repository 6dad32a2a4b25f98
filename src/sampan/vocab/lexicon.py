"""A list of terms and what they mean, looked up exactly, then as folded text; never by likeness alone.

Two meanings for one text are both given back as candidates: the caller asks. Likeness only proposes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from sampan.vocab.text import compact, fold, fold_gently, squeeze

NEAR_ENOUGH = 70.0  # rapidfuzz score (0-100) from which a name is worth offering to a person
OFFERED = 3
SHORTEST_HELD = 3  # letters of a spelling looked for inside a text
LONGEST = 120  # letters of a text that are compared
SHORTEST = 4  # letters a Latin text needs once its marks are gone: "ta" is not "tả", "soi" not "sởi"


@dataclass
class Lexicon:
    """Meanings by spelling. `add` fills it; `find` answers (values, how)."""

    _exact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _alias: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _gentle: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _folded: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _compact: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _unspaced: re.Pattern[str] | None = None

    def add(self, term: str, value: str, *, alias: bool = False) -> None:
        """One spelling of a value; the same spelling may mean several values."""
        self._unspaced = None
        (self._alias if alias else self._exact)[_plain(term)].add(value)
        self._gentle[fold_gently(term)].add(value)
        self._folded[fold(term)].add(value)
        self._compact[compact(term)].add(value)

    def find(self, term: str) -> tuple[set[str], str]:
        """The values a text may mean and how it was matched: exact, alias, folded or none.

        The strictest spelling that is known decides, with all the meanings it has.
        """
        plain = _plain(term)
        if plain in self._exact or plain in self._alias:
            both = self._exact.get(plain, set()) | self._alias.get(plain, set())
            return both, "exact" if plain in self._exact else "alias"
        for index, key in ((self._gentle, fold_gently), (self._folded, fold), (self._compact, compact)):
            folded = key(term)
            if folded in index and (key is fold_gently or len(folded) >= SHORTEST or not folded.isascii()):
                return index[folded], "folded"
        return set(), "none"

    def near(self, term: str) -> tuple[str, ...]:
        """Values whose spellings stand in the text or are most like it, best first: to offer, never to take."""
        folded = fold(term)[:LONGEST]
        if not any(char.isalpha() for char in folded):
            return ()
        held = sorted(self._held(folded), key=lambda spelling: (-len(spelling), spelling))
        alike = process.extract(folded, self._folded.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=NEAR_ENOUGH)
        ranked: dict[str, None] = {}
        for spelling in [*(hit[0] for hit in sorted(alike, key=lambda hit: (-hit[1], hit[0]))), *held]:
            ranked |= dict.fromkeys(sorted(self._folded[spelling]))
        return tuple(ranked)[:OFFERED]

    def _held(self, folded: str) -> set[str]:
        """Spellings that stand inside a longer text: whole words of Latin script, any stretch of the others."""
        words = folded.split()
        runs = (" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, min(a + 5, len(words)) + 1))
        found = {run for run in runs if len(run) >= SHORTEST_HELD and run in self._folded}
        if not folded.isascii():
            if self._unspaced is None:
                others = sorted((s for s in self._folded if not s.isascii()), key=lambda s: (-len(s), s))
                self._unspaced = re.compile("|".join(map(re.escape, others)) or "(?!)")
            found.update(self._unspaced.findall(folded))
        return found


def _plain(term: str) -> str:
    return unicodedata.normalize("NFC", squeeze(term))
