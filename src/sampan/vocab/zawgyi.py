"""Burmese typed in the Zawgyi font, turned into Unicode by ICU's own Zawgyi-my transform.

The two encodings share code points, so a string is first judged (myanmartools) and only then turned.
icu4py wraps no transforms, but its wheel carries ICU whole; the C interface of that library is called here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import threading
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import icu4py
from icu4py import breakers  # loading the extension brings ICU's data library into the process
from myanmartools import ZawgyiDetector

Encoding = Literal["zawgyi", "unicode", "unsure", "none"]

SURE = 0.95  # above: Zawgyi; below 1 - SURE: Unicode; between them a person decides
_BURMESE = re.compile(r"[\u1000-\u109f\uaa60-\uaa7f]")
_FORWARD = 0  # UTRANS_FORWARD
_ROOM = 4  # a Zawgyi code unit becomes at most this many


@lru_cache(maxsize=1)
def _detector() -> ZawgyiDetector:
    with warnings.catch_warnings():  # the package opens its model by a deprecated call
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()


@lru_cache(maxsize=65536)
def burmese_encoding(text: str) -> Encoding:
    """Which encoding the Burmese letters of `text` are in; "none" if it has no Burmese letters.

    >>> burmese_encoding("ရန္ကုန္တိုင္း"), burmese_encoding("ရန်ကုန်"), burmese_encoding("Yangon")
    ('zawgyi', 'unicode', 'none')
    """
    if not _BURMESE.search(text):
        return "none"
    chance = _detector().get_zawgyi_probability(text)
    if chance >= SURE:
        return "zawgyi"
    return "unicode" if chance <= 1 - SURE else "unsure"


def to_unicode(text: str) -> str:
    """Burmese in Zawgyi as Unicode; everything else, unsure text included, comes back unchanged.

    >>> to_unicode("ေက်ာက္ျဖဴ")
    'ကျောက်ဖြူ'
    """
    if burmese_encoding(text) != "zawgyi":
        return text
    return zawgyi_to_unicode(text)


@lru_cache(maxsize=65536)
def zawgyi_to_unicode(text: str) -> str:
    """Read `text` as Zawgyi whatever it looks like; for columns whose source declares the encoding."""
    return _transform()(text)


def can_convert() -> bool:
    """True if ICU's transform could be loaded on this machine."""
    try:
        _transform()
    except OSError:
        return False
    return True


@lru_cache(maxsize=1)
def _transform() -> Callable[[str], str]:
    """ICU's Zawgyi-my transform as a function; OSError if no ICU library can be opened."""
    library, suffix = _icu()
    opening = getattr(library, f"utrans_openU{suffix}")
    opening.restype = ctypes.c_void_p
    opening.argtypes = [
        ctypes.c_char_p, ctypes.c_int32, ctypes.c_int, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_int),
    ]  # fmt: skip
    error = ctypes.c_int(0)
    name = "Zawgyi-my"
    handle = opening(_utf16(name) + b"\0\0", len(name), _FORWARD, None, 0, None, ctypes.byref(error))
    if not handle or error.value > 0:
        raise OSError(f"ICU has no transform {name} (code {error.value})")
    turn = getattr(library, f"utrans_transUChars{suffix}")
    turn.restype = None
    turn.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int32), ctypes.c_int32, ctypes.c_int32,
        ctypes.POINTER(ctypes.c_int32), ctypes.POINTER(ctypes.c_int),
    ]  # fmt: skip
    one_at_a_time = threading.Lock()

    def convert(text: str) -> str:
        raw = _utf16(text)
        units = len(raw) // 2
        room = units * _ROOM + 16
        buffer = ctypes.create_string_buffer(raw, room * 2)
        length, limit, code = ctypes.c_int32(units), ctypes.c_int32(units), ctypes.c_int(0)
        with one_at_a_time:
            turn(handle, buffer, ctypes.byref(length), room, 0, ctypes.byref(limit), ctypes.byref(code))
        assert code.value <= 0, ("ICU could not transform", code.value)
        return buffer.raw[: length.value * 2].decode("utf-16-le")

    return convert


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _icu() -> tuple[ctypes.CDLL, str]:
    """The ICU i18n library and the suffix its version puts on every function."""
    assert breakers is not None
    beside = Path(icu4py.__file__).parent
    folders = (beside.parent / "icu4py.libs", beside / ".dylibs", beside.parent / "icu4py.dylibs")
    found = [str(path) for folder in folders for path in sorted(folder.glob("*icui18n*"))]
    system = ctypes.util.find_library("icui18n")
    for name in [*found, *([system] if system else [])]:
        library = ctypes.CDLL(name)
        for suffix in ("", *(f"_{version}" for version in range(90, 57, -1))):
            if hasattr(library, f"utrans_openU{suffix}"):
                return library, suffix
    raise OSError("no ICU i18n library with transforms was found beside icu4py or on the system")
