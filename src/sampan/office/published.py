"""The openly published figures of the demo: which files of SAMPAN_SHARED are received as which source."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from rich.progress import Progress

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.operations import homes, observing, receiving
from sampan.operations.receiving import Act
from sampan.store.home import Store

FEED = Path("data/feeds/opendengue")
# the countries' rows stand in the extract of their WHO region
EXTRACTS = {"SEARO": "Spatial_extract_SEARO_V1_3.zip", "WPRO": "Spatial_extract_WPRO_V1_3.zip"}
REGION_OF = {"IDN": "SEARO", "MMR": "SEARO", "THA": "SEARO", "TLS": "SEARO"}
PREFIX = "opendengue-"
NATIONAL = "opendengue-national"


def receive_all(store: Store, bar: Progress) -> tuple[str, ...]:
    """Receive every country's published rows that this home does not have yet; the ids of the sources."""
    feed = Path(settings.SHARED) / FEED
    if not feed.is_dir():
        raise UserError(
            "the published figures are not there",
            where=str(feed),
            do="set SAMPAN_SHARED to the folder that holds data/feeds, or leave out --real",
        )
    sources = [one for name, one in homes.sources(store).items() if name.startswith(PREFIX) and name != NATIONAL]
    had = {one["source"] for one in observing.deliveries(store)}
    fresh = [one for one in sources if one.id not in had]
    task = bar.add_task("Receiving published figures", total=len(fresh))
    for source in fresh:
        bar.update(task, description=f"Receiving {source.id}")
        receiving.receive(store, source, _file(source, feed), Act(f"{source.owner}/sender", datetime.now(UTC)))
        bar.advance(task)
    bar.update(task, description="Receiving published figures")
    return tuple(one.id for one in sources)


def _file(source: Source, feed: Path) -> Path:
    code = source.id.removeprefix(PREFIX).upper()
    return feed / EXTRACTS[REGION_OF.get(code, "WPRO")]
