"""Words of kind ("Tỉnh", "จังหวัด", "Township") that surround a name, and words that no place is made of.

Both are tables beside this file, in the languages of the countries; a country folder may add its own
`kinds.csv` and `not_places.csv`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sampan.vocab.text import compact, fold, fold_gently

HERE = Path(__file__).parent
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
_JOINED_FROM = 2  # letters a spaceless word needs before it may be cut off without a space


@dataclass(frozen=True)
class Kind:
    """A word of kind: kinds of units it names, whether people say it loosely of any first level, where it stands."""

    word: str
    kinds: frozenset[str]
    loosely: bool
    before: bool
    after: bool


@dataclass(frozen=True)
class Stripped:
    """A name without its words of kind, and what those words said (None: there were none)."""

    base: str
    kinds: frozenset[str] | None = None
    loosely: bool = True


class Ends:
    """Words of kind by the letter they begin and end with: few of some hundred can stand at either end of a name."""

    def __init__(self, kinds: dict[str, Kind]) -> None:
        self._beginning: dict[str, list[Kind]] = defaultdict(list)
        self._ending: dict[str, list[Kind]] = defaultdict(list)
        for word, kind in kinds.items():
            if word:
                self._beginning[word[0]].append(kind)
                self._ending[word[-1]].append(kind)

    def of(self, text: str) -> list[Kind]:
        """Those with which the text begins or ends; longest first, of one length in alphabetical order."""
        found = [kind for kind in self._beginning.get(text[:1], ()) if text.startswith(kind.word)]
        found += [kind for kind in self._ending.get(text[-1:], ()) if text.endswith(kind.word)]
        return sorted(found, key=_longest_first) if len(found) > 1 else found


def _longest_first(kind: Kind) -> tuple[int, str]:
    return -len(kind.word), kind.word


class Words:
    """The words of one country: the bundled ones, those of its own languages in Latin letters, its folder's own."""

    def __init__(self, folders: tuple[Path, ...], languages: tuple[str, ...]) -> None:
        rows = [row for folder in folders for row in _rows(folder / "kinds.csv") if _spoken(row["language"], languages)]
        plain, marked = _kinds(rows, fold), _kinds(rows, fold_gently)
        self._plain, self._marked = Ends(plain), Ends(marked)
        self._latin = Ends({word: kind for word, kind in plain.items() if word in marked})
        self.kinds = set(plain)
        self.part: set[str] = set()
        self.whole: set[str] = set()
        self.as_is: set[str] = set()  # what programs write for nothing; "NAN" and "Nan" may still be a place
        for folder in folders:
            for row in _rows(folder / "not_places.csv"):
                self._add(row["word"], row["match"])
        self.whole_compact = {word.replace(" ", "") for word in self.whole}
        self._longest_part = max((word.count(" ") + 1 for word in self.part), default=0)
        joined = sorted(re.escape(word) for word in self.part if _SPACELESS.search(word))
        self._joined_part = re.compile("|".join(joined) or "(?!)")

    def _add(self, word: str, match: str) -> None:
        match match:
            case "part":
                self.part.add(fold(word))
            case "whole":
                self.whole.add(fold(word))
            case "as-is":
                self.as_is.add(word)
            case _:
                raise ValueError(f"not_places.csv: match is {match!r}")

    def strip(self, text: str) -> Stripped:
        """A name as asked, without words of kind. Marks count if it has any: "Tĩnh" is not "Tỉnh"."""
        gentle, folded = fold_gently(text), fold(text)
        return _strip(gentle, self._marked) if gentle != folded else _strip(folded, self._plain)

    def strip_listed(self, text: str) -> Stripped:
        """A listed name, more strictly: in "Quan Son" without marks the first word is no word of kind."""
        gentle, folded = fold_gently(text), fold(text)
        return _strip(gentle, self._marked) if gentle != folded else _strip(folded, self._latin)

    def no_place(self, folded: str) -> bool:
        """True for totals, "unknown", diseases, hospitals, prisons ...; also with words of kind around them."""
        if not folded or folded.replace(" ", "").isdigit() or not any(char.isalnum() for char in folded):
            return True
        if folded in self.whole or folded.replace(" ", "") in self.whole_compact or folded in self.kinds:
            return True
        base = _strip(folded, self._plain).base
        return base in self.whole or base in self.kinds or self.has_part(folded)

    def has_part(self, folded: str) -> bool:
        """True if a word that no place is made of stands in the name."""
        words = folded.split(" ")
        for first in range(len(words)):
            for last in range(first + 1, min(first + self._longest_part, len(words)) + 1):
                if " ".join(words[first:last]) in self.part:
                    return True
        return self._joined_part.search(folded) is not None


def _spoken(language: str, languages: tuple[str, ...]) -> bool:
    """Words of another country's language in Latin letters are words like any other here."""
    return not language.endswith("-Latn") or language.removesuffix("-Latn") in languages


def _kinds(rows: list[dict[str, str]], key: Callable[[str], str]) -> dict[str, Kind]:
    """By word, longest first, rows of one word made one."""
    found: dict[str, Kind] = {}
    for row in rows:
        word, where = key(row["word"]), row.get("position") or "both"
        said = Kind(word, frozenset(row["kinds"].split("|")), bool(row["loosely"]), where != "after", where != "before")
        known = found.get(word)
        if known:
            kinds, loosely = said.kinds | known.kinds, said.loosely or known.loosely
            said = Kind(word, kinds, loosely, said.before or known.before, said.after or known.after)
        found[word] = said
    return found


def _strip(text: str, kinds: Ends) -> Stripped:
    """Cut words of kind off both ends, as often as there are some; a name is never cut to nothing."""
    result = Stripped(text)
    for _ in range(3):
        cuts = ((base, kind) for kind in kinds.of(result.base) for base in _without(result.base, kind))
        cut = next(((base, kind) for base, kind in cuts if _enough(base)), None)
        if cut is None:
            break
        result = _with(result, *cut)
    return result


def _with(result: Stripped, base: str, kind: Kind) -> Stripped:
    """What two words of kind say together; two that contradict each other fit nothing."""
    if result.kinds is None:
        return Stripped(base, kind.kinds, kind.loosely)
    both, loosely = result.kinds & kind.kinds, result.loosely and kind.loosely
    return Stripped(base, result.kinds | kind.kinds if loosely and not both else both, loosely)


def _enough(base: str) -> bool:
    letters = base.replace(" ", "")
    return len(letters) >= (1 if "\u3400" <= letters[:1] <= "\u9fff" else 2)


def _without(text: str, kind: Kind) -> list[str]:
    """`text` with the word cut off its start, or its end, where it stands there as a word."""
    word, cuts = kind.word, []
    if kind.before and text.startswith(word + " "):
        cuts.append(text[len(word) + 1 :])
    if kind.after and text.endswith(" " + word):
        cuts.append(text[: -len(word) - 1])
    han = "\u3400" <= word[:1] <= "\u9fff"
    if not cuts and _SPACELESS.search(word) and (han or len(word) >= _JOINED_FROM):
        cuts += [text[len(word) :].strip()] if kind.before and text.startswith(word) else []
        cuts += [text[: -len(word)].strip()] if kind.after and text.endswith(word) else []
    return [cut for cut in cuts if cut]


@lru_cache(maxsize=64)
def words_of(folder: Path, languages: tuple[str, ...]) -> Words:
    """The bundled words together with those of a country's folder."""
    return Words((HERE, folder), languages)


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
