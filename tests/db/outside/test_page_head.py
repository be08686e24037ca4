"""The head of a creator's page: its banner, and the tracks they pinned, in their order."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.audio.engines import pictures
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.storage.local import LocalFiles
from tests.db.outside.conftest import Publish, read
from tests.people import People


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera that somebody owns"
    Image.new("RGB", (width, height), (180, 60, 30)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(3000, 2000), (2400, 300), (200, 900), (5, 5)])
def test_a_banner_is_a_strip_with_nothing_else_of_the_file_left(tmp_path: Path, width: int, height: int) -> None:
    names = pictures.make_banner(picture(width, height), tmp_path)
    assert names == ["640.webp", "1280.webp", "1920.webp"]
    for name, most in zip(names, (640, 1280, 1920), strict=True):
        with Image.open(tmp_path / name) as made:
            assert made.format == "WEBP"
            assert made.width == min(most, width, 4 * height)
            assert abs(made.width - 4 * made.height) < 4 or made.height == 1
            assert not made.getexif()
        assert b"camera" not in (tmp_path / name).read_bytes()


def test_a_banner_is_taken_in_cut_and_shown(
    ada: Client, people: People, stranger: Client, file_store: LocalFiles, django_capture_on_commit_callbacks: Any
) -> None:
    sent = io.BytesIO(picture(1600, 900))
    sent.name = "banner.jpg"
    address = f"/account/profiles/{people.ada_quill.pk}/banner"
    assert ada.post(address, {"banner-picture": sent}).status_code == 302
    jobs.run_due()
    key = accounts.Profile.objects.get(pk=people.ada_quill.pk).banner_key
    assert sorted(file_store.keys(f"{key}/")) == [f"{key}/{width}.webp" for width in (1280, 1920, 640)]
    page = read(stranger, "/ada-quill")
    assert f'src="/media/{key}/1280.webp"' in page
    assert 'alt=""' in page
    assert [kept.key for kept in accounts.kept_files()] == [f"{key}/"]
    with django_capture_on_commit_callbacks(execute=True):
        assert ada.post(f"{address}/remove").status_code == 302
    assert "banner-picture" not in read(stranger, "/ada-quill")
    assert list(file_store.keys(f"{key}/")) == []


def test_what_is_no_picture_is_refused_as_a_banner(ada: Client, people: People) -> None:
    sent = io.BytesIO(b"%PDF-1.7 not a picture")
    sent.name = "banner.jpg"
    reply = ada.post(f"/account/profiles/{people.ada_quill.pk}/banner", {"banner-picture": sent})
    assert reply.status_code == 422
    assert "not a picture we can read" in reply.content.decode()


def test_nobody_sets_the_banner_of_somebody_else(client: Client, people: People) -> None:
    client.force_login(people.ben)
    for end in ("banner", "banner/remove", "pins", "feeds"):
        assert client.post(f"/account/profiles/{people.ada_quill.pk}/{end}").status_code == 404


def test_pinned_tracks_stand_first_in_their_order(stranger: Client, people: People, publish: Publish) -> None:
    tracks = [publish(f"{name}.wav") for name in ("One", "Two", "Three")]
    catalogue.pin_tracks(people.ada, people.ada_quill.pk, [tracks[2].pk, tracks[0].pk])
    page = read(stranger, "/ada-quill")
    pinned = page.partition('id="pinned"')[2].partition("</ol>")[0]
    assert pinned.index("Three") < pinned.index("One")
    assert "Two" not in pinned


def test_only_what_can_be_heard_shows(stranger: Client, people: People, publish: Publish) -> None:
    track, draft = publish(), publish("Undertow.wav", sharing="private")
    catalogue.pin_tracks(people.ada, people.ada_quill.pk, [draft.pk, track.pk])
    assert [one.pk for one in catalogue.pinned_on(people.ada_quill, None)] == [track.pk]
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert catalogue.pinned_on(people.ada_quill, None) == []
    assert 'id="pinned"' not in read(stranger, "/ada-quill")


def test_five_can_be_pinned_and_only_ones_own(people: People, publish: Publish) -> None:
    tracks = [publish(f"{number}.wav").pk for number in range(6)]
    with pytest.raises(BadInput, match="At most 5"):
        catalogue.pin_tracks(people.ada, people.ada_quill.pk, tracks)
    with pytest.raises(NotFound):
        catalogue.pin_tracks(people.cleo, people.cleo_park.pk, tracks[:1])
    with pytest.raises(NotFound):
        catalogue.pin_tracks(people.cleo, people.ada_quill.pk, tracks[:1])


def test_pins_are_arranged_in_the_settings(ada: Client, people: People, publish: Publish) -> None:
    one, two, three = (publish(f"{name}.wav").pk for name in ("One", "Two", "Three"))
    address = f"/account/profiles/{people.ada_quill.pk}/pins"

    def press(**words: object) -> list[int]:
        assert ada.post(address, words).status_code in (204, 302)
        return [track.pk for track in catalogue.pins_of(people.ada, people.ada_quill.pk)]

    assert press(add=one) == [one]
    assert press(add=two) == [one, two]
    assert press(move=f"up:{two}") == [two, one]
    assert press(add=three) == [two, one, three]
    assert press(do="order", order=[three, two, one]) == [three, two, one]
    assert press(move=f"out:{two}") == [three, one]
    page = read(ada, f"/account/profiles/{people.ada_quill.pk}")
    assert "Move Three down" in page
    assert f'<option value="{two}">Two</option>' in page


def test_pins_cost_one_question(
    stranger: Client, people: People, publish: Publish, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tracks = [publish(f"{number}.wav").pk for number in range(5)]
    catalogue.pin_tracks(people.ada, people.ada_quill.pk, tracks)
    with django_assert_num_queries(1):
        assert len(catalogue.pinned_on(people.ada_quill, None)) == 5


def test_feeds_carry_sound_only_after_a_yes(ada: Client, people: People) -> None:
    address = f"/account/profiles/{people.ada_quill.pk}/feeds"
    for sent, said in (({"feeds_sound": "on"}, True), ({}, False)):
        ada.post(address, sent)
        assert accounts.Profile.objects.get(pk=people.ada_quill.pk).feeds_sound is said


def test_leaving_takes_the_banner_along(
    people: People, file_store: LocalFiles, tmp_path: Path, later: Callable[..., object],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    raw = tmp_path / "raw.jpg"
    raw.write_bytes(picture(800, 200))
    audio.accept_picture(raw, kind="banner", subject_id=people.cleo_park.pk)
    jobs.run_due()
    key = accounts.Profile.objects.get(pk=people.cleo_park.pk).banner_key
    assert list(file_store.keys(f"{key}/"))
    accounts.ask_deletion(people.cleo)
    later(timedelta(days=15))
    with django_capture_on_commit_callbacks(execute=True):
        assert accounts.end_due() == 1
    assert list(file_store.keys(f"{key}/")) == []
