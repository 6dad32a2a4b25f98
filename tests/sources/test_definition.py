"""A source.yml is read as it stands there, and a slip in one is told without touching the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.model.errors import UserError
from sampan.sources.catalogue import broken, sources
from sampan.sources.definition import load_folder

HEAD = "title: Returns\nowner: office\ncountry: NO\nkind: cases\n"


def laid(root: Path, name: str, text: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(f"id: {name}\n{text}", encoding="utf-8")
    return folder


def test_headers_and_codes_are_the_text_that_stands_there(tmp_path: Path) -> None:
    columns = "columns:\n  case_id: No\n  sex: 1.10\n  age: [010, Yes]\n  onset_date: 2024-01-02\n  outcome: {is: 01}\n"
    (found,) = load_folder(laid(tmp_path, "norse", HEAD + columns))
    assert found.country == "NO"
    assert {name: spec.columns for name, spec in found.columns.items()} == {
        "case_id": ("No",), "sex": ("1.10",), "age": ("010", "Yes"), "onset_date": ("2024-01-02",), "outcome": (),
    }  # fmt: skip
    assert found.columns["outcome"].constant == "01"


@pytest.mark.parametrize(("said", "invented"), [("yes", True), ("No", False), ("true", True), ("false", False)])
def test_a_flag_may_be_said_in_either_way(tmp_path: Path, said: str, invented: bool) -> None:
    (found,) = load_folder(laid(tmp_path, "norse", f"{HEAD}invented: {said}\ncolumns: {{case_id: No}}\n"))
    assert found.invented is invented


@pytest.mark.parametrize(
    "slip",
    [
        "columns: [case_id]",
        "columns: 7",
        "columns: {case_id: No}\ndates: ymd",
        "columns: {case_id: No}\ninvented: perhaps",
        "columns: {case_id: No}\nexpects: {rows: many}",
        "columns: {case_id: No}\nread: 7",
        "columns: {case_id: No}\nids: [a, b]",
    ],
)
def test_a_slip_is_told_and_takes_no_other_source_down(tmp_path: Path, slip: str) -> None:
    folder = laid(tmp_path, "slipped", f"{HEAD}{slip}\n")
    laid(tmp_path, "sound", f"{HEAD}columns: {{case_id: No}}\n")
    with pytest.raises(UserError) as told:
        load_folder(folder)
    assert "source.yml" in str(told.value.where)
    known = sources((tmp_path,))
    assert "sound" in known and "slipped" not in known
    assert set(broken((tmp_path,))) == {"slipped"}
