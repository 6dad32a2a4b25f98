"""The language chosen for a command is that of everything it tells, unless the command itself is given another."""

from __future__ import annotations

import pytest
from tests.conftest import Sampan
from tests.stories import border as laid

from sampan.cli import speaking


@pytest.fixture
def khmer(sampan: Sampan, monkeypatch: pytest.MonkeyPatch) -> Sampan:
    """Commands as somebody runs them who set SAMPAN_LANG=km."""
    monkeypatch.setenv("SAMPAN_LANG", "km")
    return sampan


def test_findings_are_told_in_the_chosen_language(khmer: Sampan, home, tmp_path):
    laid.lay(home)
    week = laid.written(tmp_path / "week.csv", "province,week,disease,cases\nSvay Rieng,2026-W31,odd fever,14\n")
    khmer("receive", "border-kh", week, code=None)
    assert "បញ្ហា" in khmer("findings").out
    assert "finding" in khmer("findings", "--lang", "en").out
    assert "vấn đề" in khmer("--lang", "vi", "findings").out


def test_an_agreement_is_said_in_the_chosen_language(khmer: Sampan, tmp_path):
    file = laid.written(tmp_path / "border.yml", laid.AGREEMENT)
    assert khmer("agreements", "say", file).out == khmer("agreements", "say", file, "--language", "km").out
    assert khmer("agreements", "say", file).out != khmer("agreements", "say", file, "--language", "en").out


@pytest.mark.parametrize(
    ("machine", "spoken"),
    [
        ({"LANG": "km_KH.UTF-8"}, "km"),
        ({"LANG": "vi_VN"}, "vi"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "SAMPAN_LANG": "km"}, "km"),
    ],
)
def test_the_language_of_the_machine_is_spoken_where_nobody_chose(monkeypatch, machine, spoken):
    for name in ("SAMPAN_LANG", *speaking.OF_MACHINE):
        monkeypatch.delenv(name, raising=False)
    for name, value in machine.items():
        monkeypatch.setenv(name, value)
    speaking.speak(None)
    assert speaking.language() == spoken
