"""Pages through the front door: a slow client never holds a thread, and nobody can pretend to be somebody else."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from antiphon.guard.core.ahead import Ahead, Lead
from antiphon.guard.core.pace import Limits, Pace
from antiphon.guard.core.visitors import Shown
from antiphon.guard.service import taking
from antiphon.site.config import BadSetting
from antiphon.site.door import bodies, pages
from antiphon.site.door.front import MOST_FORM_BYTES, FrontDoor
from antiphon.site.door.proxies import Proxies
from antiphon.site.door.static import Static
from antiphon.site.wsgi import application as django
from tests.db.door import Hang, Leave, Reply, ask, once, scope_of

FORM = {"content-type": "application/x-www-form-urlencoded"}
MAKE = Callable[..., FrontDoor]


@pytest.fixture
def make() -> Iterator[MAKE]:
    doors = []

    def make(app: Any, trusted: tuple[str, ...] = ()) -> FrontDoor:
        door = FrontDoor(app)
        door.proxies = Proxies(trusted)
        doors.append(door)
        return door

    yield make
    for door in doors:
        door.pages.close()
        door.rooms.close()


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", " a=1"), ("Set-Cookie", "b=2")])
    said = [f"{name}={value}" for name, value in sorted(environ.items()) if isinstance(value, str)]
    return ["\n".join(said).encode(), b"\n\n", environ["wsgi.input"].read()]


def seen(reply: Reply) -> dict[str, str]:
    lines = reply.body.partition(b"\n\n")[0].decode().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_a_page_of_django_comes_through(make: MAKE, db: None) -> None:
    reply = once(make(django), "GET", "/no-such-page-anywhere/at/all")
    assert reply.status == 404
    assert reply["content-type"].startswith("text/html")
    assert reply["x-content-type-options"] == "nosniff"


def test_the_request_arrives_as_it_was_sent(make: MAKE) -> None:
    reply = once(
        make(echo), "POST", "/künstler/a?q=a%20b&c=\xff", body=b"x=1", headers=FORM | {"cookie": "a=b", "x-thing": "y"}
    )
    got = seen(reply)
    assert got["PATH_INFO"].encode("latin-1").decode() == "/künstler/a"
    assert got["QUERY_STRING"] == "q=a%20b&c=%FF"
    assert (got["REQUEST_METHOD"], got["CONTENT_LENGTH"], got["HTTP_X_THING"]) == ("POST", "3", "y")
    assert got["CONTENT_TYPE"] == FORM["content-type"]
    assert reply.body.endswith(b"\n\nx=1")


def test_a_chunked_body_arrives_with_its_length(make: MAKE) -> None:
    reply = once(make(echo), "POST", "/", body=[b"ab", b"", b"cd"], headers=FORM)
    assert seen(reply)["CONTENT_LENGTH"] == "4"
    assert "HTTP_TRANSFER_ENCODING" not in seen(reply)


def test_a_method_in_small_letters_is_no_way_around_the_budgets(make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    budgets = taking.Budgets(Pace(Limits(sign_ups=1), visitors=1024, networks=256), Ahead(Lead()))
    monkeypatch.setattr(taking, "_budgets", budgets)
    door, far = make(echo), ("203.0.113.9", "4000")
    assert once(door, "POST", "/account/signup/", client=far).status == 200
    budgets.signed_up(Shown("203.0.113.9"))
    assert [once(door, method, "/account/signup/", client=far).status for method in ("post", "pOsT")] == [429, 429]
    assert seen(once(door, "get", "/about"))["REQUEST_METHOD"] == "GET"


def test_cookies_from_several_headers_are_joined_as_cookies(make: MAKE) -> None:
    headers = [(b"host", b"localhost"), (b"cookie", b"a=1"), (b"cookie", b"b=2")]
    assert seen(once(make(echo), "GET", "/", raw=headers))["HTTP_COOKIE"] == "a=1; b=2"


def test_a_header_cannot_pose_as_another_one(make: MAKE) -> None:
    got = seen(once(make(echo), "GET", "/", headers={"x_forwarded_for": "1.2.3.4", "content_length": "9"}))
    assert "HTTP_X_FORWARDED_FOR" not in got
    assert got["CONTENT_LENGTH"] == "0"


@pytest.mark.parametrize(
    ("trusted", "peer", "said", "client"),
    [
        ((), "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        (("10.0.0.0/8",), "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        (("192.0.2.7",), "192.0.2.7", "203.0.113.9", "203.0.113.9"),
        (("192.0.2.7",), "192.0.2.7", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (("192.0.2.7", "10.0.0.0/8"), "192.0.2.7", "203.0.113.9, 10.1.2.3", "203.0.113.9"),
        (("192.0.2.7", "10.0.0.0/8"), "192.0.2.7", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        (("192.0.2.7",), "192.0.2.7", "nonsense", "192.0.2.7"),
        (("192.0.2.7",), "192.0.2.7", "", "192.0.2.7"),
        (("192.0.2.7",), "192.0.2.7", "203.0.113.9:4711", "203.0.113.9"),
        (("::1",), "::1", "[2001:db8::5]:80", "2001:db8::5"),
        (("127.0.0.1",), "::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_a_trusted_proxy_names_the_client(
    make: MAKE, trusted: tuple[str, ...], peer: str, said: str, client: str
) -> None:
    headers = {
        "x-forwarded-for": said,
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil",
        "x-real-ip": "6.6.6.6",
    }
    got = seen(once(make(echo, trusted), "GET", "/", headers=headers, client=(peer, "1")))
    assert got["REMOTE_ADDR"] == client
    assert got["wsgi.url_scheme"] == ("https" if peer != client or peer in trusted else "http")
    assert not [name for name in got if "FORWARDED" in name or "REAL_IP" in name]


@pytest.mark.parametrize(("peer", "is_believed"), [("192.0.2.7", True), ("192.0.2.8", False)])
def test_a_country_is_believed_only_from_a_trusted_proxy(make: MAKE, peer: str, is_believed: bool) -> None:
    door = make(echo)
    door.proxies = Proxies(["192.0.2.7"], "CF-IPCountry")
    got = seen(once(door, "GET", "/", headers={"cf-ipcountry": "DE", "x-thing": "y"}, client=(peer, "1")))
    assert ("HTTP_CF_IPCOUNTRY" in got) is is_believed
    assert got["HTTP_X_THING"] == "y"


def test_a_proxy_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="such as"):
        Proxies(["nginx"])


def test_replies_keep_every_header(make: MAKE) -> None:
    scope = scope_of("GET", "/", {})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(make(echo)(scope, None, send))  # type: ignore[arg-type]
    assert [value for name, value in sent[0]["headers"] if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_a_slow_form_holds_no_thread_and_is_cut_off(make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "QUIET_S", 0.05)
    reply = once(make(echo), "POST", "/", body=[b"x=", Hang], headers=FORM)
    assert (reply.status, reply.problem["code"]) == (408, "too-slow")


def test_a_form_that_trickles_is_cut_off_too(make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", -1e9)  # its time is over, though something always comes
    reply = once(make(echo), "POST", "/", body=[*[b"x"] * 20, Hang], headers=FORM)
    assert reply.status == 408


def test_pages_answer_while_forms_stall(make: MAKE) -> None:
    door = make(echo)

    async def crowd() -> Reply:
        stalled = [asyncio.ensure_future(ask(door, "POST", "/", body=[b"x=", Hang], headers=FORM)) for _ in range(200)]
        await asyncio.sleep(0)
        reply = await ask(door, "GET", "/")
        for task in stalled:
            task.cancel()
        await asyncio.gather(*stalled, return_exceptions=True)
        return reply

    assert asyncio.run(crowd()).status == 200
    assert door.pages.room._taken == 0


def test_a_body_that_is_too_large_is_refused(make: MAKE) -> None:
    for body, headers in (
        (b"x" * 5_000_000, FORM),
        ([b"x" * 3_000_000, b"x" * 3_000_000], FORM),
        (b"", FORM | {"content-length": "99999999999999"}),
        (b"", {"content-type": "multipart/form-data; boundary=x", "content-length": str(MOST_FORM_BYTES + 1)}),
    ):
        reply = once(make(echo), "POST", "/", body=body, headers=headers)  # type: ignore[arg-type]
        assert (reply.status, reply.problem["code"]) == (413, "too-large")
        assert "MB" in reply.problem["detail"]


def test_a_form_with_a_picture_may_be_larger(make: MAKE) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert once(make(echo), "POST", "/", body=b"x" * 9_000_000, headers=headers).status == 200


def test_bodies_share_a_bounded_room(make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    door = make(echo)
    door.pages.room.most_bytes_each = 1000
    reply = once(door, "POST", "/", body=b"x" * 1001, headers=FORM)
    assert (reply.status, reply["retry-after"]) == (503, "5")
    assert once(door, "POST", "/", body=b"x" * 1000, headers=FORM).status == 200


def test_a_sender_who_leaves_is_forgotten(make: MAKE) -> None:
    assert once(make(echo), "POST", "/", body=[b"x", Leave], headers=FORM).status == 0


def test_a_large_reply_goes_through_a_file(make: MAKE) -> None:
    pieces = [bytes([number]) * 100_000 for number in range(30)]

    def large(environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/zip")])
        return pieces

    assert once(make(large), "GET", "/").body == b"".join(pieces)


def test_a_reply_from_a_file_is_closed(make: MAKE, tmp_path: Path) -> None:
    path = tmp_path / "source.tar"
    path.write_bytes(bytes(300_000))
    file = path.open("rb")

    def download(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [])
        return environ["wsgi.file_wrapper"](file, 4096)

    assert once(make(download), "GET", "/").body == bytes(300_000)
    assert file.closed


def test_a_failure_is_an_answer(make: MAKE, caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: object, start: object) -> list[bytes]:
        raise RuntimeError("broken")

    reply = once(make(broken), "GET", "/x")
    assert (reply.status, reply.problem["code"]) == (500, "error")
    assert "GET /x failed" in caplog.text


def test_too_many_who_wait_are_told_to_come_back(make: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "WAITING", 1)
    going, go_on = threading.Event(), threading.Event()

    def slow(environ: object, start: Any) -> list[bytes]:
        going.set()
        go_on.wait(10)
        start("200 OK", [])
        return [b"done"]

    door = make(slow)

    async def two() -> tuple[Reply, Reply]:
        first = asyncio.ensure_future(ask(door, "GET", "/"))
        await asyncio.to_thread(going.wait, 10)
        second = await ask(door, "GET", "/")
        go_on.set()
        return await first, second

    first, second = asyncio.run(two())
    assert (first.status, first.body, second.status) == (200, b"done", 503)


@pytest.fixture
def collected(tmp_path: Path, make: MAKE) -> FrontDoor:
    door = make(echo)
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "app.0123456789ab.js").write_text("let x = 1;")
    (tmp_path / "bundle" / "app.0123456789ab.js.gz").write_bytes(b"packed")
    (tmp_path / "bundle" / "icon.svg").write_text("<svg/>")
    (tmp_path / ".stamp").write_text("x")
    door.static = Static(tmp_path)
    return door


def test_collected_files_are_sent_by_the_door(collected: FrontDoor) -> None:
    reply = once(collected, "GET", "/static/bundle/app.0123456789ab.js")
    assert (reply.status, reply.body) == (200, b"let x = 1;")
    assert reply["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in reply["cache-control"]
    assert once(collected, "GET", "/static/bundle/icon.svg")["cache-control"] == "public, max-age=3600"


def test_a_compressed_copy_is_sent_to_who_takes_it(collected: FrontDoor) -> None:
    reply = once(collected, "GET", "/static/bundle/app.0123456789ab.js", headers={"accept-encoding": "br, gzip"})
    assert (reply.body, reply["content-encoding"]) == (b"packed", "gzip")
    assert reply["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("name", ["none.js", "../antiphon.sqlite3", ".stamp", "bundle", "bundle/../.stamp", ""])
def test_what_is_not_collected_goes_to_django(collected: FrontDoor, name: str) -> None:
    assert seen(once(collected, "GET", "/static/" + name))["PATH_INFO"] == "/static/" + name
