"""Ten place names are enough to tell an encoding; damage stays visible; a mark in the bytes wins."""

from __future__ import annotations

import io
import random
import unicodedata

import pytest
from tests.unit.formats.test_reading import windows_1258

from sampan.formats import encodings
from sampan.formats.encodings import Encoding, declared, detect
from sampan.vocab import places

TRIALS = 100


def names(country: str, language: str) -> list[str]:
    return [name for unit in places.units(country) for name in [unit.names.get(language)] if name]


@pytest.mark.parametrize(
    ("country", "language", "encoding"), [("TH", "th", "cp874"), ("VN", "vi", "cp1258"), ("CN", "zh", "gb18030")]
)
def test_ten_names_tell_the_encoding(country: str, language: str, encoding: str, rng: random.Random) -> None:
    known = names(country, language)
    assert len(known) > 50
    for _ in range(TRIALS):
        rows = "".join(f"{rng.choice(known)},{rng.randrange(90)}\n" for _ in range(10))
        text = unicodedata.normalize("NFC", "place,cases\n" + rows)
        content = windows_1258(text) if encoding == "cp1258" else text.encode(encoding)
        found = detect(content)
        assert found.name == encoding or _alike(content, found, encoding), (found, text)
        assert 0.5 <= found.confidence < 1


def _alike(content: bytes, found: Encoding, encoding: str) -> bool:
    """Names whose letters two Western encodings write alike prove neither."""
    return content.decode(found.name) == content.decode(encoding)


def text_of(content: bytes, encoding: Encoding) -> str:
    return "".join(encodings.lines(io.BytesIO(content), encoding))


def test_what_cannot_be_read_stays_visible() -> None:
    thai = declared("tis-620", b"", "f.csv")
    assert text_of(b"a\xdb\xa1\n", thai) == "a\\xdbก\n"


def test_a_mark_wins_over_a_declaration() -> None:
    head = "\ufeffก".encode()
    assert declared("cp874", head, "f.csv").name == "utf-8-sig"
    assert text_of(head, declared("cp874", head, "f.csv")) == "ก"


def test_a_letter_cut_at_the_samples_end_is_no_damage() -> None:
    assert detect("ខេត្ត".encode()[:-1]) == Encoding("utf-8", 1.0, "valid UTF-8")


def test_little_damage_is_still_utf8() -> None:
    found = detect("จังหวัดเชียงใหม่".encode() * 5 + b"\xff")
    assert (found.name, found.confidence) == ("utf-8", 0.7)


def test_thai_digits_are_no_letters_out_of_order() -> None:
    rows = "".join(f"ตาก,๒๕๖๗,{month},ไข้เลือดออก,๑๒๓๔,๐\n" for month in "๑๒๓๔๕๖๗๘๙")
    assert detect(f"จังหวัด,ปี,เดือน,โรค,ป่วย,ตาย\n{rows}".encode("cp874")).name == "cp874"
    assert detect("näïve,ñandú,ø,ñ,ó,õ\n".encode("latin-1")).name == "iso8859-1"
