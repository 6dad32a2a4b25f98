"""What was agreed is said, printed, compared and written out by its code, as a file would be."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.conftest import Sampan
from tests.stories import border


def test_an_agreement_of_the_home_stands_where_a_file_may(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    border.agree(sampan, tmp_path)
    kept = next(one for one in sampan("agreements", "list", "--json").json if one["state"] == "in-force")
    code = kept["code"]
    text = sampan("agreements", "show", code, "--text").out
    assert hashlib.sha256(text.encode()).hexdigest() == kept["digest"]
    file = border.written(tmp_path / "again.yml", text)
    for verb in (("say", "-l", "km"), ("export", "--odrl"), ("compare",)):
        by_code = sampan("agreements", verb[0], code, *verb[1:]).out
        assert by_code.replace(f"{code} v1", "again.yml") == sampan("agreements", verb[0], file, *verb[1:]).out
    sampan("agreements", "check", f"{code} v1")
    assert "same" in sampan("agreements", "compare", code, file, "-l", "en").out
    sampan("agreements", "say", code, "--print", tmp_path / "weekly.pdf")
    assert (tmp_path / "weekly.pdf").read_bytes().startswith(b"%PDF")


def test_neither_a_file_nor_a_kept_one_is_said_so(sampan: Sampan, home: Path) -> None:
    assert "there is no such file" in sampan("agreements", "say", "weekly.yml", code=2).err
    assert "no agreement is called 'weekly'" in sampan("agreements", "say", "weekly", code=2).err
    assert "no agreement is called 'weekly v7'" in sampan("agreements", "compare", "weekly v7", code=2).err
    assert "no agreement is called 'weekly'" in sampan("agreements", "show", "weekly", "--text", code=2).err
