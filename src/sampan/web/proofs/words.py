"""What each kind of entry of the log says, in words; the kind itself stands beside it and is what proofs hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS = {
    "agreement:moved": _("an agreement took a step"),
    "cells:answered": _("cells asked about were answered"),
    "cells:asked": _("the steward asked to see cells"),
    "cells:kept": _("cells stayed closed"),
    "cells:opened": _("cells were opened for hours"),
    "comparison:overridden": _("a comparison was allowed by its owner"),
    "comparison:waits": _("a comparison waits for a word"),
    "crosswalk:approved": _("crosswalk lines were approved"),
    "crosswalk:proposed": _("crosswalk lines were proposed"),
    "delivery:committed": _("a delivery was read; its figures stand"),
    "delivery:erased": _("a delivery was erased"),
    "delivery:kept": _("a delivery was kept"),
    "delivery:late": _("a delivery is late"),
    "delivery:only-kept": _("a delivery is kept and not read"),
    "delivery:stands-alone": _("a delivery stands alone: what it repeated was withdrawn"),
    "delivery:unreadable": _("a delivery could not be read"),
    "delivery:withdrawn": _("a delivery was withdrawn"),
    "discrepancy:agreed": _("two sides agreed on a figure"),
    "discrepancy:changed": _("figures of a discrepancy changed"),
    "discrepancy:consented": _("a side consented to compare"),
    "discrepancy:differed": _("two sides agreed to differ"),
    "discrepancy:explained": _("a side explained its figure"),
    "discrepancy:opened": _("two figures for one thing were opened"),
    "discrepancy:proposed": _("a side proposed a figure"),
    "discrepancy:told": _("an owner was told of a difference"),
    "emergency:declared": _("an emergency was declared"),
    "emergency:ended": _("an emergency ended"),
    "emergency:reviewed": _("a party reviewed an emergency"),
    "finding:settled": _("a finding was answered"),
    "findings:wait": _("findings wait for an answer"),
    "gate:answered": _("a word was given at a gate"),
    "gate:denied": _("a gate was not passed"),
    "gate:passed": _("a gate was passed"),
    "gate:reminded": _("somebody was reminded of a gate"),
    "gate:waits": _("something waits at a gate"),
    "help:answered": _("help was taken up"),
    "help:ask": _("help was asked for"),
    "help:ended": _("a line about help ended"),
    "help:offer": _("help was offered"),
    "help:thanked": _("thanks were said for help"),
    "job:done": _("a piece of work was done"),
    "job:failed": _("a piece of work failed"),
    "job:retried": _("a piece of work is tried again"),
    "key:api-made": _("an API key was made"),
    "key:api-revoked": _("an API key was ended"),
    "key:rotated": _("a key of the log was exchanged"),
    "key:sender-added": _("a sender's signing key was added"),
    "log:lapsed": _("the log's witnesses are silent"),
    "log:restored": _("the log was restored from a backup"),
    "informing:informed": _("WHO was informed about an owner's territory"),
    "informing:seen": _("an owner has seen what WHO will be informed of"),
    "informing:told": _("an owner was told before WHO is informed"),
    "look:refused": _("a file was stopped before it was kept"),
    "mapping:answered": _("a question of a draft was answered"),
    "mapping:approved": _("a drafted source was approved"),
    "mapping:begun": _("a draft of a source was begun"),
    "mapping:dropped": _("a draft of a source was given up"),
    "mapping:help-wanted": _("the steward was asked for help"),
    "mapping:line": _("a crosswalk line was drafted"),
    "original:opened": _("an original was opened"),
    "outage:declared": _("an outage was declared"),
    "outage:ended": _("an outage ended"),
    "party:agreed": _("a party's first coordinator was agreed"),
    "party:proposed": _("a party's first coordinator was proposed"),
    "person:failed": _("a sign-in failed"),
    "person:message": _("a person was told something"),
    "person:signed-in": _("somebody signed in"),
    "person:signed-out": _("somebody signed out"),
    "post:confirmed": _("a post's directory entry was checked"),
    "post:made": _("a post was made"),
    "practice:approved": _("how a source counts was approved"),
    "practice:proposed": _("how a source counts was proposed"),
    "publication:announced": _("a publication was announced"),
    "publication:answered": _("an owner answered a publication"),
    "publication:appeared": _("a publication has appeared"),
    "publication:changed": _("the draft of a publication was changed"),
    "publication:read": _("an owner read the draft of a publication"),
    "publication:withdrawn": _("a publication was taken back"),
    "release:corrected": _("recipients were told of a correction"),
    "release:emptied": _("the office's copy of a release was emptied"),
    "release:ended": _("a release ended"),
    "release:granted": _("figures were released"),
    "release:opened": _("a release was opened"),
    "release:used": _("the recipient said what came of a release"),
    "request:answered": _("a request was answered"),
    "request:denied": _("a request was denied"),
    "request:waits": _("a request waits for a word"),
    "seat:ended": _("a seat ended"),
    "seat:offered": _("a seat was offered"),
    "seat:recovered": _("a seat was recovered"),
    "seat:taken": _("a seat was taken"),
    "secrecy:published": _("a text was made public by its authority"),
    "staff:read": _("the office's staff read something"),
    "version:committed": _("figures were read again into a new version"),
    "witness:added": _("a witness of the log was added"),
    "witness:removed": _("a witness of the log was removed"),
    "work:noted": _("hours of work were noted"),
    "worker:late": _("the office's background work is late"),
    "worker:stumbled": _("the office's background work stumbled"),
}
# facts that name what an entry is about, in the order in which they say most
SUBJECTS = (
    "delivery",
    "finding",
    "publication",
    "release",
    "request",
    "discrepancy",
    "agreement",
    "mapping",
    "source",
    "post",
    "to",
)
LONGEST = 20  # letters of a digest shown in a list; the entry's own page shows all of it


def about(facts: Mapping[str, Any]) -> str:
    """The one or two facts that say what an entry is about."""
    named = [str(facts[name]) for name in SUBJECTS if isinstance(facts.get(name), str | int) and facts[name] != ""]
    return " · ".join(dict.fromkeys(named[:2]))


def shortened(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts as pairs of text for a list: lists and maps are counted, digests and long texts cut short."""
    shown = []
    for name, value in facts.items():
        if value is None or value == "":
            continue
        text = str(len(value)) if isinstance(value, list | dict) else str(value)
        whole = len(text) <= LONGEST or (" " in text and len(text) <= 4 * LONGEST)
        shown.append((name.replace("_", " "), text if whole else f"{text[: LONGEST - 8]}…"))
    return shown
