"""“What the world is told”: for holders alone, with the very lines that a reply carries."""

import html
from datetime import timedelta

import pytest
from django.test import Client

from antiphon.consent import service as consent
from antiphon.kernel import clock
from tests.db.answering import signed_in, text
from tests.db.outside.conftest import Publish
from tests.people import People

pytestmark = pytest.mark.django_db
CHANNELS = ("Content-Usage", "Content-Signal", "TDM-Reservation", "TDM-Policy", "Link")


def test_it_shows_the_lines_that_the_page_of_the_track_carries(people: People, publish: Publish) -> None:
    track = publish()
    consent.answer(people.ada, {"search-index": "yes", "ai-index": "yes", "assist": "ask"})
    page = html.unescape(text(signed_in(people.ada), f"/studio/tracks/{track.pk}/told"))
    headers = Client().get(track.get_absolute_url()).headers
    for name in CHANNELS:
        assert f"{name}: {headers[name]}" in page, name
    assert "X-Robots-Tag: noai, noimageai" in page
    assert '<permits type="usage">search ai-index</permits>' in page
    assert "Told as a no, because one word covers more than it: “Retrieval indexes”." in page
    assert "Not said, because a yes there would allow more than you did." in page
    assert "It has no word for" in page


def test_what_is_flattened_is_named_with_the_vocabularies_that_flatten_it(people: People, publish: Publish) -> None:
    track = publish()
    consent.answer(people.ada, {"train-analysis": "yes", "train-generative": "no"})
    with clock.advanced(timedelta(hours=73)):
        consent.fold_due(clock.now())
        page = html.unescape(text(signed_in(people.ada), f"/studio/tracks/{track.pk}/told"))
    assert "<dt>Models that describe</dt><dd>told as a no in Content-Signal, noai, TDMRep and RSL</dd>" in page
    robots = Client().get("/robots.txt").content.decode()
    for line in (
        "User-agent: GPTBot",
        "Content-Usage: train-ai=n, ai-use=n",
        "Content-Signal: ai-input=no, ai-train=no",
    ):
        assert line in page
        assert f"{line}\n" in robots
    told = Client().get(track.get_absolute_url()).content.decode()
    assert f'"usageInfo": "http://localhost:8000{track.get_absolute_url()}/label"' in page
    assert f'"usageInfo": "http://localhost:8000{track.get_absolute_url()}/label"' in told


def test_a_yes_to_models_is_told_as_ask_and_the_page_says_why(people: People, publish: Publish) -> None:
    track = publish()
    ada = signed_in(people.ada)
    assert "still needs a licence" not in text(ada, f"/studio/tracks/{track.pk}/told")
    consent.answer(people.ada, {"evaluate": "yes", "search-index": "yes"})

    with clock.advanced(timedelta(hours=73)):
        consent.fold_due(clock.now())
        page = text(ada, f"/studio/tracks/{track.pk}/told")
    assert "You said yes to: Tests, benchmarks." in page
    assert "still needs a licence in their own name" in page


def test_only_holders_see_it_and_what_is_not_public_is_said_to_be_a_no(people: People, publish: Publish) -> None:
    track = publish(sharing="private")
    consent.answer(people.ada, {"search-index": "yes"})
    page = text(signed_in(people.ada), f"/studio/tracks/{track.pk}/told")
    assert "everything is told as a no" in page
    assert "search=no, ai-input=no, ai-train=no" in page
    text(signed_in(people.cleo), f"/studio/tracks/{track.pk}/told", 404)
    assert Client().get(f"/studio/tracks/{track.pk}/told").status_code == 302


def test_the_answers_of_a_track_lead_to_it(people: People, publish: Publish) -> None:
    track = publish()
    assert f'href="/studio/tracks/{track.pk}/told"' in text(signed_in(people.ada), f"/studio/tracks/{track.pk}/answers")
