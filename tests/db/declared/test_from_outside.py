"""What is declared of a track is what the gate would say to whoever asks from outside."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import CONSTANT, PURPOSES
from antiphon.declarations import service as declarations
from antiphon.kernel import clock
from tests.db.declared.saying import FOUND, PAGE, get
from tests.db.gates import shared
from tests.db.outside.conftest import Publish
from tests.people import People

ANSWERED = [one.slug for one in PURPOSES if one.slug not in CONSTANT]
pytestmark = pytest.mark.django_db


def told(track: catalogue.Track) -> str:
    return declarations.of_track(track).code


def test_declared_is_what_the_gate_says_to_somebody_from_outside(people: People, publish: Publish) -> None:
    track = publish()
    recording = catalogue.recording_by_id(track.recording_id or 0)
    assert told(track) == "n" * 16
    consent.answer(people.ada, FOUND | {"assist": "ask"})
    assert told(track) == "nnnnyyyyannnnnnn"
    shared(people, recording)  # and Ben has said nothing
    assert told(track) == "n" * 16
    consent.answer(people.ben, FOUND)
    assert told(track) == "nnnnyyyynnnnnnnn"
    consent.dispute(people.ben, recording.pk, True)
    assert told(track) == "n" * 16
    consent.dispute(people.ben, recording.pk, False)
    assert told(track) == "nnnnyyyynnnnnnnn"


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(ANSWERED), st.sampled_from(["yes", "ask", "no"]), min_size=6))
def test_a_yes_is_declared_exactly_where_the_gate_would_say_yes_to_whoever_asks(
    people: People, publish: Publish, answers: dict[str, str]
) -> None:
    with transaction.atomic():
        track = publish()
        consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
        consent.answer(people.ada, answers)
        with clock.advanced(timedelta(hours=73)):
            consent.fold_due(clock.now())
            code, pk = told(track), track.recording_id or 0
            label, _ = consent.label_seen_by(pk, None)
            for purpose, letter in zip(PURPOSES, code, strict=True):
                decision = consent.explain(pk, purpose.slug, actor="northwind")
                assert (letter == "y") == decision.allowed, purpose.slug
                if letter != "n":
                    assert label.by_purpose[purpose.slug] in ("yes", "ask"), purpose.slug
        transaction.set_rollback(True)


def test_a_yes_to_models_waits_and_then_needs_a_licence(
    people: People, publish: Publish, later: Callable[[timedelta], datetime]
) -> None:
    track = publish()
    consent.answer(people.ada, {"train-generative": "yes", "train-analysis": "ask"})
    assert told(track) == "nnnnnnnnnannnnnn"  # ask counts at once, a yes after 72 hours
    consent.fold_due(later(timedelta(hours=73)))
    label, _ = consent.label_seen_by(track.recording_id or 0, None)
    assert label.by_purpose["train-generative"] == "yes"
    assert told(track) == label.outside == "nnnnnnnnnanannnn"
    consent.seal(people.ada, [track.recording_id or 0])
    assert told(track) == "n" * 16


def test_a_withdrawn_track_and_a_labels_music_are_a_no(people: People, publish: Publish) -> None:
    lux = publish("Wave.wav", by=people.lux)
    consent.answer(people.lux, FOUND)
    assert told(lux)[6 - 1 : 7] == "nn"  # an index and an answer machine, whoever says yes
    track = publish()
    consent.answer(people.ada, FOUND)
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert declarations.of_recording(track.recording_id or 0)[0].code == "n" * 16
    assert get(Client(), PAGE, 410).headers["Content-Signal"] == "ai-input=no, ai-train=no"


def test_telling_costs_one_question_at_most(
    stranger: Client, album: catalogue.MusicSet, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = catalogue.set_at("ada-quill", "rooms", None)
    assert isinstance(found, catalogue.FoundSet)
    declarations.of_several(found.tracks)
    with django_assert_num_queries(1):
        declarations.of_several(found.tracks)
    with django_assert_num_queries(1):
        label, _ = consent.label_seen_by(found.tracks[0].recording_id or 0, None)
        declarations.of_label(found.tracks[0], label)
