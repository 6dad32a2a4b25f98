"""What a preview says of cells that are neither told nor held back, and of requests that reach none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.stories import border
from tests.unit.operations.test_sharing import KH, NOW, VN, asked, in_force, received, store

from sampan.operations.sharing import releasing
from sampan.sharing.reasons import phrase
from sampan.store.home import Store

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
__all__ = ["store"]


def test_a_preview_says_for_how_many_cells_nothing_was_reported(store: Store, tmp_path: Path) -> None:
    """What is held back and what is not there look the same to the reader; the owner tells them apart."""
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    wider = asked(tmp_path, VN, "KH-20", data="{from: 2026-07-20, to: 2026-08-02}")
    found = releasing.preview(store, wider, "r", NOW, "en")
    empty = found["rows"] - found["told"] - found["held_back"]
    assert empty == found["rows"] // 2, "the week before was never reported"
    assert phrase("preview.rest", "en", cells=empty) in found["in_words"]
    whole = releasing.preview(store, asked(tmp_path, VN, "KH-20"), "r", NOW, "en")
    assert not any(line.startswith("Nothing to tell") for line in whole["in_words"])


@pytest.mark.parametrize(("ends", "said"), [("2099-12-31", True), ("2026-12-31", False)])
def test_only_what_would_go_is_told_that_it_reaches_no_cell(
    store: Store, tmp_path: Path, ends: str, *, said: bool
) -> None:
    """A window of three days holds no week, which is a slip; under an agreement that has ended it is none."""
    in_force(border.AGREEMENT.replace("ends: 2099-12-31", f"ends: {ends}"))
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    wanted = asked(tmp_path, VN, "KH-20", data="{from: 2026-07-28, to: 2026-07-30}")
    found = releasing.preview(store, wanted, "r", datetime(2027, 2, 1, tzinfo=UTC), "en")
    assert (phrase("preview.no-cell", "en") in found["in_words"]) is said
    assert found["rows"] == 0
