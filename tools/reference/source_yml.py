"""Every word of source.yml with an example. Writing the page reads each example as a source is read, and fails
if the reader knows a word that is not told here, or an example it does not understand."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from sampan.sources.definition import FIELDS, OPTIONS, PARTS, READ, TOP, load_folder

WORDS = Path(__file__).with_name("source_yml.csv")  # part, word, what it says, example
HEAD = """# source.yml, word by word

Written by `make docs`; each example below was read as a source is read. A source is a folder: `source.yml`,
`crosswalk/<field>.csv` (columns term, value, match, author, approved_by, approved_on, note), `sample/`, `expected.csv`.
A word that is not listed here is refused with the nearest one that is.
"""
TITLES = {
    "top": "At the top", "read": "`read:`, how the file is opened", "delivery": "`delivery:`, what a file is",
    "dates": "`dates:`", "numbers": "`numbers:`", "places": "`places:`", "wide": "`wide:`, figures spread over columns",
    "expects": "`expects:`, what should arrive", "columns": "`columns:`, where each field stands",
    "option": "What may be said of a field", "aggregate": "Fields of a table of counts (`kind: aggregate`)",
    "cases": "Fields of a list of cases (`kind: cases`)",
}  # fmt: skip
BASE: dict[str, Any] = {
    "id": "example", "title": "Example", "owner": "x-moh", "country": "KH", "kind": "aggregate",
    "columns": {"place": "p"},
}  # fmt: skip


def page() -> str:
    """docs/reference/source-yml.md."""
    told = list(csv.DictReader(WORDS.read_text(encoding="utf-8").splitlines()))
    _all_told(told)
    for one in told:
        _read(one)
    parts = [HEAD]
    for part, title in TITLES.items():
        rows = [one for one in told if one["part"] == part]
        if rows:
            parts += [f"## {title}\n", "| word | what it says | example |", "|---|---|---|", *map(_row, rows), ""]
    return "\n".join(parts).rstrip() + "\n"


def _row(one: dict[str, str]) -> str:
    example = one["example"].replace("|", "\\|")
    return f"| `{one['word']}` | {one['says']} | `{example}` |"


def _all_told(told: list[dict[str, str]]) -> None:
    """Every word the reader knows is in the table, and no other."""
    known: dict[str, Iterable[str]] = {"top": TOP, "read": READ, **PARTS, **FIELDS, "option": OPTIONS}
    for part, words in known.items():
        here = [one["word"] for one in told if one["part"] == part]
        assert sorted(here) == sorted(words), (part, set(words) ^ set(here))


def _read(one: dict[str, str]) -> None:
    """Load the example beside what every source must say."""
    given = yaml.safe_load(one["example"])
    kind = "cases" if one["part"] == "cases" else "aggregate"
    raw = {**BASE, "kind": kind} | ({"columns": given} if one["part"] in ("aggregate", "cases", "option") else given)
    if "ids" in raw:
        raw.pop("id")
    if raw["kind"] == "cases" and "place" in raw["columns"]:
        raw["columns"] = {"place_report": "p"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "source.yml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
        load_folder(Path(folder))
