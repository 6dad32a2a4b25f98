"""Seat an office and two parties in a home of its own process: python -m tests.stories.seated, as real acts do it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody's second factor here
PARTIES = {"kh-20": "KH", "vn-37": "VN"}


def main() -> None:
    """Staff of the office, and for each party a coordinator and two people of surveillance."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sampan.office.settings"
    import django  # noqa: PLC0415 - settings are named first

    django.setup()
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - as above
    from tests.stories.office import PASSWORD  # noqa: PLC0415 - as above

    from sampan.operations import homes, seating  # noqa: PLC0415 - as above
    from sampan.operations.seating import NewParty, NewPerson, NewPost  # noqa: PLC0415 - as above

    homes.opened()
    now = datetime.now(UTC)

    def ready(person):
        TOTP.activate(person, SECRET)
        return person

    def new(name):
        return NewPerson(name, PASSWORD)

    first = ready(seating.set_up("The office", new("staff.one"), now))
    coordinator, staff = first.seats_now()
    offer = seating.offer(coordinator, staff.post, now)
    second = ready(seating.accept(offer.link, offer.code, new("staff.two"), now)).seats_now().get()
    for party, country in PARTIES.items():
        proposed = seating.propose(staff, NewParty(party, f"Province {party}", "province", country), now)
        agreed = seating.agree(second, proposed.invitation, now)
        head = ready(seating.accept(proposed.link, agreed.code, new(f"{party}.head"), now)).seats_now().get()
        for slug, role in (("surveillance", "province"), ("desk", "national")):
            place = f"{country}-{party[-2:]}" if role == "province" else ""
            post = seating.add_post(head, NewPost(slug, slug.capitalize(), role, place), now)
            offer = seating.offer(head, post, now)
            ready(seating.accept(offer.link, offer.code, new(f"{party}.{slug}"), now))


if __name__ == "__main__":
    main()
