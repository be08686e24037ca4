"""Every refusal is a problem in JSON, whatever was sent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from antiphon.api.problems import CODES
from antiphon.catalogue import service as catalogue
from antiphon.kernel import errors
from tests.api.conftest import Api
from tests.people import People

pytestmark = pytest.mark.django_db
FIELDS = {"type", "title", "status", "detail", "instance", "code", "hint", "errors"}


def problem(reply: object, status: int) -> dict[str, object]:
    assert reply.status_code == status  # type: ignore[attr-defined]
    assert reply["Content-Type"] == "application/problem+json"  # type: ignore[index]
    said: dict[str, object] = reply.json()  # type: ignore[attr-defined]
    assert set(said) == FIELDS
    assert said["status"] == status
    return said


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/tracks", "/api/v1/nothing", "/api/v1/tracks/1/nothing"])
def test_unknown_addresses(nobody: Api, path: str) -> None:
    assert problem(nobody.get(path), 404)["instance"] == path


def test_a_wrong_verb_names_the_right_ones(nobody: Api) -> None:
    for method in ("DELETE", "PUT", "TRACE", "PROPFIND"):
        reply = nobody.ask(method, "tracks")
        problem(reply, 405)
        assert reply["Allow"] == "GET, HEAD, OPTIONS"
    assert nobody.ask("OPTIONS", "tracks")["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_a_body(nobody: Api, song: catalogue.Track) -> None:
    read, looked = nobody.get(f"tracks/{song.pk}"), nobody.ask("HEAD", f"tracks/{song.pk}")
    assert looked.status_code == 200
    assert looked.content == b""
    assert int(looked["Content-Length"]) == len(read.content)
    assert looked["ETag"] == read["ETag"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"title": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"bpm": ' + b"9" * 5000 + b"}"],
    ids=["cut", "not utf-8", "nan", "twice", "deep", "long number"],
)
def test_bad_json(ada: Api, song: catalogue.Track, body: bytes) -> None:
    problem(ada.patch(f"tracks/{song.pk}", body), 400)


@pytest.mark.parametrize("body", [b"null", b"[]", b'"a"', b"1", b'{"title": "\\ud800"}', b""])
def test_json_of_another_shape(ada: Api, song: catalogue.Track, body: bytes) -> None:
    problem(ada.patch(f"tracks/{song.pk}", body), 422)


def test_a_body_of_another_kind(ada: Api, people: People) -> None:
    reply = ada.client.post(
        "/api/v1/profiles", "username=Ada", content_type="text/plain", headers={"Authorization": f"Bearer {ada.secret}"}
    )
    problem(reply, 415)


def test_a_body_that_is_too_large(ada: Api, song: catalogue.Track) -> None:
    problem(ada.patch(f"tracks/{song.pk}", b'{"description": "' + b"a" * (5 * 1024 * 1024) + b'"}'), 413)


def test_a_picture_that_is_too_large(ada: Api, song: catalogue.Track, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.api.routers.sound.PICTURE_BYTES", 10)
    reply = ada.client.post(
        f"/api/v1/tracks/{song.pk}/artwork",
        {"picture": SimpleUploadedFile("cover.jpg", b"\xff\xd8\xff" + bytes(100))},
        headers={"Authorization": f"Bearer {ada.secret}"},
    )
    problem(reply, 413)


@pytest.mark.parametrize(
    "query",
    ["cursor=abc", "cursor=" + "f" * 32, "limit=0", "limit=101", "limit=1e3", "limit=9" * 50, "cursor=%00", "limit="],
)
def test_bad_cursors_and_limits(nobody: Api, query: str) -> None:
    said = problem(nobody.get(f"tracks?{query}"), 422)
    assert said["errors"]


def test_every_good_looking_cursor_is_good(nobody: Api, song: catalogue.Track) -> None:
    for cursor in ("0" * 32, "7" + "f" * 15 + "7" + "f" * 15, "7" * 32):
        assert nobody.get(f"tracks?cursor={cursor}").status_code == 200


@pytest.mark.parametrize("words", ["%00", "a%00b", "%0a"])
def test_search_takes_no_control_characters(nobody: Api, words: str) -> None:
    problem(nobody.get(f"search?q={words}"), 422)


@pytest.mark.parametrize("words", ["%ff", "%ed%a0%80", "%25", "_", "'", "\\", "%F0%9F%8E%B5"])
def test_search_takes_every_other_word(nobody: Api, words: str) -> None:
    assert nobody.get(f"search?q={words}").status_code == 200


def test_a_fault_of_ours_is_a_problem_too(
    nobody: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_args: object, **_named: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(catalogue, "newest", break_down)
    said = problem(nobody.get("tracks"), 500)
    assert "secret detail" not in str(said)
    assert "secret detail" in caplog.text


def test_a_busy_database_asks_for_patience(nobody: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: object, **_named: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(catalogue, "newest", locked)
    reply = nobody.get("tracks")
    problem(reply, 503)
    assert reply["Retry-After"]


def test_every_error_of_the_kernel_has_its_code_listed() -> None:
    def below(kind: type[errors.AntiphonError]) -> list[type[errors.AntiphonError]]:
        return [kind, *(one for sub in kind.__subclasses__() for one in below(sub))]

    ours = [
        kind for kind in below(errors.AntiphonError) if kind.__module__.startswith(("antiphon.kernel", "antiphon.api"))
    ]
    assert {kind.code for kind in ours} <= set(CODES)
