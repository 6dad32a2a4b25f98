"""Three witnesses: two are a quorum; when two fall silent routine releases wait after the set time, an alert does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Said, Sampan, run_program
from tests.stories import border

pytestmark = pytest.mark.postgres

KH, VN = "kh-20/surveillance", "vn-37/surveillance"
WITNESSES = ("north", "south", "east")


def later(hours: int, *arguments: str | Path) -> Said:
    """The command as if hours had passed."""
    return run_program("tests.stories.later", str(hours), *arguments)


def answer(sampan: Sampan, name: str, folder: Path, code: int = 0) -> Said:
    """One round with a witness."""
    sampan("log", "ask-witness", name, "-o", folder / f"{name}.request")
    said = sampan(
        "log", "witness", folder / f"{name}.request", "--key", folder / f"{name}.key", "--log-key", folder / "log.vkey",
        "--memory", folder / f"{name}.seen", "-o", folder / f"{name}.answer", code=code,
    )  # fmt: skip
    if code == 0:
        sampan("log", "take-answer", folder / f"{name}.answer")
    return said


@pytest.fixture
def office(sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two provinces with an agreement in force, and three witnesses."""
    monkeypatch.setenv("SAMPAN_CHECKPOINT_SECONDS", "0")
    border.lay(home)
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    border.agree(sampan, tmp_path)
    for name in WITNESSES:
        key = sampan("log", "witness-key", f"{name}.example/w", "-o", tmp_path / f"{name}.key").out
        sampan("log", "add-witness", name, key.strip(), "--party", name)
    (tmp_path / "log.vkey").write_text(sampan("log", "key").out)
    return tmp_path


def test_two_of_three_are_enough_and_nobody_alone_can_stop_the_others(sampan: Sampan, office: Path) -> None:
    answer(sampan, "north", office)
    assert sampan("log", "witnesses", "--json").json["grade"] == "lapsed"
    answer(sampan, "south", office)
    state = sampan("log", "witnesses", "--json").json
    assert (state["grade"], state["needed"], state["mark"]) == ("witnessed", 2, "")
    (office / "office.policy").write_text(sampan("log", "policy").out)
    sampan("log", "proof", "0", "-o", office / "proof")
    proved = sampan("log", "check-proof", office / "proof", "--key", office / "office.policy", "--json").json
    assert (sorted(proved["witnesses"]), proved["witnessed"]) == (["north", "south"], True)
    asked = border.request(office / "week.yml", VN, "KH-20", sources="[border-kh]")
    said = later(200, "release", asked, "-o", office / "out", "--json")
    assert (said.code, said.json["witnessed"]) == (0, True), said


def test_routine_waits_once_the_quorum_has_lapsed_for_long_and_an_alert_does_not(sampan: Sampan, office: Path) -> None:
    answer(sampan, "north", office)
    week = border.request(office / "week.yml", VN, "KH-20", sources="[border-kh]")
    soon = later(1, "release", week, "-o", office / "soon", "--json")
    assert (soon.code, soon.json["mark"]) == (0, "not yet witnessed"), soon
    again = border.request(office / "again.yml", VN, "KH-20", sources="[border-kh]")
    waits = later(100, "release", again, "-o", office / "late")
    assert waits.code == 4
    assert "routine releases wait" in waits.err
    alert = border.request(office / "alert.yml", VN, "KH-20", sources="[border-kh]", purpose="alert")
    goes = later(100, "release", alert, "-o", office / "alert", "--json")
    assert (goes.code, goes.json["mark"]) == (0, "not yet witnessed"), goes


def test_a_witness_refuses_a_log_that_was_forked(sampan: Sampan, office: Path) -> None:
    answer(sampan, "north", office)
    seen = (office / "north.seen").read_bytes()
    signer = office / "log.key"
    signer.write_bytes((Path(office) / "sampan-home" / "keys" / "log.key").read_bytes())
    forked = forge(signer.read_text().strip(), seen)
    (office / "north.request").write_bytes(forked)
    said = sampan(
        "log", "witness", office / "north.request", "--key", office / "north.key", "--log-key", office / "log.vkey",
        "--memory", office / "north.seen", "-o", office / "north.answer2", code=4,
    )  # fmt: skip
    assert "the two are the evidence" in said.err
    assert (office / "north.seen").read_bytes() == seen
    assert (office / "north.refused").read_bytes() == forked
    assert not (office / "north.answer2").exists()


def forge(skey: str, seen: bytes) -> bytes:
    """A second head of the same size, signed by the log's own key."""
    from sampan.log import checkpoint, note  # noqa: PLC0415 - used here only
    from sampan.log.witness import Request  # noqa: PLC0415 - as above

    head = checkpoint.read(seen)
    other = checkpoint.Checkpoint(head.origin, head.size, bytes(32))
    return Request(head.size, (), checkpoint.sign(other, note.Signer.parse(skey))).to_bytes()
