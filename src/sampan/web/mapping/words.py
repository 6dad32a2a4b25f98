"""What kinds of columns are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "place": _("place"),
    "condition": _("condition"),
    "measure": _("what is counted"),
    "classification": _("class"),
    "sex": _("sex"),
    "outcome": _("outcome"),
    "setting": _("setting"),
    "sector": _("sector"),
}
MATCHES = {
    "exact": _("the same thing"),
    "broader": _("ours is wider"),
    "narrower": _("ours is a part of it"),
    "related": _("near, not the same"),
    "by-name": _("by the lists of names"),
    "unapproved": _("waits for approval"),
}
JOBS = {
    "checkpoint": _("signing the newest state of the log"),
    "read": _("reading a delivery"),
    "remind": _("reminding of what waits"),
    "letter": _("sending a letter"),
    "sweep": _("sweeping what nobody needs any more"),
}
KINDS = {
    "person": _("persons: masked"),
    "free-text": _("free text: masked"),
    "figures": _("figures or dates: not listed"),
    "terms": _("terms"),
    "empty": _("empty"),
}
