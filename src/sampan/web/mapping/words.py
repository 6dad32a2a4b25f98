"""What kinds of columns are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "person": _("persons: masked"),
    "free-text": _("free text: masked"),
    "figures": _("figures or dates: not listed"),
    "terms": _("terms"),
    "empty": _("empty"),
}
