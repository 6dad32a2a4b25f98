"""Running numbers that tell no count: outside the records a number is shown by its place in a shuffle of the home.

    Veil(key).hide("D", 12) == "482-917"    and    Veil(key).show("D", "482-917") == 12

A party that meets two of its own numbers learns nothing of how many others lie between them. The shuffle is a
Feistel network over 1,000 x 1,000 (from a million on, 1,000 x 1,000,000), each noun's another one: no two numbers
share a place, and who has the key can go back. Plain digits, as older homes wrote them, stand for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

from sampan.store import keys

KEY = "codes"
ROUNDS = 10  # as many as NIST SP 800-38G asks for of FF1, whose alternating rounds these are
GROUP = 1_000
SMALL = GROUP * GROUP  # two groups of three digits
LARGE = SMALL * GROUP  # three groups


def of_home() -> Veil:
    """The veil of the home that is open, under its own key."""
    return Veil(keys.key(Path(settings.HOME) / "keys", KEY))


@dataclass(frozen=True)
class Veil:
    """The shuffle under one key."""

    key: bytes

    def hide(self, noun: str, number: int) -> str:
        """Groups of three digits for a number of a noun: "482-917". ValueError below 0 and from 10^9 + 10^6 on."""
        if not 0 <= number < SMALL + LARGE:
            raise ValueError(f"{number} has no code")
        wide = number >= SMALL
        left, right = divmod(number - SMALL if wide else number, SMALL if wide else GROUP)
        for turn in range(ROUNDS):
            left, right = self._turned(noun, turn, (left, right), 1, wide=wide)
        return _grouped(left * (SMALL if wide else GROUP) + right, 3 if wide else 2)

    def show(self, noun: str, text: str) -> int:
        """The number behind `hide`, or behind plain digits. ValueError for anything else."""
        if "-" not in text:
            return int(text)
        wide = text.count("-") > 1
        left, right = divmod(int(text.replace("-", "")), SMALL if wide else GROUP)
        for turn in reversed(range(ROUNDS)):
            left, right = self._turned(noun, turn, (left, right), -1, wide=wide)
        return left * (SMALL if wide else GROUP) + right + (SMALL if wide else 0)

    def _turned(self, noun: str, turn: int, halves: tuple[int, int], way: int, *, wide: bool) -> tuple[int, int]:
        """One round: the one half moves on by what the key makes of the other; `way` -1 takes it back."""
        left, right = halves
        said = f"{noun}/{wide:d}/{turn}/{right if turn % 2 else left}"
        step = way * int.from_bytes(blake2b(said.encode(), key=self.key, digest_size=16).digest(), "big")
        if turn % 2:
            return (left + step) % GROUP, right
        return left, (right + step) % (SMALL if wide else GROUP)


def _grouped(number: int, groups: int) -> str:
    digits = f"{number:0{3 * groups}d}"
    return "-".join(digits[begin : begin + 3] for begin in range(0, len(digits), 3))
