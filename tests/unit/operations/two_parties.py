"""An office of two parties with an entry about each: what tests of the log's keys and of a restore begin with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sampan.operations import homes
from sampan.people.models import Party
from sampan.store import entries


def opened(home: Path, settings: Any, now: datetime, *, checkpoint_seconds: int) -> None:
    """The home is made, and the parties north and south are on record; nothing is signed yet."""
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME, settings.CHECKPOINT_SECONDS = home, checkpoint_seconds
    homes.opened()
    for code in ("north", "south"):
        party = Party.objects.create(code=code, name=code, kind="authority", made_at=now)
        with transaction.atomic():
            entries.append("party:proposed", {}, [code], at=now, rows=[party])
