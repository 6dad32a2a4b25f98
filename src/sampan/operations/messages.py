"""What each kind of message says in words, for every door: the page, the letter's reader and the API say the same.

The words in other languages stand with the page that shows them (web/border/locale).
"""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

KINDS = {
    "delivery:committed": gettext_lazy("A delivery was read; its figures stand"),
    "delivery:late": gettext_lazy("A delivery is late"),
    "delivery:withdrawn": gettext_lazy("A delivery was withdrawn"),
    "gate:waits": gettext_lazy("Something waits for a word"),
    "gate:passed": gettext_lazy("A word was given"),
    "gate:denied": gettext_lazy("A post said no"),
    "release:granted": gettext_lazy("Figures were released"),
    "release:corrected": gettext_lazy("Released figures were corrected"),
    "release:ended": gettext_lazy("A release ended"),
    "discrepancy:told": gettext_lazy("Two figures for one thing"),
    "agreement:moved": gettext_lazy("An agreement took a step"),
    "agreement:ends-soon": gettext_lazy("An agreement ends soon"),
    "agreement:review-soon": gettext_lazy("The review of an agreement comes near"),
    "emergency:reviewed": gettext_lazy("A party reviewed an emergency"),
    "emergency:review-late": gettext_lazy("The review of an emergency is overdue"),
    "log:restored": gettext_lazy("The log was restored"),
    "log:lapsed": gettext_lazy("The log's witnesses are silent"),
    "key:rotated": gettext_lazy("The log has a new signing key"),
    "practice:proposed": gettext_lazy("Somebody proposes how your source counts"),
    "help:answered": gettext_lazy("Somebody takes up your line of help"),
    "help:thanked": gettext_lazy("Thanks for your help"),
    "help:ended": gettext_lazy("A line of help ended"),
    "release:used": gettext_lazy("Somebody says what came of a release"),
    "publication:announced": gettext_lazy("Somebody will publish your figures: answer it"),
    "publication:changed": gettext_lazy("A draft with your figures was changed: answer it"),
    "publication:review-ends": gettext_lazy("The days to answer a publication end soon"),
    "publication:review-over": gettext_lazy("The owners' days to answer your publication are over"),
    "publication:answered": gettext_lazy("An owner answered your publication"),
    "publication:corrected": gettext_lazy("Figures of your publication were corrected"),
    "publication:release-ended": gettext_lazy("A release that your publication is built on has ended"),
    "publication:appeared": gettext_lazy("A publication with your figures has appeared"),
    "publication:withdrawn": gettext_lazy("A publication with your figures was taken back"),
    "informing:told": gettext_lazy("WHO will be informed about your territory: read it now"),
    "informing:seen": gettext_lazy("The owner has seen what WHO will be informed of"),
    "informing:informed": gettext_lazy("WHO was informed about your territory"),
    "informing:due": gettext_lazy("The hours in which WHO is to be informed end"),
}
FAMILIES = {  # of a kind that has no words of its own
    "agreement": gettext_lazy("An agreement took a step"),
    "cells": gettext_lazy("The steward asks to see cells, or was answered"),
    "comparison": gettext_lazy("Figures of several sources beside each other"),
    "crosswalk": gettext_lazy("Lines of a crosswalk"),
    "delivery": gettext_lazy("A delivery changed its state"),
    "discrepancy": gettext_lazy("Two figures for one thing"),
    "emergency": gettext_lazy("An emergency was declared or ended"),
    "findings": gettext_lazy("Findings wait for an answer"),
    "gate": gettext_lazy("Something waits for a word"),
    "help": gettext_lazy("A line of help"),
    "informing": gettext_lazy("WHO is informed about a territory"),
    "key": gettext_lazy("A key was made or ended"),
    "log": gettext_lazy("The log tells something"),
    "mapping": gettext_lazy("The mapping of a file took a step"),
    "outage": gettext_lazy("A party declared an outage, or is back"),
    "publication": gettext_lazy("A publication took a step"),
    "release": gettext_lazy("A release changed its state"),
    "seat": gettext_lazy("A seat was given or taken back"),
}


def said(kind: str, language: str | None = None) -> Any:
    """A kind of message in the reader's words, or in `language`; that of its family where it has none of its own."""
    if language is not None:
        with translation.override(language):
            return str(said(kind))
    return KINDS.get(kind) or FAMILIES.get(kind.partition(":")[0], gettext_lazy("A message"))
