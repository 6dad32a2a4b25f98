"""The office from a notebook: figures as a Polars or pandas frame with their caveats, and deliveries that resume.

    office = Client("https://office.example", key)
    weeks = office.observations(condition="dengue", as_of="2025-08-01")
    facts_of(weeks)["sources"]
    office.publications.announce("Cholera on the border", "Bulletin 33", "2026-09-01", ["R-654-274"], "bulletin.pdf")

A broken link is tried again, after the time the office asks for; an upload goes on from the byte that arrived.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

import polars as pl
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

PIECE = 2**20  # bytes sent at a time
TRIES = 8
WAIT_SECONDS = 60
FIRST_PROBLEM, CONFLICT = 400, 409
FACTS = "sampan"  # key of the metadata in the Parquet file, and of `DataFrame.attrs`
Form = Literal["polars", "pandas"]
Drafts = Path | str | Mapping[str, Path | str]  # one file, or one for each owner by its party code


class Problem(Exception):
    """What the office answered instead: `status`, and the problem in its parts (what, where, kept, do)."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status, self.said = status, said
        super().__init__(said.get("detail") or said.get("title") or f"HTTP {status}")


class Client:
    """One office, asked with the API key of a post."""

    def __init__(self, url: str, key: str, *, language: str = "en", tries: int = TRIES) -> None:
        self.root = url.rstrip("/") + "/api/v1"
        self.tries = tries
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {key}", "Accept-Language": language})
        again = Retry(
            total=tries, backoff_factor=0.5, backoff_max=WAIT_SECONDS, status_forcelist=(429, 502, 503, 504),
            allowed_methods=None, respect_retry_after_header=True, raise_on_status=False,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=again))
        self.publications = Publications(self)
        self.informing = Informing(self)

    def me(self) -> dict[str, Any]:
        """The post behind the key, its rights and the key's scopes."""
        return cast(dict[str, Any], self._json("GET", "/me"))

    def observations(
        self,
        *,
        source: str | Sequence[str] = (),
        condition: str | Sequence[str] = (),
        frame: Form = "polars",
        as_of: datetime | date | str | None = None,
        **filters: Any,
    ) -> Any:
        """Figures that reach the post, one row for each cell, with `layer`, `release` and `caveats` beside each.

        Further filters: place, measure, begin, end, clock ("received", "published"), layer ("own", "released",
        "published"). What goes with the whole (moment, practices, licences) is told by `facts_of`.
        """
        asked = {"source": source, "condition": condition, "as_of": as_of, **filters}
        wanted = {name: _text(value) for name, value in asked.items() if value not in (None, "", (), [])}
        content = self._ask("GET", "/observations.parquet", params=wanted).content
        table = pl.read_parquet(io.BytesIO(content))
        facts = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[FACTS])
        return _as_pandas(table, facts) if frame == "pandas" else _as_polars(table, facts)

    def findings(self, **filters: str) -> list[dict[str, Any]]:
        """What waits for the party's answer, the greatest share of cases first."""
        return list(self.listed("/findings", **filters))

    def deliveries(self, **filters: str) -> list[dict[str, Any]]:
        """The party's deliveries, newest first."""
        return list(self.listed("/deliveries", **filters))

    def releases(self) -> list[dict[str, Any]]:
        """Releases to the post, newest first."""
        return list(self.listed("/releases"))

    def release_file(self, code: str, name: str = "table") -> bytes:
        """A file of a release while it is open; the owners are told that it was opened."""
        return self._ask("GET", f"/releases/{code}/files/{name}").content

    def release_changes(self, code: str) -> list[dict[str, Any]]:
        """Cells of a release that a correction changed, where its clause tells them at once; noted as an opening."""
        return list(self.listed(f"/releases/{code}/changes"))

    def settle(self, finding: str, value: str, reason: str = "") -> dict[str, Any]:
        """Answer a finding: our word for the term, "none", or "accept" with a reason."""
        return self.post(f"/findings/{finding}/settlement", {"value": value, "reason": reason})

    def look(self, source: str, path: Path | str) -> dict[str, Any]:
        """Upload a file and see what would stand and what must not leave; nothing is kept of it."""
        upload = self._uploaded(source, Path(path))
        try:
            return self.post(f"{upload}/look", None)
        finally:
            self._ask("DELETE", upload)

    def deliver(
        self, source: str, path: Path | str, *, published_at: datetime | str | None = None, signature: str | None = None
    ) -> dict[str, Any]:
        """Send a file in pieces, going on where a broken link stopped; the receipt. Sent again it counts once."""
        upload = self._uploaded(source, Path(path))
        said = {"published_at": published_at and _text(published_at), "signature": signature}
        return self.post(f"{upload}/send", said)

    def listed(self, path: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._json("GET", path, params={**filters, "limit": 500, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next"]

    def post(self, path: str, body: Any) -> dict[str, Any]:
        """One act, sent again under the same Idempotency-Key until it is answered."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        return cast(dict[str, Any], self._json("POST", path, json=body, headers=key))

    def send_files(self, path: str, form: dict[str, Any], files: Sequence[Path]) -> dict[str, Any]:
        """One act with files, as a form; sent again under the same Idempotency-Key until it is answered."""
        key = {"Idempotency-Key": secrets.token_hex(16)}
        parts = [("drafts", (file.name, file.read_bytes())) for file in files]
        return cast(dict[str, Any], self._json("POST", path, data=form, files=parts, headers=key))

    def file(self, path: str, **asked: str) -> bytes:
        """The bytes of a file."""
        return self._ask("GET", path, params=asked).content

    def _uploaded(self, source: str, path: Path) -> str:
        """The address of a complete upload of the file."""
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        facts = {"source": source, "filename": path.name, "sha256": digest}
        pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items()]
        headers = {"Upload-Length": str(size), "Upload-Metadata": ",".join(pairs), "Tus-Resumable": "1.0.0"}
        begun = self._ask("POST", "/uploads", headers=headers | {"Idempotency-Key": secrets.token_hex(16)})
        upload = begun.headers["Location"].removeprefix("/api/v1")
        with path.open("rb") as file:
            self._sent_in_pieces(upload, file, size)
        return upload

    def _sent_in_pieces(self, upload: str, file: io.BufferedReader, size: int) -> None:
        """Pieces until every byte is there; after a break the office says how much arrived."""
        at, broken = 0, 0
        while at < size:
            file.seek(at)
            headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            try:
                answer = self._once("PATCH", upload, data=file.read(PIECE), headers=headers)
            except requests.ConnectionError:
                broken += 1
                if broken > self.tries:
                    raise
                answer = self._ask("HEAD", upload)
            if answer.status_code == CONFLICT:
                answer = self._ask("HEAD", upload)
            at = int(_good(answer).headers["Upload-Offset"])

    def _json(self, method: str, path: str, **given: Any) -> Any:
        return self._ask(method, path, **given).json()

    def _ask(self, method: str, path: str, **given: Any) -> requests.Response:
        return _good(self.session.request(method, self.root + path, timeout=(10, 600), **given))

    def _once(self, method: str, path: str, **given: Any) -> requests.Response:
        """Without trying again by itself: a piece sent twice would not begin where the file ends."""
        with requests.Session() as plain:
            plain.headers.update(self.session.headers)
            return plain.request(method, self.root + path, timeout=(10, 120), **given)


class Publications:
    """What is announced to owners before it is published: by the post that will publish, and as an owner reads it."""

    def __init__(self, office: Client) -> None:
        self.office = office

    def announced(self) -> list[dict[str, Any]]:
        """What the post has announced, newest first."""
        return list(self.office.listed("/publications"))

    def announce(
        self, title: str, outlet: str, planned: date | str, releases: Sequence[str], drafts: Drafts
    ) -> dict[str, Any]:
        """Tell the owners of these releases what is to be published: their days begin."""
        form = {"title": title, "outlet": outlet, "planned": _text(planned), "releases": list(releases)}
        return self._given("/publications", form, drafts)

    def change(self, code: str, drafts: Drafts) -> dict[str, Any]:
        """Give owners another draft; the review of each begins anew."""
        return self._given(f"/publications/{code}/drafts", {}, drafts)

    def own_draft(self, code: str, owner: str = "") -> bytes:
        """The draft of an owner as the post gave it."""
        return self.office.file(f"/publications/{code}/draft", owner=owner)

    def appeared(self, code: str, where: str) -> dict[str, Any]:
        """Say where it has appeared, once nothing stands in the way."""
        return self.office.post(f"/publications/{code}/appearance", {"where": where})

    def withdraw(self, code: str) -> dict[str, Any]:
        """It will not be published: the owners are told, the drafts destroyed."""
        return self.office.post(f"/publications/{code}/withdrawal", None)

    def asked_of_us(self) -> list[dict[str, Any]]:
        """What others announce of the party's figures: what waits for its answer first."""
        return list(self.office.listed("/publication-reviews"))

    def draft(self, code: str) -> bytes:
        """The draft that the party is given; the log notes who read it."""
        return self.office.file(f"/publication-reviews/{code}/draft")

    def answer(self, code: str, said: str, words: str = "", *, draft: int | None = None) -> dict[str, Any]:
        """Say "agreed", "commented" or "refused"; all but a yes need words. `draft` is the number that was read."""
        body = {"answer": said, "words": words, "draft": draft}
        return self.office.post(f"/publication-reviews/{code}/answer", body)

    def _given(self, path: str, form: dict[str, Any], drafts: Drafts) -> dict[str, Any]:
        if isinstance(drafts, Mapping):
            return self.office.send_files(path, form | {"owners": list(drafts)}, [Path(one) for one in drafts.values()])
        return self.office.send_files(path, form, [Path(drafts)])


class Informing:
    """Before WHO is informed about an owner's territory: what the post told owners, and what its party was told."""

    def __init__(self, office: Client) -> None:
        self.office = office

    def told(self) -> list[dict[str, Any]]:
        """What the post told owners, newest first."""
        return list(self.office.listed("/informing"))

    def tell(
        self, release: str, words: str, *, learned_at: datetime | str | None = None, owner: str = ""
    ) -> dict[str, Any]:
        """Tell the owner of a release, at once, what WHO will be informed of; `learned_at` with its zone, else now."""
        body = {"release": release, "words": words, "learned_at": _text(learned_at), "owner": owner}
        return self.office.post("/informing", body)

    def done(self, code: str, *, at: datetime | str | None = None, reference: str = "") -> dict[str, Any]:
        """Say that WHO was informed, when (else now) and under which reference; the owner is told."""
        return self.office.post(f"/informing/{code}/done", {"at": _text(at), "reference": reference})

    def of_us(self) -> list[dict[str, Any]]:
        """What WHO is informed of about the party's territory: what it is not yet informed of first."""
        return list(self.office.listed("/informing-of-us"))

    def seen(self, code: str, reply: str = "") -> dict[str, Any]:
        """Say that it has been seen; who told it reads the reply."""
        return self.office.post(f"/informing-of-us/{code}/seen", {"reply": reply})


def facts_of(frame: Any) -> dict[str, Any]:
    """What goes with a frame of figures: the moment, by whose clock, how each source counts, what not to do with it."""
    return cast(dict[str, Any], frame.attrs[FACTS] if hasattr(frame, "attrs") else frame.sampan_facts)


class Figures(pl.DataFrame):
    """A Polars frame that carries what goes with it."""

    sampan_facts: dict[str, Any]


def _as_polars(table: pl.DataFrame, facts: dict[str, Any]) -> Figures:
    frame = Figures(table)
    frame.sampan_facts = facts
    return frame


def _as_pandas(table: pl.DataFrame, facts: dict[str, Any]) -> Any:
    frame = table.to_pandas()
    frame.attrs[FACTS] = facts
    return frame


def _good(answer: requests.Response) -> requests.Response:
    if answer.status_code < FIRST_PROBLEM:
        return answer
    try:
        said = answer.json()
    except ValueError:
        said = {"title": answer.reason}
    raise Problem(answer.status_code, said)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
