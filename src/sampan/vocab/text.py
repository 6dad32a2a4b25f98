"""Text made comparable, never changed in place: what is folded is used to look up, the original is what is kept.

`fold` forgets case, composition, diacritics on Latin letters, zero-width characters, punctuation and
which script's digits were typed; `fold_gently` keeps the diacritics, for words that only a tone tells apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sampan.vocab.transforms import transform
from sampan.vocab.zawgyi import burmese_encoding, to_unicode

__all__ = ["burmese_encoding", "compact", "fold", "fold_gently", "native_digits", "squeeze", "to_unicode"]

# letters that no Unicode decomposition turns into their base letter
_LETTERS = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "ŋ": "ng", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
# `str.translate` is slow for what a table does not hold, so tables hold the letters of our scripts as they are
_AS_THEY_ARE = {point: point for point in range(0x2000)}
_PLAIN = _AS_THEY_ARE | str.maketrans(_LETTERS)
_DIGITS = _AS_THEY_ARE | {
    point: str(unicodedata.decimal(chr(point)))
    for point in (*range(0x0660, 0x1F000), *range(0xFF10, 0xFF1A))
    if unicodedata.decimal(chr(point), None) is not None
}
_UNSEEN: dict[int, int | None] = _AS_THEY_ARE | {
    point: None
    for point in (*range(0xFFFF), *range(0x110BD, 0x110CE), *range(0x1BCA0, 0x1BCA4), *range(0xE0001, 0xE0080))
    if unicodedata.category(chr(point)) in ("Cf", "Cc") and not chr(point).isspace()
}
# signs that join letters of one word ("Mu'ang", "Xi’an"): dropped; every other sign parts two words
_JOINING = re.compile("['’‘ʼ`´ʻ′]")
_PARTING = re.compile(r"[\s!-/:-@\[-`{-~¡-©«-±¶-¹»-¿‐-⁞、-〿។៕៖ฯ၊။·・]+")
# Khmer's two subscripts for t and d look the same and are typed for each other
_KHMER_SUBSCRIPT = str.maketrans({"\u178a": "\u178f"})
_NIKHAHIT_THEN_TONE = re.compile("(\u0e4d|\u0ecd)([\u0e48-\u0e4b\u0ec8-\u0ecb])")
_MARK = re.compile("[\u0300-\u036f]")
_MARKS_ON_LATIN = re.compile("(^|[\x00-\u024f\u1e00-\u1eff])[\u0300-\u036f]+")
# Vietnamese sets the tone of oa, oe and uy on either vowel ("Thanh Hóa", "Thanh Hoá"): for looking up, on the first
_TONE_ON_FIRST = {
    first + unicodedata.normalize("NFC", second + tone): unicodedata.normalize("NFC", first + tone) + second
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0301\u0300\u0309\u0303\u0323"
}
_TONE_ON_SECOND = re.compile("|".join(_TONE_ON_FIRST))
_HAN = re.compile("[\u3400-\u9fff]")
_BURMESE = re.compile("[\u1000-\u109f\uaa60-\uaa7f]")
_KHMER_T_OR_D = re.compile("\u17d2[\u178a\u178f]")
# all that `fold_gently` does to ASCII: letters made small, signs dropped or made spaces
_ASCII: dict[int, str | None] = {point: chr(point).lower() for point in range(0x80)}
_ASCII |= {point: " " for point in range(0x80) if _PARTING.match(chr(point))}
_ASCII |= {point: None for point in range(0x80) if _UNSEEN[point] is None or _JOINING.match(chr(point))}
_BURMESE_ZERO = re.compile("(?<=[\u1000-\u103e])\u1040|\u1040(?=[\u102b-\u103e]|[\u1000-\u1021])")


def native_digits(text: str) -> str:
    """Digits of any script (Khmer, Lao, Thai, Burmese, full-width ...) as 0-9; other characters stay.

    >>> native_digits("៣១ ๒๕๖๘ ໑໒ ၁၅ ７")
    '31 2568 12 15 7'
    """
    return text.translate(_DIGITS)


def squeeze(text: str) -> str:
    """Zero-width and control characters dropped, runs of white space made one space, ends trimmed.

    >>> squeeze("Kampong\\u200b  Cham \\ufeff")
    'Kampong Cham'
    """
    return " ".join(text.translate(_UNSEEN).split())


@lru_cache(maxsize=262144)
def fold_gently(text: str) -> str:
    """The text for looking up with its diacritics: NFC, lower case, Unicode Burmese, plain digits, words parted by
    one space.

    >>> fold_gently("  TÂY-NINH\\u200b ")
    'tây ninh'
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    lowered = squeeze(_readable(text)).casefold()
    lowered = unicodedata.normalize("NFC", _PARTING.sub(" ", _JOINING.sub("", lowered))).strip()
    return lowered if lowered.isascii() else _TONE_ON_SECOND.sub(lambda found: _TONE_ON_FIRST[found[0]], lowered)


@lru_cache(maxsize=262144)
def fold(text: str) -> str:
    """The text for looking up: as `fold_gently`, and Latin letters without their marks.

    >>> fold("Thành phố Đà Nẵng"), fold("จังหวัด\\u200bเชียงใหม่"), fold("BĂTDÂMBÂNG")
    ('thanh pho da nang', 'จังหวัดเชียงใหม่', 'batdambang')
    """
    return _without_marks(fold_gently(text))


@lru_cache(maxsize=262144)
def _without_marks(gentle: str) -> str:
    if gentle.isascii():
        return gentle
    bare = _without_latin_marks(unicodedata.normalize("NFD", gentle).translate(_PLAIN))
    return " ".join(unicodedata.normalize("NFC", _same_look(bare)).split())


def compact(text: str) -> str:
    """`fold` without any spaces, so that "Buri Ram" meets "Buriram"."""
    return fold(text).replace(" ", "")


def _readable(text: str) -> str:
    """Compatibility forms, Zawgyi, traditional Chinese and digits settled; a Burmese zero typed for wa put right."""
    if _BURMESE.search(text):
        text = _BURMESE_ZERO.sub("\u101d", to_unicode(text))
    if _HAN.search(text):
        text = transform("Traditional-Simplified")(text)
    return native_digits(unicodedata.normalize("NFKC", text))


def _without_latin_marks(decomposed: str) -> str:
    """Drop combining marks that stand on a Latin letter; vowels and tones of other scripts are letters, and stay."""
    return _MARKS_ON_LATIN.sub(r"\1", decomposed) if _MARK.search(decomposed) else decomposed


def _same_look(text: str) -> str:
    """Spellings that look the same on paper: Khmer subscripts, a doubled vowel e, tone and nikhahit in either order."""
    text = _NIKHAHIT_THEN_TONE.sub(r"\2\1", text)
    text = _KHMER_T_OR_D.sub(lambda found: found[0].translate(_KHMER_SUBSCRIPT), text)
    return text.replace("\u0e40\u0e40", "\u0e41").replace("\u0ec0\u0ec0", "\u0ec1")
