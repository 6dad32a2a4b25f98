"""Words of kind ("Tỉnh", "จังหวัด", "Township") that surround a name, and words that no place is made of.

Both are tables beside this file, in the languages of the countries; a country folder may add its own
`kinds.csv` and `not_places.csv`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sampan.vocab.text import compact, fold

HERE = Path(__file__).parent
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
_JOINED_FROM = 2  # letters a spaceless word needs before it may be cut off without a space


@dataclass(frozen=True)
class Kind:
    """What a word says of the thing it names: kinds of units, and whether people say it loosely of any first level."""

    kinds: frozenset[str]
    loosely: bool


@dataclass(frozen=True)
class Stripped:
    """A folded name without its words of kind, and what those words said (None: there were none)."""

    base: str
    kinds: frozenset[str] | None = None
    loosely: bool = True


class Words:
    """The words of one set of folders, folded for looking up."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.kinds: dict[str, Kind] = {}
        self.part: set[str] = set()
        self.whole: set[str] = set()
        for folder in folders:
            for row in _rows(folder / "kinds.csv"):
                self._add_kind(row)
            for row in _rows(folder / "not_places.csv"):
                (self.part if row["match"] == "part" else self.whole).add(fold(row["word"]))
        self.whole_compact = {word.replace(" ", "") for word in self.whole}
        self._lengths = sorted({len(word) for word in self.kinds}, reverse=True)
        self._joined_parts = [word for word in self.part if _SPACELESS.search(word)]

    def _add_kind(self, row: dict[str, str]) -> None:
        word, kinds, loosely = fold(row["word"]), frozenset(row["kinds"].split("|")), bool(row["loosely"])
        known = self.kinds.get(word)
        self.kinds[word] = Kind(kinds | known.kinds, loosely or known.loosely) if known else Kind(kinds, loosely)

    def strip(self, folded: str) -> Stripped:
        """Cut words of kind off both ends, as often as there are some; a name is never cut to nothing."""
        result = Stripped(folded)
        for _ in range(3):
            found = self._cut(result.base)
            if found is None:
                break
            base, kind = found
            kinds = kind.kinds if result.kinds is None else result.kinds & kind.kinds or result.kinds
            loosely = kind.loosely and (result.loosely or result.kinds is None)
            result = Stripped(base, kinds, loosely)
        return result

    def _cut(self, text: str) -> tuple[str, Kind] | None:
        for length in self._lengths:  # the longest words first; looked up, not tried one by one: this runs often
            for word in (text[:length], text[-length:]):
                if word in self.kinds:
                    for base in _without(text, word):
                        if len(base.replace(" ", "")) >= 2:
                            return base, self.kinds[word]
        return None

    def no_place(self, folded: str) -> bool:
        """True for totals, "unknown", diseases, hospitals, prisons ...; also with words of kind around them."""
        if not folded or folded.replace(" ", "").isdigit() or not any(char.isalnum() for char in folded):
            return True
        if folded in self.whole or folded.replace(" ", "") in self.whole_compact or folded in self.kinds:
            return True
        base = self.strip(folded).base
        return base in self.whole or base in self.kinds or self.has_part(folded)

    def has_part(self, folded: str) -> bool:
        """True if a word that no place is made of stands in the name."""
        padded = f" {folded} "
        if any(f" {word} " in padded for word in self.part if word in folded):
            return True
        return any(word in folded for word in self._joined_parts)


def _without(text: str, word: str) -> list[str]:
    """`text` with `word` cut off its start, or its end, where it stands there as a word."""
    cuts = []
    if text.startswith(word + " "):
        cuts.append(text[len(word) + 1 :])
    if text.endswith(" " + word):
        cuts.append(text[: -len(word) - 1])
    if not cuts and len(word) >= _JOINED_FROM and _SPACELESS.search(word):
        cuts += [text[len(word) :].strip()] if text.startswith(word) else []
        cuts += [text[: -len(word)].strip()] if text.endswith(word) else []
    elif not cuts and _SPACELESS.search(word) and "\u3400" <= word <= "\u9fff" and text.endswith(word):
        cuts.append(text[:-1])
    return [cut for cut in cuts if cut]


@lru_cache(maxsize=64)
def words_of(folders: tuple[Path, ...]) -> Words:
    """The bundled words together with those of the given folders."""
    return Words((HERE, *folders))


@lru_cache(maxsize=262144)
def skeleton(text: str) -> str:
    """How a romanised name sounds, roughly: spellings of one sound made one ("Louangphabang", "Luang Prabang").

    >>> skeleton("Xieng Khouang") == skeleton("Xiangkhuang"), skeleton("Champassack") == skeleton("Champasak")
    (False, True)
    """
    sound = compact(text)
    if not sound.isascii():
        return ""
    for written, spoken in _SOUNDS:
        sound = sound.replace(written, spoken)
    return re.sub(r"(.)\1+", r"\1", sound).rstrip("h")


_SOUNDS = (
    ("tch", "c"), ("chh", "c"), ("ch", "c"), ("ph", "p"), ("th", "t"), ("kh", "k"), ("gh", "g"), ("rh", "r"),
    ("ck", "k"), ("oeu", "u"), ("oue", "u"), ("ueu", "u"), ("ou", "u"), ("oo", "u"), ("eu", "u"), ("ue", "u"),
    ("eo", "o"), ("oe", "o"), ("ae", "e"), ("ee", "i"), ("ay", "ai"), ("ey", "ai"), ("ei", "ai"), ("uy", "ui"),
    ("y", "i"), ("ie", "i"), ("v", "w"), ("x", "s"), ("z", "s"), ("q", "k"), ("j", "c"), ("bh", "b"), ("dh", "d"),
)  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
