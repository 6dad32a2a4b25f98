"""`sampan sources draft FILE`: a proposal for a file never seen, with evidence and questions."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sampan.cli.main import emit
from sampan.cli.speaking import tell
from sampan.harmonise import draft as drafts
from sampan.vocab.places import registry


@click.command(epilog="Example: sampan sources draft week31.xlsx --country KH -o my-source")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--country", metavar="XX", help="Whose places it names (ISO 3166-1); guessed with evidence if left out.")
@click.option(
    "--places", "folders", multiple=True, type=click.Path(path_type=Path, exists=True), help="More countries."
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write source.yml and crosswalks into this folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: source, crosswalks, guesses, questions.")
def draft(file: Path, country: str | None, folders: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Propose source.yml and crosswalks for FILE.

    Every guess is shown with its evidence and a confidence; what cannot be decided stays a question.
    Nothing is kept or sent; with -o the proposal is written for you to review.
    """
    proposal = drafts.draft(file, file.name, country=country, gazetteer=registry(*folders))
    written = drafts.write(proposal, out) if out else []
    if as_json:
        emit(proposal.as_dict() | {"written": [str(path) for path in written]})
        return
    _print(proposal)
    if not written:
        click.echo(drafts.source_text(proposal))
    for path in written:
        click.echo(tell(f"written: {path}"))


def _print(proposal: drafts.Draft) -> None:
    console = Console(stderr=True)
    headings = [tell(heading) for heading in ("about", "guess", "confidence", "evidence")]
    table = Table(*headings, title=tell(f"{proposal.file}: what it seems to be"))
    for guess in proposal.guesses:
        table.add_row(
            escape(guess.about), escape(str(guess.value)), f"{guess.confidence:.2f}", escape(tell(guess.evidence))
        )
    console.print(table)
    console.print(tell(f"Questions for you: {len(proposal.questions)}"))
    for number, question in enumerate(proposal.questions, start=1):
        options = f" [{', '.join(question.options)}]" if question.options else ""
        asked = f"{number}. {question.about}: {tell(question.question)}{options} ({tell(question.evidence)})"
        console.print(escape(asked))
