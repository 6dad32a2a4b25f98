"""Who may hand a file in as a delivery of a source: nobody puts figures into another party's mouth."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import border

from sampan.store.models import Delivery, Entry

pytestmark = pytest.mark.django_db(transaction=True)
OWN = ("kh-20/surveillance", "kh-20/director", "vn/preventive-medicine")
STRANGERS = ("office/steward", "vn-37/surveillance", "kh-2/surveillance", "kh-20x/surveillance", "sender", "vn/reader")


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process, in a home with the two sources of the border."""
    border.lay(home)
    return runner(capsys)


@pytest.mark.parametrize("trial", [(), ("--dry-run",)])
def test_a_file_in_another_partys_source_is_refused_and_nothing_is_kept(
    sampan: Sampan, home: Path, tmp_path: Path, trial: tuple[str, ...]
) -> None:
    file = border.written(tmp_path / "kh.csv", border.KH_WEEK)
    for post in STRANGERS:
        said = sampan("receive", "border-kh", file, "--actor", post, *trial, "--json", code=4).json["error"]
        assert said["rule"] == "owner-delivers"
        assert said["what"] == f"border-kh belongs to kh-20; {post.split('/')[0]} cannot deliver for it"
        assert said["kept"] == "nothing was kept"
    assert not Delivery.objects.exists()
    assert not Entry.objects.filter(kind="delivery:kept").exists()
    assert not [path for path in (home / "blobs").rglob("*") if path.is_file()]


def test_posts_of_the_owner_the_ministry_that_passes_it_and_the_offices_hand_may(
    sampan: Sampan, tmp_path: Path
) -> None:
    for number, (source, post) in enumerate(zip(("border-kh", "border-kh", "border-vn"), OWN, strict=True)):
        file = border.written(tmp_path / f"{number}.csv", border.VN_WEEK.replace("9", str(number + 1)))
        sampan("receive", source, file, "--actor", post, code=None)
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", border.KH_WEEK), code=None)
    actors = list(Delivery.objects.order_by("pk").values_list("actor", flat=True))
    assert actors == [*OWN, "kh-20/sender"]


def test_a_post_that_the_owners_side_names_delivers_once_both_put_it_in_force(sampan: Sampan, tmp_path: Path) -> None:
    deputy, file = "border-network/desk", border.written(tmp_path / "kh.csv", border.KH_WEEK)
    text = border.AGREEMENT.replace("[kh-20/surveillance, kh-20/director]", f"[kh-20/director, {deputy}]")
    text = text.replace("per-release", "standing").replace("kh-20/surveillance", "kh-20/director")
    named = border.written(tmp_path / "named.yml", text.replace("agreement: border", "agreement: named"))
    sampan("agreements", "propose", named, "--post", deputy)
    sampan("receive", "border-kh", file, "--actor", deputy, code=4)
    paper = border.written(tmp_path / "paper.pdf", "signed")
    sampan("agreements", "move", "named", "agree", "--post", "vn-37/surveillance")
    sampan("agreements", "move", "named", "verify", "--post", "kh-20/director", "--paper", paper)
    sampan("agreements", "move", "named", "activate", "--post", "kh-20/director")
    sampan("agreements", "move", "named", "activate", "--post", "vn-37/surveillance")
    sampan("receive", "border-kh", file, "--actor", deputy, code=None)
    assert Delivery.objects.get().actor == deputy
