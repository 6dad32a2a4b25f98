"""The standard deposit terms: proposed by the office, in force when a party's first coordinator takes the seat.

They let the office keep, read, harmonise and check, and nothing else. What was accepted is recorded with its digest;
signed terms replace them as the next version, and the party may suspend or end them at any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml
from babel.core import get_global

from sampan.model.agreements import OFFICE
from sampan.operations.agreements import template
from sampan.operations.sharing import making
from sampan.store.models import AgreementVersion

STAFF = f"{OFFICE}/staff"


def text_for(party: str, name: str, country: str, posts: tuple[str, ...], now: datetime) -> str:
    """The standard terms of one party as an agreement file; `posts` are its own, the one that accepts first."""
    values: dict[str, Any] = yaml.safe_load(template("deposit-standard"))
    owner, office = values["parties"]
    owner |= {"party": party, "name": name, "country": country, "zone": zone_of(country), "posts": list(posts)}
    if not country:
        del owner["country"]
    [clause] = values["clauses"]
    clause["from"] = party
    clause["authorisation"]["approver"] = posts[0]
    values |= {
        "agreement": code_of(party),
        "instrument": {**values["instrument"], "signatories": [posts[0], STAFF]},
        "parties": [owner, office],
        "term": {"begins": now.date()},
        "terms": {**values["terms"], "attribution": name},
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def adopt(party: str, name: str, country: str, post: str, now: datetime) -> AgreementVersion | None:
    """Put the standard terms in force between a party's post and the office; None where it has terms already."""
    if AgreementVersion.objects.filter(kind="deposit", parties__contains=f"|{party}|").exists():
        return None
    code, text = code_of(party), text_for(party, name, country, (post,), now)
    making.propose(text, f"{code}.yml", STAFF, now)
    making.move(code, "agree", post, now)
    making.move(code, "verify", post, now, paper=text.encode())
    making.move(code, "activate", STAFF, now)
    return making.move(code, "activate", post, now)


def code_of(party: str) -> str:
    """The code of a party's deposit terms."""
    return f"deposit-{party}"


def zone_of(country: str) -> str:
    """A country's zone; UTC where it has several or is not known, so that no day ends early."""
    zones = get_global("territory_zones").get(country, [])
    return str(zones[0]) if len(zones) == 1 else "UTC"
