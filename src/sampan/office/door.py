"""`sampan serve`: the office for its people, led through first set-up when the home is empty."""

from __future__ import annotations

import click
from rich.console import Console

from sampan.office.serving import HERE, serve
from sampan.operations import homes, seating

PORT = 8000


@click.command(name="serve", epilog="Example: sampan serve --port 8000")
@click.option("--host", default=HERE, show_default=True, help="The address to listen at; others only behind HTTPS.")
@click.option("--port", type=int, default=PORT, show_default=True, help="The port to listen at.")
@click.option("--json", "as_json", is_flag=True, help="Say nothing but what went wrong.")
def serve_office(host: str, port: int, as_json: bool) -> None:
    """Serve the office's pages until stopped. On an empty home the browser leads through first set-up."""
    homes.opened()
    if not seating.is_set_up():
        said = f"This home is empty. Open the page and type this set-up code: [bold]{homes.set_up_code()}[/bold]"
        Console(stderr=True).print(said)
    serve(port, quiet=as_json, host=host)
