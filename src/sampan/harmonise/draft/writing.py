"""Writes a draft as a folder that the catalogue can load: source.yml, crosswalk/, open-terms.csv."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterable
from pathlib import Path

import yaml

from sampan.harmonise.draft.said import Draft
from sampan.model.errors import UserError

LINE = ("term", "value", "match", "author", "approved_by", "approved_on", "note")
OPEN = ("field", "term", "cells", "problem", "candidates")


def source_text(draft: Draft) -> str:
    """source.yml with every guess and question above it as comments."""
    head = [f"# Drafted from {draft.file}. Every guess is listed with its evidence; read it before the first delivery."]
    if draft.questions:
        head += ["#", "# To be answered:"]
        head += _comments(f"{q.about}: {q.question} ({q.evidence})" + _options(q.options) for q in draft.questions)
    head += ["#", "# Guessed:"]
    head += _comments(f"{g.about} = {g.value!r} ({g.evidence}; confidence {g.confidence})" for g in draft.guesses)
    body = yaml.safe_dump(draft.source, allow_unicode=True, sort_keys=False, width=110)
    return "\n".join(head) + "\n" + body


def _options(options: tuple[str, ...]) -> str:
    return f" One of: {', '.join(options)}." if options else ""


def _comments(texts: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for text in texts:
        plain = " ".join(text.split())
        lines += textwrap.wrap(plain, 108, initial_indent="#  - ", subsequent_indent="#    ", break_on_hyphens=False)
    return lines


def write(draft: Draft, folder: Path) -> list[Path]:
    """Write the folder and hand back the paths. UserError if a source.yml stands there already."""
    path = folder / "source.yml"
    if path.exists():
        raise UserError(
            "there is a source.yml already", where=str(path), kept="nothing was changed", do="name another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(source_text(draft), encoding="utf-8")
    written = [path]
    for field, lines in draft.crosswalks.items():
        written.append(_table(folder / "crosswalk" / f"{field}.csv", LINE, lines))
    if draft.open_terms:
        written.append(_table(folder / "open-terms.csv", OPEN, draft.open_terms))
    return written


def _table(path: Path, names: tuple[str, ...], rows: list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
