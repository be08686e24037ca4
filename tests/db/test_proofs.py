"""Proof files from the gate: what a holder is handed, checked with nothing but the file and the keys."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.kernel import clock
from antiphon.kernel.errors import Gone, NotFound
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes
from antiphon.transparency import service as transparency
from antiphon.transparency.core import checking
from tests.db.ledgers import Home
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        yield home


def check(data: bytes, *witnesses: str) -> checking.Verdict:
    return checking.check(
        data,
        log_keys=[notes.verifier_key(ledger.verifier_key())],
        witness_keys=[notes.verifier_key(one) for one in witnesses],
    )


def ask(*recordings: catalogue.Recording) -> str:
    """Ask for `organize`; return the question's uid, whatever the answer."""
    try:
        return consent.ask([one.pk for one in recordings], "organize", SIMILAR.name).uid
    except consent.Refused as refused:
        return refused.uid


def test_an_answer_has_its_receipt_once_it_is_in_the_log(people: People, bring: Receive) -> None:
    bring(people.ada)
    act = consent.answer(people.ada, consent.everything("no"))
    assert transparency.proof_of_act(act.uid) is None
    ledger.publish()
    found = transparency.proof_of_act(act.uid)
    assert found is not None
    name, data = found
    assert name == f"antiphon-answer-{act.at:%Y-%m-%d}-{act.uid[:8]}.json"
    verdict = check(data)
    assert verdict.ok, verdict.reason
    assert "It says no to agent, ai-index" in " ".join(verdict.lines)
    assert "It holds for everything in which this party has rights." in verdict.lines
    assert verdict.times == ()
    with pytest.raises(NotFound):
        transparency.proof_of_act("nothing")


def test_seals_and_grants_have_receipts_too(people: People, bring: Receive, later: Callable[..., datetime]) -> None:
    song = bring(people.ada)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    now = clock.now()
    consent.grant(people.ada, song.pk, "assist", "northwind", starts_at=now, ends_at=now + timedelta(days=3))
    consent.seal(people.ada, [song.pk])
    consent.ask_to_open(people.ada, [song.pk])
    consent.revoke(people.ada, consent.Grant.objects.get().uid)
    ledger.publish()
    acts = consent.acts_of(people.ada)
    assert [act.kind for act in acts if act.kind in ("seal", "grant")] == ["grant", "seal", "seal", "grant"]
    for act in acts:
        found = transparency.proof_of_act(act.uid)
        assert found is not None
        assert check(found[1]).ok


def test_a_holder_s_no_and_the_absence_from_the_job_fit_into_one_file(people: People, bring: Receive) -> None:
    mine, others = bring(people.ada), [bring(people.cleo, f"{number}.wav") for number in range(5)]
    consent.answer(people.cleo, {"organize": "yes"})
    consent.answer(people.ada, {"organize": "no"})
    uid = ask(mine, *others)
    assert transparency.proof_of_absence(uid, mine.pk, people.ada) is None
    ledger.publish()
    found = transparency.proof_of_absence(uid, mine.pk, people.ada)
    assert found is not None
    verdict = check(found[1])
    assert (verdict.ok, verdict.shows) == (True, "absent")
    assert any("had said before: no to organize" in line for line in verdict.lines)
    assert len(found[1]) <= 8000
    present = transparency.proof_of_absence(uid, others[0].pk, people.cleo)
    assert present is not None
    assert check(present[1]).shows == "present"


def test_only_holders_of_the_recording_get_it(people: People, bring: Receive) -> None:
    mine, hers = bring(people.ada), bring(people.cleo, "Other.wav")
    uid = ask(mine)
    ledger.publish()
    for who, recording in ((people.cleo, mine), (people.ben, mine), (people.cleo, hers)):
        with pytest.raises(NotFound):
            transparency.proof_of_absence(uid, recording.pk, who)
    assert transparency.proof_of_absence(uid, mine.pk, people.ada) is not None


def test_the_answer_in_the_file_is_the_one_that_was_in_force(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "no"})
    track = consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    uid = ask(song, other)
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    ledger.publish()
    found = transparency.proof_of_absence(uid, song.pk, people.ada)
    assert found is not None
    verdict = check(found[1])
    # What was said later does not make the job a breach: it had asked before.
    assert verdict.shows == "present"
    assert track.uid.encode() in found[1]
    absent = transparency.proof_of_absence(uid, other.pk, people.ada)
    assert absent is not None
    assert check(absent[1]).shows == "absent"


def test_who_never_answered_is_absent_because_a_missing_answer_is_a_no(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    uid = ask(song)
    ledger.publish()
    found = transparency.proof_of_absence(uid, song.pk, people.ada)
    assert found is not None
    assert any("A missing answer is a no." in line for line in check(found[1]).lines)


def test_a_manifest_that_holds_a_recording_against_its_no_is_shown_as_a_breach(
    people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "no"})
    from antiphon.consent.service import verdicts

    with monkeypatch.context() as broken:
        # A site that lies about what it was told.
        broken.setattr(verdicts, "by_rule", lambda wanted, asking: {"consent.all": wanted.copy()})
        uid = ask(song)
    ledger.publish()
    found = transparency.proof_of_absence(uid, song.pk, people.ada)
    assert found is not None
    verdict = check(found[1])
    assert (verdict.ok, verdict.shows) == (True, "breach")


def test_what_was_erased_can_be_shown_by_nobody(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    act = consent.answer(people.ada, {"organize": "no"})
    uid = ask(song)
    ledger.publish()
    assert act.entry is not None
    with transaction.atomic():
        ledger.erase(act.entry)
    with pytest.raises(Gone):
        transparency.proof_of_act(act.uid)
    found = transparency.proof_of_absence(uid, song.pk, people.ada)
    assert found is not None
    assert check(found[1]).shows == "absent"
    assert act.uid.encode() not in found[1]


def test_a_file_claims_a_time_once_another_site_has_cosigned(
    people: People, bring: Receive, tmp_path: Path, home: Home
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "no"})
    uid = ask(song)
    ledger.publish()
    log_key = ledger.verifier_key()
    other = Home(tmp_path / "b", "https://b.example")
    with other.open():
        ledger.trust(log_key)
        witness = ledger.witness_key()
    ledger.add_witness("https://b.example/witness", witness)

    def send(url: str, body: bytes) -> ledger.Answer:
        with other.open():
            return ledger.add_checkpoint(body)

    assert ledger.ask_witnesses(send) == 1
    found = transparency.proof_of_absence(uid, song.pk, people.ada)
    assert found is not None
    assert len(check(found[1], witness).times) == 2
    assert check(found[1]).times == ()
    # An entry that the witness has not seen yet, beside one that it has: two checkpoints, and proof that they join.
    later_uid = ask(song)
    ledger.publish()
    second = transparency.proof_of_absence(later_uid, song.pk, people.ada)
    assert second is not None
    verdict = check(second[1], witness)
    assert verdict.ok, verdict.reason
    assert len(verdict.times) == 1


def test_the_register_counts_what_each_system_asked(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.cleo, "Other.wav")
    consent.answer(people.ada, {"organize": "yes"})
    ask(song, other)
    ask(other)
    (line,) = transparency.register()
    assert (line.name, line.purpose.slug, line.owner) == ("test/similar", "organize", "this site")
    assert (line.questions, line.considered, line.allowed, line.refused) == (2, 3, 1, 2)
    assert line.may_ask(clock.now())
    assert not line.is_waiting
    by_slug = {count.purpose.slug: count for count in transparency.counts_by_purpose()}
    assert len(by_slug) == 16
    assert (by_slug["organize"].considered, by_slug["organize"].refused) == (3, 2)
    assert by_slug["research"].considered == 0


def test_a_question_for_an_unknown_purpose_is_counted_for_none(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    with pytest.raises(consent.Refused):
        consent.ask([song.pk], "sing-along", SIMILAR.name)
    assert sum(count.questions for count in transparency.counts_by_purpose()) == 0
    assert consent.who_asked([song.pk]) == []
