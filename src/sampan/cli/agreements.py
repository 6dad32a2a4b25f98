"""`sampan agreements`: check, say, compare and export agreement files; draft one from a template."""

from __future__ import annotations

from pathlib import Path

import click

from sampan.cli.main import emit
from sampan.operations import agreements as operations

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group()
def agreements() -> None:
    """Agreements as data: check them, say them, compare them, export them.

    \b
    Example:
      sampan agreements check weekly.yml
    """


@agreements.command()
@click.argument("file", type=FILE)
@AS_JSON
def check(file: Path, as_json: bool) -> None:
    """Read one agreement and tell every slip and every clause that will not work, by line.

    \b
    Example:
      sampan agreements check weekly.yml
    """
    found = operations.check(file.read_text(encoding="utf-8"), file.name)
    if as_json:
        emit(found.as_dict())
    else:
        for line in found.lines():
            click.echo(line)
    if not found.good:
        raise click.exceptions.Exit(2)


@agreements.command()
@click.argument("file", type=FILE)
@click.option("--language", "-l", default="en", help="en, km or vi.")
@click.option("--print", "target", type=click.Path(dir_okay=False, path_type=Path), help="Two languages, HTML or PDF.")
@AS_JSON
def say(file: Path, language: str, target: Path | None, as_json: bool) -> None:
    """Say an agreement in plain sentences, or print it for signature.

    \b
    Example:
      sampan agreements say weekly.yml --language km
    """
    text = file.read_text(encoding="utf-8")
    if target is not None:
        target.write_bytes(operations.document(text, file.name, as_pdf=target.suffix == ".pdf"))
        click.echo(f"Written: {target}", err=True)
        return
    said = operations.say(text, file.name, language)
    if as_json:
        emit(said)
        return
    for heading, lines in said.items():
        click.echo(heading)
        for line in lines:
            click.echo(f"  {line}")


@agreements.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE, required=False)
@AS_JSON
def compare(a: Path, b: Path | None, as_json: bool) -> None:
    """Is A stricter than B? With one file: its two directions side by side.

    \b
    Example:
      sampan agreements compare weekly.yml draft.yml
    """
    second = None if b is None else (b.read_text(encoding="utf-8"), b.name)
    found = operations.compare((a.read_text(encoding="utf-8"), a.name), second)
    if as_json:
        emit(found)
        return
    words = {
        "same": "A and B let the same be told.",
        "stricter": "A is stricter than B.",
        "looser": "A is looser than B.",
        "different": "Neither is stricter: each tells something the other does not.",
    }
    click.echo(words[found["verdict"]])
    for name, whose in (("only_a_tells", "Only A tells"), ("only_b_tells", "Only B tells")):
        if found[name]:
            click.echo(f"{whose}: " + ", ".join(f"{key} {value}" for key, value in found[name].items()))
    for differing in found["obligations"]:
        click.echo(f"{differing['term']}: A {differing['a']}, B {differing['b']}")


@agreements.command()
@click.argument("file", type=FILE)
@click.option("--odrl", is_flag=True, required=True, help="ODRL 2.2 as JSON-LD, with DPV purposes and DUO codes.")
@AS_JSON
def export(file: Path, odrl: bool, as_json: bool) -> None:
    """Export an agreement in a public standard.

    \b
    Example:
      sampan agreements export weekly.yml --odrl
    """
    emit(operations.odrl(file.read_text(encoding="utf-8"), file.name))


@agreements.command()
@click.argument("name", required=False)
@AS_JSON
def template(name: str | None, as_json: bool) -> None:
    """List the templates, or print one to begin with.

    \b
    Example:
      sampan agreements template weekly-pair > weekly.yml
    """
    if name is None:
        found = operations.templates()
        if as_json:
            emit([{"template": code, "title": title} for code, title in found.items()])
        else:
            for code, title in found.items():
                click.echo(f"{code:22} {title}")
        return
    click.echo(operations.template(name), nl=False)
