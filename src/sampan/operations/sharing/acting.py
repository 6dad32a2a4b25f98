"""For which side of an agreement a post may act: a file may name any post, but nobody acts for another's party.

A post that holds no seat here is known by its name alone (an office run from the command line). One that does belongs
to its own party; the authority of a country may also act for a province of the same country, as agreements say.
"""

from __future__ import annotations

from sampan.model.agreements import Agreement, PartyTerms
from sampan.people.models import Party, Post
from sampan.store.models import AgreementVersion

NEVER_SIGNED = ("requested", "offered", "countered", "agreed", "verified")


def acts_for(post: str, party: str) -> bool:
    """True if the post may act for the party."""
    known = Post.objects.filter(code=post).select_related("party").first()
    if known is None or known.party.code == party:
        return True
    other = Party.objects.filter(code=party).first()
    return (
        other is not None
        and (known.party.kind, other.kind) == (Party.Kind.AUTHORITY, Party.Kind.PROVINCE)
        and bool(other.country)
        and known.party.country == other.country
    )


def side_named(agreement: Agreement, post: str) -> PartyTerms | None:
    """The side that names the post and for which it may act; None when there is none."""
    return next((side for side in agreement.parties if post in side.posts and acts_for(post, side.party)), None)


def home_party(post: str) -> str | None:
    """The party a seated post belongs to; None for a post nobody was ever seated in."""
    return Post.objects.filter(code=post).values_list("party__code", flat=True).first()


def joined(owner: str) -> bool:
    """Whether an owner deposits with this office: it is registered as a party, or ever put deposit terms in force."""
    if Party.objects.filter(code=owner).exclude(kind=Party.Kind.OFFICE).exists():
        return True
    terms = AgreementVersion.objects.filter(kind="deposit", parties__contains=f"|{owner}|")
    return terms.exclude(state__in=NEVER_SIGNED).exists()
