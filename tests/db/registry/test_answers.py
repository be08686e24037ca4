"""The registry by sound answers with the label of what it knows, signed, and keeps nothing of the sound."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.consent import service as consent
from antiphon.identification.core import statements
from antiphon.identification.service import registry
from antiphon.identification.service.registry import answering, index
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput, NotFound, NotMusic, TooLarge, TooMany
from antiphon.storage.local import LocalFiles
from tests.db.registry.conftest import Ask
from tests.people import People
from tests.tuned import Tuned, clip, packed
from tests.tunes import faster, wav

pytestmark = pytest.mark.django_db


def said(row: registry.Lookup) -> dict[str, Any]:
    assert row.state == "answered", row.failure
    return registry.read(row.answer)


def test_a_clip_is_known_with_its_label_its_place_and_how_it_was_altered(
    people: People, tuned: Tuned, ask: Ask
) -> None:
    tuned.add(people.cleo, "North", 2)
    track = tuned.add(people.ada, "Slow Harbour", 1)
    answer = said(ask(prints=packed(faster(clip(1, 8.0, 10.0), 1.12)), by=people.ben))
    [match] = answer["matches"]
    assert (answer["said"], answer["words"]) == ("known", "Known here: 1 track.")
    assert match["track"]["title"] == "Slow Harbour"
    assert match["track"]["creator"] == {"name": "Ada Quill", "url": f"{settings.SITE_URL}/ada-quill"}
    assert match["track"]["url"] == settings.SITE_URL + track.get_absolute_url()
    assert match["altered"]["words"].startswith("played 12")
    assert match["certainty"]["word"] == "certain"
    assert abs(match["stretch"]["track_at_ms"] - 8000) < 1500
    assert match["label"]["purposes"] == consent.label_of(track.recording_id or 0).by_purpose
    assert len(match["label"]["purposes"]) == 16
    assert match["label"]["url"] == f"{match['track']['url']}/label"


def test_unknown_sound_is_not_known_here(people: People, tuned: Tuned, ask: Ask) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    answer = said(ask(prints=packed(clip(9))))
    assert (answer["said"], answer["words"], answer["matches"]) == ("unknown", "Not known here.", [])
    assert answer["asked"]["by"] == {"kind": "anyone", "name": ""}


def test_nothing_is_known_where_nothing_was_indexed(ask: Ask) -> None:
    assert said(ask(prints=packed(clip(9))))["said"] == "unknown"


def test_what_was_sent_is_heard_by_a_job_and_deleted(
    people: People, tuned: Tuned, ask: Ask, file_store: LocalFiles
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    row = ask(file=wav(clip(1)), by=people.ben, run=False)
    assert (row.state, len(file_store.keys("registry/"))) == ("waiting", 1)
    jobs.run_due()
    answer = said(registry.lookup(row.uid))
    assert file_store.keys("registry/") == []
    assert answer["audio"] == "deleted"
    assert answer["matches"][0]["track"]["title"] == "Slow Harbour"
    assert answer["asked"]["duration_ms"] == pytest.approx(10_000, abs=50)


def test_a_killed_worker_is_followed_by_one_that_deletes(
    people: People, tuned: Tuned, ask: Ask, file_store: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    row = ask(file=wav(clip(1)), run=False)

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(answering, "_forget_sound", die)
        with pytest.raises(Killed):
            jobs.run_due()
    assert len(file_store.keys("registry/")) == 1
    jobs.Job.objects.filter(name="identification.answer_lookup").update(state="queued", lease_token="")
    jobs.run_due()
    assert said(registry.lookup(row.uid))["said"] == "known"
    assert file_store.keys("registry/") == []


def test_what_is_no_music_is_refused_at_the_edge_or_fails_with_a_reason(ask: Ask, file_store: LocalFiles) -> None:
    with pytest.raises(NotMusic):
        ask(file=b"\x89PNG....")
    with pytest.raises(TooLarge):
        ask(file=bytes(registry.LARGEST_BYTES + 1))
    row = ask(file=wav(clip(1))[:60])
    assert row.state == "failed"
    assert row.failure
    assert file_store.keys("registry/") == []


@pytest.mark.parametrize("bad", [b"", b"APfp", b"nonsense" * 40, packed(clip(1))[:-1], bytes(3 << 20)])
def test_forged_fingerprints_are_refused_at_the_edge(ask: Ask, bad: bytes) -> None:
    with pytest.raises(BadInput):
        ask(prints=bad)
    assert not registry.Lookup.objects.exists()


def test_an_address_of_this_site_is_answered_with_the_label_behind_it(people: People, tuned: Tuned, ask: Ask) -> None:
    track = tuned.add(people.ada, "Slow Harbour", 1)
    for link in (track.get_absolute_url(), f"{settings.SITE_URL}{track.get_absolute_url()}/label"):
        answer = said(ask(link=link))
        assert answer["matches"][0]["certainty"] == {"word": "exact", "chance": 0.0}
        assert answer["matches"][0]["track"]["title"] == "Slow Harbour"
    for link in ("https://elsewhere.example/ada-quill/slow-harbour", "/ada-quill/nothing", "/ada-quill", "http://[x"):
        assert said(ask(link=link))["said"] == "unknown"


def test_a_creator_who_is_not_named_still_says_their_no(people: People, tuned: Tuned, ask: Ask) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    registry.choose(people.ada, named=False)
    row = ask(prints=packed(clip(1)))
    [match] = said(row)["matches"]
    assert (match["named"], match["track"], match["acquire_licence_page"]) == (False, None, None)
    assert match["label"]["purposes"]["train-generative"] == "no"
    assert "track_at_ms" not in match["stretch"]
    for word in ("Harbour", "harbour", "Ada", "ada-quill"):
        assert word not in row.answer
    registry.choose(people.ada, named=True)
    assert said(ask(prints=packed(clip(1))))["matches"][0]["named"]


def test_a_signed_answer_can_be_checked_offline_and_not_be_changed(people: People, tuned: Tuned, ask: Ask) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    row = ask(prints=packed(clip(1)), by=people.ben)
    data = registry.signed_file(row)
    checked = statements.check(data)
    assert checked.ok, checked.reason
    assert "Slow Harbour" in "\n".join(checked.lines)
    assert statements.OWN_KEY in checked.not_shown
    whole = json.loads(data)
    for change in ({"words": "Not known here."}, {"matches": []}, {"uid": "0" * 32}):
        forged = statements.to_bytes(whole["answer"] | change, whole["note"], whole["log"])
        assert not statements.check(forged).ok
    assert not statements.check(data[:-1]).ok
    assert not statements.check(data.replace(b"Slow", b"Fast")).ok


def test_an_answer_costs_so_many_queries(people: People, tuned: Tuned, ask: Ask) -> None:
    tuned.add(people.ada, "Slow Harbour", 1)
    ask(prints=packed(clip(1)))  # makes the key of the log
    for seed, most in ((1, 16), (9, 8)):
        row = ask(prints=packed(clip(seed)), run=False)
        with CaptureQueriesContext(connection) as queries:
            answering.answer_row(registry.Lookup.objects.get(pk=row.pk), index.public())
        assert len(queries) <= most, "\n".join(one["sql"][:200] for one in queries)


def test_who_asks_too_often_is_told_when_to_come_back(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.ANTIPHON, "registry_per_hour_address", 2)
    ask(link="/a/b", run=False)
    ask(link="/a/b", run=False)
    with pytest.raises(TooMany) as caught:
        ask(link="/a/b", run=False)
    assert 0 < caught.value.retry_after_s <= 3600


def test_an_unknown_name_of_a_question_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound):
        registry.lookup("0" * 32)
