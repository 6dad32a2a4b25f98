"""Every leaf of the command: how a post without a clause asks it of what it should not see, or why it is not asked.

`doors` names codes that are, or would be, of what others sent; `answers` gives what each said and wrote. The tree of
commands is read from the command itself, so a new leaf must come here.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import click

from sampan.cli.main import app
from tests.codes import nth
from tests.conftest import Sampan
from tests.stories import border

TIMES = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:\+\d\d:?\d\d|Z)|(?<=\"log_checkpoint\": )\d+|(?<=the log has )\d+"
)  # and the log's size
GROWING = ("log entries",)  # by the asking
SOURCE, WORD = "border-vn", "VN-G1-ministry"
FILES = "a file that its reader holds"
OWN, KEYS, TREE = "an act on the own side alone", "keys, no data", "the tree's size and root, which are everybody's"
NOT_ASKED = {
    "demo": "an invented home of its own", "serve": "its pages and routes are asked one by one",
    "work": "it prints nothing of what it works on", "backup": "sealed whole, for who runs the office",
    "restore": "sealed whole, for who runs the office", "keys export": KEYS, "keys import": KEYS,
    "api-keys make": KEYS, "api-keys revoke": KEYS, "receipt add-sender": KEYS, "receipt sender-key": KEYS,
    "receipt sign": FILES, "receipt verify": FILES, "look": FILES, "suppress": FILES, "sources draft": FILES,
    "agreements template": "texts of ours", "agreements deposit-terms": "a text of ours", "agreements propose": OWN,
    "log add-witness": TREE, "log ask-witness": TREE, "log remove-witness": TREE, "log take-answer": TREE,
    "log witness": TREE, "log witness-key": KEYS, "log witnesses": TREE, "log policy": KEYS, "log key": KEYS,
    "log rotate-key": KEYS, "log checkpoint": TREE, "log verify": TREE, "log check-proof": FILES,
    "places list": "a registry", "places resolve": "a registry", "places show": "a registry",
    "secrecy list": "a list of laws", "secrecy published": OWN, "outages declare": OWN, "practices propose": OWN,
    "help-requests write": OWN, "crosswalks propose": OWN,
}  # fmt: skip  # leaf -> why nobody asks it here
Door = tuple[str | Path, ...]
Answer = tuple[Door, int, str, str, str]  # the door, the exit code, what it said, its errors, what it wrote


@dataclass(frozen=True)
class Hidden:
    """What is asked for by name: deliveries and findings."""

    deliveries: tuple[str, ...]
    findings: tuple[str, ...]


def leaves(group: click.Group = app, before: str = "") -> list[str]:
    """Every command that does something, by its words: "releases changes"."""
    context, found = click.Context(app), []
    for name in group.list_commands(context):
        one, path = group.get_command(context, name), f"{before} {name}".strip()
        found += leaves(one, path) if isinstance(one, click.Group) else [path]
    return found


def leaf_of(door: Door) -> str:
    """The leaf a door leads to."""
    known = set(leaves())
    return next(path for words in (2, 1) if (path := " ".join(map(str, door[:words]))) in known)


def doors(post: str, here: Path, hidden: Hidden) -> list[Door]:
    """Every leaf that reads data or acts on what others sent, asked by a post; files it needs are in `here`."""
    return [*_sharing(post, here), *_agreements(post, here), *_office(post, here), *_named(post, here, hidden)]


def answers(sampan: Sampan, asked: list[Door], here: Path) -> list[Answer]:
    """What each says, times left out, and every file it wrote; a call the command does not understand is no question."""
    found = []
    for door in asked:
        shutil.rmtree(here / "left", ignore_errors=True)
        (here / "left").mkdir()
        said = sampan(*door, code=None)
        assert "Usage:" not in said.err, (door, said.err)
        assert said.code != 1, (door, said.err)
        wrote = "".join(
            f"{one.name} {one.read_bytes()!r}" for one in sorted((here / "left").rglob("*")) if one.is_file()
        )
        found.append((door, said.code, TIMES.sub("T", said.out), TIMES.sub("T", said.err), wrote))
    return found


def otherwise(before: list[Answer], after: list[Answer]) -> list[tuple[Answer, Answer]]:
    """Doors that now answer otherwise, but for what grows by the asking."""
    pairs = zip(before, after, strict=True)
    return [(one, other) for one, other in pairs if one != other and leaf_of(one[0]) not in GROWING]


def told(found: list[Answer], marks: tuple[str, ...]) -> list[tuple[Door, str]]:
    """Where a mark can be read that the door was not asked with."""
    return [
        (door, mark) for door, _, *said in found for mark in marks
        if any(mark in one for one in said) and not any(mark in str(word) for word in door)
    ]  # fmt: skip


def _sharing(post: str, here: Path) -> list[Door]:
    left = here / "left" / "out"
    party = post.partition("/")[0]
    wanted = "[acute-watery-diarrhoea, cholera]"
    request = border.request(here / f"{party}-all.yml", post, "KH-20, VN-37", conditions=wanted)
    alert = border.request(here / f"{party}-alert.yml", post, "VN-37", purpose="alert", trigger="border-outbreak")
    telling = ("--condition", "cholera", "--place", "VN-37", "--from", "2026-07-27", "--until", "2026-08-02")
    release, mine = nth("R", 1), ("--post", post)
    return [
        ("preview", request, "--json"), ("preview", request, "--out", here / "left" / "t.csv", "-l", "km"),
        ("release", request, "-o", left, "--json"), ("release", alert, "-o", left, "--json"),
        ("may", "--post", "vn-37/surveillance", "--to", post, *telling, "--json"),
        ("may", *mine, "--to", "kh-20/surveillance", *telling, "--purpose", "routine-monitoring", "--json"),
        ("releases", "list", *mine, "--json"), ("releases", "list", "--party", party, "--json"),
        ("releases", "show", release, *mine, "--json"), ("releases", "changes", release, *mine, "--json"),
        ("releases", "open", release, *mine, "-o", left, "--json"),
        ("releases", "note", release, *mine, "--used-in", "x"), ("releases", "revoke", release, *mine, "--reason", "x"),
        *_publications(post, here),
        *_informing(post),
        ("audit", "--recipient", "vn-37", *mine, "--json"), ("audit", "--recipient", party, *mine, "--json"),
        ("practices", "override", nth("Q", 1), *mine, "--reason", "x", "--json"),
        ("gate", "list", *mine, "--json"), ("gate", "times", *mine, "--json"), ("gate", "pass", nth("Q", 1), *mine, "--json"),
        ("gate", "deny", nth("Q", 1), *mine, "--json"),
    ]  # fmt: skip


def _publications(post: str, here: Path) -> list[Door]:
    code, mine = nth("P", 1), ("--post", post, "--json")
    draft = border.written(here / "draft.txt", "what is to appear")
    named = ("--title", "x", "--outlet", "y", "--planned", "2099-01-01")
    return [
        ("publications", "list", *mine), ("publications", "show", code, *mine),
        ("publications", "announce", *named, "--release", nth("R", 1), "--draft", draft, *mine),
        ("publications", "draft", code, "--post", post, "-o", here / "left" / "draft"),
        ("publications", "agree", code, *mine), ("publications", "comment", code, "--words", "x", *mine),
        ("publications", "refuse", code, "--words", "x", *mine),
        ("publications", "change", code, "--draft", draft, *mine),
        ("publications", "appeared", code, "--where", "x", *mine), ("publications", "withdraw", code, *mine),
    ]  # fmt: skip


def _informing(post: str) -> list[Door]:
    code, mine = nth("W", 1), ("--post", post, "--json")
    return [
        ("informing", "list", *mine), ("informing", "tell", nth("R", 1), "--words", "x", *mine),
        ("informing", "seen", code, *mine), ("informing", "done", code, *mine),
    ]  # fmt: skip


def _agreements(post: str, here: Path) -> list[Door]:
    own = border.AGREEMENT.replace("vn-37/surveillance", post).replace(
        "party: vn-37", f"party: {post.partition('/')[0]}"
    )
    text = own.replace("from: vn-37", f"from: {post.partition('/')[0]}").replace("vn/preventive-medicine", f"{post}-2")
    trial, mine = border.written(here / f"{post.partition('/')[0]}-trial.yml", text), ("--post", post)
    return [
        ("agreements", "list", "--json"), ("agreements", "list", "--party", post.partition("/")[0], "--json"),
        ("agreements", "check", "border", "--json"), ("agreements", "say", "border", "-l", "km"),
        ("agreements", "say", "border", "--print", here / "left" / "say.html"),
        ("agreements", "compare", "border", "--json"), ("agreements", "compare", "border", trial, "--json"),
        ("agreements", "export", "border", "--odrl"), ("agreements", "show", "border", "--text"),
        ("agreements", "show", "border", "--json"), ("agreements", "move", "border", "suspend", *mine, "--json"),
        ("agreements", "declare", "border-outbreak", *mine), ("agreements", "review", *mine, "--json"),
        ("agreements", "review", "border-outbreak", *mine, "--json"),
        ("agreements", "try", trial, *mine, "--json"),
        ("agreements", "try", border.written(here / "border.yml", border.AGREEMENT), *mine, "--json"),
        ("outages", "list", *mine, "--json"), ("outages", "end", *mine),
    ]  # fmt: skip


def _office(post: str, here: Path) -> list[Door]:
    """What is asked of all there is; some of it has no post, and answers whoever runs the office."""
    party, mine = post.partition("/")[0], ("--post", post)
    week = border.written(here / "again.csv", border.VN_WEEK)
    return [
        ("observations", "--json"), ("observations", "--json", "--gone-too"), ("observations", "--source", SOURCE),
        ("observations", "--as-of", "2099-01-01", "--json"), ("observations", "--since", "2020-01-01", "--json"),
        ("observations", "--format", "csv"), ("observations", "--as", SOURCE, "--out", here / "left" / "own.csv"),
        ("deliveries", "--json"), ("deliveries", *mine, "--json"),
        ("findings", "--json"), ("findings", "--all", "--json"), ("findings", *mine, "--all", "--json"),
        ("between", "kh-20", "vn-37", "--json"), ("discrepancies", "list", *mine, "--json"),
        ("practices", "list", SOURCE, "--json"), ("practices", "waiting", *mine, "--json"),
        ("practices", "verdict", "border-kh", SOURCE, "--condition", "cholera", "--json"),
        ("practices", "approve", "1", "--actor", post, "--json"),
        ("messages", *mine, "--json"), ("jobs", "list", "--json"), ("jobs", "retry", "1", "--actor", post, "--json"),
        ("log", "entries", "--party", party, "--json"), ("api-keys", "list", "--json"),
        ("sources", "list", "--json"), ("sources", "show", SOURCE, "--json"), ("sources", "practices", *mine, "--json"),
        ("crosswalks", "list", SOURCE, "--json"), ("crosswalks", "approve", "1", "--actor", post, "--json"),
        ("help-requests", "list", "--json"), ("help-requests", "answer", nth("H", 1), "--as", post, "--json"),
        ("help-requests", "end", nth("H", 1), "--as", post, "--json"),
        ("receive", SOURCE, week, "--dry-run", "--actor", post, "--json"),
    ]  # fmt: skip


def _named(post: str, here: Path, hidden: Hidden) -> list[Door]:
    """Deliveries, findings, differences and an entry of others, by their codes."""
    mine, left = ("--post", post), here / "left"
    found: list[Door] = [
        ("log", "proof", "0", "-o", left / "p", *mine, "--json"),
        *(("discrepancies", verb, nth("X", 1), *mine, "--json") for verb in ("show", "agree", "consent", "differ")),
        ("discrepancies", "explain", nth("X", 1), *mine, "--text", "x", "--json"),
        ("discrepancies", "propose", nth("X", 1), *mine, "--cause", "other", "--text", "x", "--json"),
    ]
    for finding in hidden.findings:
        found += [
            ("findings", finding, "--json"), ("findings", finding, *mine, "--json"),
            ("findings", "--cells", finding, "--json"), ("findings", "--cells", finding, *mine, "--json"),
            ("settle", finding, "--accept", "right", "--actor", post, "--json"), ("settle", finding, "KH-20", "--json"),
        ]  # fmt: skip
    for delivery in hidden.deliveries:
        found += [
            ("findings", "--delivery", delivery, "--all", "--json"), ("findings", "--delivery", delivery, "--mark", left / "m"),
            ("withdraw", delivery, "--reason", "x", "--actor", post, "--json"),
            ("withdraw", delivery, "--reason", "x", "--json"),
            ("receipt", "write", delivery, "-o", left / "r"), ("receipt", "write", delivery, *mine, "-o", left / "r"),
            ("gate", "pass", delivery, *mine, "--json"), ("gate", "pass", delivery, *mine, "--rule", WORD, "--json"),
            ("gate", "deny", delivery, *mine, "--json"),
        ]  # fmt: skip
    return found
