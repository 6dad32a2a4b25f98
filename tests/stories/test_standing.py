"""How figures stand when a delivery ends: what another one says stands again, what was erased answers nothing else.

In one process; the sources are small and invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
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
    assert "No longer standing: figures 2." in words
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


def now() -> str:
    """The office's clock, as text."""
    return datetime.now(UTC).isoformat()


def said(sampan: Sampan, *asked: str) -> dict[tuple[str, str], tuple[int | None, str, str | None]]:
    """(place, first day) -> value, status, day of erasure."""
    found = sampan("observations", "--json", *asked).json
    return {
        (one["unit"].split("@")[0], one["period_start"]): (one["value"], one["status"], one["erased_on"])
        for one in found
    }


def test_what_was_erased_answers_with_the_day_and_never_another_number(
    sampan: Sampan, send: Send, tmp_path: Path
) -> None:
    first = send(Kampot=12, Takeo=5)
    between = now()
    second = send(Kampot=12, Takeo=6, Kandal=9)
    after_both = now()
    assert told(sampan, "--as-of", after_both)["KH-21"] == (6, second)
    erased = withdraw(sampan, second, "--erase")
    assert (erased["figures"], erased["figures_erased"]) == (2, 2), "Takeo's 6 and Kandal's 9; 12 stands by the first"
    week, today = "2024-01-01", now()[:10]
    gone = (None, "erased", today)
    assert said(sampan, "--as-of", after_both) == {
        ("KH-7", week): (12, "reported", None), ("KH-21", week): gone, ("KH-8", week): gone,
    }  # fmt: skip
    standing = {("KH-7", week): (12, "reported", None), ("KH-21", week): (5, "reported", None)}
    assert said(sampan) == said(sampan, "--as-of", between) == standing
    assert said(sampan, "--as-of", after_both, "--clock", "published")["KH-21", week] == gone
    assert f"erased on {today}" in sampan("observations", "--as-of", after_both).out
    table = sampan("observations", "--as-of", after_both, "--format", "csv").out
    [row] = [one for one in csv.DictReader(io.StringIO(table)) if one["unit"].startswith("KH-21")]
    assert (row["value"], row["status"], row["erased_on"], row["value_raw"], row["row"]) == (
        "",
        "erased",
        today,
        "",
        "",
    )
    out = tmp_path / "figures.parquet"
    sampan("observations", "--as-of", after_both, "--format", "parquet", "-o", out)
    assert pl.read_parquet(out).filter(pl.col("status") == "erased")["erased_on"].cast(str).to_list() == [today] * 2
    taken = sampan("observations", "--gone-too", "--json").json
    assert [(one["unit"][:4], one["status"], one["erased_on"]) for one in taken if one["value"] is None] == [
        ("KH-8", "withdrawn", today)
    ], "of what nobody else says, the silence is told"
    assert send(Takeo=5)
    assert said(sampan)["KH-21", week] == (5, "reported", None)
    assert sampan("log", "verify").code == 0
    assert first in sampan("deliveries", "--json").out


def test_a_withdrawal_first_and_an_erasure_later(sampan: Sampan, send: Send) -> None:
    send(Takeo=5)
    second = send(Takeo=6)
    both = now()
    withdraw(sampan, second)
    taken_back = now()
    assert [one["status"] for one in sampan("observations", "--json", "--gone-too").json] == ["reported"], "5 stands"
    later = withdraw(sampan, second, "--erase")
    assert (later["figures"], later["figures_erased"]) == (0, 1)
    week = ("KH-21", "2024-01-01")
    assert said(sampan, "--as-of", both)[week][:2] == (None, "erased")
    assert said(sampan, "--as-of", taken_back)[week] == (5, "reported", None), "the answer then rested on the first"


def test_cases_that_were_erased_silence_the_counts_they_were_in(sampan: Sampan, send: Send) -> None:
    send(*CASES)
    alone = now()
    amended = send("3,Takeo,2024-01-04", "4,Kandal,2024-01-05", "5,Takeo,2024-01-08")
    both = now()
    week = "2024-01-01"
    assert {key: value for key, (value, *_) in said(sampan, "--as-of", both).items()} == {
        ("KH-21", week): 3, ("KH-8", week): 1, ("KH-21", "2024-01-08"): 1,
    }  # fmt: skip
    assert withdraw(sampan, amended, "--erase")["cases"] == 3
    gone = (None, "erased", now()[:10])
    assert said(sampan, "--as-of", both) == {
        ("KH-21", week): gone, ("KH-8", week): gone, ("KH-21", "2024-01-08"): gone, ("KH-7", week): gone,
    }, "Kampot too: its case had gone to Takeo, and one is not the number that was known"  # fmt: skip
    before = {("KH-21", week): (2, "reported", None), ("KH-7", week): (1, "reported", None)}
    assert said(sampan) == said(sampan, "--as-of", alone) == before
    months = said(sampan, "--as-of", both, "--every", "month")
    assert months == dict.fromkeys([(place, "2024-01-01") for place in ("KH-21", "KH-8", "KH-7")], gone)
    country = said(sampan, "--as-of", both, "--level", "0")
    assert country == {("KH", week): gone, ("KH", "2024-01-08"): gone}
    assert sampan("log", "verify").code == 0


def test_a_case_changed_and_changed_back_says_what_it_said_last(sampan: Sampan, send: Send) -> None:
    first = send("1,Takeo,2024-01-02", "2,Kampot,2024-01-02")
    changed = send("1,Kandal,2024-01-02", "2,Kampot,2024-01-02")
    back = send("1,Takeo,2024-01-02")
    same = send("1,Takeo,2024-01-02")
    assert [balance(sampan, code) for code in (first, changed, back, same)] == [(2, 0), (1, 1), (1, 0), (0, 1)]
    assert told(sampan) == {"KH-21": (1, back), "KH-7": (1, first)}
    assert (withdraw(sampan, back)["read_again"], told(sampan)["KH-21"]) == ([changed, same], (1, same))
    withdraw(sampan, same)
    assert told(sampan) == {"KH-8": (1, changed), "KH-7": (1, first)}


def test_a_case_changed_and_changed_back_in_one_file(sampan: Sampan, send: Send) -> None:
    file = send("1,Takeo,2024-01-02", "1,Kandal,2024-01-02", "1,Takeo,2024-01-02", "1,Takeo,2024-01-02")
    assert (balance(sampan, file), told(sampan)) == ((3, 1), {"KH-21": (1, file)})
