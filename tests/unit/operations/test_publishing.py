"""What its authority has made public is no secret from that day on; everything else of the class still is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sampan.model.errors import Refused, UserError
from sampan.model.sources import FieldMap, Source, Words
from sampan.model.tables import Layout
from sampan.operations.looking import must_pass
from sampan.operations.publishing import Publication, record

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLASS = "vn-440-2024-figures"


@pytest.fixture
def vietnam(settings: Any, tmp_path: Path) -> Source:
    settings.HOME = tmp_path  # a home that exists, so that the record is asked for
    return Source(
        id="x", title="x", owner="x", country="VN", kind="aggregate", practice="p", layout=Layout(), words=Words(),
        columns={"condition": FieldMap(("Bệnh",)), "value": FieldMap(("Số mắc",))},
    )  # fmt: skip


def delivery(tmp_path: Path, disease: str) -> Path:
    path = tmp_path / "w.csv"
    path.write_text(f"Bệnh,Số mắc\n{disease},12\n", encoding="utf-8")
    return path


@pytest.mark.django_db
def test_published_text_passes_from_its_day(vietnam: Source, tmp_path: Path) -> None:
    path = delivery(tmp_path, "Bệnh lạ ở xã Vĩnh Xương")
    with pytest.raises(Refused):
        must_pass(vietnam, path, on=date(2026, 3, 1))
    made = Publication(CLASS, "bệnh lạ ở xã Vĩnh Xương", "moh.gov.vn", date(2026, 2, 20))
    record(made, actor="vn/moh", now=NOW)
    must_pass(vietnam, path, on=date(2026, 2, 20))
    with pytest.raises(Refused):
        must_pass(vietnam, path, on=date(2026, 2, 19))
    with pytest.raises(Refused):
        must_pass(vietnam, delivery(tmp_path, "Bệnh lạ ở xã khác"), on=date(2026, 3, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(("secret", "text"), [("nowhere", "bệnh lạ ở xã"), (CLASS, "bệnh"), (CLASS, " ")])
def test_a_record_names_a_known_class_and_enough_words(vietnam: Source, secret: str, text: str) -> None:
    with pytest.raises(UserError):
        record(Publication(secret, text, "x", date(2026, 2, 20)), actor="vn/moh", now=NOW)
