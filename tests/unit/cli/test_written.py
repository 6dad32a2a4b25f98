"""A file that cannot be written is said so before anything is done."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.conftest import Sampan
from tests.stories import border

from sampan.operations.agreements import template

KH = "kh-20/surveillance"


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


def test_a_release_is_not_recorded_where_its_files_cannot_be_written(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    border.lay(home)
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", border.KH_WEEK), "--actor", KH)
    border.agree(sampan, tmp_path)
    asked = {"conditions": "[acute-watery-diarrhoea]", "language": "km"}
    wanted = border.request(tmp_path / "w.yml", "vn-37/surveillance", "KH-20", **asked)
    (tmp_path / "file").touch()
    for lost in ("/proc/nowhere", tmp_path / "file" / "out"):
        assert "Nothing was done" in sampan("release", wanted, "-o", lost, code=2).err
    assert sampan("releases", "list", "--party", "kh-20", "--json").json == []
    first = sampan("release", wanted, "-o", tmp_path / "out", "--json").json["release"]
    assert "holds a release already" in sampan("release", wanted, "-o", tmp_path / "out", code=2).err
    assert [one["release"] for one in sampan("releases", "list", "--party", "kh-20", "--json").json] == [first]
    words = {
        row["column"]: row["words"]
        for row in csv.DictReader((tmp_path / "out" / "dictionary.csv").read_text("utf-8").splitlines())
    }
    assert words["condition"] == "acute-watery-diarrhoea = ជំងឺរាគរូសស្រួចស្រាវ"
    assert words["measure"] == "cases = ករណី"
