"""States are told in each of the seven languages, also where the sentences around them are English still."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation import override

import sampan.web
from sampan.web.border.views import BORDER_STATUSES, BREAKS
from sampan.web.deliver.saying import MEASURES, OUTCOMES
from sampan.web.deliver.weekly import ACTS
from sampan.web.discrepancies import words as figures
from sampan.web.helping.views import STATES as HELP
from sampan.web.mapping.words import MATCHES
from sampan.web.office.words import GATES, STATES
from sampan.web.reader import LANGUAGES
from sampan.web.regions.views import VERDICTS
from sampan.web.requests import words as releases
from sampan.web.rules import words as rules
from sampan.web.sources.words import COUNTS

SITES = {"sites_expected", "sites_reporting", "sites_on_time"}  # of whom, not a state
TABLES = {
    "statuses": BORDER_STATUSES, "breaks": BREAKS, "deliveries": STATES, "gates": GATES, "acts": dict(ACTS),
    "two figures": figures.STATE_WORDS, "waits": {key: word for key, word in figures.WAIT_WORDS.items() if word},
    "help": HELP, "matches": MATCHES, "verdicts": VERDICTS, "releases": releases.STATES, "held": releases.HELD,
    "rules": rules.STATES, "answers": rules.ANSWERS, "classes": COUNTS, "decisions": OUTCOMES,
    "measures": {key: word for key, word in MEASURES.items() if key not in SITES},
}  # fmt: skip
LOCALE = Path(sampan.web.__file__).parent / "locale"
STATES_ALONE = sorted(set(LANGUAGES) - {"en", "km", "vi"})


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
@pytest.mark.parametrize("table", TABLES)
def test_every_state_is_told_in_every_language(table: str, language: str) -> None:
    with override("en"):
        english = {key: str(word) for key, word in TABLES[table].items()}
    with override(language):
        told = {key: str(word) for key, word in TABLES[table].items()}
    assert not [key for key, word in told.items() if word == english[key]]
    assert len(set(told.values())) == len(told), "two states never look alike"


@pytest.mark.parametrize("language", STATES_ALONE)
def test_the_states_are_marked_as_made_by_machine_and_are_compiled(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    assert "awaits a native speaker" in (folder / "django.po").read_text(encoding="utf-8").splitlines()[0]
    with (folder / "django.po").open("rb") as written, (folder / "django.mo").open("rb") as compiled:
        words = {one.id: one.string for one in read_po(written) if one.id}
        assert words == {one.id: one.string for one in read_mo(compiled) if one.id}
