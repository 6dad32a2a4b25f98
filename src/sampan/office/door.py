"""`sampan serve`: the office for its people, led through first set-up when the home is empty; and `sampan work`."""

from __future__ import annotations

import click
from rich.console import Console

from sampan.office import worker as background
from sampan.office.serving import HERE, serve
from sampan.operations import homes, seating

PORT = 8000


@click.command(name="serve", epilog="Example: sampan serve --port 8000")
@click.option("--host", default=HERE, show_default=True, help="The address to listen at; others only behind HTTPS.")
@click.option("--port", type=int, default=PORT, show_default=True, help="The port to listen at.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Work in the background as well.")
@click.option("--json", "as_json", is_flag=True, help="Say nothing but what went wrong.")
def serve_office(host: str, port: int, worker: bool, as_json: bool) -> None:
    """Serve the office's pages until stopped. On an empty home the browser leads through first set-up.

    A worker beside the pages cuts checkpoints, takes up what a crash left, reminds, and sends letters.
    """
    homes.opened()
    if not seating.is_set_up():
        said = f"This home is empty. Open the page and type this set-up code: [bold]{homes.set_up_code()}[/bold]"
        Console(stderr=True).print(said)
    serve(port, quiet=as_json, host=host, worker=worker)


@click.command(name="work", epilog="Example: sampan work --once")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def work_office(once: bool) -> None:
    """Work in the background until stopped: for a server started with --no-worker."""
    background.run(homes.opened(), once=once)
