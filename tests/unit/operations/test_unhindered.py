"""While a delivery is read Python does not look for garbage; afterwards it does again, and what was set aside stays."""

from __future__ import annotations

import gc
import sys

import pytest

from sampan.operations.receiving import _unhindered


@pytest.mark.parametrize("looks", [True, False])
def test_looking_for_garbage_goes_on_as_before(looks: bool) -> None:
    was, turns, aside = gc.isenabled(), sys.getswitchinterval(), gc.get_freeze_count()
    (gc.enable if looks else gc.disable)()
    try:
        with _unhindered():
            assert not gc.isenabled()
        assert gc.isenabled() is looks
        assert sys.getswitchinterval() == turns
        assert gc.get_freeze_count() == aside
    finally:
        (gc.enable if was else gc.disable)()
