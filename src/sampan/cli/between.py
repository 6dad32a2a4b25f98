"""`sampan between`: what passed between two parties; the same figures whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from sampan.cli.main import emit
from sampan.operations import between as operations
from sampan.operations import homes


@click.command(epilog="Example: sampan between kh-20 vn-37")
@click.argument("one")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def between(one: str, other: str, as_json: bool) -> None:
    """Given and received, hours to answer and hours of work between two parties in the last year."""
    homes.opened()
    found = operations.between(one, other, datetime.now(UTC))
    if as_json:
        emit(found.as_dict())
        return
    for way in found.ways:
        click.echo(f"{way.giver} to {way.receiver}, since {found.since:%Y-%m-%d}")
        click.echo(
            f"  releases {way.releases}, cells told {way.cells}, openings {way.openings}, notes of use {way.uses}"
        )
        hours = "nothing was due" if way.median_hours is None else f"median {way.median_hours} h"
        click.echo(f"  asked {way.asked}, answered {way.answered}, waiting {way.waiting}; {hours}")
        click.echo(f"  minutes of work noted: {way.work_minutes}")
        if way.lapsed_since:
            click.echo(f"  lapsed: what was last due got nothing, {way.lapsed_since:%Y-%m-%d}")
