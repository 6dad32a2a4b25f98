"""Fields that several routes ask for: codes, words, days and moments, each with the form it must have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import yaml
from django.utils.translation import get_language
from ninja import Path, Query, Schema
from pydantic import AfterValidator, AwareDatetime, NaiveDatetime, StringConstraints

from sampan.sharing.vocabularies import LANGUAGES

PLAIN = r"^[^\x00-\x1f\x7f]*$"  # no control characters: no store, file or header takes them
_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"  # as plain, in several lines
_CODE = r"^[A-Z]-([0-9]{3}(-[0-9]{3}){1,2}|[0-9]{6,12})$"  # the second form is that of older homes
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._@-]*$"
FIRST_YEAR, LAST_YEAR = 1900, 2200  # nothing was known here before, and nothing will be after


def in_utc(moment: datetime) -> datetime:
    """A moment of which a day can be counted back and forth in every zone; one without a zone is of UTC. ValueError."""
    in_years(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_years(day: date) -> date:
    """A day of the years that are counted here. ValueError."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year lies before {FIRST_YEAR} or after {LAST_YEAR}")
    return day


def spoken(asked: str = "") -> str:
    """The language asked for, else the reader's where rules and findings have words in it, else English."""
    reader = get_language() or "en"
    return asked or (reader if reader in LANGUAGES else "en")


def _readable(text: str) -> str:
    """A text that YAML can read at all; slips in what it says are told by the check of agreements."""
    try:
        yaml.safe_load(text)
    except yaml.reader.ReaderError as slip:
        raise ValueError("the text holds characters that no file of ours has") from slip
    except yaml.YAMLError:
        return text  # a slip with its line, which the check tells
    except (ValueError, OverflowError, RecursionError) as slip:
        raise ValueError("the text holds a value that cannot be read") from slip
    return text


DeliveryCode = Annotated[str, Path(pattern=_CODE, examples=["D-482-917"])]
FindingCode = Annotated[str, Path(pattern=_CODE, examples=["F-482-917"])]
ReleaseCode = Annotated[str, Path(pattern=_CODE, examples=["R-482-917"])]
RequestCode = Annotated[str, Path(pattern=_CODE, examples=["Q-482-917"])]
Name = Annotated[str, Path(pattern=_NAME, max_length=100)]
Number = Annotated[int, Path(ge=0, lt=2**60)]
Text = Annotated[str, StringConstraints(pattern=PLAIN, max_length=500)]
Said = Annotated[str, StringConstraints(pattern=PLAIN, min_length=1, max_length=500, strip_whitespace=True)]
Long = Annotated[str, StringConstraints(pattern=_LINES, max_length=2000, strip_whitespace=True)]
Subject = Annotated[str, StringConstraints(pattern=_CODE)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=200_000), AfterValidator(_readable)]
Asked = Annotated[str, Query("", pattern=PLAIN, max_length=200)]
AskedMany = Annotated[list[Annotated[str, StringConstraints(pattern=PLAIN, max_length=200)]], Query([], max_length=50)]
Moment = Annotated[AwareDatetime | NaiveDatetime, AfterValidator(in_utc)]


class Duty(Schema):
    """What the directory says of a post."""

    languages: Annotated[str, StringConstraints(pattern=r"^[a-z ]{0,60}$")] = ""
    phone: Annotated[Text, StringConstraints(max_length=60)] = ""
    hours: Annotated[Text, StringConstraints(max_length=100)] = ""
