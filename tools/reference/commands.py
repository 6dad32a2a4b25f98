"""The command line as its own help tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from sampan.cli.main import app

HEAD = """# Commands

Written from the commands' own help by `make docs`. State lives under `SAMPAN_HOME`. Every command that answers
takes `--json` and then prints one JSON document. Exit codes: 0 done, 1 our fault, 2 usage, 3 kept but the data need
a person, 4 refused by rule.
"""


def walk(group: click.Command = app, path: tuple[str, ...] = ("sampan",)) -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of every command and subcommand that can be run."""
    if not isinstance(group, click.Group):
        yield " ".join(path), group
        return
    context = click.Context(group, info_name=path[-1])
    if group.invoke_without_command and path != ("sampan",):
        yield " ".join(path), group
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{name} is listed and cannot be found"
        yield from walk(command, (*path, name))


def help_of(name: str, command: click.Command) -> str:
    """What `--help` prints, in a fixed width."""
    names = app.context_settings["help_option_names"]  # as below the command it hangs from
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=names)
    return command.get_help(context).rstrip()


def examples(command: click.Command) -> list[str]:
    """The command lines of the help that begin with `sampan `, without "Example:" or a prompt."""
    text = f"{command.help or ''}\n{command.epilog or ''}"
    lines = [re.sub(r"^(Examples?:)?\s*\$?\s*", "", line.strip()) for line in text.splitlines()]
    return [line for line in lines if line.startswith("sampan ")]


def page() -> str:
    """docs/reference/commands.md."""
    parts = [HEAD]
    for name, command in walk():
        parts.append(f"## {name}\n\n```text\n{help_of(name, command)}\n```\n")
    return "\n".join(parts)
