"""Burmese typed in the Zawgyi font, turned into Unicode by ICU's own Zawgyi-my transform.

The two encodings share code points, so a string is first judged (myanmartools) and only then turned.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Literal

from myanmartools import ZawgyiDetector

from sampan.vocab.transforms import transform

Encoding = Literal["zawgyi", "unicode", "unsure", "none"]

SURE = 0.95  # above: Zawgyi; below 1 - SURE: Unicode; between them a person decides
_BURMESE = re.compile(r"[\u1000-\u109f\uaa60-\uaa7f]")


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
    return transform("Zawgyi-my")(text)
