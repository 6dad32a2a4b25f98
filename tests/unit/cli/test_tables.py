"""Tables at the widths officers have: no word is cut in two, and what does not fit becomes blocks."""

from __future__ import annotations

import pytest

from sampan.cli.tables import print_table

HEADERS = ("delivery", "source", "state", "received", "rows in", "observed")
ROW = ("D-000001", "opendengue-khm", "committed", "2026-11-21 23:43", "12,345", "12,000")


@pytest.mark.parametrize("width", [120, 80, 60, 40])
def test_no_word_is_cut_in_two(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(HEADERS, [ROW], numbers=("rows in", "observed"))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    for cell in ROW:
        assert all(any(word in line for line in lines) for word in cell.split()), (cell, lines)


def test_a_narrow_terminal_gets_each_row_as_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    print_table(("finding", "what", "text"), [("F-000001", "Which place is meant?", "")])
    assert capsys.readouterr().out == "F-000001\n  what: Which place is meant?\n"
