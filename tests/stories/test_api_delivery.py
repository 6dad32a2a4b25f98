"""A program delivers in broken pieces through a served office, resumes, sends, and reads its figures back."""

from __future__ import annotations

import base64
import socket
import threading
import time
from pathlib import Path

import pytest
import requests
from tests.stories import border
from tests.stories.office import served
from tests.stories.seating import key_of

from sampan.client import Client, Problem, facts_of

pytestmark = pytest.mark.usefixtures("records")

ROWS = 60_000


@pytest.fixture
def laid(home: Path) -> Path:
    """A home with the two sources of the border."""
    home.mkdir(mode=0o700)
    border.lay(home)
    return home


def _file(folder: Path, name: str = "week.csv") -> Path:
    """Week 31, long enough to be cut: a comment column makes each row long."""
    lines = [
        f"Svay Rieng,2026-W31,{disease},{cases}" for disease, cases in (("acute watery diarrhoea", 14), ("cholera", 0))
    ]
    path = folder / name
    path.write_text("\n".join(["province,week,disease,cases", *lines]) + "\n", encoding="utf-8")
    return path


class Cutting:
    """A way to the office that breaks off: each connection ends after some bytes, the first `times` of them."""

    def __init__(self, to: int, *, after: int, times: int) -> None:
        self.to, self.after, self.left, self.cuts = to, after, times, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                here, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        with here, socket.create_connection(("127.0.0.1", self.to)) as there:
            threading.Thread(target=_pump, args=(there, here), daemon=True).start()
            sent = 0
            try:
                while data := here.recv(4096):
                    there.sendall(data)
                    sent += len(data)
                    if sent > self.after and self.left > 0:
                        self.left, self.cuts = self.left - 1, self.cuts + 1
                        here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                        return
            except OSError:
                return


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            sink.sendall(data)
    except OSError:
        pass


def test_a_delivery_in_broken_pieces_is_whole_and_counts_once(laid: Path, tmp_path: Path):
    key = key_of(laid, "kh-20", place="KH-20")
    path = tmp_path / "week.csv"
    path.write_text(_file(tmp_path, "small.csv").read_text() + "\n" * 3_000_000, encoding="utf-8")
    with served(laid) as office:
        port = int(office.address.rpartition(":")[2])
        cutting = Cutting(port, after=400_000, times=3)
        client = Client(f"http://127.0.0.1:{cutting.port}", key)
        assert client.me()["post"] == "kh-20/province"
        receipt = client.deliver("border-kh", path)
        assert cutting.cuts == 3, "the link did break"
        assert (receipt["state"], receipt["balance"]["rows_in"]) == ("committed", 2)
        straight = Client(office.address, key)
        again = straight.deliver("border-kh", path)
        assert again["repeats"] == receipt["delivery"]
        figures = straight.observations(condition="cholera")
        assert figures.select("unit", "value", "status", "layer").rows() == [("KH-20@0001-01-01", 0, "zero", "own")]
        assert figures["caveats"].to_list()[0][:1] == ["invented"]
        assert facts_of(figures)["sources"]["border-kh"]["owner"] == "kh-20"
        frame = straight.observations(frame="pandas")
        assert sorted(frame["value"]) == [0, 14] and frame.attrs["sampan"]["clock"] == "received"
        assert [one["delivery"] for one in straight.deliveries()] == [again["delivery"], receipt["delivery"]]
        other = Client(office.address, key_of(laid, "vn-37", place="VN-37"))
        assert other.observations().height == 0 and other.deliveries() == []
        with pytest.raises(Problem) as refused:
            other._json("GET", f"/deliveries/{receipt['delivery']}")
        assert refused.value.status == 404


def test_half_a_piece_is_kept_and_the_office_says_where_to_go_on(laid: Path, tmp_path: Path):
    key = key_of(laid, "kh-20", place="KH-20")
    content = _file(tmp_path).read_bytes() + b"\n" * 2_500_000
    asks = {"Authorization": f"Bearer {key}"}
    with served(laid) as office:
        said = ",".join(
            f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in (("source", "border-kh"), ("filename", "w.csv"))
        )
        begun = requests.post(
            f"{office.address}/api/v1/uploads", timeout=60,
            headers={**asks, "Upload-Length": str(len(content)), "Upload-Metadata": said},
        )  # fmt: skip
        assert begun.status_code == 201, begun.text
        upload = begun.headers["Location"]
        _send_some(office.address, upload, key, content, stop=1_500_000)
        arrived = _settled(office.address + upload, asks)
        assert 0 < arrived < len(content)
        piece = {**asks, "Content-Type": "application/offset+octet-stream"}
        wrong = requests.patch(office.address + upload, b"x", headers={**piece, "Upload-Offset": "0"}, timeout=60)
        assert wrong.status_code == 409
        rest = requests.patch(
            office.address + upload, content[arrived:], headers={**piece, "Upload-Offset": str(arrived)}, timeout=60
        )
        assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, str(len(content)))
        looked = requests.post(f"{office.address}{upload}/look", headers=asks, timeout=120).json()
        assert looked["may_leave"] and looked["receipt"]["balance"]["rows_in"] == 2
        assert Client(office.address, key).deliveries() == [], "nothing commits before it is sent"
        sent = requests.post(f"{office.address}{upload}/send", json={}, headers=asks, timeout=120)
        again = requests.post(f"{office.address}{upload}/send", json={}, headers=asks, timeout=120)
        assert (sent.status_code, again.status_code) == (201, 201)
        assert sent.json()["delivery"] == again.json()["delivery"]
        assert len(Client(office.address, key).deliveries()) == 1


def _send_some(address: str, upload: str, key: str, content: bytes, *, stop: int) -> None:
    """A PATCH that announces the whole file and breaks off."""
    host, _, port = address.removeprefix("http://").partition(":")
    head = (
        f"PATCH {upload} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {key}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as link:
        link.sendall(head.encode() + content[:stop])
        time.sleep(1)  # what was sent has to reach the office before the link breaks


def _settled(address: str, asks: dict[str, str]) -> int:
    """How many bytes are there once the broken request has ended."""
    before, arrived = -1, 0
    for _ in range(50):
        arrived = int(requests.head(address, headers=asks, timeout=60).headers["Upload-Offset"])
        if arrived == before and arrived:
            break
        before = arrived
        time.sleep(0.5)
    return arrived
