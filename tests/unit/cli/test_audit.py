"""The audit command: tables of `suppress`, and release folders."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import polars as pl
import pytest

from sampan.cli.main import run
from sampan.formats.writing import to_bytes

RELEASE = "source,place,period_start,period_end,condition,measure,classification,value,status\n"


def audited(capsys: pytest.CaptureFixture[str], *paths: Path) -> dict:
    assert run(["audit", *map(str, paths), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_two_tables_give_away_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("region,value,status\nTotal,39,published\na,,primary\nb,,secondary\n")
    second.write_text("region,value,status\nb,36,published\n")
    assert audited(capsys, first)["recovered"] == 0
    both = audited(capsys, first, second)
    assert both["recovered"] == 2
    assert both["inferences"][0] == {
        "table": "", "label": "region=a", "low": 3, "high": 3, "how": "algebra", "recovered": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_release_folders_are_laid_over_each_other_by_place_and_period(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    weeks = [("2025-01-06", "2025-01-12"), ("2025-01-13", "2025-01-19")]
    rows = [f"s,x,{a},{b},dengue,cases,total,{value},{status}\n" for (a, b), value, status in
            zip(weeks, ["", "20"], ["not-shared", "reported"], strict=True)]  # fmt: skip
    both_weeks = "s,x,2025-01-06,2025-01-19,dengue,cases,total,23,reported\n"
    for name, text in {"weekly": "".join(rows), "longer": both_weeks}.items():
        (tmp_path / name).mkdir()
        table = pl.read_csv(io.StringIO(RELEASE + text), try_parse_dates=True)
        (tmp_path / name / f"table.{kind}").write_bytes(to_bytes(table, kind))
    assert audited(capsys, tmp_path / "weekly")["recovered"] == 0
    found = audited(capsys, tmp_path / "weekly", tmp_path / "longer")
    assert [(one["low"], one["high"], one["how"]) for one in found["inferences"]] == [(3, 3, "algebra")]


def test_a_table_that_is_not_the_one_that_left_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = RELEASE + "s,x,2025-01-06,2025-01-12,dengue,cases,total,20,reported\n"
    (tmp_path / "table.csv").write_text(text)
    manifest = {"files": {"table.csv": hashlib.sha256(text.encode()).hexdigest()}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert audited(capsys, tmp_path)["altered"] == []
    (tmp_path / "table.csv").write_text(text.replace("20,", "21,"))
    assert audited(capsys, tmp_path)["altered"] == [str(tmp_path)]
    (tmp_path / "manifest.json").write_text('{"files":')
    assert audited(capsys, tmp_path)["altered"] == [str(tmp_path)]


def test_a_file_without_figures_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_text("region,n\na,1\n")
    assert run(["audit", str(tmp_path / "t.csv")]) == 2
    assert "there is no column 'value' in the table" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "table.csv",
            "source,place,parts_silent,value\ns,x,0,20\n",
            "there is no column 'condition' in a release's table",
        ),
        ("table.xlsx", "nothing of the kind", "the release's table cannot be read"),
        ("table.parquet", "nothing of the kind", "the release's table cannot be read"),
        ("table.csv", RELEASE + "s,x,2025-01-06,2025-01-12,dengue,cases,total,many,reported\n", "a value is no count"),
        ("table.csv", RELEASE + "s,x,2025-01-06,2025-01-12,dengue,cases,total,-3,reported\n", "a value is no count"),
        ("table.csv", RELEASE + "s,x,2025-01-06,some day,dengue,cases,total,7,reported\n", "no first or last day"),
    ],
)
def test_a_table_that_was_changed_on_its_way_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, said: str
) -> None:
    """A word where a count stood would else read as a figure held back, and the audit as good news."""
    (tmp_path / name).write_text(content)
    assert run(["audit", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


CUMULATIVE = "source,place,period_start,period_end,condition,measure,classification,accumulation,value,status\n"
WEEKS = [("2024-12-30", "2025-01-05"), ("2025-01-06", "2025-01-12"), ("2025-01-13", "2025-01-19")]


def _grown(folder: Path, name: str, values: list[str], *more: str) -> Path:
    """A release of one place's cumulative weeks, silent where the text is empty, and further rows."""
    lines = [
        f"s,x,{a},{b},dengue,cases,total,cumulative,{value},{'reported' if value else 'not-shared'}\n"
        for (a, b), value in zip(WEEKS, values, strict=True)
    ]
    (folder / name).mkdir()
    (folder / name / "table.csv").write_text(CUMULATIVE + "".join([*lines, *more]))
    return folder / name


def test_cumulative_figures_tell_what_came_in_between(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = audited(capsys, _grown(tmp_path, "every", ["20", "22", "30"]))
    assert [(one["label"], one["low"]) for one in every["inferences"]] == [
        ("period=2025-01-06/2025-01-12, place=x, sex=all, age=0/150".replace("sex=all, age=0/150", "sex=all"), 2),
        ("period=2025-01-13/2025-01-19, place=x, sex=all", 8),
    ] or [one["low"] for one in every["inferences"]] == [2, 8]
    assert audited(capsys, _grown(tmp_path, "turn", ["20", "", "30"]))["recovered"] == 0


def test_a_cumulative_figure_and_a_weekly_one_are_laid_over_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weekly = "s,x,2025-01-13,2025-01-19,dengue,cases,total,period,8,reported\n"
    apart = audited(capsys, _grown(tmp_path, "apart", ["20", "", "30"]))
    assert apart["recovered"] == 0
    both = audited(capsys, _grown(tmp_path, "both", ["20", "", "30"], weekly))
    assert {(one["low"], one["high"]) for one in both["inferences"]} == {(2, 2), (22, 22)}, "the silent week, both ways"
