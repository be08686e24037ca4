"""The gate over the database: which systems may ask, what they made, and what it has to lose again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput, NotAllowed
from antiphon.ledger.models import Entry
from tests.db.gates import SIMILAR, TRAINER, Receive, rule
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {one.name: one for one in (SIMILAR, TRAINER)})
    consent.sync_declared()


def test_a_system_that_is_not_registered_gets_no_permit(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    for purpose, system in (("organize", "test/unheard-of"), ("recommend", "test/similar")):
        with pytest.raises(consent.Refused) as refused:
            consent.ask([song.pk], purpose, system)
        assert refused.value.reasons == {"unknown.actor": 1}


def test_what_is_added_later_waits_thirty_days(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    new = consent.System("test/tags", "organize", "Ada and Mo", "sound", "1")
    with pytest.raises(BadInput):
        consent.register(new, approved_by=("Ada", "ada"))
    consent.register(new, approved_by=("Ada", "Mo"))
    with pytest.raises(consent.Refused):
        consent.ask([song.pk], "organize", "test/tags")
    later(timedelta(days=30, seconds=1))
    assert consent.ask([song.pk], "organize", "test/tags").covers(song.pk)


def test_the_public_log_does_not_name_who_approved_a_system(people: People) -> None:
    new = consent.System("test/tags", "organize", "a collective", "sound", "1")
    row = consent.register(new, approved_by=("Ada Quill", "Mo Lund"))
    assert row.entry is not None
    assert row.approved_by == ["Ada Quill", "Mo Lund"]
    entry = Entry.objects.get(pk=row.entry)
    assert b"test/tags" in bytes(entry.entry)
    for name in (b"Ada Quill", b"Mo Lund"):
        assert name not in bytes(entry.entry)
        assert name in bytes(entry.private or b"")


def test_withdrawing_and_deleting_recall_what_was_made(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk, other.pk], "organize", "test/similar")
    index = consent.keep_artefact("test-index", permit)
    lost: list[tuple[str, list[int]]] = []

    def rebuild(uid: str, rows: Iterable[int]) -> str:
        lost.append((uid, list(rows)))
        return "rebuilt"

    consent.use_remedy("test-index", rebuild)
    catalogue.withdraw_tracks(people.ada, [song.track_id])
    assert rule(song, "organize") == "withdrawn"
    assert rule(song, "identify") == "withdrawn"
    (row,) = consent.recalls_with([song.pk])
    consent.carry_out(row.pk)
    consent.carry_out(row.pk)
    assert lost == [(index, [song.pk])]
    assert consent.recalls_with([song.pk])[0].remedy == "rebuilt"
    catalogue.delete_tracks(people.ada, [other.track_id])
    assert rule(other, "organize") == "unknown.terms"
    assert len(consent.recalls_with([other.pk])) == 1


def test_a_recall_whose_job_was_given_up_is_queued_again(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    consent.keep_artefact("test-index", consent.ask([song.pk], "organize", "test/similar"))
    consent.answer(people.ada, {"organize": "no"})
    (row,) = consent.recalls_with([song.pk])
    given_up = jobs.Job.objects.get(name="consent.carry_out_recall")
    jobs.Job.objects.filter(pk=given_up.pk).update(state=jobs.Job.State.DEAD)
    assert consent.resume_recalls() == 1
    assert consent.resume_recalls() == 1
    again = jobs.Job.objects.get(name="consent.carry_out_recall", state=jobs.Job.State.QUEUED)
    assert again.args == {"recall_id": row.pk}
    consent.use_remedy("test-index", lambda uid, rows: "rebuilt")
    consent.carry_out(row.pk)
    assert consent.resume_recalls() == 0


def test_breaking_the_glass_is_told_to_every_operator(people: People, bring: Receive) -> None:
    from antiphon.accounts import service as accounts
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    accounts.grant_role(people.mo, "operator")
    accounts.grant_role(people.ben, "operator")
    with pytest.raises(NotAllowed):
        consent.break_glass(people.cleo, "I would like to hear it, please.", [song.pk])
    with pytest.raises(BadInput):
        consent.break_glass(people.mo, "because", [song.pk])
    consent.break_glass(people.mo, "A court order asks for this very recording.", [song.pk])
    assert {letter.to for letter in Letter.objects.all()} == {"mo@example.org", "ben@example.org"}
    assert consent.is_broken(people.mo, song.pk)
    assert not consent.is_broken(people.ben, song.pk)


def test_an_artefact_of_a_permit_that_has_shrunk_is_not_kept(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk, other.pk], "organize", "test/similar")
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    with pytest.raises(consent.Refused):
        consent.keep_artefact("test-index", permit)
    assert consent.keep_artefact("test-index", consent.recheck(permit))
