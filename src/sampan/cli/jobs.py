"""`sampan jobs`: what the worker does beside the pages, and what failed."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from sampan.cli.main import emit
from sampan.operations import homes
from sampan.operations.jobs import book

STATES = ("waiting", "running", "done", "failed")


@click.group(name="jobs")
def jobs() -> None:
    """Work beside the pages: what waits, what was done, what failed."""


@jobs.command("list", epilog="Example: sampan jobs list --state failed")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_jobs(state: str | None, as_json: bool) -> None:
    """The latest jobs, those that failed first."""
    homes.opened()
    found = book.listing(state=state or "")
    if as_json:
        emit(found)
        return
    table = Table("job", "kind", "subject", "state", "tries", "due", "last fault")
    for one in found:
        table.add_row(
            str(one["job"]), one["kind"], one["subject"], one["state"], str(one["attempts"]), one["due_at"][:16],
            one["said"],
        )  # fmt: skip
    Console().print(table if found else "No job was asked for yet.")


@jobs.command(epilog="Example: sampan jobs retry 12")
@click.argument("job", type=int)
@click.option("--actor", default="office/staff", show_default=True, help="The post that asks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def retry(job: int, actor: str, as_json: bool) -> None:
    """Have a job that failed tried again; an entry says who asked."""
    homes.opened()
    asked = book.retry(job, actor, datetime.now(UTC))
    if as_json:
        emit({"job": asked.pk, "kind": asked.kind, "subject": asked.subject, "state": asked.state})
    else:
        click.echo(f"Job {asked.pk} is tried again.")
