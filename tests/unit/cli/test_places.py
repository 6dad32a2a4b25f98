"""`sampan places` reads one name a line, kept as it is, and answers in the agreed shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sampan.cli.main import run


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    assert run(["places", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_resolve_keeps_every_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes("\ufeffបាត់ដំបង\r\n\r\n  KEP \r\nHospital\r\n".encode())
    found = _json(capsys, "resolve", "--country", "KH", str(names))
    assert found == [
        {"name": "បាត់ដំបង", "place": "KH-2", "unit": "KH-2@0001-01-01", "how": "exact", "score": 1.0, "candidates": []},
        {"name": "", "place": None, "unit": None, "how": "none", "score": 0.0, "candidates": []},
        {
            "name": "  KEP ",
            "place": "KH-23",
            "unit": "KH-23@0001-01-01",
            "how": "folded",
            "score": 0.98,
            "candidates": [],
        },
        {"name": "Hospital", "place": None, "unit": None, "how": "none", "score": 0.0, "candidates": []},
    ]


def test_resolve_on_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Long An\nTay Ninh\n", encoding="utf-8")
    found = _json(capsys, "resolve", "--country", "VN", "--on", "2025-08-01", str(names))
    assert [(one["place"], one["unit"], one["candidates"]) for one in found] == [  # type: ignore[attr-defined, index]  # json
        ("VN-41", None, ["VN-37@2025-07-01"]),
        ("VN-37", "VN-37@2025-07-01", []),
    ]


def test_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Long An\n", encoding="utf-8")
    assert run(["places", "resolve", "--country", "VN", "--on", "2025-08-01", str(names)]) == 0
    assert "not in force" in capsys.readouterr().out


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    listed = _json(capsys, "list", "--country", "KH", "--level", "1", "--on", "2010-01-01")
    assert len(listed) == 24  # type: ignore[arg-type]  # a list by construction
    shown = _json(capsys, "show", "VN-41")
    assert shown["units"][0]["successors"] == ["VN-37@2025-07-01"]  # type: ignore[index]  # an object by construction
    assert shown["changes"][0]["change"] == "merge"  # type: ignore[index]  # an object by construction
    assert run(["places", "list"]) == 0
    assert run(["places", "show", "KH-3"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["resolve", "--country", "XX"],
        ["resolve", "--country", "VN", "--on", "yesterday"],
        ["resolve", "--country", "VN", "--parent", "Atlantis"],
        ["show", "XX-1"],
    ],
)
def test_slips_are_told_with_exit_code_two(arguments: list[str], tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Long An\n", encoding="utf-8")
    assert run(["places", *arguments, *([str(names)] if arguments[0] == "resolve" else [])]) == 2


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes(b"\xff\xfe\x00\x81")
    assert run(["places", "resolve", "--country", "VN", str(names)]) == 2
