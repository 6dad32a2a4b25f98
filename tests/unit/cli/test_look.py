"""`sampan look` says by its exit code whether the file may leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import brook

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "number,province,onset,reported,disease,class,sex"
ROW = "{0},Takeo,2026-01-02,2026-01-03,dengue,suspected,F"


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    brook.lay(home)
    return runner(capsys)


def test_a_person_told_inside_a_field_stops_the_file_and_the_copy_loses_the_cell_alone(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    text = home / "sources" / "brook-list" / "source.yml"
    text.write_text(text.read_text(encoding="utf-8") + "  laboratory: result\n", encoding="utf-8")
    rows = [
        f"{ROW.format(1)},NS1 positive",
        f"{ROW.format(2)},NS1, đt 0987 654 321".replace(",NS1, ", ",NS1 "),
        f"{ROW.format(3)},",
    ]
    file, clean = tmp_path / "results.csv", tmp_path / "clean.csv"
    file.write_text("\n".join([f"{HEAD},result", *rows]), encoding="utf-8")
    (stop,) = sampan("look", "brook-list", file, "--json", code=4).json["stops"]
    assert (stop["rule"], stop["kind"], stop["column"], stop["first_rows"]) == ("personal-text", "telephone", "H", [3])
    assert "0987" not in str(stop)
    assert "telephone" in sampan("receive", "brook-list", file, code=4).err
    assert sampan("look", "brook-list", file, "--clean", clean, "--json").json["clean"]["cells"] == 1
    assert clean.read_text(encoding="utf-8-sig").splitlines() == [
        f"{HEAD},result",
        rows[0],
        f"{ROW.format(2)},",
        rows[2],
    ]
    sampan("receive", "brook-list", clean, code=None)
    assert [one["rows_in"] for one in sampan("deliveries", "--json").json] == [3]


def test_a_file_that_must_not_leave_ends_in_4(sampan: Sampan, tmp_path: Path) -> None:
    rows = [f"{ROW.format(number)},09{number:08}" for number in range(8)]
    (tmp_path / "phones.csv").write_text("\n".join([f"{HEAD},telephone", *rows]), encoding="utf-8")
    (tmp_path / "fine.csv").write_text("\n".join([HEAD, ROW.format(1)]), encoding="utf-8")
    stopped = sampan("look", "brook-list", tmp_path / "phones.csv", "--json", code=4).json
    assert not stopped["may_leave"]
    assert "must not leave" in sampan("look", "brook-list", tmp_path / "phones.csv", code=4).out
    assert sampan("look", "brook-list", tmp_path / "fine.csv", "--json", code=0).json["may_leave"]
    sampan("look", "brook-list", tmp_path / "phones.csv", "--clean", tmp_path / "clean.csv", code=0)
    assert sampan("look", "brook-list", tmp_path / "clean.csv", "--json", code=0).json["may_leave"]
