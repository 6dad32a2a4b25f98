"""A figure is read by the locale its source declares; an age by the unit it carries."""

from __future__ import annotations

from sampan.vocab.ages import parse_ages
from sampan.vocab.numbers import parse_counts


def test_one_text_two_numbers() -> None:
    """ "1.234" is one thousand and more in Lao and Vietnamese; elsewhere it is asked about."""
    drawn = [
        ("1.234", "lo", 1234),
        ("1.234", "vi", 1234),
        ("1,234", "th", 1234),
        ("1.234", "th", "ambiguous"),
        ("1,234", "vi", "ambiguous"),
        ("๑,๒๓๔", "th", 1234),
        ("1.5", "en", "fractional"),
        ("-3", "en", "negative"),
        ("1e308", "en", "not-a-count"),
    ]
    for text, locale, expected in drawn:
        [reading] = parse_counts([text], locale=locale)
        assert (reading.value if reading.problem is None else reading.problem) == expected, (text, locale)


def test_ages_touch_without_overlap() -> None:
    """An age is years from and years before, so that "50-59" and "60+" meet at 60."""
    drawn = [
        ("2 tháng", (2 / 12, 3 / 12, "month")),
        ("12 ปี", (12.0, 13.0, "year")),
        ("៥ឆ្នាំ", (5.0, 6.0, "year")),
        ("50-59", (50.0, 60.0, "year")),
        ("60+", (60.0, None, "year")),
        ("<1", (0.0, 1.0, "year")),
    ]
    for text, expected in drawn:
        [reading] = parse_ages([text])
        assert reading.value == expected, text
