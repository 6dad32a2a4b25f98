"""A file in pieces: whatever breaks, the bytes at the end are those of the sender, once, and nobody else's."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trial
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.operations import uploads
from sampan.operations.drafting import Draft
from sampan.operations.uploads import Announced
from sampan.store.home import Store

POST = "kh-moh/province"


def _store(root: Path) -> Store:
    root.mkdir(parents=True, exist_ok=True)
    return Store(root)


def _begun(store: Store, size: int, digest: str = "", post: str = POST) -> str:
    return uploads.create(store, Announced(Draft(post, "kh_weekly", "week 14.xlsx"), size, digest))


@given(
    content=st.binary(min_size=1, max_size=400),
    cuts=st.lists(st.integers(1, 120), max_size=6),
    lost=st.lists(st.integers(0, 5), max_size=3),
)
@trial(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_pieces_make_the_file_again_whatever_was_repeated_or_torn(tmp_path: Path, content, cuts, lost):
    store = _store(tmp_path / "home")
    token = _begun(store, len(content), hashlib.sha256(content).hexdigest())
    pieces = [*cuts, len(content)]
    for number, length in enumerate(pieces):
        at = uploads.progress(store, token, POST).received
        uploads.append(store, token, POST, offset=at, piece=content[at : at + length])
        if number in lost:  # the answer was lost: the sender tries the same piece again
            again = uploads.append(store, token, POST, offset=at, piece=content[at : at + length])
            assert at == len(content) or not again.taken
            with _file(store, token).open("ab") as torn:  # and a crash left half a piece
                torn.write(b"\x00\x00\x01\x00half")
    with uploads.whole(store, token, POST) as found:
        draft, path = found
        assert path.read_bytes() == content
        assert draft == Draft(POST, "kh_weekly", "week 14.xlsx")
    assert uploads.progress(store, token, POST) is None


def test_a_piece_at_the_wrong_place_changes_nothing_and_says_where_to_go_on(tmp_path: Path):
    store = _store(tmp_path)
    token = _begun(store, 10)
    uploads.append(store, token, POST, offset=0, piece=b"0123")
    for offset, piece in ((0, b"0123"), (5, b"5"), (4, b"4567890")):
        assert uploads.append(store, token, POST, offset=offset, piece=piece) == uploads.Progress(4, 10, taken=False)


def test_another_post_and_a_wrong_key_meet_what_does_not_exist(tmp_path: Path):
    store = _store(tmp_path)
    token = _begun(store, 3)
    name, key = token.split(".")
    for wrong, post in ((token, "kh-moh/other"), (f"{name}.{'0' * 64}", POST), (f"{name}", POST), ("../x.y", POST)):
        assert uploads.progress(store, wrong, post) is None
        assert uploads.append(store, wrong, post, offset=0, piece=b"abc") is None
        assert not uploads.drop(store, wrong, post)
        with uploads.whole(store, wrong, post) as found:
            assert found is None
    assert key not in "".join(path.name for path in tmp_path.rglob("*"))
    assert uploads.append(store, token, POST, offset=0, piece=b"abc").complete


def test_nothing_of_the_file_can_be_read_from_the_home(tmp_path: Path):
    store = _store(tmp_path)
    token = _begun(store, 24)
    uploads.append(store, token, POST, offset=0, piece=b"Sok Dara,012345678,fever")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Sok" not in kept
    assert b"week 14" not in kept
    assert _file(store, token).stat().st_mode & 0o777 == 0o600


def test_an_unfinished_or_changed_file_is_not_handed_on(tmp_path: Path):
    store = _store(tmp_path)
    token = _begun(store, 4, hashlib.sha256(b"good").hexdigest())
    uploads.append(store, token, POST, offset=0, piece=b"ba")
    with pytest.raises(UserError, match="2 of 4 bytes"), uploads.whole(store, token, POST):
        raise AssertionError("not complete")
    uploads.append(store, token, POST, offset=2, piece=b"d!")
    with pytest.raises(UserError, match="not those that were announced"), uploads.whole(store, token, POST):
        raise AssertionError("other bytes")


def test_work_that_fails_leaves_the_upload_to_be_tried_again(tmp_path: Path):
    store = _store(tmp_path)
    token = _begun(store, 1)
    uploads.append(store, token, POST, offset=0, piece=b"x")
    with pytest.raises(ZeroDivisionError), uploads.whole(store, token, POST):
        raise ZeroDivisionError
    assert uploads.progress(store, token, POST).complete


def test_bounds(tmp_path: Path, settings):
    settings.UPLOAD_MB = 1
    store = _store(tmp_path)
    for size in (0, 2**20 + 1):
        with pytest.raises(UserError, match="is not taken"):
            _begun(store, size)
    token = _begun(store, 2**20)
    with pytest.raises(UserError, match="at most"):
        uploads.append(store, token, POST, offset=0, piece=b"x" * (uploads.PIECE_MOST + 1))


def test_a_post_keeps_few_open_and_the_oldest_makes_room_without_touching_another_posts(tmp_path: Path):
    store = _store(tmp_path)
    other = _begun(store, 1, post="vn-moh/province")
    tokens = []
    for age in range(uploads.OPEN_MOST + 2):
        tokens.append(_begun(store, 1))
        os.utime(_file(store, tokens[-1]), (time.time() - 3600 + age,) * 2)
    alive = [uploads.progress(store, one, POST) is not None for one in tokens]
    assert alive == [False, False] + [True] * uploads.OPEN_MOST
    assert uploads.progress(store, other, "vn-moh/province") is not None


def test_what_nobody_went_on_with_is_swept(tmp_path: Path):
    store = _store(tmp_path)
    token, young = _begun(store, 1), _begun(store, 1)
    os.utime(_file(store, token), (time.time() - uploads.LASTS_SECONDS - 1,) * 2)
    assert uploads.sweep(store) == 1
    assert uploads.progress(store, token, POST) is None
    assert uploads.progress(store, young, POST) is not None


def _file(store: Store, token: str) -> Path:
    return store.root / "uploads" / token.split(".", maxsplit=1)[0]
