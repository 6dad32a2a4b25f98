"""Words of kind are cut off both ends of a name, the longest that stands there first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sampan.vocab.places.words import Ends, Kind

TEXTS = st.text("ab จ", max_size=6)


def kind(word: str) -> Kind:
    return Kind(word, frozenset({"province"}), False, True, True)


@given(words=st.sets(TEXTS.filter(bool), max_size=8), text=TEXTS)
def test_found_are_just_the_words_at_either_end_longest_first(words: set[str], text: str) -> None:
    found = [one.word for one in Ends({word: kind(word) for word in words}).of(text)]
    at_an_end = [word for word in words if text.startswith(word) or text.endswith(word)]
    assert list(dict.fromkeys(found)) == sorted(at_an_end, key=lambda word: (-len(word), word))
