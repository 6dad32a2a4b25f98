"""Where zeros are held, which cells stay silent tells no count to who runs the rules on every table that could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

import pytest

from sampan.sharing.disclosure.ledger import HELD, TOLD, Ledger, Offer, admit

DAY = date(2025, 3, 10)
Sums = Mapping[str, tuple[str, ...]]
Seen = tuple[tuple[tuple[str, int], ...], ...]  # of each release, what it told
LINE: Sums = {"a": ("a",), "b": ("b",), "c": ("c",), "abc": ("a", "b", "c")}
LINE4: Sums = {"a": ("a",), "b": ("b",), "c": ("c",), "d": ("d",), "abcd": ("a", "b", "c", "d")}
SQUARE: Sums = {
    "a": ("a",), "b": ("b",), "c": ("c",), "d": ("d",), "ab": ("a", "b"), "cd": ("c", "d"),
    "ac": ("a", "c"), "bd": ("b", "d"), "abcd": ("a", "b", "c", "d"),
}  # fmt: skip


def told_by_the_choice(
    sums: Sums, most: int, minimum: int, earlier: Sequence[Sums] = (), zeros: str = HELD
) -> set[tuple[str, int]]:
    """(sum, count) pairs below the minimum that a reader learns who tries every table of counts up to `most`.

    Tables that leave the same figures in every release are one to the reader. One whose silent counts could, together,
    be above `most` is left out: not all its like were tried.
    """
    names = sorted({name for terms in sums.values() for name in terms})
    alike: dict[Seen, list[dict[str, int]]] = defaultdict(list)
    for values in product(range(most + 1), repeat=len(names)):
        counts = dict(zip(names, values, strict=True))
        ledger = Ledger()
        seen: Seen = ()
        for number, figures in enumerate([*earlier, sums]):
            offer = Offer(str(number), "r", DAY, minimum, figures, counts, cells=list(sums.values()), zeros=zeros)
            done = admit(ledger, offer)
            ledger = done.ledger
            seen += (tuple((label, sum(counts[name] for name in figures[label])) for label in done.told),)
        alike[seen].append(counts)
    learned = set()
    for told, tables in alike.items():
        shown = {label for one in told for label, _ in one}
        silent = [name for name in names if name not in shown]
        if min(sum(table[name] for name in silent) for table in tables) > most:
            continue
        for label in set(sums) - shown:
            possible = {sum(table[name] for name in sums[label]) for table in tables}
            if len(possible) == 1 and max(possible) < minimum:
                learned.add((label, possible.pop()))
    return learned


@pytest.mark.parametrize(("sums", "most", "minimum"), [(LINE, 4, 3), (SQUARE, 2, 2)])
def test_no_count_is_told_by_which_others_stay_silent(sums: Sums, most: int, minimum: int) -> None:
    assert told_by_the_choice(sums, most, minimum) == set()


def test_nor_by_what_was_silent_in_an_earlier_release() -> None:
    """A pair that left earlier, or was held back though it was not small."""
    assert told_by_the_choice(LINE, 4, 3, [{"ab": ("a", "b")}]) == set()


def test_such_a_reader_learns_counts_where_the_choice_goes_by_them() -> None:
    """The trial itself can fail: where zeros are told, the choice goes by what makes the fewest cells silent."""
    assert ("a", 1) in told_by_the_choice(LINE, 4, 3, zeros=TOLD)


PAIR, ALL = {"ab": ("a", "b")}, {"abc": ("a", "b", "c")}


def test_after_groupings_that_left_a_part_out_the_choice_may_tell_a_zero() -> None:
    """A limit (docs/explanation/disclosure.md): a and b were none, together with c exactly the minimum, c never asked."""
    assert told_by_the_choice(LINE, 4, 3, [PAIR | ALL]) == {("a", 0), ("b", 0)}


@pytest.mark.parametrize("small", [(0, 0), (0, 4), (1, 3), (2, 2), (3, 4)])
def test_two_small_parts_keep_the_same_others_silent_whatever_they_are(small: tuple[int, int]) -> None:
    counts = dict(zip("abc", (*small, 9), strict=True))
    assert admit(Ledger(), Offer("one", "r", DAY, 5, LINE, counts, zeros=HELD)).told == ("abc",)


def test_the_choice_knows_no_code() -> None:
    """Four times one small place beside two others and their sum: one of the two stays silent, whatever the code."""

    def silent(code: str) -> frozenset[str]:
        places = [f"{code}-{at:02}" for at in range(12)]
        groups = {f"sum {at}": tuple(places[at : at + 3]) for at in range(0, 12, 3)}
        counts = dict(zip(places, (2, 9, 14) * 4, strict=True))
        figures = {str(at): (place,) for at, place in enumerate(places)} | groups
        offer = Offer("one", "r", DAY, 5, figures, counts, zeros=HELD)
        return frozenset(set(figures) - set(admit(Ledger(), offer).told))

    (pattern,) = {silent(code) for code in ("XA", "XC", "XD", "XG", "XQ", "XV")}
    assert len(pattern) == 8


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sums", "most", "minimum"),
    [(LINE, 9, 5), (SQUARE, 3, 2), (LINE, 7, 3), (LINE4, 5, 3), (LINE4, 5, 4), (SQUARE, 5, 3), (SQUARE, 6, 4)],
)
def test_no_count_is_told_by_which_others_stay_silent_in_larger_tables(sums: Sums, most: int, minimum: int) -> None:
    assert told_by_the_choice(sums, most, minimum) == set()


@pytest.mark.soak
@pytest.mark.parametrize("earlier", [[ALL], [PAIR], [ALL, PAIR], [{"a": ("a",)}]])
def test_no_count_is_told_by_which_stay_silent_after_earlier_releases(earlier: Sequence[Sums]) -> None:
    assert told_by_the_choice(LINE, 6, 4, earlier) == set()
    assert told_by_the_choice(LINE4, 4, 3, earlier) == set()
