"""Sums that left already, or cannot leave, are not tested again; and nothing is decided otherwise for that."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sampan.sharing.disclosure import ledger as books
from sampan.sharing.disclosure.gauss import Problem
from sampan.sharing.disclosure.ledger import HELD, PUBLIC, TOLD, Admission, Ledger, Offer, admit

DAY = date(2025, 3, 10)
NAMES = "abcdefgh"
VALUES = [0, 1, 1, 2, 3, 4, 5, 7, 9, 15, 30]


def family(dice: random.Random) -> list[Offer]:
    """Releases of one source in a row: asked again or wider, corrected, as of an earlier day, withdrawn, in pools."""
    zeros, corrections = dice.choice([TOLD, HELD, HELD]), dice.choice(["scheduled", "immediate"])
    groups = ["".join(sorted(dice.sample(NAMES, dice.randint(1, 6)))) for _ in range(dice.randint(4, 10))]
    cells = tuple(tuple(group) for group in {*groups, *NAMES})
    halves = [tuple(sorted(dice.sample(NAMES, 3))) for _ in range(2)]
    pools = dice.choice([(), (frozenset("rs"),), (frozenset("rs"), frozenset("st"))])
    forgets = dice.choice([None, None, 40])
    ends = {name: DAY + timedelta(days=dice.randint(-60, 0)) for name in NAMES}
    states = [{name: dice.choice(VALUES) for name in NAMES}]
    asked: list[str] = []
    offers = []
    for step in range(dice.randint(3, 8)):
        if dice.random() < 0.4:
            states.append(states[-1] | {dice.choice(NAMES): dice.choice(VALUES) for _ in range(2)})
        elif dice.random() < 0.3:
            states.append(states[dice.randrange(len(states))])
        known = dice.choice(states) if dice.random() < 0.2 else states[-1]
        wider = dice.sample([*groups, *NAMES], dice.randint(0 if asked else 1, 6))
        asked = list(dict.fromkeys([*(asked if dice.random() < 0.7 else ()), *wider])) or wider
        alike = [(one, two) for one, two in [halves] if sum(map(known.get, one)) == sum(map(known.get, two))]  # type: ignore[arg-type]
        recipient = dice.choice(["r", "r", "s", "t", PUBLIC])
        offers.append(Offer(str(step), recipient, DAY + timedelta(days=step), 5, {text: tuple(text) for text in asked},
                            known, ends, cells, pools, forgets, corrections, alike, zeros))  # fmt: skip
    return [*offers, *(replace(one, release=f"again {one.release}") for one in offers[-2:])]


def answers(offers: list[Offer]) -> list[Admission]:
    ledger, found = Ledger(), []
    for one in offers:
        found.append(admit(ledger, one))
        ledger = found[-1].ledger
    return found


def compared(dice: random.Random, families: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer and every ledger, byte for byte, where each block is tested and where settled ones are not."""
    seen: Counter[str] = Counter()
    short = books._settled

    def counted(given: Problem) -> bool:
        seen["settled" if short(given) else "chosen"] += 1
        seen["beside a small sum"] += bool(short(given) and given.primary.any() and given.fixed.any())
        return short(given)

    for _ in range(families):
        offers = family(dice)
        monkeypatch.setattr(books, "_settled", counted)
        quick = answers(offers)
        monkeypatch.setattr(books, "_settled", lambda _: False)
        assert repr(quick) == repr(answers(offers)), offers
    assert min(seen["settled"], seen["chosen"], seen["beside a small sum"]) > families / 12, seen


def test_no_choice_of_cells_changes_because_settled_sums_are_not_tested_again(
    rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared(rng, 25, monkeypatch)


@pytest.mark.soak
def test_the_same_of_many_families(rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    compared(rng, 3_000, monkeypatch)


def test_what_is_asked_again_costs_no_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three weeks of six districts and their sum, three of them small: asked again, nothing is left to choose."""
    counts = {
        f"{place}{week}": number for week in "123" for place, number in zip("abcdef", (2, 3, 4, 8, 7, 20), strict=True)
    }
    figures = {name: (name,) for name in counts} | {
        f"all{week}": tuple(f"{place}{week}" for place in "abcdef") for week in "123"
    }
    offer = Offer("one", "r", DAY, 5, figures, counts, zeros=HELD)
    first = admit(Ledger(), offer)
    assert len(first.told) == 12
    monkeypatch.setattr(books, "widen", None)  # whatever would look for more cells fails
    again = admit(first.ledger, replace(offer, release="two"))
    assert (again.told, again.refused) == (first.told, first.refused)
