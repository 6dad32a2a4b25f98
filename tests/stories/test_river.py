"""The river's story through the command line: look, receive, finding, settle, figures, withdraw, erase."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.codes import nth
from tests.conftest import Sampan
from tests.stories import brook

KHMER = Path(__file__).parents[2] / "src" / "sampan" / "sources" / "kh_weekly" / "sample" / "week-31.xlsx"
LAO = ("ປີ", "ອາທິດທີ", "ແຂວງ", "ພະຍາດ", "ຈຳນວນກໍລະນີ", "ຈຳນວນເສຍຊີວິດ")


def lao_file(path: Path, rows: list[tuple[str, ...]]) -> str:
    """A weekly table in the Lao source's form."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([LAO, *rows])
    return str(path)


def figures(sampan: Sampan, *more: str) -> dict[tuple[str, str], tuple[int | None, str]]:
    """(place, first day) -> figure and status of the cases that stand."""
    found = sampan("observations", "--json", "--measure", "cases", *more).json
    return {(one["unit"].split("@")[0], one["period_start"]): (one["value"], one["status"]) for one in found}


def test_a_khmer_workbook_goes_in_unchanged_and_its_question_is_settled_once(sampan: Sampan) -> None:
    assert sampan("look", "kh-weekly", str(KHMER), "--json").json
    receipt = sampan("receive", "kh-weekly", str(KHMER), "--json", code=3)  # kept, and somebody's answer is needed
    assert (receipt.json["rows_in"], receipt.json["observed"], receipt.json["set_aside"]) == (202, 195, 7)
    (finding,) = [one for one in sampan("findings", "--json").json if one["rule"] == "ambiguous-place"]
    assert finding["term"] == "កំពង់" and finding["count"] == 7
    cells = sampan("findings", "--cells", finding["finding"], "--json").json
    assert len({cell["row"] for cell in cells}) == 1
    settled = sampan("settle", finding["finding"], "KH-4", "--reason", "Kampong Chhnang wrote it short", "--json")
    assert settled.code == 0
    replayed = settled.json["replayed"][0]
    assert (replayed["observed"], replayed["set_aside"]) == (202, 0)
    assert sampan("findings", "--json").json == [] or all(
        one["severity"] == "note" for one in sampan("findings", "--json").json
    )
    statuses = {one["status"] for one in sampan("observations", "--json").json}
    assert statuses == {"reported", "zero", "unknown"}
    assert sampan("log", "verify").code == 0


def test_an_answer_that_would_count_nothing_is_refused(sampan: Sampan, tmp_path: Path) -> None:
    rows = [("2024", "30", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "o7", "0"), ("2024", "30", "ບໍ່ແກ້ວ", "ໄຂ້ເລືອດອອກ", "4", "0")]
    twice = [("2024", "31", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "7", "0"), ("2024", "31", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "9", "0")]
    sampan("receive", "la-weekly", lao_file(tmp_path / "a.csv", rows + twice), "--json", code=3)
    figure, pair = (
        next(one["finding"] for one in sampan("findings", "--json").json if one["rule"] == rule)
        for rule in ("unreadable-figure", "two-figures-one-cell")
    )
    assert "whole number" in sampan("settle", figure, "banana", "--reason", "a slip", code=2).err
    assert "'7' is not a place we know" in sampan("settle", pair, "7", "--reason", "the later one", code=2).err
    sampan("settle", figure, "7", "--reason", "the letter o is a stain", code=None)
    assert figures(sampan)["LA-AT", "2024-07-22"] == (7, "reported")
    (still,) = [one for one in sampan("findings", "--json").json if one["severity"] == "stop"]
    assert (
        still["rule"] == "two-figures-one-cell" and still["finding"] == pair
    )  # the same question when it was read again
    assert "'9' is not a place we know" in sampan("settle", pair, "9", "--reason", "by its old code", code=2).err


def test_the_same_bytes_again_count_nothing_twice(sampan: Sampan) -> None:
    first = sampan("receive", "kh-weekly", str(KHMER), "--json", code=3).json
    again = sampan("receive", "kh-weekly", str(KHMER), "--json", code=None).json
    assert again["repeats"] == first["delivery"]
    assert (again["observed"], again["repeated"], again["rows_in"]) == (0, 202, 202)
    assert again["cases_in"] == again["cases_repeated"] == first["cases_in"]


def test_a_snapshot_retracts_what_it_covers_and_no_longer_says(sampan: Sampan, tmp_path: Path) -> None:
    week30 = [("2024", "30", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "3", "0"), ("2024", "30", "ບໍ່ແກ້ວ", "ໄຂ້ເລືອດອອກ", "4", "0")]
    week31 = [("2024", "31", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "1.234", "0")]
    sampan("receive", "la-weekly", lao_file(tmp_path / "a.csv", week30 + week31), "--json")
    between = datetime.now(UTC).isoformat()
    sampan("receive", "la-weekly", lao_file(tmp_path / "b.csv", week30[:1]), "--json")
    now, then = figures(sampan), figures(sampan, "--as-of", between)
    assert now == {("LA-AT", "2024-07-22"): (3, "reported"), ("LA-AT", "2024-07-29"): (1234, "reported")}
    assert then == now | {("LA-BK", "2024-07-22"): (4, "reported")}
    changed = sampan("observations", "--since", between, "--measure", "cases", "--json").json
    assert [(one["unit"].split("@")[0], one["change"], one["value_before"]) for one in changed] == [
        ("LA-BK", "removed", 4)
    ]
    gone = sampan("observations", "--gone-too", "--measure", "cases", "--json").json
    assert ("LA-BK", "retracted") in {(one["unit"].split("@")[0], one["status"]) for one in gone}


def test_a_withdrawn_delivery_no_longer_stands_and_an_erased_one_cannot_be_opened(
    sampan: Sampan, tmp_path: Path
) -> None:
    rows = [("2024", "30", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "3", "0")]
    first = sampan("receive", "la-weekly", lao_file(tmp_path / "a.csv", rows), "--json").json
    before = datetime.now(UTC).isoformat()
    stranger = sampan(
        "withdraw", first["delivery"], "--reason", "not mine", "--actor", "kh-cdc/sender", "--json", code=2
    )
    assert stranger.json["error"]["what"].startswith("no delivery is called") and figures(sampan)
    assert sampan("withdraw", first["delivery"], "--reason", "wrong workbook", "--json").json["state"] == "withdrawn"
    assert figures(sampan) == {}
    assert figures(sampan, "--as-of", before) == {("LA-AT", "2024-07-22"): (3, "reported")}
    assert sampan("log", "verify").code == 0
    erased = sampan("withdraw", first["delivery"], "--reason", "the law says so", "--erase", "--json")
    assert erased.json["state"] == "erased"
    assert figures(sampan, "--as-of", before) == {("LA-AT", "2024-07-22"): (None, "erased")}
    assert sampan("log", "verify").code == 0
    marked = sampan(
        "findings",
        "--delivery",
        first["delivery"],
        "--mark",
        str(tmp_path / "back.csv"),
        "--post",
        "la-ncle/sender",
        code=2,
    )
    assert "erased on" in marked.err


def test_a_home_is_invented_or_real_for_ever(sampan: Sampan, tmp_path: Path, home: Path) -> None:
    sampan("receive", "kh-weekly", str(KHMER), "--json", code=3)
    folder = home / "sources" / "made-up"
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(
        "id: made-up\ntitle: Made up\nowner: nobody\ncountry: LA\nkind: aggregate\ninvented: true\n"
        "columns: {place: p, period: t, condition: c, value: n}\n",
        encoding="utf-8",
    )
    (tmp_path / "x.csv").write_text("p,t,c,n\nVientiane,2024,dengue,1\n", encoding="utf-8")
    refused = sampan("receive", "made-up", str(tmp_path / "x.csv"), "--json", code=4)
    assert refused.json["error"]["rule"] == "home-kind"


@pytest.mark.parametrize("words", [("receive", "kh-weakly", "x.xlsx"), ("receive", "kh-weekly", "not-there.xlsx")])
def test_a_slip_is_answered_in_words(sampan: Sampan, words: tuple[str, ...]) -> None:
    said = sampan(*words, code=2)
    assert said.err and "Traceback" not in said.err


def test_a_list_of_cases_is_asked_for_as_counts(sampan: Sampan, tmp_path: Path) -> None:
    """The command speaks of weeks and provinces for every source; a figure counted from a list says so."""
    rows = ["ລະຫັດ\tຊື່\tແຂວງ\tເມືອງ\tວັນທີເລີ່ມເຈັບ\tວັນທີລາຍງານ\tພະຍາດ\tປະເພດ\tເພດ\tອາຍຸ"]
    rows += [f"L-{n}\t\tອັດຕະປື\t\t2{n}/07/2024\t30/07/2024\tໄຂ້ເລືອດອອກ\tສົງໄສ\tຊາຍ\t30" for n in (2, 3, 9)]
    path = tmp_path / "cases.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    before = datetime.now(UTC).isoformat()
    sampan("receive", "la-cases", str(path), "--json", code=None)
    told = sampan("observations", "--json").json
    shown = [(one["period_start"], one["value"], one["classification"], one["tabulated"]) for one in told]
    assert shown == [("2024-07-22", 2, "suspected", True), ("2024-07-29", 1, "suspected", True)]
    (month,) = sampan("observations", "--every", "month", "--unit", "LA-AT", "--json").json
    assert (month["period_end"], month["value"], month["unit"].split("@")[0]) == ("2024-07-31", 3, "LA-AT")
    table = sampan("observations")
    assert "2 *" in table.out and "counted by this office" in table.err
    early = sampan("observations", "--as-of", before)
    assert "Nothing was known" in early.err and sampan("observations", "--as-of", before, "--json").json == []
    changed = sampan("observations", "--since", before, "--json").json
    assert [(one["change"], one["value_after"]) for one in changed] == [("added", 2), ("added", 1)]
    form = tmp_path / "weekly.csv"
    sampan("observations", "--as", "la-weekly", "-o", str(form))
    lines = form.read_text(encoding="utf-8-sig").splitlines()
    assert sum("ນັບຈາກບັນຊີກໍລະນີ" in line for line in lines) == 2


def test_the_same_snapshot_again_asks_nothing_twice(sampan: Sampan, tmp_path: Path) -> None:
    """Saved anew, so other bytes: a word and a figure it asks about join the standing questions; one answer does."""
    rows = [("2024", "30", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "3", "5"), ("2024", "30", "ບ້ານໃດບ້ານໜຶ່ງ", "ໄຂ້ເລືອດອອກ", "4", "0")]
    first = sampan("receive", "la-weekly", lao_file(tmp_path / "a.csv", rows), "--json", code=3).json
    standing = {one["rule"]: one for one in sampan("findings", "--json").json}
    assert {"deaths-above-cases", "ambiguous-place"} <= set(standing)
    again = sampan("receive", "la-weekly", lao_file(tmp_path / "b.csv", rows[::-1]), "--json", code=3).json
    asked = sampan("findings", "--json").json
    assert [one["rule"] for one in asked] == list(dict.fromkeys(one["rule"] for one in asked))
    for one in asked:
        assert one["finding"] == standing[one["rule"]]["finding"]
        assert one["deliveries"] == [first["delivery"], again["delivery"]]
    sampan("settle", standing["deaths-above-cases"]["finding"], "--accept", "of earlier cases")
    settled = sampan("settle", standing["ambiguous-place"]["finding"], "LA-BK", "--json").json
    assert len(settled["replayed"]) == 2
    assert not {one["rule"] for one in sampan("findings", "--json").json} & {"deaths-above-cases", "ambiguous-place"}
    other = [("2024", "31", "ອັດຕະປື", "ໄຂ້ເລືອດອອກ", "3", "5")]
    sampan("receive", "la-weekly", lao_file(tmp_path / "c.csv", other), "--json", code=3)
    assert "deaths-above-cases" in {one["rule"] for one in sampan("findings", "--json").json}  # another week's is new


def test_a_finding_is_explained_with_the_address_of_its_cells(sampan: Sampan) -> None:
    sampan("receive", "kh-weekly", str(KHMER), "--json", code=3)
    (one,) = [one for one in sampan("findings", "--json").json if one["rule"] == "ambiguous-place"]
    cells = sampan("findings", "--cells", one["finding"], "--json").json
    assert [(cell["cell"], cell["row"]) for cell in cells] == [("B25", 25)]
    told = " ".join(sampan("findings", one["finding"]).out.split())
    for said in (one["title"], one["explanation"], one["remedy"], "B25", "sampan settle"):
        assert said in told, said
    assert one["remedy"] in " ".join(sampan("findings", "--explain").out.split())
    tried = sampan("receive", "kh-weekly", str(KHMER), "--dry-run", code=None)
    assert "nothing was kept" in tried.out
    sampan("withdraw", nth("D", 1), "--reason", "wrong workbook")
    twice = sampan("withdraw", nth("D", 1), "--reason", "wrong workbook", code=2)
    assert "already withdrawn" in twice.err


def test_a_day_an_age_and_a_week_can_be_answered(sampan: Sampan, tmp_path: Path, home: Path) -> None:
    brook.lay(home)
    listed = tmp_path / "list.csv"
    listed.write_text(
        "number,province,onset,reported,disease,class,sex\n"
        "1,Takeo,2567-05-01,2024-05-03,dengue,suspected,m\n"
        "2,Takeo,2024-02-31,2024-03-02,dengue,suspected,f\n"
    )
    sampan("receive", "brook-list", str(listed), "--json", code=None)
    asked = {one["term"]: one["finding"] for one in sampan("findings", "--json").json}
    said = sampan("settle", asked["2567-05-01"], "in May", code=2).err
    assert "'in May' cannot be read as a day of onset" in said and "a day as 2024-05-30" in said
    sampan("settle", asked["2567-05-01"], "2024-05-01", code=None)
    sampan("settle", asked["2024-02-31"], "none", code=None)
    assert not sampan("findings", "--json").json
    weekly = tmp_path / "weekly.csv"
    weekly.write_text("province,week,disease,cases\nTakeo,2024-W53,dengue,4\nKampot,2024-W52,dengue,5\n")
    sampan("receive", "brook-weekly", str(weekly), "--json", code=3)
    (week,) = sampan("findings", "--json").json
    assert "a week as 2024-W30" in sampan("settle", week["finding"], "2024-W54", code=2).err
    sampan("settle", week["finding"], "2025-W01", code=None)
    found = sampan("observations", "--source", "brook-weekly", "--json").json
    assert sorted((one["period_start"], one["value"]) for one in found) == [("2024-12-23", 5), ("2024-12-30", 4)]
