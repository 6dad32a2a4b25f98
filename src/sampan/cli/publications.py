"""sampan publications: what is to be published of figures that were released; announce it, answer, say where it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.cli.written import Written
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing import publications as operations
from sampan.operations.sharing import reviews_of_drafts as reviews
from sampan.operations.sharing.publications import Announcement, Draft

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
POST = click.option("--post", required=True, help="The post that acts.")
DRAFT = click.option(
    "--draft", "drafts", multiple=True, required=True, metavar="[OWNER=]FILE",
    help="What an owner is to read; one for each, where there are several.",
)  # fmt: skip
WORDS = click.option("--words", required=True, help="What you say; who announced it reads it.")
NUMBER = click.option("--number", type=int, help="The draft you have read; a newer one is not answered unseen.")


@click.group("publications", epilog="Example: sampan publications list --post kh-20/director")
def publications() -> None:
    """What is to be published of released figures: announced, reviewed by their owners, and where it appeared."""


@publications.command(
    epilog="Example: sampan publications announce --post vn-37/surveillance --title 'Cholera on the border' "
    "--outlet 'Provincial bulletin 33' --planned 2099-01-20 --release R-654-274 --draft bulletin.pdf"
)
@POST
@click.option("--title", required=True, help="Its title.")
@click.option("--outlet", required=True, help="Where it is to appear: a journal, a bulletin, a meeting.")
@click.option("--planned", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day it is to appear.")
@click.option("--release", "releases", multiple=True, required=True, help="A release it is built on; may be repeated.")
@DRAFT
@AS_JSON
def announce(
    post: str, title: str, outlet: str, planned: datetime, releases: tuple[str, ...], drafts: tuple[str, ...],
    as_json: bool,
) -> None:  # fmt: skip
    """Tell the owners of released figures what will be published; their review days begin."""
    homes.opened()
    day: date = planned.date()
    code = operations.announce(Announcement(title, outlet, day, releases), _files(drafts), post, datetime.now(UTC))
    _answered(code, post, as_json=as_json)


@publications.command("list", epilog="Example: sampan publications list --post kh-20/director")
@POST
@AS_JSON
def list_(post: str, as_json: bool) -> None:
    """List what a post has announced, and what was announced of its party's figures."""
    homes.opened()
    now, words = datetime.now(UTC), reviews.Words(speaking.of_phrases(None))
    asked, own = reviews.asked_of(post, now, words), reviews.announced(post, now, words)
    if as_json:
        emit({"asked": asked, "announced": own})
        return
    for one in (*asked, *own):
        _line(one)


@publications.command("show", epilog="Example: sampan publications show P-785-078 --post kh-20/director")
@click.argument("code")
@POST
@AS_JSON
def show(code: str, post: str, as_json: bool) -> None:
    """Show a publication: what each owner said, and whether it may appear."""
    homes.opened()
    _answered(code, post, as_json=as_json, whole=True)


@publications.command("draft", epilog="Example: sampan publications draft P-785-078 --post kh-20/director -o draft.pdf")
@click.argument("code")
@POST
@click.option("--owner", default="", help="For who announced it: whose draft, where there are several.")
@click.option("-o", "--out", required=True, type=Written(), help="The file to write.")
def draft(code: str, post: str, owner: str, out: Path) -> None:
    """Write the draft to a file; an owner's reading is noted in the log."""
    homes.opened()
    if out.exists():
        raise UserError("there is such a file already", where=str(out), kept="nothing was written", do="name another")
    found = operations.read(code, post, datetime.now(UTC), owner=owner)
    out.write_bytes(found.content)
    click.echo(f"{out}  ({found.filename})")


@publications.command("agree", epilog="Example: sampan publications agree P-785-078 --post kh-20/director")
@click.argument("code")
@POST
@click.option("--words", default="", help="What you add; who announced it reads it.")
@NUMBER
@AS_JSON
def agree(code: str, post: str, words: str, number: int | None, as_json: bool) -> None:
    """Say yes, as an owner: nothing more is waited for on your side."""
    _say(code, post, "agreed", words, number, as_json=as_json)


@publications.command(
    "comment", epilog="Example: sampan publications comment P-785-078 --post kh-20/director --words 'Name the source'"
)
@click.argument("code")
@POST
@WORDS
@NUMBER
@AS_JSON
def comment(code: str, post: str, words: str, number: int | None, as_json: bool) -> None:
    """Say what should be otherwise, as an owner; it is heard and stops nothing."""
    _say(code, post, "commented", words, number, as_json=as_json)


@publications.command(
    "refuse", epilog="Example: sampan publications refuse P-785-078 --post kh-20/director --words 'Not yet verified'"
)
@click.argument("code")
@POST
@WORDS
@NUMBER
@AS_JSON
def refuse(code: str, post: str, words: str, number: int | None, as_json: bool) -> None:
    """Say no, as an owner whose agreement gives that right; it must not appear until you say yes."""
    _say(code, post, "refused", words, number, as_json=as_json)


@publications.command(
    "change", epilog="Example: sampan publications change P-785-078 --post vn-37/surveillance --draft second.pdf"
)
@click.argument("code")
@POST
@DRAFT
@AS_JSON
def change(code: str, post: str, drafts: tuple[str, ...], as_json: bool) -> None:
    """Give an owner another draft; its review begins anew."""
    homes.opened()
    operations.change(code, _files(drafts), post, datetime.now(UTC))
    _answered(code, post, as_json=as_json)


@publications.command(
    "appeared",
    epilog="Example: sampan publications appeared P-016-584 --post vn-37/surveillance --where 'Bulletin 33, page 4'",
)
@click.argument("code")
@POST
@click.option("--where", "reference", required=True, help="Where it has appeared: a citation or an address.")
@AS_JSON
def appeared(code: str, post: str, reference: str, as_json: bool) -> None:
    """Say where it has appeared, once nothing stands in the way; the owners see what came of their figures."""
    homes.opened()
    operations.appeared(code, post, reference, datetime.now(UTC))
    _answered(code, post, as_json=as_json)


@publications.command("withdraw", epilog="Example: sampan publications withdraw P-785-078 --post vn-37/surveillance")
@click.argument("code")
@POST
@AS_JSON
def withdraw(code: str, post: str, as_json: bool) -> None:
    """Take it back: it will not be published; the owners are told and the drafts destroyed."""
    homes.opened()
    operations.withdraw(code, post, datetime.now(UTC))
    _answered(code, post, as_json=as_json)


def _say(code: str, post: str, said: str, words: str, number: int | None, *, as_json: bool) -> None:
    homes.opened()
    operations.answer(code, post, said, datetime.now(UTC), words=words, draft=number)
    _answered(code, post, as_json=as_json)


def _answered(code: str, post: str, *, as_json: bool, whole: bool = False) -> None:
    now = datetime.now(UTC)
    record = reviews.seen_by(code, post)
    if record is None:
        raise operations.nothing(code)
    found = reviews.told(record, post, now, reviews.Words(speaking.of_phrases(None)))
    if as_json:
        emit(found)
        return
    _line(found)
    for one in found["releases"] if whole else ():
        told = "".join(f"; {heard['what']}, {heard['at'][:16]}" for heard in one["told"])
        click.echo(f"  built on {one['release']}{told}")
    for one in found["reviews"] if whole else ():
        read = one["draft"]
        click.echo(f"  draft {read['number']} for {one['owner']}: {read['filename']}, SHA-256 {read['sha256']}")
        for said in one["said"]:
            words = f": {said['words']}" if said["words"] else ""
            click.echo(f"  {said['at'][:16]}  {said['post']} {said['answer']} draft {said['draft']}{words}")


def _line(one: dict[str, Any]) -> None:
    click.echo(f"{one['publication']}  {one['title']}, {one['outlet']}, {one['planned']}")
    said = [review["says"] for review in one["reviews"]] if one["state"] == "open" else []
    for line in dict.fromkeys([*said, one["says"]]):
        click.echo(f"  {line}" if line else "", nl=bool(line))


def _files(drafts: tuple[str, ...]) -> dict[str, Draft]:
    """OWNER=FILE or FILE, read; "" stands for the only owner."""
    found: dict[str, Draft] = {}
    for text in drafts:
        owner, _, name = text.rpartition("=")
        path = Path(name)
        if not path.is_file():
            raise UserError("there is no such file", where=name, kept="nothing was changed", do="check its name")
        if path.stat().st_size > operations.MOST_BYTES:
            raise UserError(
                f"a draft holds at most {operations.MOST_BYTES} bytes", where=name, kept="nothing was changed",
                do="send it as a smaller PDF",
            )  # fmt: skip
        if owner in found:
            raise UserError("two drafts for one owner", where=text, kept="nothing was changed", do="give one for each")
        found[owner] = Draft(path.name, path.read_bytes())
    return found
