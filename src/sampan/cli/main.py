"""The command `sampan`: finds the command's file, runs it, and turns problems into words and exit codes."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import click

from sampan import __version__
from sampan.cli import speaking
from sampan.model.errors import OurFault, SampanError, UserError
from sampan.vocab.languages import languages

# command -> where it lives; a new command adds its line here and its paragraph in docs/reference
COMMANDS = {
    "demo": "sampan.office.demonstration:demo",
    "serve": "sampan.office.door:serve_office",
    "work": "sampan.office.door:work_office",
    "jobs": "sampan.cli.jobs:jobs",
    "log": "sampan.cli.log:log",
    "receipt": "sampan.cli.receipt:receipt",
    "backup": "sampan.cli.backup:backup",
    "restore": "sampan.cli.backup:restore",
    "keys": "sampan.cli.keys:keys",
    "api-keys": "sampan.cli.apikeys:api_keys",
    "agreements": "sampan.cli.agreements:agreements",
    "gate": "sampan.cli.gate:gate",
    "practices": "sampan.cli.practices:practices",
    "may": "sampan.cli.may:may",
    "between": "sampan.cli.between:between",
    "outages": "sampan.cli.outages:outages",
    "preview": "sampan.cli.release:preview",
    "release": "sampan.cli.release:release",
    "releases": "sampan.cli.release:releases",
    "informing": "sampan.cli.informing:informing",
    "publications": "sampan.cli.publications:publications",
    "messages": "sampan.cli.messages:told",
    "suppress": "sampan.cli.suppress:suppress",
    "audit": "sampan.cli.audit:audit",
    "discrepancies": "sampan.cli.discrepancies:discrepancies",
    "places": "sampan.cli.places:places",
    "look": "sampan.cli.look:look",
    "secrecy": "sampan.cli.secrecy:secrecy",
    "sources": "sampan.cli.sources:sources",
    "crosswalks": "sampan.cli.crosswalks:crosswalks",
    "receive": "sampan.cli.receive:receive",
    "withdraw": "sampan.cli.receive:withdraw",
    "observations": "sampan.cli.observations:observations",
    "deliveries": "sampan.cli.observations:deliveries",
    "help-requests": "sampan.cli.help_requests:help_requests",
    "findings": "sampan.cli.findings:findings",
    "settle": "sampan.cli.findings:settle",
}


class Doors(click.Group):
    """A group that imports a command's file only when that command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in reading order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The click command behind a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sampan")
@click.option(
    "--lang", type=click.Choice(sorted(languages())), help="The language of what is told; also the setting SAMPAN_LANG."
)
def app(lang: str | None) -> None:
    """Broker public-health data between neighbouring countries."""
    speaking.speak(lang)


def run(arguments: list[str] | None = None) -> int:
    """Run one command line; the answer is the exit code (0 done, 1 our fault, 2 usage, 3 person, 4 rule)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    speaking.speak(None)
    try:
        code = app(args=arguments, standalone_mode=False, prog_name="sampan")
    except BrokenPipeError:
        return 0
    except (Exception, KeyboardInterrupt) as stop:  # the last net: no trace ever reaches a person
        return _answer(stop, as_json="--json" in arguments)
    return code if isinstance(code, int) else 0  # `ctx.exit(4)` comes back as a number here


def _answer(stop: BaseException, *, as_json: bool) -> int:
    """Tell what stopped the command, in words; the exit code."""
    match stop:
        case SampanError():
            _tell(stop, as_json=as_json)
            code = stop.exit_code
        case click.exceptions.Exit():
            code = stop.exit_code
        case click.Abort() | KeyboardInterrupt():
            click.echo("Stopped. What was acknowledged is kept.", err=True)
            code = 130
        case click.ClickException():
            stop.show()
            code = 2
        case _:
            code = _our_fault(stop, as_json=as_json)
    return code


def _tell(problem: SampanError, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": problem.as_dict()}, ensure_ascii=False))
    click.echo(problem.in_words(speaking.tell), err=True)


def _our_fault(fault: BaseException, *, as_json: bool) -> int:
    """Say that the fault is ours and where its trace was kept; traces carry code positions, no cell's content."""
    where = Path(tempfile.gettempdir()) / f"sampan-fault-{os.getpid()}.txt"
    frames = traceback.extract_tb(fault.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    where.write_text("\n".join([type(fault).__name__, *lines]) + "\n", encoding="utf-8")
    problem = OurFault(
        f"Sampan met a fault of its own ({type(fault).__name__})",
        kept="what was acknowledged is kept; nothing else was changed",
        do=f"send {where} to whoever runs your office's Sampan, then try again",
    )
    _tell(problem, as_json=as_json)
    return problem.exit_code


def text_of(path: Path) -> str:
    """The text of a file that was named. UserError if there is none, or if it is no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as slip:
        raise UserError(
            "there is no such file", where=str(path), kept="nothing was written", do="check the name and the folder"
        ) from slip
    except (OSError, UnicodeDecodeError) as slip:
        raise UserError(
            "the file cannot be read as UTF-8 text", where=str(path), kept="nothing was written",
            do="save it as plain text, UTF-8",
        ) from slip  # fmt: skip


def emit(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str, indent=None))
