"""The command, its shape and its slips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sampan.cli.main import run

TABLE = "region,age,n\na,y,2\na,o,9\nb,y,8\nb,o,20\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "h.csv").write_text("child,parent\na,east\nb,east\n")
    return tmp_path


def test_one_object_for_each_cell(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["suppress", str(folder / "t.csv"), "--dims", "region,age", "--count", "n", "--min", "4",
                "--hierarchy", f"region={folder / 'h.csv'}", "--json"])  # fmt: skip
    cells = json.loads(capsys.readouterr().out)
    assert code == 0
    assert len(cells) == 4 * 3
    assert {"region": "a", "age": "y", "value": None, "status": "primary"} in cells
    assert {"region": "east", "age": "Total", "value": 39, "status": "published"} in cells
    assert {cell["status"] for cell in cells} == {"published", "primary", "secondary"}


def test_semicolons_are_read_as_commas_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--dims", "region,age", "--count", "n", "--min", "4", "--json", "--hierarchy"]
    assert run(["suppress", str(folder / "t.csv"), *options, f"region={folder / 'h.csv'}"]) == 0
    with_commas = capsys.readouterr().out
    (folder / "s.csv").write_text(TABLE.replace(",", ";"))
    (folder / "hs.csv").write_text("child;parent\na;east\nb;east\n")
    assert run(["suppress", str(folder / "s.csv"), *options, f"region={folder / 'hs.csv'}"]) == 0
    assert capsys.readouterr().out == with_commas


def test_a_list_inside_a_cell_parts_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "l.csv").write_text("region,n\na;b;c,9\nd;e;f,8\n")
    assert run(["suppress", str(folder / "l.csv"), "--dims", "region", "--count", "n", "--min", "4", "--json"]) == 0
    assert {"a;b;c", "d;e;f", "Total"} == {cell["region"] for cell in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--min", "0"], "a minimum of 0 protects nothing"),
        (["--min", "4", "--hierarchy", "place=h.csv"], "does not name a dimension and a file"),
        (["--min", "4", "--hierarchy", "region=absent.csv"], "there is no such file"),
    ],
)
def test_a_slip_is_told_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code = run(["suppress", str(folder / "t.csv"), "--dims", "region,age", "--count", "n", *arguments])
    assert code == 2
    assert said in capsys.readouterr().err
