"""A file that cannot be written is said so before anything is done."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Sampan
from tests.stories import border

from sampan.operations.agreements import template


def test_a_folder_that_is_not_there_is_told_before_anything_is_written(sampan: Sampan, tmp_path: Path) -> None:
    draft = border.written(tmp_path / "weekly.yml", template("weekly-pair"))
    lost = tmp_path / "no-such-folder" / "weekly.pdf"
    said = sampan("agreements", "say", draft, "--print", lost, code=2).err
    assert "There is no folder" in said and "no-such-folder" in said and "Nothing was done" in said
    assert "does not end in .pdf or .html" in sampan("agreements", "say", draft, "--print", "x.docx", code=2).err
    assert "There is no folder" in sampan("log", "proof", "0", "-o", lost, code=2).err


def test_an_agreement_prints_beside_the_language_that_was_asked_for(sampan: Sampan, tmp_path: Path) -> None:
    draft = border.written(tmp_path / "weekly.yml", template("alert-only"))
    sampan("agreements", "say", draft, "--language", "km", "--print", tmp_path / "weekly.html")
    printed = (tmp_path / "weekly.html").read_text(encoding="utf-8")
    assert 'lang="km"' in printed and 'lang="vi"' not in printed
    sampan("agreements", "say", draft, "--language", "xx", "--print", tmp_path / "x.html", code=2)
