"""ICU's own transforms, by name: Zawgyi to Unicode, traditional to simplified Chinese.

icu4py wraps no transforms, but its wheel carries ICU whole; the C interface of that library is called here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import icu4py
from icu4py import breakers  # loading the extension brings ICU's data library into the process

_FORWARD = 0  # UTRANS_FORWARD
_ROOM = 4  # a code unit becomes at most this many in the transforms used here
_INT = ctypes.POINTER(ctypes.c_int)


@lru_cache(maxsize=8)
def transform(name: str) -> Callable[[str], str]:
    """ICU's transform of that name as a function of text; OSError if no ICU library or no such transform is there."""
    library, suffix = _icu()
    opening = getattr(library, f"utrans_openU{suffix}")
    opening.restype = ctypes.c_void_p
    text, number = ctypes.c_char_p, ctypes.c_int32
    opening.argtypes = [text, number, ctypes.c_int, text, number, ctypes.c_void_p, _INT]
    error = ctypes.c_int(0)
    handle = opening(_utf16(name) + b"\0\0", len(name), _FORWARD, None, 0, None, ctypes.byref(error))
    if not handle or error.value > 0:
        raise OSError(f"ICU has no transform {name} (code {error.value})")
    turn = getattr(library, f"utrans_transUChars{suffix}")
    turn.restype = None
    turn.argtypes = [ctypes.c_void_p, text, _INT, number, number, _INT, _INT]
    return _calling(turn, handle)


def can_transform(name: str) -> bool:
    """True if ICU's transform of that name can be used on this machine."""
    try:
        transform(name)
    except OSError:
        return False
    return True


def _calling(turn: Callable[..., None], handle: int) -> Callable[[str], str]:
    one_at_a_time = threading.Lock()  # an open transform keeps its place in the text

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


@lru_cache(maxsize=1)
def _icu() -> tuple[ctypes.CDLL, str]:
    """The ICU i18n library and the suffix its version puts on every function."""
    assert breakers is not None
    beside = Path(icu4py.__file__).parent
    folders = (beside.parent / "icu4py.libs", beside / ".dylibs", beside.parent / "icu4py.dylibs")
    for name in _libraries(folders):
        library = ctypes.CDLL(name)
        for suffix in ("", *(f"_{version}" for version in range(90, 57, -1))):
            if hasattr(library, f"utrans_openU{suffix}"):
                return library, suffix
    raise OSError("no ICU i18n library with transforms was found beside icu4py or on the system")


def _libraries(folders: tuple[Path, ...]) -> Iterator[str]:
    """Those beside icu4py; the system's, which starts a process to ask, only if none of them serves."""
    yield from (str(path) for folder in folders for path in sorted(folder.glob("*icui18n*")))
    if system := ctypes.util.find_library("icui18n"):
        yield system
