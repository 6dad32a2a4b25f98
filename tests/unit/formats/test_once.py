"""A small file that is read several times for one question is opened once, and never answered from before a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sampan import formats
from sampan.formats import reading
from sampan.model.tables import Layout

TEXT = "place,cases\nSvay Rieng,3\nPrey Veng,4\n"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that were opened."""
    names: list[str] = []

    def read(source: Any, name: str, layout: Layout) -> Any:
        names.append(name)
        yield from READ(source, name, layout)

    monkeypatch.setattr(reading, "_read", read)
    return names


READ = reading._read


def _cases(path: Path, layout: Layout = Layout()) -> list[str]:  # noqa: B008 - frozen
    [table] = formats.read(path, path.name, layout)
    assert table.finish() == ("place", "cases"), "what another reader took is not taken here"
    return list(table.take("cases"))


def test_a_file_is_opened_once_within_the_block_and_each_reader_takes_its_own_columns(tmp_path, opened):
    path = tmp_path / "week.csv"
    path.write_text(TEXT)
    with formats.once():
        assert _cases(path) == _cases(path) == ["3", "4"]
        [(table, whole)] = formats.read_first(path, path.name, Layout(), rows=2)
        assert (table.frame.height, whole, opened) == (2, True, ["week.csv"])
        [(table, whole)] = formats.read_first(path, path.name, Layout(), rows=1)
        assert (table.frame.height, whole) == (1, False), "of a longer file no more than was asked for"
        assert _cases(path, Layout(delimiter=",")) == ["3", "4"]
        assert len(opened) == 2, "read in another way, it is read anew"
    assert _cases(path) == _cases(path) == ["3", "4"]
    assert len(opened) == 4, "outside the block nothing is held"


def test_a_file_that_changed_or_is_large_is_read_anew(tmp_path, opened, monkeypatch):
    path = tmp_path / "week.csv"
    path.write_text(TEXT)
    with formats.once():
        assert _cases(path) == ["3", "4"]
        path.write_text(TEXT.replace("3", "33"))
        assert _cases(path) == ["33", "4"]
        monkeypatch.setattr(reading, "SMALL_BYTES", 10)
        assert _cases(path) == _cases(path) == ["33", "4"]
    assert len(opened) == 4
