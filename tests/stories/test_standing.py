"""How figures stand when a delivery ends: what another one says stands again, what was erased answers nothing else.

In one process; the sources are small and invented.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import brook

from sampan.operations import receiving

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
WEEK = "2024-W01"
CASES = ("1,Takeo,2024-01-02", "2,Takeo,2024-01-03", "3,Kampot,2024-01-04")
Send = Callable[..., str]


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process, in a home with the two sources of the brook."""
    brook.lay(home)
    return runner(capsys)


@pytest.fixture
def send(sampan: Sampan, tmp_path: Path) -> Send:
    """Receive a week's figures (place=value), or cases, as a file of their own; the delivery's code."""

    def weekly(*rows: str, again: Path | None = None, **figures: int) -> str:
        file = again or tmp_path / f"{len(list(tmp_path.glob('*.csv')))}.csv"
        source = "brook-list" if rows else "brook-weekly"
        if rows:
            lines = [f"{row},2024-01-09,dengue,confirmed,male" for row in rows]
            text = "\n".join(["number,province,onset,reported,disease,class,sex", *lines, ""])
        else:
            lines = [f"{place},{WEEK},dengue,{value}" for place, value in figures.items()]
            text = "\n".join(["province,week,disease,cases", *lines, ""])
        if again is None:
            file.write_text(text, encoding="utf-8")
        return str(sampan("receive", source, file, "--json", code=None).json["delivery"])

    return weekly


def told(sampan: Sampan, *asked: str) -> dict[str, tuple[int | None, str]]:
    """Place -> value and the delivery it is from."""
    found = sampan("observations", "--json", *asked).json
    return {str(one["unit"]).split("@")[0]: (one["value"], one["delivery"]) for one in found}


def balance(sampan: Sampan, code: str) -> tuple[int, int]:
    """Observed and repeated."""
    [one] = [one for one in sampan("deliveries", "--json").json if one["delivery"] == code]
    return one["observed"], one["repeated"]


def withdraw(sampan: Sampan, code: str, *more: str) -> dict[str, object]:
    """What the command says of it."""
    found: dict[str, object] = sampan("withdraw", code, "--reason", "a slip", "--json", *more).json
    return found


@pytest.mark.parametrize("how", [(), ("--erase",)])
def test_what_a_later_delivery_repeats_stands_again(sampan: Sampan, send: Send, how: tuple[str, ...]) -> None:
    first = send(Kampot=12, Takeo=5, Kandal=3)
    second = send(Kampot=12, Takeo=6)
    third = send(Kampot=12, Pursat=1)
    assert (balance(sampan, second), balance(sampan, third)) == ((1, 1), (1, 1))
    said = withdraw(sampan, first, *how)
    assert (said["figures"], said["read_again"]) == (1, [second, third]), "Kandal alone is said by nobody now"
    assert told(sampan) == {"KH-7": (12, second), "KH-21": (6, second), "KH-15": (1, third)}
    assert (balance(sampan, second), balance(sampan, third)) == ((2, 0), (1, 1)), "the third repeats the second now"
    assert sampan("log", "verify").code == 0
    assert withdraw(sampan, second, *how)["figures"] == 1, "Takeo; Kampot is said by the third"
    assert told(sampan) == {"KH-7": (12, third), "KH-15": (1, third)}
    words = sampan("withdraw", third, "--reason", "a slip").out
    assert "2 figures no longer stand" in words
    assert "read again" not in words


def test_cases_said_again_stand_again(sampan: Sampan, send: Send) -> None:
    first = send(*CASES, "9,Kandal,2024-01-05")
    second = send(*CASES, "4,Kandal,2024-01-05")
    assert balance(sampan, second) == (1, 3)
    said = withdraw(sampan, first)
    assert (said["cases"], said["read_again"]) == (1, [second])
    assert told(sampan) == {"KH-21": (2, second), "KH-7": (1, second), "KH-8": (1, second)}
    assert balance(sampan, second) == (4, 0)


def test_the_same_bytes_delivered_again_speak_for_themselves(sampan: Sampan, send: Send, tmp_path: Path) -> None:
    first = send(Kampot=12, Takeo=5)
    second, third = (send(again=tmp_path / "0.csv", Kampot=12) for _ in range(2))
    assert balance(sampan, second) == (0, 2)
    said = withdraw(sampan, first)
    assert (said["figures"], said["read_again"]) == (0, [second])
    assert told(sampan) == {"KH-7": (12, second), "KH-21": (5, second)}
    assert balance(sampan, third) == (0, 2)
    erased = withdraw(sampan, first, "--erase")
    assert (erased["state"], erased["figures"]) == ("erased", 0)
    assert sampan("log", "verify").code == 0
    assert withdraw(sampan, second)["read_again"] == [third]
    assert withdraw(sampan, third)["figures"] == 2
    assert told(sampan) == {}
    fourth = send(again=tmp_path / "0.csv", Kampot=12)
    assert balance(sampan, fourth) == (2, 0), "bytes that were taken back are received again, not swallowed"
    assert told(sampan) == {"KH-7": (12, fourth), "KH-21": (5, fourth)}


def test_a_crash_before_they_are_read_again_loses_nothing(
    sampan: Sampan, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(Kampot=12, Takeo=5)
    second = send(Kampot=12, Takeo=6)
    with monkeypatch.context() as crash:
        crash.setattr(receiving, "read_again", lambda *_, **__: [])
        withdraw(sampan, first)
    assert told(sampan) == {"KH-21": (6, second)}
    other = send(Pursat=1)
    assert told(sampan) == {"KH-7": (12, second), "KH-21": (6, second), "KH-15": (1, other)}
