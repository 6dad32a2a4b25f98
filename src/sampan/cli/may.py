"""`sampan may`: may I say this now?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing.saying import Fact
from sampan.operations.sharing.saying import may as asked

DAY = click.DateTime(formats=["%Y-%m-%d"])
REFUSED = 4


@click.command(
    epilog="Example: sampan may --post kh-20/surveillance --to vn-37/surveillance --condition cholera "
    "--place KH-20 --from 2026-07-27 --until 2026-08-02"
)
@click.option("--post", required=True, help="Who would speak.")
@click.option("--to", "listener", required=True, help="Who would be told.")
@click.option("--condition", required=True, help="What the figure counts.")
@click.option("--place", required=True, help="A place code.")
@click.option("--from", "start", type=DAY, required=True, help="First day the figure is about.")
@click.option("--until", "end", type=DAY, required=True, help="Last day the figure is about.")
@click.option("--measure", default="cases", show_default=True, help="cases, deaths, admissions ...")
@click.option(
    "--level",
    type=click.IntRange(0, 3),
    default=1,
    show_default=True,
    help="0 country, 1 province, 2 district, 3 commune.",
)
@click.option("--period", default="week", show_default=True, help="day, week, four-weeks, month, quarter or year.")
@click.option("--count", type=click.IntRange(min=0), help="The figure itself, to know whether it is too small to tell.")
@click.option("--purpose", default="alert", show_default=True, help="What the listener would use it for.")
@click.option("--language", "-l", help="en, km or vi; by default that of `sampan --lang`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def may(
    post: str,
    listener: str,
    start: datetime,
    end: datetime,
    purpose: str,
    language: str | None,
    as_json: bool,
    **fact: object,
) -> None:
    """May I say this now? Yes, coarser, needs a post's word, or no; with the rule, and what a gap would tell."""
    told = Fact(data_from=start.date(), data_to=end.date(), **fact)  # type: ignore[arg-type]  # click has typed each option
    if end < start:
        raise UserError(
            f"--until {end:%Y-%m-%d} is before --from {start:%Y-%m-%d}",
            kept="nothing was asked",
            do="give the first day with --from and the last with --until",
        )
    language = speaking.of_phrases(language)
    answer = asked(homes.opened(), post, told, listener, datetime.now(UTC), purpose=purpose, language=language)
    if as_json:
        emit(answer)
    else:
        click.echo(answer["says"])
        for reason in answer["reasons"]:
            click.echo(f"  {reason['says']}")
        for said in answer["gap"]:
            click.echo(f"  {said}")
    if answer["answer"] in ("no", "needs-word"):
        sys.exit(REFUSED)
