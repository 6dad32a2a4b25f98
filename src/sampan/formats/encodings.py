"""Which characters the bytes stand for: declared by the source, or told from evidence in the bytes.

Promise: no byte is lost. What an encoding cannot read stays visible as "\\xdb", and is counted.
Windows-1258 is composed after decoding, since it writes tones as separate marks.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import BinaryIO

from charset_normalizer import from_bytes

from sampan.formats.limits import refuse

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ALIASES = {"tis-620": "cp874", "tis620": "cp874", "windows-874": "cp874", "gbk": "gb18030", "gb2312": "gb18030"}
# TIS-620 and Windows-874 agree on every Thai letter; GB 18030 contains GBK and GB 2312
TEXT_CODECS = re.compile(r"utf-?(8|16|32).*|cp\d+|iso8859-\d+|gb18030|big5.*|shift_jis.*|euc_\w+|ascii|mac-\w+|koi8-\w")

THAI_BASES = frozenset(range(0xA1, 0xCF))
THAI_MARKS = frozenset((0xD1, *range(0xD4, 0xDB), *range(0xE7, 0xEF)))
EVERYDAY_THAI = "กขคงจชซญณดตถทธนบปผพฟภมยรลวศษสหอะาำเแโใไฐัิีึืุู็่้๊๋์".encode("cp874")
NOT_EVERYDAY_THAI = bytes(byte for byte in range(256) if byte not in EVERYDAY_THAI)
THAI_FIGURES = re.compile(rb"(?<![\x80-\xff])[\xf0-\xf9]+(?![\x80-\xff])")  # numbers alone: no order of letters
ASCII = bytes(range(0x80))
THAI_LEADING = frozenset(range(0xE0, 0xE5))
VIET_MARKS = frozenset((0xCC, 0xD2, 0xDE, 0xEC, 0xF2))  # grave, hook, tilde, acute, dot below
VIET_LETTERS = frozenset((0xC3, 0xD0, 0xD5, 0xDD, 0xE3, 0xF0, 0xF5, 0xFD))  # ă đ ơ ư
VIET_VOWELS = frozenset(b"aeiouyAEIOUY\xc2\xca\xd4\xe2\xea\xf4") | VIET_LETTERS
VIET_ACCENTED = frozenset(b"\xc0\xc1\xc8\xc9\xcd\xd3\xd9\xda\xe0\xe1\xe8\xe9\xed\xf3\xf9\xfa")
SAMPLE_BYTES = 1 << 18
FEW_LETTERS = 20
FIRST_PIECES, PIECE = (1 << 16, 1 << 18, 1 << 20), 4 << 20  # letters; most who open a text look at its beginning only


@dataclass(frozen=True)
class Encoding:
    """A codec's name, how sure we are (1 = declared or marked in the bytes), and why."""

    name: str
    confidence: float
    evidence: str

    @property
    def plain(self) -> bool:
        """True if the bytes are UTF-8 already."""
        return self.name in ("utf-8", "utf-8-sig")


def declared(name: str, head: bytes, where: str) -> Encoding:
    """The encoding that a source declares, in our spelling; a byte order mark in the file wins over it.

    UserError if there is no such encoding.
    """
    wanted = ALIASES.get(name.lower().replace("_", "-"), name.lower())
    bom = next((codec for mark, codec in BOMS if head.startswith(mark)), None)
    if bom:
        return Encoding(bom, 1.0, "byte order mark")
    if wanted in ("utf-16", "utf-32"):
        wanted = f"{wanted}-le"
    try:
        wanted = codecs.lookup(wanted).name
    except LookupError:
        wanted = ""
    if not TEXT_CODECS.fullmatch(wanted):
        raise refuse(f"encoding {name!r} is unknown", where, "name one such as utf-8, cp874 or gb18030")
    return Encoding(wanted, 1.0, "declared")


def detect(head: bytes) -> Encoding:
    """The most likely encoding of a sample, with its evidence; ties and doubts get low confidence."""
    for mark, codec in BOMS:
        if head.startswith(mark):
            return Encoding(codec, 1.0, "byte order mark")
    if utf16 := wide(head):
        return utf16
    if head.isascii():
        return Encoding("utf-8", 0.9, "ASCII only")
    damaged = _utf8_damage(head)
    if damaged == 0:
        return Encoding("utf-8", 1.0, "valid UTF-8")
    if damaged <= 0.1:
        return Encoding("utf-8", 0.7, f"UTF-8 with damage in {damaged:.1%} of its letters")
    return _single_byte(head[:SAMPLE_BYTES])


def lines(stream: BinaryIO, encoding: Encoding, end: str = "\n") -> Iterator[str]:
    """Decoded lines; each keeps its line end. Bytes that cannot be read appear as \\xNN."""
    for batch in _batches(stream, encoding, end):
        yield from batch


def to_utf8(stream: BinaryIO, encoding: Encoding, end: str = "\n") -> Iterator[bytes]:
    """The same text as UTF-8, in pieces of some MiB, each ending at a line's end; line ends become \\n."""
    for batch in _batches(stream, encoding, end):
        text = "".join(batch)
        yield (text.replace("\r", "\n") if end == "\r" else text).encode()


def _batches(stream: BinaryIO, encoding: Encoding, end: str) -> Iterator[list[str]]:
    with io.TextIOWrapper(stream, encoding=encoding.name, errors="backslashreplace", newline=end) as reader:
        first = True
        for letters in chain(FIRST_PIECES, repeat(PIECE)):
            if not (batch := reader.readlines(letters)):
                return
            if encoding.name == "cp1258":
                batch = [unicodedata.normalize("NFC", line) for line in batch]
            if first:
                batch[0] = batch[0].removeprefix("\ufeff")
                first = False
            yield batch


def wide(head: bytes) -> Encoding | None:
    """UTF-16 without its mark: letters of any script, and the ASCII of delimiters and digits among them."""
    if 0 not in head:
        return None
    order = sorted(("utf-16-le", "utf-16-be"), key=lambda codec: -_ascii_share(head, codec))
    text = head[: len(head) // 2 * 2][:8192].decode(order[0], "replace")
    readable = sum(char in "\t\r\n" or unicodedata.category(char)[0] in "LMNPSZ" for char in text) / max(len(text), 1)
    if readable - text.count("\ufffd") / max(len(text), 1) < 0.95 or _ascii_share(head, order[0]) < 0.02:
        return None
    return Encoding(order[0], 0.9, f"read by twos, {readable:.0%} are letters, digits or marks")


def _ascii_share(head: bytes, codec: str) -> float:
    text = head[: len(head) // 2 * 2][:8192].decode(codec, "replace")
    return sum(char in "\t\r\n" or " " <= char <= "~" for char in text) / max(len(text), 1)


def _utf8_damage(head: bytes) -> float:
    """Share of non-ASCII sequences that are not UTF-8 (a letter cut at the sample's end is no damage)."""
    with contextlib.suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return 0.0
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    letters = [char for char in text if char > "\x7f"]
    broken = sum("\udc80" <= char <= "\udcff" for char in letters)
    return broken / len(letters) if letters else 0.0


def _single_byte(sample: bytes) -> Encoding:
    high = len(sample.translate(None, bytes(range(128))))
    thai, viet, chinese = _thai(sample, high), _vietnamese(sample, high), _chinese(sample)
    few = 1.0 if high >= FEW_LETTERS else 0.7  # so few letters prove little
    if thai >= 0.85 and (thai >= 0.95 or thai >= chinese):
        share = f"{thai:.0%} of the high bytes stand as Thai letters do"
        return Encoding("cp874", round(min(thai, 0.98) * few, 2), share)
    if chinese >= 0.9:
        share = f"{chinese:.0%} of the pairs are common Chinese characters"
        return Encoding("gb18030", round(min(chinese, 0.98) * few, 2), share)
    if viet >= 0.9:
        share = f"{viet:.0%} of the high bytes are Vietnamese letters or tones after vowels"
        return Encoding("cp1258", round(min(viet, 0.95) * few, 2), share)
    return _western(sample)


def _thai(sample: bytes, high: int) -> float:
    """Share of everyday Thai letters, less what stands out of order: marks without a consonant, a vowel left alone."""
    sample, figures = THAI_FIGURES.subn(b"", sample)
    if figures:
        high = len(sample.translate(None, ASCII))
    if not high or _among_high(sample) < 0.9 * high:
        return 0.0  # lone letters inside ASCII words are some Western language
    wrong, before = 0, 0
    for byte in sample:
        if byte in THAI_MARKS:
            wrong += before not in THAI_BASES and before not in THAI_MARKS
        wrong += before in THAI_LEADING and byte not in THAI_BASES
        before = byte
    everyday = len(sample.translate(None, NOT_EVERYDAY_THAI))
    return max(0.0, (everyday - wrong) / high)


def _among_high(sample: bytes) -> int:
    """How many high bytes have a high byte beside them."""
    return sum(len(run) for run in re.findall(rb"[\x80-\xff]{2,}", sample))


def _vietnamese(sample: bytes, high: int) -> float:
    """Share of high bytes that Vietnamese uses, tones only after a vowel; 0 without any tone or đ ơ ư."""
    right, telling, before = 0, 0, 0
    for byte in sample:
        if byte in VIET_MARKS and before in VIET_VOWELS:
            right, telling = right + 1, telling + 1
        elif byte in VIET_LETTERS:
            right, telling = right + 1, telling + (byte in (0xF0, 0xF5, 0xFD, 0xD0))
        elif (byte in VIET_VOWELS and byte > 0x7F) or byte in VIET_ACCENTED:
            right += 1
        before = byte
    return right / high if telling * 8 >= high else 0.0


def _chinese(sample: bytes) -> float:
    """Share of two-byte characters from the everyday part of GB 2312 (lead bytes B0 to D7)."""
    pairs = common = 0
    for run in re.findall(rb"[\x80-\xff][\x30-\xff]|[\x80-\xff]", sample[:-1]):
        pairs += 1
        everyday = 0xB0 <= run[0] <= 0xD7 or 0xA1 <= run[0] <= 0xA3
        common += len(run) == 2 and everyday and run[1] >= 0xA1
    return common / pairs if pairs else 0.0


def _western(sample: bytes) -> Encoding:
    high = len(sample.translate(None, bytes(range(128))))
    east_asian = high >= FEW_LETTERS and _among_high(sample) >= 0.9 * high
    best = from_bytes(sample[: 1 << 16]).best() if east_asian else None
    if best is not None and best.encoding in ("big5", "shift_jis", "euc_kr"):
        return Encoding(best.encoding, 0.5, "charset-normalizer's best guess")
    if any(0x80 <= byte < 0xA0 for byte in sample):
        return Encoding("cp1252", 0.5, "no other encoding fits; Western letters assumed")
    return Encoding("iso8859-1", 0.5, "no other encoding fits; Western letters assumed")
