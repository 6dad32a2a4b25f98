"""Every page by every role, by somebody without a post, and by a stranger; another party's codes are unknown codes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.stories.border import AGREEMENT

from sampan.log import note
from sampan.operations import homes, receiving
from sampan.operations.mapping import drafts
from sampan.operations.receiving import Act
from sampan.people.models import Party, Person, Post, Seat
from sampan.people.roles import RIGHTS
from sampan.store import blobs, entries
from sampan.store.home import Store
from sampan.store.models import (
    AgreementVersion,
    Delivery,
    DiscrepancyRecord,
    DiscrepancySide,
    Entry,
    FindingRecord,
    MappingDraft,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)
ALL = set(RIGHTS)
POSTS_KH, POSTS_VN = (
    "posts: [kh-20/surveillance, kh-20/director]",
    "posts: [vn-37/surveillance, vn/preventive-medicine]",
)
SURVEILLANCE = {"province", "national"}
AGREE = {*SURVEILLANCE, "legal", "staff"}
READS = {*SURVEILLANCE, "laboratory", "reader"}
RULES = {*READS, "legal", "staff"}
POST_ONLY = {
    "note-use", "write", "step", "reviewed", "emergency", "send", "paste", "deliver-whole", "deliver-pieces", "figure-say", "invite", "remove",
    "recover", "agree", "mapping-say", "desk-say", "desk-retry",
}  # fmt: skip
POST_ONLY |= {"border-again"}
POST_ONLY |= {"note-work", "outage"}
POST_ONLY |= {"border-again", "help-answer", "help-end"}
POST_ONLY |= {"publication-appeared", "publication-withdraw", "publication-change", "review-answer", "seen"}

# page -> the roles that may open it, written down here and nowhere derived
GUARDED: dict[str, set[str]] = {
    "border": {*SURVEILLANCE, "reader"},
    "border-file": {*SURVEILLANCE, "reader"},
    "border-again": {*SURVEILLANCE, "reader"},
    "deliver": SURVEILLANCE,
    "send": SURVEILLANCE,
    "paste": SURVEILLANCE,
    "weekly": SURVEILLANCE,
    "deliver-whole": SURVEILLANCE,
    "deliver-pieces": SURVEILLANCE,
    "deliver-words": SURVEILLANCE,
    "blank-form": SURVEILLANCE,
    "marked-file": SURVEILLANCE,
    "deliveries": {*SURVEILLANCE, "legal"},
    "delivery": {*SURVEILLANCE, "legal"},
    "withdraw": SURVEILLANCE,
    "findings": {*SURVEILLANCE, "laboratory"},
    "office-finding": {*SURVEILLANCE, "laboratory"},
    "words": {"national"},
    "figures": SURVEILLANCE,
    "figure": SURVEILLANCE,
    "figure-say": SURVEILLANCE,
    "mappings": SURVEILLANCE,
    "mapping": SURVEILLANCE,
    "mapping-say": SURVEILLANCE,
    "crosswalk": SURVEILLANCE,
    "counting": SURVEILLANCE,
    "desk": {"staff"},
    "desk-look": {"staff"},
    "desk-say": {"staff"},
    "desk-retry": {"staff"},
    "directory": ALL,
    "confirm-line": ALL,
    "directory-worker": ALL,
    "help": ALL,
    "help-answer": ALL,
    "help-end": ALL,
    "log": ALL,
    "people": {"coordinator"},
    "new-post": {"coordinator"},
    "duty": {"coordinator"},
    "invite": {"coordinator"},
    "remove": {"coordinator"},
    "recover": {"coordinator"},
    "parties": {"staff"},
    "agree": {"staff"},
    "requests": READS,
    "new-request": READS,
    # these are a post's own, or wait for its own word: nobody here has one (test_requests.py opens them)
    "request": set(),
    "asked": set(),
    "release": set(),
    "release-all": set(),
    "release-changes": set(),
    "release-file": set(),
    "note-use": READS,
    "end-release": set(),
    "announce": READS,
    "publication": set(),
    "publication-appeared": READS,
    "publication-withdraw": READS,
    "publication-draft": set(),
    "publication-change": READS,
    "publication-review": set(),
    "review-draft": set(),
    "review-answer": AGREE,
    "tell-owner": set(),
    "informing": set(),
    "evidence": set(),
    "seen": {*SURVEILLANCE, "legal"},
    "abroad": {*SURVEILLANCE, "legal"},
    "between": {*SURVEILLANCE, "legal"},
    "my-region": READS,
    "my-picture": set(),  # nothing was delivered or released here: nobody has a picture
    "note-work": {*SURVEILLANCE, "legal"},
    "sources": {*READS, "legal"},
    "outage": AGREE,
    "log-state": ALL,
    # no such entry; test_proofs.py makes one of each side
    "entry": set(),
    "proof": set(),
    "rules": RULES,
    "may": RULES,
    "agreement": RULES,
    "document": RULES,
    "draft": AGREE,
    "write": AGREE,
    "counter": AGREE,
    "step": AGREE,
    "reviewed": AGREE,
    "emergency": AGREE,
    "try": AGREE,
}
# around the sign-in: nothing of any party
OPEN = {
    "front", "start", "set-up", "join", "health", "account", "change-seat", "usersessions_list", "letters", "metrics", "api-keys",
    "end-api-key", "api-docs", "checkpoint", "log-key",
}  # fmt: skip
PREFIXES_OPEN = ("account_", "mfa_")


def _pages(patterns: list[URLPattern | URLResolver]) -> list[str]:
    names: list[str] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            names += _pages(one.url_patterns) if one.namespace != "api" else []  # asked in the tests of the API
        else:
            names.append(str(one.name))
    return names


@pytest.fixture
def seats() -> dict[tuple[str, str], Seat]:
    """(party, role) -> a seat, for two authorities and the office, each with one delivery and one finding."""
    store = homes.opened()
    found = {}
    for number, code in enumerate(("xp-moh", "xs-moh", "office"), start=1):
        party = Party.objects.create(
            code=code, name=code, kind="office" if code == "office" else "authority", made_at=NOW
        )
        for role in RIGHTS:
            if (role == "staff") != (code == "office"):
                continue
            found[code, role] = _seat(party, role)
        if code == "office":
            continue
        blob = _with_source(homes.opened(), code)
        delivery = Delivery.objects.create(
            code=f"D-00000{number}", source=_source(code), party=code, country="KH", actor=f"{code}/province",
            filename="f.csv", size=1, digest="ab" * 32, blob=blob.name, wrapped_key=blob.wrapped_key, received_at=NOW,
            mode="snapshot", state="committed",
        )  # fmt: skip
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source=_source(code), owner=code, rule="unmapped-term", severity="ask",
            count=1, cases=1, term="word", found_at=NOW,
        )  # fmt: skip
        apart = DiscrepancyRecord.objects.create(
            code=f"X-00000{number}", key=str(number), unit="KH-20@0001-01-01", condition="dengue", measure="cases",
            kind="week", start=NOW.date(), end=NOW.date(), state="apart", found_at=NOW,
        )  # fmt: skip
        DiscrepancySide.objects.create(case=apart, place=0, source="s", owner=code)
        _mapped(store, code, number)
    _agreements()
    return found


def _agreements() -> None:
    """One between the two authorities and one with the office, both offered by nobody in particular."""
    for code, sides in (("weekly", ("xp-moh", "xs-moh")), ("deposit", ("xp-moh", "office"))):
        text = (
            AGREEMENT.replace("agreement: border", f"agreement: {code}").replace("KH-20", "KH").replace("VN-37", "VN")
        )
        for old, new, posts in zip(("kh-20", "vn-37"), sides, (POSTS_KH, POSTS_VN), strict=True):
            listed = [f"{new}/{role}" for role in (["staff"] if new == "office" else sorted(ALL - {"staff"}))]
            text = text.replace(posts, f"posts: [{', '.join(listed)}]").replace(f": {old}\n", f": {new}\n")
            for post in ("surveillance", "director"):
                text = text.replace(f"{old}/{post}", listed[0])
        text = text.replace("vn/preventive-medicine", f"{sides[1]}/{'staff' if sides[1] == 'office' else 'national'}")
        AgreementVersion.objects.create(
            code=code, version=1, kind="exchange", state="offered", text=text.lstrip(), digest=code,
            parties="|" + "|".join(sides) + "|", begins=date(2025, 9, 1), made_at=NOW,
        )  # fmt: skip


SOURCE = """
{{id: {id}, title: Weekly counts, owner: {owner}, country: KH, kind: aggregate, read: {{format: csv}}, form: weekly,
  columns: {{place: {{from: province, level: 1}}, period: {{from: week, as: week}}, condition: disease, value: cases}},
  expects: {{level: 1, every: week, conditions: [dengue]}}}}
"""


def _source(party: str) -> str:
    return f"{party}-weekly" if party != "office" else "xp-moh-weekly"


def _with_source(store: Store, party: str) -> blobs.Blob:
    """A source of the party, and a file of it as it is kept."""
    folder = store.sources / _source(party)
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(SOURCE.format(id=_source(party), owner=party), encoding="utf-8")
    file = folder / "f.csv"
    file.write_text("province,week,disease,cases\nSvay Rieng,2025-W31,dengue,3\n", encoding="utf-8")
    return blobs.keep(file, store.blobs, store.key(receiving.WRAPPING_KEY))


def _mapped(store: Store, party: str, number: int) -> None:
    """A draft of the party that it asked help with."""
    file = store.root / "draft.csv"
    file.write_text("province,week,disease,cases\nSvay Rieng,2025-W31,dengue,3\n", encoding="utf-8")
    wish = drafts.Wish(f"draft-{number}", "Draft", "KH")
    draft = drafts.begin(store, file, wish, party, Act(f"{party}/national", NOW))
    MappingDraft.objects.filter(pk=draft.pk).update(code=f"M-00000{number}", helped_at=NOW)


def _seat(party: Party, role: str) -> Seat:
    post = Post.objects.create(party=party, code=f"{party.code}/{role}", title=role, role=role, made_at=NOW)
    person = Person.objects.named(f"{party.code}.{role}", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    return Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")


def _client(person: Person | None) -> Client:
    client = Client(HTTP_HOST="localhost")
    if person is not None:
        client.force_login(person)
    return client


def _address(name: str, seats: dict[tuple[str, str], Seat], party: str) -> str:
    """The page's address with that party's own codes."""
    number = "1" if party == "xp-moh" else "2"
    own = seats["xp-moh" if party == "office" else party, "province"]
    rule = "deposit" if party == "office" else "weekly"
    return {
        "delivery": f"/deliveries/D-00000{number}/", "withdraw": f"/deliveries/D-00000{number}/withdraw/",
        "office-finding": f"/findings/F-00000{number}/", "duty": f"/people/posts/{own.post_id}/duty/",
        "invite": f"/people/posts/{own.post_id}/invite/", "remove": f"/people/seats/{own.pk}/remove/",
        "recover": f"/people/seats/{own.pk}/recover/", "agree": "/parties/1/agree/", "new-post": "/people/posts/",
        "figure": f"/figures/X-00000{number}/", "figure-say": f"/figures/X-00000{number}/say/",
        "confirm-line": "/directory/mine/", "directory-worker": "/directory/worker.js",
        "help-answer": "/help/H-000001/answer/", "help-end": "/help/H-000001/end/",
        "border-file": "/border/file/", "border-again": "/border/again/",
        "send": "/deliver/send/", "paste": "/deliver/paste/", "deliver-whole": "/deliver/whole/",
        "deliver-pieces": "/deliver/pieces/", "deliver-words": f"/deliver/look/{_source(party)}/",
        "weekly": f"/deliver/weekly/{_source(party)}/", "blank-form": f"/deliver/blank/{_source(party)}/",
        "marked-file": f"/deliveries/D-00000{number}/marked/",
        "my-region": "/region/", "my-picture": "/region/dengue/8/rate/shared/tiles-wide.svg",
        "note-work": "/between/xs-moh/work/", "outage": "/between/outage/", "log-state": "/log/state/", "entry": "/log/999999/", "proof": "/log/999999/proof/",
        "new-request": "/requests/new/", "request": "/requests/Q-000001/", "asked": "/words/Q-000001/",
        "release": "/releases/R-000001/", "release-all": "/releases/R-000001/all.zip",
        "release-file": "/releases/R-000001/files/table.csv", "note-use": "/releases/R-000001/note/",
        "release-changes": "/releases/R-000001/changes/",
        "end-release": "/abroad/R-000001/end/",
        "announce": "/publications/new/", "publication": "/publications/P-000001/",
        "publication-appeared": "/publications/P-000001/appeared/",
        "publication-withdraw": "/publications/P-000001/withdraw/",
        "publication-draft": f"/publications/P-000001/drafts/{party}",
        "publication-change": f"/publications/P-000001/drafts/{party}/change/",
        "publication-review": "/abroad/publications/P-000001/", "review-draft": "/abroad/publications/P-000001/draft",
        "review-answer": "/abroad/publications/P-000001/answer/",
        "tell-owner": "/releases/R-000001/informing/", "informing": "/informing/W-000001/",
        "evidence": "/abroad/informing/W-000001/", "seen": "/abroad/informing/W-000001/seen/",
        "may": "/rules/may/", "draft": "/rules/draft/", "write": "/rules/write/",
        "agreement": f"/rules/{rule}/", "document": f"/rules/{rule}/document/", "counter": f"/rules/{rule}/counter/",
        "step": f"/rules/{rule}/step/", "reviewed": "/rules/reviewed/", "emergency": "/rules/emergency/", "try": f"/rules/{rule}/try/",
        "mappings": "/map/", "mapping": f"/map/M-00000{number}/", "mapping-say": f"/map/M-00000{number}/say/",
        "crosswalk": f"/crosswalks/{_source(party)}/", "counting": f"/crosswalks/{_source(party)}/counting/",
        "desk-look": f"/desk/M-00000{number}/",
        "desk-say": f"/desk/M-00000{number}/say/", "desk-retry": "/desk/jobs/1/",
    }.get(name, f"/{name}/")  # fmt: skip


def _masked(answer: object) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())


def test_every_page_stands_in_the_table():
    names = set(_pages(get_resolver().url_patterns))
    unknown = {name for name in names - set(GUARDED) - OPEN if not name.startswith(PREFIXES_OPEN)}
    assert not unknown, "say who may open these pages"
    assert set(GUARDED) <= names


def test_every_page_by_every_role(seats):
    wrong = []
    for (party, role), seat in seats.items():
        client = _client(seat.person)
        for name, roles in GUARDED.items():
            expected = 404 if role not in roles else 405 if name in POST_ONLY else 200
            status = client.get(_address(name, seats, party)).status_code
            if status != expected:
                wrong.append((party, role, name, status, expected))
    assert not wrong


def test_a_stranger_is_asked_to_sign_in_whatever_is_there(seats):
    client = _client(None)
    for name in GUARDED:
        address = _address(name, seats, "xp-moh")
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/account/sign-in/?next={address}"), name
        assert client.post(address).status_code == 302, name


def test_a_stranger_gets_the_published_checkpoint_and_the_key_that_signs_it(seats):
    with transaction.atomic():
        entries.append("party:agreed", {"party": "xp-moh"}, ["xp-moh"])
    signed, key = (_client(None).get(f"/log/{name}.txt").content for name in ("checkpoint", "key"))
    assert note.verify(signed, key.decode().split()).verified
    assert signed.decode().splitlines()[1] == str(Entry.objects.count())
    with transaction.atomic():
        entries.append("party:agreed", {"party": "xp-moh"}, ["xp-moh"])
    assert _client(None).get("/log/checkpoint.txt").content == signed, "not before its time"


def test_somebody_without_a_post_sees_nothing(seats):
    person = Person.objects.named("unseated", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    client = _client(person)
    for name in GUARDED:
        assert client.get(_address(name, seats, "xp-moh")).status_code == 404, name


def test_without_a_second_factor_every_page_leads_to_setting_one_up(seats):
    seat = seats["xp-moh", "province"]
    Authenticator.objects.filter(user=seat.person).delete()
    client = _client(seat.person)
    for name in GUARDED:
        answer = client.get(_address(name, seats, "xp-moh"))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/second/totp/activate/"), name


CHANCE = re.compile(r"\d\d:\d\d UTC|[\w-]{20,}")  # the minute, and what is drawn anew for each page
GROWING = {"log", "log-state"}  # asking is entered in the log
WIDEST = ("national", "legal", "coordinator", "staff")  # together they may open every page there is


def _put_behind_the_gate() -> None:
    """Deliveries of xs-moh that no gate passed: one read and denied later, with its finding, and one that waits."""
    for number, (gate, state) in enumerate((("refused", "committed"), ("waiting", "kept")), start=8):
        delivery = Delivery.objects.create(
            code=f"D-00000{number}", source=_source("xs-moh"), party="xs-moh", country="KH", actor="xs-moh/province",
            filename="closed.csv", size=1, digest="cd" * 32, blob="b", received_at=NOW, mode="snapshot", state=state,
            gate=gate, gate_reason="waits", balance={"rows_in": 7, "observed": 7},
        )  # fmt: skip
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source=_source("xs-moh"), owner="xs-moh", rule="unmapped-term",
            severity="ask", count=7, cases=7, term="closed", found_at=NOW,
        )  # fmt: skip


def _everything(seats: dict[tuple[str, str], Seat]) -> dict[tuple[str, ...], tuple[int, str]]:
    """(who, page, method, address) -> the answer, of each page with the own codes and with those behind the gate."""
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    asking = [(r, f"{p}/{r}", seat.person, p) for (p, r), seat in seats.items() if p != "xs-moh" and r in WIDEST]
    for role, who, person, party in [*asking, ("", "stranger", None, "xp-moh")]:
        client = _client(person)
        # who may not open a page is refused before anything is looked up; test_every_page_by_every_role holds that
        mine = [name for name in set(GUARDED) - GROWING if role in GUARDED[name] or not role or not GUARDED[name]]
        for name in sorted({*mine, "front", "health"}):
            own = "/" if name == "front" else _address(name, seats, party)
            closed = [re.sub(r"([DF])-00000\d", rf"\1-00000{number}", own) for number in (8, 9)]
            for address in dict.fromkeys([own, *closed]):
                answer = client.get(address)
                found[who, name, "get", address] = (answer.status_code, _plain(answer))
                if address != own:
                    answer = client.post(address)
                    found[who, name, "post", address] = (answer.status_code, _plain(answer))
    return found


def test_what_no_gate_passed_changes_no_page_for_anybody_else(seats):
    before = _everything(seats)
    _put_behind_the_gate()
    after = _everything(seats)
    assert [key for key in before if before[key] != after[key]] == []
    assert {"D-000008", "closed.csv"} <= set(re.findall(r"D-000008|closed\.csv", _own_list(seats)))


def _plain(answer: object) -> str:
    """The words of an answer; of a file that is no text its kind alone, since it bears the time it was written."""
    kind = answer.headers.get("Content-Type", "")
    return CHANCE.sub("", _masked(answer)) if kind.startswith("text/html") else kind


def _own_list(seats: dict[tuple[str, str], Seat]) -> str:
    """The sender itself sees what it delivered, wherever it stands."""
    client = _client(seats["xs-moh", "province"].person)
    return client.get("/deliveries/").content.decode() + client.get("/deliveries/D-000008/").content.decode()


def test_another_partys_codes_are_answered_as_unknown_ones(seats):
    theirs = [
        "delivery",
        "marked-file",
        "withdraw",
        "office-finding",
        "figure",
        "figure-say",
        "mapping",
        "mapping-say",
        "crosswalk",
        "counting",
        "duty",
        "invite",
        "remove",
        "recover",
    ]
    for (party, role), seat in seats.items():
        if party != "xp-moh":
            continue
        client = _client(seat.person)
        for name in theirs:
            address = _address(name, seats, "xs-moh")
            unknown = re.sub(
                r"[DFXM]-\d+|(?<=/)\d+(?=/)", lambda m: m[0][:2] + "999" if "-" in m[0] else "999", address
            )
            for ask in (client.get, client.post):
                there, nowhere = ask(address), ask(unknown)
                assert there.status_code == nowhere.status_code, (role, name)
                assert there.status_code in (404, 405), (role, name)
                assert _masked(there) == _masked(nowhere), (role, name)
    assert Seat.objects.filter(until=None).count() == len(seats)


def test_every_answer_forbids_what_is_not_ours(seats):
    client = _client(seats["xp-moh", "province"].person)
    for name in ("border", "deliver", "delivery"):
        answer = client.get(_address(name, seats, "xp-moh"))
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", answer.content.decode())
