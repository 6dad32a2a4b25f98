"""The life of an agreement as a table: which verb leads from which state to which; every other step is refused.

requested/offered -> countered -> agreed -> verified -> in-force <-> suspended -> terminated, expired

What is in force is left by notice: `terminate` keeps the state until the notice has run out. Ending it at once needs
both sides; suspending it, one.
"""

from __future__ import annotations

from sampan.model.errors import Refused

BEGIN = ("requested", "offered")  # a recipient requests, an owner offers
OPEN = ("requested", "offered", "countered", "agreed", "verified")
LIVE = ("in-force", "suspended")  # what decide is shown
MOVES: dict[tuple[str, str], str] = {
    ("requested", "offer"): "offered",
    ("requested", "counter"): "countered",
    ("offered", "counter"): "countered",
    ("countered", "counter"): "countered",
    ("offered", "agree"): "agreed",
    ("countered", "agree"): "agreed",
    ("agreed", "verify"): "verified",
    ("verified", "activate"): "in-force",
    ("in-force", "suspend"): "suspended",
    ("suspended", "activate"): "in-force",
    ("in-force", "expire"): "expired",
    ("suspended", "expire"): "expired",
    **{(state, "terminate"): "terminated" for state in OPEN},
    **{(state, verb): state for verb in ("terminate", "withdraw-notice") for state in LIVE},
    **{(state, verb): "terminated" for verb in ("end-at-once", "run-out") for state in LIVE},
}
CLOCK = ("expire", "run-out")  # steps that time takes, and nobody else
VERBS = tuple(dict.fromkeys(verb for _, verb in MOVES if verb not in CLOCK))
TWO_POSTS = ("activate", "end-at-once")  # a post of each side
OTHER_SIDE = ("agree", "counter", "offer")  # whoever made the last step cannot answer it


def after(state: str, verb: str) -> str:
    """The state a verb leads to. Refused when it leads nowhere from here."""
    found = MOVES.get((state, verb))
    if found is None:
        possible = sorted(known for before, known in MOVES if before == state and known not in CLOCK)
        raise Refused(
            f"an agreement that is {state} cannot {verb}",
            rule=f"agreement-states/{state}",
            kept="nothing was changed",
            do=f"from here: {', '.join(possible)}" if possible else "it has ended; propose a new version",
        )
    return found
