"""Print what stands in the home of the environment, figures and cases: `python standing.py` -> one JSON array."""

from __future__ import annotations

import json
import os

import django

FIGURE = ("unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "value")
# by its row in its delivery: a case's key is drawn from the home's own secret
CASE = ("row", "unit_residence", "onset_date", "report_date", "condition", "classification", "sex")


def main() -> None:
    """Through the operations that every door uses."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    from sampan.operations import asking, homes, observing  # noqa: PLC0415 - the records need Django set up

    store = homes.opened()
    figures = observing.observations(store, asking.Asked()).select("source", *FIGURE).rows()
    cases = observing.cases(store, asking.Asked()).select("source", *CASE).rows()
    print(json.dumps([*figures, *cases], default=str))


if __name__ == "__main__":
    main()
