"""Sharing with its records, the clock passed in: force, gates, releases, corrections, expiry to the instant."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.codes import nth
from tests.stories import border

from sampan.model.errors import Refused, UserError
from sampan.operations import bordering, homes, observing, receiving, sweeping, withdrawing
from sampan.operations.proving import verifying
from sampan.operations.receiving import Act
from sampan.operations.sharing import (
    after,
    auditing,
    deposits,
    emergencies,
    gates,
    making,
    own_form,
    pending,
    releasing,
    reviewing,
    saying,
)
from sampan.operations.sharing.saying import Fact
from sampan.people.models import Party
from sampan.sharing.reasons import phrase, phrases
from sampan.store import bindings
from sampan.store.home import Store
from sampan.store.models import DisclosureLedger, Entry, Outbox, ReleaseRecord

pytestmark = pytest.mark.django_db(transaction=True)
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
CODES = re.compile(r"[\w-]+/[\w-]+|TLP:\w+|[A-Z]{2}-\d+|HIV|AIDS")
ENGLISH = "the|of|and|is|not|this|clause|word|week|month|day|places?|may|told|given|no|cases|counts?|small|rule|reader"
RAW = re.compile(rf"\b({ENGLISH})\b|[a-z]+[-_][a-z]+|\.\.|។។", re.IGNORECASE)
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNTS = [9, 3, 2, 8, 14, 1, 3, 7]  # of weeks 24 to 31


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir(parents=True, exist_ok=True)
    border.lay(home)
    return homes.opened()


def in_force(text: str = border.AGREEMENT, code: str = "border") -> None:
    making.propose(text.lstrip(), "a.yml", KH, NOW)
    making.move(code, "agree", VN, NOW)
    making.move(code, "verify", VN, NOW, paper=b"signed")
    making.move(code, "activate", "kh-20/director", NOW)
    making.move(code, "activate", MINISTRY, NOW)


def received(store: Store, folder: Path, source: str, text: str, post: str, now: datetime = NOW) -> str:
    path = border.written(folder / f"{source}-{now:%H%M}.csv", text)
    return receiving.receive(store, homes.source(store, source), path, Act(post, now)).delivery


def asked(folder: Path, post: str, places: str, **more: str) -> str:
    return border.request(folder / "request.yml", post, places, **more).read_text(encoding="utf-8")


def said_in(record: ReleaseRecord) -> list[tuple[int | None, str]]:
    """(value, status) of the table that the office keeps of a release."""
    return pl.read_parquet(io.BytesIO(bytes(record.table))).select("value", "status").rows()


def out(store: Store, text: str, folder: Path, now: datetime = NOW) -> list[tuple[str, str]]:
    code = releasing.release(store, text, "r.yml", folder / "out", now)["release"]
    rows = (folder / "out" / "table.csv").read_text(encoding="utf-8").splitlines()
    head = rows[0].split(",")
    cells = [dict(zip(head, row.split(","), strict=True)) for row in rows[1:]]
    assert code.startswith("R-")
    return [(cell["value"], cell["status"]) for cell in cells]


@pytest.mark.postgres
def test_nothing_is_told_before_two_sides_activated_and_after_one_suspended(store: Store, tmp_path: Path) -> None:
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    wanted = asked(tmp_path, VN, "KH-20")
    making.propose(border.AGREEMENT.lstrip(), "a.yml", KH, NOW)
    making.move("border", "agree", VN, NOW)
    making.move("border", "verify", VN, NOW, paper=b"signed")
    making.move("border", "activate", KH, NOW)
    with pytest.raises(Refused, match="No agreement"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW)
    making.move("border", "activate", VN, NOW)
    assert out(store, wanted, tmp_path) == [("0", "zero")]
    making.move("border", "suspend", VN, NOW)
    with pytest.raises(Refused, match="suspended"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW)
    with pytest.raises(Refused, match="suspended"):
        after.open_again(store, nth("R", 1), VN, tmp_path / "no", NOW)
    assert not (tmp_path / "no").exists()


def test_another_paper_than_the_one_named_does_not_verify(store: Store) -> None:
    text = border.AGREEMENT.replace("signed: 2025-08-01}", f"signed: 2025-08-01, digest: 'sha256:{'a' * 64}'}}")
    making.propose(text.lstrip(), "a.yml", KH, NOW)
    making.move("border", "agree", VN, NOW)
    with pytest.raises(Refused, match="not the paper"):
        making.move("border", "verify", VN, NOW, paper=b"signed")
    with pytest.raises(UserError, match="signed paper is needed"):
        making.move("border", "verify", VN, NOW)


def test_a_counter_is_the_next_version_and_a_new_version_ends_the_old(store: Store) -> None:
    making.propose(border.AGREEMENT.lstrip(), "a.yml", KH, NOW)
    second = border.AGREEMENT.replace("version: 1", "version: 2").lstrip()
    with pytest.raises(Refused, match="other side"):
        making.counter("border", second, "b.yml", KH, NOW)
    assert making.counter("border", second, "b.yml", VN, NOW).state == "countered"
    making.move("border", "agree", KH, NOW)
    making.move("border", "verify", KH, NOW, paper=b"signed")
    for post in (KH, VN):
        making.move("border", "activate", post, NOW)
    third = second.replace("version: 2", "version: 3")
    making.propose(third, "c.yml", KH, NOW)
    for verb, post in (("agree", VN), ("verify", VN), ("activate", VN), ("activate", KH)):
        making.move("border", verb, post, NOW, paper=b"signed")
    assert [one["state"] for one in making.listed("kh-20")] == ["in-force", "terminated", "terminated"]


def test_an_emergency_ends_to_the_instant_and_so_does_what_left_under_it(store: Store, tmp_path: Path) -> None:
    in_force()
    code = received(store, tmp_path, "border-vn", border.VN_WEEK, VN)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW)
    receiving.resume(store, Act(MINISTRY, NOW))
    wanted = asked(tmp_path, KH, "VN-37", trigger="border-outbreak")
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    end = NOW + 72 * HOUR
    told = Outbox.objects.get(kind="emergency:declared", to_party="kh-20").facts
    assert (told["until"], told["review_due"]) == (end.isoformat(), "2026-09-06")
    assert out(store, wanted, tmp_path, end - timedelta(seconds=1)) == [("9", "reported")]
    first = {"owner": "vn-37", "do": "tell-owner-first", "within_hours": 24, "focal_point": None}
    assert [one.manifest["ihr_article_9"] for one in ReleaseRecord.objects.all()] == [[first]]
    with pytest.raises(Refused, match="Waits for"):
        releasing.release(store, wanted, "r", tmp_path / "late", end)
    after.open_again(store, nth("R", 1), KH, tmp_path / "still", end - timedelta(seconds=1))
    with pytest.raises(Refused, match="expired"):
        after.open_again(store, nth("R", 1), KH, tmp_path / "late", end)
    assert not (tmp_path / "late").exists()


def test_an_emergency_called_off_is_over_at_once(store: Store, tmp_path: Path) -> None:
    in_force()
    wanted = asked(tmp_path, KH, "VN-37", trigger="border-outbreak")
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    reviewing.review("border-outbreak", MINISTRY, NOW)
    emergencies.declare("border-outbreak", MINISTRY, NOW)  # said again, and both are called off
    assert releasing.preview(store, wanted, "r", NOW)["decision"]["outcome"] == "allow"
    emergencies.declare("border-outbreak", MINISTRY, NOW + HOUR, end=True)
    assert releasing.preview(store, wanted, "r", NOW + 2 * HOUR)["decision"]["outcome"] == "needs-approval"
    for post in ("office/steward", KH):
        with pytest.raises(Refused, match="lets"):
            emergencies.declare("border-outbreak", post, NOW)
    with pytest.raises(UserError, match="did you mean 'border-outbreak'"):
        emergencies.declare("border-outbrake", MINISTRY, NOW)


@pytest.mark.postgres
def test_a_withdrawal_tells_the_recipient(store: Store, tmp_path: Path) -> None:
    in_force()
    code = received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    out(store, asked(tmp_path, VN, "KH-20"), tmp_path)
    done = withdrawing.withdraw(store, code, reason="wrong", actor=KH, now=NOW + HOUR)
    assert done["told"] == 1
    assert Outbox.objects.filter(kind="release:corrected", to_post=VN).count() == 1
    [ended] = Outbox.objects.filter(kind="release:ended", to_post=VN)
    assert ended.facts["why"] == "withdrawn"
    with pytest.raises(Refused, match="withdrawn and opens no more"):
        after.open_again(store, nth("R", 1), VN, tmp_path / "again", NOW + HOUR)


@pytest.mark.postgres
@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_erased_is_neither_kept_nor_repeated(store: Store, tmp_path: Path, *, at_once: bool) -> None:
    """The recipient was told 40, then 60, then that it was withdrawn; erased, no message or table here says 60."""
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    out(store, asked(tmp_path, VN, "KH-20"), tmp_path)
    second = received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,60"), KH, NOW + HOUR)
    assert out(store, asked(tmp_path, VN, "KH-20"), tmp_path, NOW + HOUR) == [("60", "reported")]
    before = [said_in(one) for one in ReleaseRecord.objects.order_by("pk")]
    for erase in (True,) if at_once else (False, True):
        withdrawing.withdraw(store, second, reason="wrong", actor=KH, now=NOW + 2 * HOUR, erase=erase)
    assert before == [[(40, "reported")], [(60, "reported")]]
    assert [said_in(one) for one in ReleaseRecord.objects.order_by("pk")] == [[(40, "reported")], [(None, "reported")]]
    told = Outbox.objects.filter(kind="release:corrected", to_post=VN)
    cells = [cell for one in told for cell in one.facts["difference"]]
    assert cells, "the recipient was told which cells"
    assert 60 not in {cell[side] for cell in cells for side in ("value_before", "value_after")}
    assert {cell.get("erased_on") for cell in cells} >= {"2026-08-04"}
    assert Entry.objects.filter(kind="release:emptied").count() == 1
    assert verifying.verify().alarms == []


def test_a_withdrawal_of_what_is_said_again_corrects_nothing(store: Store, tmp_path: Path) -> None:
    """The recipient has the right numbers still; the release rested on what was taken back, and ends with it."""
    in_force()
    week = border.KH_WEEK.replace("cholera,0", "cholera,40")
    code = received(store, tmp_path, "border-kh", week, KH)
    out(store, asked(tmp_path, VN, "KH-20"), tmp_path)
    again = received(store, tmp_path, "border-kh", week.replace("cholera,40", "cholera,40 "), KH, NOW + HOUR)
    done = withdrawing.withdraw(store, code, reason="wrong", actor=KH, now=NOW + 2 * HOUR)
    assert (done["figures"], done["told"]) == (0, 1)
    assert again in {one["delivery"] for one in observing.deliveries(store) if one["state"] == "committed"}
    assert not Outbox.objects.filter(kind="release:corrected", to_post=VN).exists()
    assert Outbox.objects.filter(kind="release:ended", to_post=VN).count() == 1


def test_a_release_rests_on_deliveries_that_speak_of_its_places(store: Store, tmp_path: Path) -> None:
    in_force()
    mine = received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    elsewhere = border.KH_WEEK.replace("Svay Rieng", "Kandal").replace("W31", "W30")
    other = received(store, tmp_path, "border-kh", elsewhere, KH, NOW + HOUR)
    wanted = asked(tmp_path, VN, "KH-20", data="{from: 2026-07-20, to: 2026-08-02}")
    releasing.release(store, wanted, "r", tmp_path / "out", NOW + 2 * HOUR)
    assert ReleaseRecord.objects.get().deliveries == [mine]
    withdrawing.withdraw(store, other, reason="wrong", actor=KH, now=NOW + 3 * HOUR)
    assert after.received(VN, NOW + 3 * HOUR)[0]["state"] == "open", "what it rests on stands"


@pytest.mark.postgres
def test_a_release_of_what_was_passed_and_then_denied_opens_no_more(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force()
    code = received(store, tmp_path, "border-vn", border.VN_WEEK, VN)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW)
    receiving.resume(store, Act(MINISTRY, NOW))
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    wanted = asked(tmp_path, KH, "VN-37", trigger="border-outbreak")
    assert out(store, wanted, tmp_path) == [("9", "reported")]
    assert [len(one.frame) for one in bordering.released(KH, NOW)] == [1]
    with monkeypatch.context() as crash:  # before anything of it is told
        crash.setattr(pending.corrections, "tell_of_source", lambda *_: 0)
        pending.give(store, [code], gates.Answer("denied"), MINISTRY, NOW + HOUR)
    assert bordering.released(KH, NOW + HOUR) == []
    with pytest.raises(Refused, match="withdrawn and opens no more"):
        after.open_again(store, nth("R", 1), KH, tmp_path / "again", NOW + HOUR)
    sweeping.sweep(store, "1", NOW + 2 * HOUR)
    assert Outbox.objects.filter(kind="release:ended", to_post=KH).count() == 1
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW + 3 * HOUR)
    assert out(store, wanted, tmp_path, NOW + 4 * HOUR) == [("9", "reported")], "asked for anew"


def test_a_crash_between_a_withdrawal_and_its_telling_is_made_good(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force()
    code = received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    out(store, asked(tmp_path, VN, "KH-20"), tmp_path)
    with monkeypatch.context() as crash:
        crash.setattr(withdrawing.corrections, "tell_of_source", lambda *_: 0)
        withdrawing.withdraw(store, code, reason="wrong", actor=KH, now=NOW + HOUR)
    told = Outbox.objects.filter(kind="release:corrected", to_post=VN)
    assert not told.exists()
    for _ in range(2):
        sweeping.sweep(store, "1", NOW + 2 * HOUR)
    assert told.count() == 1


@pytest.mark.postgres
def test_a_request_waits_is_denied_and_is_passed_under_its_own_code(store: Store, tmp_path: Path) -> None:
    in_force()
    code = received(store, tmp_path, "border-vn", border.VN_WEEK, VN)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW)
    receiving.resume(store, Act(MINISTRY, NOW))
    wanted = asked(tmp_path, KH, "VN-37")
    with pytest.raises(Refused, match="Waits for vn/preventive-medicine"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW)
    [line] = pending.requests(store, MINISTRY, NOW + 6 * HOUR)
    assert (line["rule"], line["why"], line["waited_days"]) == ("border/vn-weekly", "waits", 0.25)
    assert pending.requests(store, MINISTRY, NOW + timedelta(days=6))[0]["why"] == "no-answer"
    with pytest.raises(Refused, match="not a denial"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW + timedelta(days=6))
    for post in (VN, KH, "office/steward"):
        with pytest.raises(Refused, match="no rule waits"):
            pending.give(store, [nth("Q", 1)], gates.Answer("passed"), post, NOW)
    pending.give(store, [nth("Q", 1)], gates.Answer("denied"), MINISTRY, NOW)
    with pytest.raises(Refused, match="has said no"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW)
    pending.give(store, [nth("Q", 1)], gates.Answer("passed"), MINISTRY, NOW + HOUR)
    assert out(store, wanted, tmp_path, NOW + HOUR) == [("9", "reported")]
    assert pending.requests(store, MINISTRY, NOW + HOUR) == []


@pytest.mark.postgres
def test_a_release_and_its_ledger_and_entry_stand_together(store: Store, tmp_path: Path) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    out(store, asked(tmp_path, VN, "KH-20"), tmp_path)
    record = ReleaseRecord.objects.get()
    entry = Entry.objects.get(kind="release:granted")
    assert entry.facts["release"] == record.code
    assert entry.facts["clauses"] == ["border/kh-weekly"]
    [ledger] = DisclosureLedger.objects.all()
    assert entry.facts["ledgers"] == [bindings.name_of(ledger)]
    assert [row["recipient"] for row in ledger.content["rows"]] == ["vn-37"]
    [left] = after.abroad("kh-20", NOW)
    assert (left["state"], left["openings"][0]["post"], left["clauses"]) == ("open", VN, ["border/kh-weekly"])
    assert after.abroad("vn-37", NOW) == []


def test_a_preview_writes_nothing(store: Store, tmp_path: Path) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    before = Entry.objects.count(), Outbox.objects.count()
    told = releasing.preview(store, asked(tmp_path, VN, "KH-20"), "r", NOW)
    assert (Entry.objects.count(), Outbox.objects.count()) == before
    assert not ReleaseRecord.objects.exists()
    assert before[0] > 0 and told["log_checkpoint"] == 0, "the live count of entries would tell of others' acts"


@pytest.mark.parametrize("language", ["en", "km", "vi"])
@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, ""),
        ({"resolution": "{level: 2, period: day}"}, "reason.longer-period"),
        ({"conditions": "[hiv]"}, "reason.closed-unless-named"),
        ({"purpose": "research"}, "reason.purpose-not-agreed"),
    ],
)
def test_a_preview_speaks_the_readers_language(
    store: Store, tmp_path: Path, more: dict[str, str], reason: str, language: str
) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace(",0\n", ",3\n"), KH)
    found = releasing.preview(store, asked(tmp_path, VN, "KH-20", **more), "r", NOW, language)
    told = [*found["in_words"], *found["gaps"], *found["says"]]
    if reason:
        start = phrases(language)[reason].split("{")[0]
        assert any(start in line for line in told), told
    else:
        held = phrase("preview.held", language, why=phrase("held.below-minimum", language), cells=1)
        assert held in told, "a count too small is held back, and the owner hears why"
        assert phrase("may.gap-same", language) in told
    if language != "en":
        in_no_english(told)


def in_no_english(told: list[str]) -> None:
    """No word of English and no raw name of ours; posts, rules and codes stand as they are."""
    for line in told:
        left = CODES.sub(" ", line)
        assert not RAW.search(left), line


FACT: dict[str, Any] = {"condition": "cholera", "data_from": date(2026, 7, 27), "data_to": date(2026, 8, 2)}


@pytest.mark.parametrize(
    ("speaker", "listener", "fact", "answer", "rule"),
    [
        (KH, VN, {"place": "KH-20"}, "yes", "border/kh-weekly"),
        (KH, VN, {"place": "KH-20", "level": 2}, "coarser", "border/kh-weekly"),
        (KH, VN, {"place": "KH-20", "count": 3}, "coarser", "border/kh-weekly"),
        (VN, KH, {"place": "VN-37"}, "needs-word", "border/vn-weekly"),
        (KH, VN, {"place": "KH-20", "condition": "hiv"}, "no", "border/kh-weekly"),
        (KH, VN, {"place": "KH-14"}, "no", "border/kh-weekly"),
        (KH, "la-1/surveillance", {"place": "KH-20"}, "no", "sharing/1"),
        ("office/steward", VN, {"place": "KH-20"}, "no", "sharing/1"),
    ],
)
def test_may_i_say_this_now(
    store: Store, speaker: str, listener: str, fact: dict[str, Any], answer: str, rule: str
) -> None:
    in_force()
    asked_now = Fact(**{**FACT, **fact})
    for language in ("km", "vi"):
        told = saying.may(store, speaker, asked_now, listener, NOW, purpose="routine-monitoring", language=language)
        in_no_english([told["says"], *told["gap"], *(reason["says"] for reason in told["reasons"])])
    said = saying.may(store, speaker, asked_now, listener, NOW, purpose="routine-monitoring")
    assert said["reasons"], "an answer gives its reason"
    assert (said["answer"], said["rule"]) == (answer, rule)
    assert said["gap"]
    if answer == "needs-word":
        assert said["needs"] == MINISTRY


def test_the_office_needs_deposit_terms(store: Store) -> None:
    source = homes.source(store, "border-kh")
    window = (date(2026, 7, 27), date(2026, 8, 2))
    with pytest.raises(Refused, match="may not use border-kh for compare"):
        deposits.must_allow(store, source, "compare", ["cholera"], window, NOW)
    text = (
        border.AGREEMENT.split("clauses:")[0].replace("agreement: border", "agreement: deposit")
        .replace("kind: exchange", "kind: deposit")
    )  # fmt: skip
    head, _, tail = text.partition("  - party: vn-37")
    term = "term:" + tail.partition("term:")[2]
    office = "  - {party: office, zone: UTC, posts: [office/steward]}\n"
    clause = (
        "clauses:\n  - {clause: care, from: kh-20, to: [office/steward], purposes: [harmonise, compare], sources: any,\n"
        "     conditions: any, measures: any, places: any, resolution: {level: 1, period: week},\n"
        "     authorisation: {mode: standing, approver: kh-20/director}}\n"
    )
    making.propose((head + office + term + clause).lstrip(), "d.yml", KH, NOW)
    making.move("deposit", "agree", "office/steward", NOW)
    making.move("deposit", "verify", KH, NOW, paper=b"signed")
    for post in (KH, "office/steward"):
        making.move("deposit", "activate", post, NOW)
    assert deposits.must_allow(store, source, "compare", ["cholera"], window, NOW).outcome == "allow"
    for purpose in ("publish", "estimate", "read-rows"):
        with pytest.raises(Refused, match=f"for {purpose}"):
            deposits.must_allow(store, source, purpose, ["cholera"], window, NOW)


def test_the_recipient_gets_it_in_its_own_form(store: Store, tmp_path: Path) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    wanted = asked(tmp_path, VN, "KH-20", conditions="[cholera, acute-watery-diarrhoea]", **{"as": "border-vn"})
    code = releasing.release(store, wanted, "r", tmp_path / "out", NOW)["release"]
    path = own_form.write(store, code, tmp_path / "out")
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "province" in text.splitlines()[0]
    assert "14" in text


def test_expiry_is_recorded_once_its_last_day_is_over_everywhere(store: Store) -> None:
    in_force(border.AGREEMENT.replace("ends: 2099-12-31", "ends: 2026-12-31"))
    assert making.expire_due(datetime(2027, 1, 1, 11, 59, tzinfo=UTC)) == 0
    assert making.expire_due(datetime(2027, 1, 1, 12, 0, tzinfo=UTC)) == 1
    assert [one["state"] for one in making.listed()] == ["expired"]
    with pytest.raises(Refused, match="it has ended"):
        making.move("border", "activate", KH, NOW)


POOL_WEEK = "province,week,disease,cases\nSvay Rieng,2026-W31,cholera,3\nPrey Veng,2026-W31,cholera,40\n"
OTHER = """
agreement: other
version: 1
kind: exchange
title: National totals
instrument: {{name: Letter, signed: 2025-08-01}}
parties:
  - {{party: kh-20, country: KH, zone: Asia/Phnom_Penh, posts: [kh-20/surveillance, kh-20/director]}}
  - {{party: other, country: {country}, zone: UTC, posts: [other/desk, other/head]}}
term: {{begins: 2025-09-01, ends: 2099-12-31}}
clauses:
  - clause: totals
    from: kh-20
    to: [other/desk]
    purposes: [routine-monitoring]
    sources: any
    conditions: [cholera]
    measures: [cases]
    places: [KH]
    resolution: {{level: 0, period: week}}
    minimum_cell: {{cell: 5}}
    authorisation: {{mode: none}}
"""


@pytest.mark.parametrize(("country", "total"), [("VN", ""), ("LA", "43")])
def test_recipients_of_one_country_are_taken_to_pool_what_they_hold(
    store: Store, tmp_path: Path, country: str, total: str
) -> None:
    """One holds the large province; the country's total would give the other holder's silent three away."""
    in_force(border.AGREEMENT.replace("places: [KH-20]", "places: [KH]"))
    making.propose(OTHER.format(country=country).lstrip(), "o.yml", KH, NOW)
    making.move("other", "agree", "other/desk", NOW)
    making.move("other", "verify", KH, NOW, paper=b"signed")
    making.move("other", "activate", "kh-20/director", NOW)
    making.move("other", "activate", "other/head", NOW)
    received(store, tmp_path, "border-kh", POOL_WEEK, KH)
    releasing.release(store, asked(tmp_path, VN, "KH"), "r", tmp_path / "a", NOW)
    wanted = asked(tmp_path, "other/desk", "KH", resolution="{level: 0, period: week}")
    assert out(store, wanted, tmp_path, NOW + HOUR) == [(total, "reported" if total else "not-shared")]
    found = auditing.audit(store, "vn-37", KH)
    assert (found["pool"], found["held_back"], found["recovered"]) == (["other"] if country == "VN" else [], 1, 0)
    assert auditing.audit(store, "vn-37", VN)["ledgers"] == [], "an owner learns of its own figures alone"


def test_the_audit_of_a_recipient_finds_what_its_pool_could_work_out(store: Store, tmp_path: Path) -> None:
    """As above, but the total had left before the two were known to be of one country."""
    test_recipients_of_one_country_are_taken_to_pool_what_they_hold(store, tmp_path, "LA", "43")
    for code in ("vn-37", "other"):
        Party.objects.create(code=code, name=code, kind="authority", country="VN", made_at=NOW)
    found = auditing.audit(store, "vn-37", KH)
    assert (found["pool"], found["recovered"]) == (["other"], 1)
    [ledger] = found["ledgers"]
    assert [(one["how"], one["count"]) for one in ledger["recovered"]] == [("algebra", 3)]


LISTED = "province,week,disease,cases\nSvay Rieng,2026-W31,cholera,3\nSvay Rieng,2026-W31,dengue,14\n"


def test_an_owner_is_told_that_two_sources_may_count_the_same_persons(store: Store, tmp_path: Path) -> None:
    in_force()
    folder = store.sources / "border-list"
    folder.mkdir()
    title = "Tabulated list of Svay Rieng"
    text = border.SOURCE.format(id="border-list", title=title, owner="kh-20", country="KH")
    (folder / "source.yml").write_text(text.lstrip(), encoding="utf-8")
    received(store, tmp_path, "border-kh", border.KH_WEEK + "Svay Rieng,2026-W31,dengue,15\n", KH)
    wanted = asked(tmp_path, VN, "KH-20", conditions="[dengue]", sources="[border-kh]")
    words = "border-kh and border-list may count the same persons"

    def warned(text: str) -> bool:
        return any(words in said for said in releasing.preview(store, text, "r", NOW)["gaps"])

    both = asked(tmp_path, VN, "KH-20", conditions="[dengue]")
    assert not warned(both), "the other source holds nothing yet"
    received(store, tmp_path, "border-list", LISTED, KH)
    assert warned(both)
    assert not warned(wanted), "one of them is asked for, and the reader holds nothing of the other"
    releasing.release(store, wanted, "r", tmp_path / "left", NOW)
    assert warned(asked(tmp_path, VN, "KH-20", conditions="[dengue]", sources="[border-list]"))


def test_a_total_told_on_monday_keeps_a_small_part_reported_on_tuesday(store: Store, tmp_path: Path) -> None:
    """Dengue, 14, leaves; then its kinds are delivered, 11 and 3: told beside the total, either gives the other away."""
    in_force()
    head, total = "province,week,disease,cases\n", "Svay Rieng,2026-W31,dengue,14\n"
    received(store, tmp_path, "border-kh", head + total, KH)
    assert out(store, asked(tmp_path, VN, "KH-20", conditions="[dengue]"), tmp_path) == [("14", "reported")]
    kinds = "Svay Rieng,2026-W31,DHF,3\nSvay Rieng,2026-W31,DF,11\n"
    received(store, tmp_path, "border-kh", head + total + kinds, KH, NOW + HOUR)
    wanted = asked(tmp_path, VN, "KH-20", conditions="[dengue-fever-1997, dhf-1997]")
    assert {value for value, _ in out(store, wanted, tmp_path, NOW + 2 * HOUR)} == {""}


def test_a_preview_says_that_weeks_add_up_to_no_month_whatever_figures_there_are(store: Store, tmp_path: Path) -> None:
    in_force(border.AGREEMENT)
    monthly = asked(tmp_path, VN, "KH-20", resolution="{level: 1, period: month}")
    empty = releasing.preview(store, monthly, "r", NOW)
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    full = releasing.preview(store, monthly, "r", NOW)
    said = "border-kh tells week, which never adds up to month: no figure of it would be told so."
    assert empty["gaps"] == full["gaps"] == [said]
    assert releasing.preview(store, asked(tmp_path, VN, "KH-20"), "r", NOW)["gaps"] == []


def test_a_month_of_which_the_window_holds_some_days_alone_is_no_month(store: Store, tmp_path: Path) -> None:
    daily = border.SOURCE.format(id="border-kh", title="Days", owner="kh-20", country="KH")
    daily = daily.replace("{from: week, as: week}", "{from: week, as: day}")
    (store.root / "sources" / "border-kh" / "source.yml").write_text(daily.lstrip(), encoding="utf-8")
    days = [date(2026, 6, 1) + timedelta(days=number) for number in range(61)]
    text = "province,week,disease,cases\n" + "".join(f"Svay Rieng,{day},cholera,10\n" for day in days)
    received(store, tmp_path, "border-kh", text, KH)
    in_force()
    wanted = asked(
        tmp_path, VN, "KH-20", data="{from: 2026-06-20, to: 2026-08-05}", resolution="{level: 1, period: month}"
    )
    made = releasing.release(store, wanted, "r.yml", tmp_path / "out", NOW)
    rows = pl.read_csv(tmp_path / "out" / "table.csv", infer_schema=False).iter_rows(named=True)
    assert [(row["period_start"], row["value"]) for row in rows] == [("2026-07-01", "310")]
    assert made["told"] == 1


@pytest.mark.postgres
def test_four_weeks_together_tell_what_single_weeks_would_hold_back(store: Store, tmp_path: Path) -> None:
    weeks = "".join(f"Svay Rieng,2026-W{number},cholera,{cases}\n" for number, cases in enumerate(COUNTS, 24))
    received(store, tmp_path, "border-kh", "province,week,disease,cases\n" + weeks, KH)
    in_force()
    window = {"data": "{from: 2026-06-08, to: 2026-08-02}"}
    single = out(store, asked(tmp_path, VN, "KH-20", **window), tmp_path)
    assert [value for value, _ in single].count("") > 1
    together = asked(tmp_path, VN, "KH-20", resolution="{level: 1, period: four-weeks}", **window)
    said = releasing.preview(store, together, "r", NOW)
    assert not any("never adds up" in one for one in said["gaps"])
    releasing.release(store, together, "r.yml", tmp_path / "four", NOW + HOUR)
    rows = pl.read_csv(tmp_path / "four" / "table.csv", infer_schema=False).to_dicts()
    assert [(row["period_start"], row["period_end"], row["period"]) for row in rows] == [
        ("2026-06-15", "2026-07-12", "four-weeks")  # weeks 25 to 28; 24 and 29 to 31 fill none of the window
    ]
    assert rows[0]["value"] == str(sum(COUNTS[1:5]))
