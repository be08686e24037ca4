"""The tus protocol as decisions: every request is either understood or refused in words, never an exception."""

import uuid
from base64 import b64encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from antiphon.site.door import tus_core as tus

V = {"tus-resumable": "1.0.0"}
BODY = {"content-type": tus.BODY_TYPE}
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def encoded(**said: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())


def refusal(step: object) -> tuple[int, str]:
    assert isinstance(step, tus.Refusal)
    assert step.words.endswith(".")
    return step.status, step.code


def test_what_the_server_can_do_is_told_without_a_version() -> None:
    assert tus.read("OPTIONS", {}, at_upload=False) == tus.Options()


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0", "2.0.0"])
def test_another_version_is_refused(version: str) -> None:
    for method, at_upload in (("POST", False), ("PATCH", True), ("HEAD", True), ("DELETE", True)):
        assert refusal(tus.read(method, {"tus-resumable": version}, at_upload=at_upload)) == (412, "wrong-version")


@pytest.mark.parametrize(("method", "at_upload"), [("GET", False), ("PATCH", False), ("POST", True), ("PUT", True)])
def test_other_verbs_are_refused(method: str, at_upload: bool) -> None:
    assert refusal(tus.read(method, V, at_upload=at_upload)) == (405, "wrong-method")


def test_a_file_is_announced() -> None:
    batch = uuid.uuid4()
    said = encoded(
        filename="Größe 1.wav", folder="Album/CD 1", batch=str(batch), profile="3", replaces="4", attested="yes"
    )
    step = tus.read("POST", V | {"upload-length": "10", "upload-metadata": said}, at_upload=False)
    assert step == tus.Create(10, tus.Described("Größe 1.wav", "Album/CD 1", batch, 3, 4, True), body=False)


def test_first_bytes_may_come_with_the_announcement() -> None:
    step = tus.read("POST", V | BODY | {"upload-length": "10", "content-length": "4"}, at_upload=False)
    assert step == tus.Create(10, tus.Described(), body=True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"upload-defer-length": "1"}, 400),
        ({"upload-length": "-1"}, 400),
        ({"upload-length": "1e3"}, 400),
        ({"upload-length": "٣"}, 400),
        ({"upload-length": "9" * 30}, 400),
        ({"upload-length": "3", "content-length": "4", "content-type": "audio/wav"}, 415),
        ({"upload-length": "3", "content-length": "4", "content-type": tus.BODY_TYPE}, 413),
        ({"upload-length": "3", "upload-metadata": "filename not!base64"}, 400),
        ({"upload-length": "3", "upload-metadata": "filename /w=="}, 400),
        ({"upload-length": "3", "upload-metadata": "a YQ==,a YQ=="}, 400),
        ({"upload-length": "3", "upload-metadata": "a YQ==,,b YQ=="}, 400),
        ({"upload-length": "3", "upload-metadata": "ä YQ=="}, 400),
        ({"upload-length": "3", "upload-metadata": "a " + "YWFh" * 3000}, 400),
        ({"upload-length": "3", "upload-metadata": encoded(profile="mine")}, 400),
        ({"upload-length": "3", "upload-metadata": encoded(batch="1")}, 400),
    ],
)
def test_a_bad_announcement_is_refused(headers: dict[str, str], status: int) -> None:
    assert refusal(tus.read("POST", V | headers, at_upload=False))[0] == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"upload-offset": "0"}, 415),
        (BODY, 400),
        (BODY | {"upload-offset": "x"}, 400),
        (BODY | {"upload-offset": "0", "content-length": "x"}, 400),
    ],
)
def test_bad_bytes_are_refused(headers: dict[str, str], status: int) -> None:
    assert refusal(tus.read("PATCH", V | headers, at_upload=True))[0] == status


def test_the_verb_may_be_overridden_as_old_clients_do() -> None:
    headers = V | BODY | {"upload-offset": "7", "x-http-method-override": "patch"}
    assert tus.read("POST", headers, at_upload=True) == tus.Append(7, None)


@given(words, words)
def test_names_come_through_in_any_script(filename: str, folder: str) -> None:
    got = tus.read_metadata(encoded(filename=filename, folder=folder))
    assert got == tus.Described(filename=filename, folder=folder)


@given(st.text(max_size=200))
def test_any_metadata_is_read_or_refused(header: str) -> None:
    assert isinstance(tus.read_metadata(header), tus.Described | tus.Refusal)


@given(
    st.sampled_from(["OPTIONS", "POST", "HEAD", "PATCH", "DELETE", "GET", "…"]),
    st.booleans(),
    st.dictionaries(
        st.sampled_from(
            [
                "upload-length",
                "upload-offset",
                "upload-metadata",
                "content-length",
                "content-type",
                "upload-defer-length",
            ]
        ),
        st.one_of(st.text(max_size=30), st.integers().map(str), st.just(tus.BODY_TYPE)),
    ),
)
def test_any_request_is_understood_or_refused(method: str, at_upload: bool, headers: dict[str, str]) -> None:
    step = tus.read(method, V | headers, at_upload=at_upload)
    assert isinstance(step, tus.Options | tus.Create | tus.Append | tus.Look | tus.Cancel | tus.Refusal)


numbers = st.integers(0, 10**6)


@given(numbers, numbers, numbers, st.none() | numbers)
def test_bytes_count_only_where_the_file_goes_on(length: int, stored: int, offset: int, announced: int | None) -> None:
    assume(stored <= length)
    got = tus.decide_append(tus.Append(offset, announced), length=length, stored=stored)
    if offset != stored:
        assert refusal(got) == (409, "wrong-offset")
    elif announced is not None and stored + announced > length:
        assert refusal(got) == (413, "too-large")
    else:
        assert got == length - stored


@given(st.uuids())
def test_an_upload_has_one_address(upload: uuid.UUID) -> None:
    assert tus.upload_id(f"/uploads/{upload.hex}") == upload
    assert tus.upload_id(f"/uploads/{upload}") == upload


@pytest.mark.parametrize("path", ["/uploads/", "/uploads", "/uploads/x", "/uploads/../keys", "/uploads/" + "a" * 33])
def test_other_addresses_name_no_upload(path: str) -> None:
    assert tus.upload_id(path) is None
