"""A secret ends when its authority makes it public: that is recorded once, with where and when, and never guessed.

The record is an Entry of the log, so partners see who said so. The gate reads it: text that holds the published
words passes from that day on; other text of the same class stays stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from sampan.model.errors import UserError
from sampan.store import entries
from sampan.store.models import Entry
from sampan.vocab.conditions import all_conditions
from sampan.vocab.personal.lexicon import SecrecyClass, secrecy_classes
from sampan.vocab.text import fold

KIND = "secrecy:published"
LEAST_LETTERS = 6  # a shorter text would lift far more than was made public


@dataclass(frozen=True)
class Publication:
    """`text` of the class `secret` was made public on a day; `where` says in which publication.

    With a condition, figures of it may be asked for as of the class secret from that day on, in that country.
    """

    secret: str
    text: str
    where: str
    on: date
    condition: str = ""  # the condition whose figures are public by it; empty: the words alone


def record(publication: Publication, *, actor: str, now: datetime) -> dict[str, Any]:
    """Put a publication on record: one Entry. UserError for a class that is not known, or a text too short."""
    secret = _class(publication.secret)
    if len(fold(publication.text).replace(" ", "")) < LEAST_LETTERS:
        raise UserError(
            f"the text has fewer than {LEAST_LETTERS} letters", kept="nothing was recorded", do="give the words in full"
        )
    body = {
        "class": secret.id,
        "text": publication.text,
        "where": publication.where,
        "on": publication.on.isoformat(),
        "actor": actor,
    } | ({"condition": _condition(publication.condition)} if publication.condition else {})
    with transaction.atomic():  # a crash here records nothing; the gate goes on stopping
        entries.append(KIND, body, [], at=now)
    return body


def known(on: date) -> frozenset[tuple[str, str]]:
    """(class, folded text) of everything on record by a day; nothing where there is no home (a sender)."""
    if not Path(settings.HOME).exists() or Entry._meta.db_table not in connection.introspection.table_names():
        return frozenset()  # a sender's folder of sources is no home yet
    facts = [entry.facts for entry in Entry.objects.filter(kind=KIND)]
    return frozenset((fact["class"], fold(fact["text"])) for fact in facts if fact and fact["on"] <= on.isoformat())


def conditions(asked: Iterable[str], countries: Iterable[str], on: date) -> frozenset[str]:
    """Those of the asked conditions that were made public by a day in each of these countries; none for no country."""
    country_of = {secret.id: secret.country for secret in secrecy_classes()}
    facts = [entry.facts for entry in Entry.objects.filter(kind=KIND)]
    public = {
        (country_of.get(fact["class"]), fact["condition"])
        for fact in facts if fact and fact.get("condition") and fact["on"] <= on.isoformat()
    }  # fmt: skip
    wanted = set(countries)
    return frozenset(one for one in asked if wanted and all((country, one) in public for country in wanted))


def classes(country: str | None = None) -> list[dict[str, Any]]:
    """The classes on record as plain values, for people and --json."""
    found = [secret for secret in secrecy_classes() if country in (None, secret.country)]
    return [{**vars(secret), "words": list(secret.words)} for secret in found]


def _condition(code: str) -> str:
    known = [one.code for one in all_conditions()]
    if code not in known:
        near = get_close_matches(code, known, n=1)
        raise UserError(
            f"{code!r} is not a condition", do=f"did you mean {near[0]!r}?" if near else "see the vocabulary"
        )
    return code


def _class(class_id: str) -> SecrecyClass:
    for secret in secrecy_classes():
        if secret.id == class_id:
            return secret
    names = ", ".join(secret.id for secret in secrecy_classes())
    raise UserError(f"no class of secrets is called {class_id!r}", do=f"known: {names}")
