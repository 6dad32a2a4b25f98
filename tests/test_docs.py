"""Undocumented means failing: commands, checks, sources, messages, settings, glossary nouns and promises.

Every command's help has an example, and the example runs, in a folder prepared by tests/examples.py.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tools.reference import __main__ as reference
from tools.reference import checks, commands, errors

from sampan.model import agreements, findings, observations, periods, places, tables

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
NOUNS = (agreements, findings, observations, periods, places, tables)


@cache
def read(relative: str) -> str:
    """A documentation page."""
    return (DOCS / relative).read_text(encoding="utf-8")


@cache
def walked() -> dict[str, commands.click.Command]:
    """Full name -> command."""
    return dict(commands.walk())


@pytest.mark.parametrize("page", sorted(reference.PAGES))
def test_reference_is_what_the_code_says(page: str) -> None:
    written = DOCS / "reference" / page
    assert written.exists(), f"docs/reference/{page} is missing; run: make docs"
    assert written.read_text(encoding="utf-8") == reference.text(page), (
        f"{page} is not what the code says; run: make docs"
    )


def test_every_command_says_what_it_does() -> None:
    mute = [name for name, command in walked().items() if not (command.help or "").strip()]
    assert not mute, f"commands without a sentence of help: {mute}"


def test_every_command_has_an_example() -> None:
    without = [
        name
        for name, command in walked().items()
        if not any(line.startswith(name) for line in commands.examples(command))
    ]
    assert not without, f"help without an example line that begins with the command: {without}"


def test_every_option_is_explained() -> None:
    mute = [
        f"{name} {parameter.opts[0]}"
        for name, command in walked().items()
        for parameter in command.params
        if isinstance(parameter, commands.click.Option) and not parameter.help
    ]
    assert not mute, f"options without help: {mute}"


def test_every_check_explains_itself() -> None:
    short = [
        f"{check.id}: {part}"
        for check in checks.checks().values()
        for part in ("title", "explanation", "remedy")
        if len(getattr(check, part).split()) < 3
    ]
    assert not short, f"checks that an officer could not use: {short}"


def test_every_kind_of_error_is_drawn_in_the_tree() -> None:
    tree = errors.errors.__doc__ or ""
    missing = [name for name in errors.family() if name not in tree]
    assert not missing, f"not drawn at the top of model/errors.py: {missing}"


def test_messages_say_what_happened() -> None:
    empty = [f"{m.room}: {m.error}" for m in errors.messages() if len(m.what.split()) < 2 and "{" not in m.what]
    assert not empty, f"messages that do not say what happened: {empty}"


def test_every_setting_is_listed() -> None:
    page = read("reference/settings.md")
    used: set[str] = set()
    for path in (REPOSITORY / "src").rglob("*.py"):
        used |= set(re.findall(r"[\"'](SAMPAN_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    missing = sorted(name for name in used if f"`{name}`" not in page)
    assert not missing, f"not in docs/reference/settings.md: {missing}"
    gone = sorted(set(re.findall(r"^\| `(SAMPAN_\w+)`", page.partition("## For tests")[0], re.M)) - used)
    assert not gone, f"in docs/reference/settings.md, but nothing reads it: {gone}"


def glossary() -> dict[str, str]:
    """Heading or table word of the glossary, lower case -> its paragraph."""
    text = read("glossary.md")
    sections = re.split(r"^### ", text, flags=re.M)[1:]
    found = {section.partition("\n")[0].lower(): section for section in sections}
    for row in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.M):
        found.setdefault(row[0].strip().lower(), row[1])
    return found


def test_every_noun_is_in_the_glossary() -> None:
    known = glossary()
    nouns = {
        name
        for module in NOUNS
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }
    missing = sorted(noun for noun in nouns if noun.lower() not in known and _spaced(noun) not in known)
    assert not missing, f"nouns without their paragraph in docs/glossary.md: {missing}"


def _spaced(noun: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", noun).lower()


def test_glossary_says_in_seven_languages_what_to_use_and_not() -> None:
    for word, section in glossary().items():
        rows = re.findall(r"^\| \w+ \((\w\w)\) \| ([^|]+) \| ([^|]+) \|$", section, re.M)
        if rows:
            assert [code for code, _, _ in rows] == ["en", "km", "lo", "my", "th", "vi", "zh"], word
            assert not [code for code, use, avoid in rows if set(use.split(", ")) & set(avoid.split(", "))], word


def test_statuses_are_in_the_glossary() -> None:
    known = glossary()
    seven = {"reported", "zero", "unknown", "withheld", "suppressed", *observations.DERIVED_STATUSES}
    assert not [status for status in seven if status.replace("_", " ") not in known]


PROMISE = re.compile(r"^## (\d+)\. (.+?)\n(.*?)(?=^## |\Z)", re.M | re.S)


def test_promises_point_at_files_and_tests_that_exist() -> None:
    promises = PROMISE.findall(read("promises.md"))
    assert [int(number) for number, _, _ in promises] == list(range(1, 12))
    wrong = []
    for number, _, body in promises:
        assert "- kept in:" in body and "- guarded by:" in body, number
        for target in re.findall(r"`((?:src|tests)/[^`]+)`", body):
            path, _, test = target.partition("::")
            file = REPOSITORY / path
            if not file.exists() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
                wrong.append(f"promise {number}: {target}")
    assert not wrong, f"docs/promises.md points at what is not there: {wrong}"


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [REPOSITORY / "README.md", *DOCS.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                broken.append(f"{page.relative_to(REPOSITORY)} -> {link}")
    assert not broken, f"links that lead nowhere: {broken}"


def test_every_decision_is_listed() -> None:
    listed = read("decisions/README.md")
    pages = [path.name for path in (DOCS / "decisions").glob("[0-9]*.md")]
    assert not [page for page in pages if page not in listed]
