"""The gate over the database: what people say, and what follows for those who ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Gone, NotAllowed, NotFound
from antiphon.ledger import service as ledger
from antiphon.ledger.models import Entry
from antiphon.ledger.service import catching_up
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")
TRAINER = consent.System("test/trainer", "train-generative", "somebody", "sound", "1")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {one.name: one for one in (SIMILAR, TRAINER)})
    consent.sync_declared()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Move the clock forward."""
    real, ahead = clock.now, timedelta()

    def move(by: timedelta) -> datetime:
        nonlocal ahead
        ahead += by
        return clock.now()

    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
    return move


@contextmanager
def replaying(row: int) -> Iterator[None]:
    """As if the ledger were bringing this row back."""
    token = catching_up._row.set(row)
    yield
    catching_up._row.reset(token)


def rule(recording: catalogue.Recording, purpose: str, **asked: object) -> str:
    return consent.explain(recording.pk, purpose, **asked).rule  # type: ignore[arg-type]


def state(recording: catalogue.Recording, purpose: str) -> str:
    lines = [line for part in consent.label_of(recording.pk).sections for line in part.lines]
    return next(line.state for line in lines if line.purpose.slug == purpose)


def test_before_anybody_has_answered_only_the_constant_pair_is_allowed(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    allowed = {slug for slug in consent.everything("no") if consent.explain(song.pk, slug).allowed}
    assert allowed == set()
    assert rule(song, "organize") == "no.consent"
    assert rule(song, "identify") == "service"
    assert rule(song, "integrity") == "service"
    assert rule(song, "identify", actor="somebody") == "unknown.actor"
    assert rule(song, "sing-along") == "unknown.purpose"


def test_a_yes_counts_at_once_and_is_taken_back_at_once(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk], "organize", "test/similar")
    assert permit.covers(song.pk)
    assert list(consent.allowed_subjects("organize").values_list("pk", flat=True)) == [song.pk]
    consent.answer(people.ada, {"organize": "no"})
    assert not consent.allowed_subjects("organize").exists()
    with pytest.raises(consent.Refused):
        consent.recheck(permit)
    with pytest.raises(consent.Refused) as refused:
        consent.ask([song.pk], "organize", "test/similar")
    assert refused.value.reasons == {"holder.no": 1}
    assert [(one.rule, one.allowed) for one in consent.who_asked([song.pk])] == [
        ("holder.no", False), ("consent.all", True)
    ]  # fmt: skip
    label = consent.label_of(song.pk)
    assert (label.asked, label.allowed, label.refused) == (2, 1, 1)


def test_a_track_s_answer_stands_before_its_set_s_and_that_before_the_account_s(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [song.track_id])
    consent.answer(people.ada, {"recommend": "no"})
    consent.answer(people.ada, {"recommend": "yes"}, [consent.Scope(consent.SET, album.pk)])
    assert (rule(song, "recommend"), rule(other, "recommend")) == ("consent.all", "holder.no")
    consent.answer(people.ada, {"recommend": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    assert rule(song, "recommend") == "holder.no"
    consent.answer(people.ada, {"recommend": "nothing"}, [consent.Scope(consent.TRACK, song.pk)])
    assert rule(song, "recommend") == "consent.all"
    catalogue.put_tracks(people.ada, album.pk, [other.track_id])
    assert (rule(song, "recommend"), rule(other, "recommend")) == ("holder.no", "consent.all")


def test_a_yes_in_models_waits_three_days_and_every_holder_is_written_to(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    consent.answer(people.ada, {"train-analysis": "yes", "organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    assert rule(song, "train-analysis") == "no.consent"
    assert Letter.objects.get().to == "ada@example.org"
    later(timedelta(hours=71))
    assert consent.fold_due(clock.now()) == 0
    later(timedelta(hours=1, seconds=1))
    assert rule(song, "train-analysis") == "consent.all"
    assert not consent.allowed_subjects("train-analysis").exists()  # the masks follow within a minute
    assert consent.fold_due(clock.now()) == 1
    assert consent.allowed_subjects("train-analysis").exists()
    assert state(song, "train-analysis") == "yes"


def test_joining_a_set_that_says_yes_to_models_is_no_quicker_than_saying_yes(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    old, new = bring(people.ada), bring(people.ada, "Other.wav")
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [old.track_id])
    where = [consent.Scope(consent.SET, album.pk)]
    consent.answer(people.ada, {"train-analysis": "yes", "organize": "yes"}, where)
    later(timedelta(days=10))
    consent.fold_due(clock.now())
    catalogue.put_tracks(people.ada, album.pk, [old.track_id, new.track_id])
    assert (rule(old, "train-analysis"), rule(new, "train-analysis")) == ("consent.all", "no.consent")
    assert rule(new, "organize") == "consent.all"
    later(timedelta(hours=73))
    assert consent.fold_due(clock.now()) == 1
    assert rule(new, "train-analysis") == "consent.all"


def test_taking_back_before_it_counts_leaves_a_no(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"finetune": "yes"})
    later(timedelta(hours=10))
    consent.answer(people.ada, {"finetune": "no"})
    later(timedelta(days=10))
    consent.fold_due(clock.now())
    assert rule(song, "finetune") == "holder.no"


def test_one_no_of_a_holder_is_enough_and_an_unanswered_holder_is_a_no(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    half = 500_000
    lines = [
        consent.Named("Ada", "", ("recording", "composition"), half),
        consent.Named("Ben", "ben@example.org", ("performance",), half),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    assert rule(song, "organize") == "no.consent"  # Ben has not confirmed
    consent.confirm(people.ben, song.pk)
    assert rule(song, "organize") == "no.consent"  # and has said nothing
    consent.answer(people.ben, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    consent.answer(people.ben, {"organize": "no"})
    told = consent.explain(song.pk, "organize", for_holders=True)
    assert "said no on" in told.words
    assert consent.explain(song.pk, "organize").words == "Somebody with rights in it said no. One no is enough."
    with pytest.raises(NotAllowed):
        consent.name_holders(people.ada, song.pk, [consent.Named("Ada", "", ("recording",), 1_000_000)])
    consent.answer(people.ben, {"organize": "yes"})
    consent.dispute(people.ben, song.pk, True)
    assert rule(song, "organize") == "no.consent"


def test_a_holder_without_an_account_answers_by_a_link_that_works_once(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    lines = [
        consent.Named("Ada", "", ("recording",), 600_000),
        consent.Named("Zoë", "zoe@example.org", ("performance",), 400_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    secret = Letter.objects.get(to="zoe@example.org").body.split("/answers/")[1].split()[0]
    assert consent.open_link(secret).party.name == "Zoë"
    consent.answer_by_link(secret, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    with pytest.raises(Gone):
        consent.answer_by_link(secret, {"organize": "no"})


def test_somebody_who_was_invited_and_signs_up_later_is_the_same_holder(people: People, bring: Receive) -> None:
    from antiphon.accounts import service as accounts

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), 600_000),
        consent.Named("Zoë", "Zoe@example.org", ("performance",), 400_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    zoe = accounts.make_account("zoe@example.org", "correct horse battery staple", verified=True)
    consent.confirm(zoe, song.pk)
    consent.answer(zoe, {"organize": "no"})
    assert rule(song, "organize") == "holder.no"
    assert len(consent.holders_of(song.pk)) == 2


def test_a_minor_s_voice_is_never_granted(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    party = consent.party_of(people.ada)
    consent.answer(people.ada, {"voice-likeness": "yes"})
    later(timedelta(hours=73))
    consent.fold_due(clock.now())
    assert rule(song, "voice-likeness") == "consent.all"
    line = consent.Named("Ada", "ada@example.org", ("recording", "performance"), 1_000_000, is_minor=True)
    consent.name_holders(people.ada, song.pk, [line])
    party.refresh_from_db()
    assert not party.is_minor, "what one owner says of somebody holds for that recording"
    assert rule(song, "voice-likeness") == "no.consent"
    assert "minor" not in consent.explain(song.pk, "voice-likeness").words


def test_what_a_label_delivered_never_enters_a_model(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.lux)
    consent.answer(people.lux, consent.everything("yes"))
    later(timedelta(hours=80))
    consent.fold_due(clock.now())
    barred = {slug for slug in consent.everything("no") if rule(song, slug) == "hard.label"}
    assert barred == {"ai-index", "ai-input", "train-analysis", "evaluate", "train-generative", "finetune", "derive",
                      "voice-likeness", "research"}  # fmt: skip
    assert rule(song, "organize") == "consent.all"


def test_a_seal_opens_only_after_all_holders_asked_and_thirty_days(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"train-analysis": "yes"})
    later(timedelta(hours=73))
    consent.seal(people.ada, [song.pk])
    assert rule(song, "train-analysis") == "sealed"
    consent.ask_to_open(people.ada, [song.pk])
    later(timedelta(days=29))
    consent.fold_due(clock.now())
    assert rule(song, "train-analysis") == "sealed"
    later(timedelta(days=2))
    consent.fold_due(clock.now())
    assert rule(song, "train-analysis") == "consent.all"
    with pytest.raises(NotFound):
        consent.seal(people.cleo, [song.pk])


def test_a_grant_covers_one_actor_and_one_stretch_of_time(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    consent.answer(people.ada, {"assist": "ask"})
    assert rule(song, "assist", actor="northwind") == "no.licence"
    now = clock.now()
    given = consent.grant(people.ada, song.pk, "assist", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert rule(song, "assist", actor="northwind") == "consent.all"
    assert rule(song, "assist") == "no.licence"
    assert [row.pk for row in consent.allowed_subjects("assist", actor="northwind")] == [song.pk]
    assert not consent.allowed_subjects("assist", actor="southwind").exists()
    ended = clock.now() + timedelta(days=30)
    assert rule(song, "assist", actor="northwind", at=ended) == "no.licence"
    assert not consent.allowed_subjects("assist", actor="northwind", at=ended).exists()
    consent.revoke(people.ada, given.uid)
    assert rule(song, "assist", actor="northwind") == "no.licence"
    assert not consent.allowed_subjects("assist", actor="northwind").exists()


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
    consent.use_remedy("test-index", lambda uid, rows: lost.append((uid, list(rows))) or "rebuilt")  # type: ignore[func-returns-value]
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


def test_replacing_the_audio_carries_no_yes_over(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert (rule(song, "organize"), rule(again, "organize")) == ("consent.all", "no.consent")


def test_a_preview_changes_nothing(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    before = consent.size()
    (one, two) = consent.preview(people.ada, {"organize": "yes", "finetune": "yes"})
    assert (one.purpose, one.now_allowed, one.waiting_until) == ("organize", 1, None)
    assert (two.now_allowed, two.waiting_until is not None) == (0, True)
    assert consent.size() == before
    assert rule(song, "organize") == "no.consent"


def test_an_answer_is_superseded_and_never_changed(people: People, bring: Receive) -> None:
    bring(people.ada)
    for word in ("yes", "no", "yes"):
        consent.answer(people.ada, {"organize": word})
    rows = list(consent.Answer.objects.order_by("pk"))
    assert [row.said for row in rows] == ["yes", "no", "yes"]
    assert [row.superseded_by_id for row in rows] == [rows[1].pk, rows[2].pk, None]


@pytest.mark.parametrize(
    "answers", [{}, {"identify": "no"}, {"sing-along": "yes"}, {"organize": "maybe"}, {"organize": "YES"}]
)
def test_what_is_not_an_answer_is_refused(people: People, answers: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        consent.answer(people.ada, answers)


def test_nobody_answers_for_somebody_else_s_music(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    with pytest.raises(NotFound):
        consent.answer(people.cleo, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    consent.answer(people.cleo, {"organize": "yes"})
    assert rule(song, "organize") == "no.consent"


def test_a_deleted_holder_s_no_stays_and_their_yes_does_not(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    consent.confirm(people.ben, song.pk)
    consent.answer(people.ben, {"organize": "no", "recommend": "yes"})
    assert rule(song, "recommend") == "consent.all"
    consent.forget_person(people.ben.pk)
    assert (rule(song, "organize"), rule(song, "recommend")) == ("holder.no", "no.consent")


def test_an_upload_that_sounds_like_refused_music_is_a_no(
    people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from antiphon.consent.core.purposes import mask_of
    from antiphon.consent.service import matches

    class Matcher:
        noes = {}

        def noes_of(self, recording_ids: object) -> dict[int, int | None]:
            return self.noes

    song, unknown = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    matcher = Matcher()
    matcher.noes = {song.pk: mask_of(["organize"])}
    monkeypatch.setattr(matches, "_matcher", matcher)
    consent.match_changed([song.pk, unknown.pk])
    assert (rule(song, "organize"), rule(song, "recommend")) == ("match.unresolved", "consent.all")
    assert rule(unknown, "organize") == "match.unresolved"
    matcher.noes = {song.pk: 0, unknown.pk: 0}
    consent.match_changed([song.pk, unknown.pk])
    assert (rule(song, "organize"), rule(unknown, "organize")) == ("consent.all", "consent.all")


@pytest.mark.parametrize("digits", [19, 25, 5000])
def test_a_number_that_no_recording_has_is_refused_in_words(people: People, bring: Receive, digits: int) -> None:
    bring(people.ada)
    with pytest.raises(BadInput, match="Line 2 names no recording"):
        consent.read_sheet(people.ada, f"recording,organize\n{'9' * digits},yes\n")
    with pytest.raises(NotFound):
        consent.read_sheet(people.ada, f"recording,organize\n{'9' * 18},yes\n")


def test_a_sheet_goes_out_and_comes_in(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "=Other.wav")
    lines = [(song.pk, "Song"), (other.pk, "=Other")]
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    text = consent.write_sheet(people.ada, lines)
    assert "'=Other" in text
    head, first, second = text.splitlines()
    at = head.split(",").index("organize")
    assert (first.split(",")[at], second.split(",")[at]) == ("yes", "")
    consent.read_sheet(people.ada, text.replace("yes", "no"))
    assert rule(song, "organize") == "holder.no"
    for bad in ("", "recording,sing-along\n1,yes", f"recording,organize\n{song.pk},maybe", "recording,organize\nx,no"):
        if bad:
            with pytest.raises(BadInput):
                consent.read_sheet(people.ada, bad)


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


def test_after_a_restore_every_later_no_is_said_again_and_no_later_yes(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    party = consent.party_of(people.ada)
    row = ledger.append("answer", {})
    with replaying(row):
        said = {"party": party.pk, "act": "a" * 32, "where": [["account", 0]]}
        answers = {"organize": "no", "recommend": "nothing", "assist": "yes", "derive": "ask"}
        consent.replay("answer", {**said, "answers": answers}, clock.now())
        consent.replay("withdraw", {"party": party.pk, "recordings": [other.pk]}, clock.now())
        consent.replay("answer", {**said, "party": 999_999, "answers": {"organize": "no"}}, clock.now())
        consent.replay("dataset", {"party": party.pk}, clock.now())
    assert rule(song, "organize") == "holder.no"
    assert rule(song, "recommend") == "no.consent"
    assert rule(song, "assist") == "no.consent"
    assert rule(other, "identify") == "withdrawn"
    assert consent.Act.objects.get(uid="a" * 32).entry == row


def test_an_account_that_ends_takes_its_words_out_of_the_log_and_ends_again_after_a_restore(
    people: People, bring: Receive
) -> None:
    from antiphon.accounts import service as accounts
    from antiphon.site import wiring

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    act = consent.answer(people.ben, {"recommend": "yes"})
    kept = consent.answer(people.ben, {"organize": "no"})
    ledger.publish()
    assert ledger.receipts_of([act.entry or 0])[act.entry or 0].private
    ben = people.ben.pk
    wiring._replay("erasure", {"user": ben}, clock.now())
    assert not accounts.User.objects.filter(pk=ben).exists()
    assert rule(song, "organize") == "holder.no"
    ledger.publish()
    assert ledger.receipts_of([act.entry or 0])[act.entry or 0].is_erased
    assert not ledger.receipts_of([kept.entry or 0])[kept.entry or 0].is_erased, "a no has to be heard after a restore"
    assert len(ledger.entries(subject=f"erased:{ben}")) == 1
    wiring._replay("erasure", {"user": ben}, clock.now())
    ledger.publish()
    assert len(ledger.entries(subject=f"erased:{ben}")) == 1


def test_after_a_reset_of_the_password_every_yes_waits_and_a_no_does_not(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"recommend": "yes"})
    consent.doubt(people.ada)
    consent.answer(people.ada, {"organize": "yes", "recommend": "no"})
    assert (rule(song, "organize"), rule(song, "recommend")) == ("no.consent", "holder.no")
    later(timedelta(hours=72, seconds=1))
    consent.fold_due(clock.now())
    assert rule(song, "organize") == "consent.all"


HALF = 500_000


def shared(people: People, song: catalogue.Recording, roles: tuple[str, ...] = ("performance",)) -> None:
    """Ada shares a recording with Ben, who confirms."""
    lines = [
        consent.Named("Ada", "", ("recording", "composition"), HALF),
        consent.Named("Ben", "ben@example.org", roles, HALF),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    consent.confirm(people.ben, song.pk)


def test_a_set_s_answers_are_its_owner_s_alone(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    shared(people, song)
    shared(people, other)
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [song.track_id])
    with pytest.raises(NotFound):
        consent.answer(people.ben, {"ai-input": "yes"}, [consent.Scope(consent.SET, album.pk)])


def test_taking_a_track_out_of_a_set_is_no_quicker_than_taking_its_no_back(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [song.track_id])
    consent.answer(people.ada, {"train-generative": "yes"})
    consent.answer(people.ada, {"train-generative": "no"}, [consent.Scope(consent.SET, album.pk)])
    later(timedelta(days=10))
    consent.fold_due(clock.now())
    other = bring(people.ada, "Other.wav")
    catalogue.put_tracks(people.ada, album.pk, [other.track_id])
    assert rule(song, "train-generative") == "holder.no"
    later(timedelta(hours=73))
    assert consent.fold_due(clock.now()) >= 1
    assert rule(song, "train-generative") == "consent.all"


def test_another_role_or_share_has_to_be_confirmed_again(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ben, {"organize": "yes"})
    assert rule(song, "organize") == "consent.all"
    lines = [
        consent.Named("Ada", "", ("recording", "performance"), 1_000_000),
        consent.Named("Ben", "ben@example.org", ("composition",), 0),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    assert rule(song, "organize") == "no.consent"


def test_only_whoever_disputes_a_list_can_say_that_it_is_right_after_all(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    for who in (people.ada, people.ben):
        consent.answer(who, {"organize": "yes"})
    consent.dispute(people.ben, song.pk, True)
    consent.dispute(people.ada, song.pk, False)
    assert rule(song, "organize") == "no.consent"
    consent.dispute(people.ben, song.pk, False)
    assert rule(song, "organize") == "consent.all"


def test_a_link_answers_for_its_own_recording_and_only_while_it_waits(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song, own = bring(people.ada), bring(people.cleo, "Own.wav")
    lines = [
        consent.Named("Ada", "", ("recording",), HALF),
        consent.Named("Cleo", "cleo@example.org", ("performance",), HALF),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    secret = Letter.objects.get(to="cleo@example.org").body.split("/answers/")[1].split()[0]
    consent.confirm(people.cleo, song.pk)
    with pytest.raises(Gone):
        consent.answer_by_link(secret, {"ai-input": "yes"})
    assert rule(own, "ai-input") == "no.consent"


def test_naming_an_address_tells_nobody_whose_it_is(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), HALF),
        consent.Named("Somebody", "cleo@example.org", ("performance",), HALF, is_minor=True),
    ]
    for _time in range(3):
        consent.name_holders(people.ada, song.pk, lines)
    assert [consent.holder_name(row) for row in consent.holders_of(song.pk)][1] == "Somebody"
    assert not consent.party_of(people.cleo).is_minor
    assert Letter.objects.filter(to="cleo@example.org").count() == 1


def test_replacing_the_audio_drops_neither_holders_nor_the_seal(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ben, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    consent.seal(people.ben, [song.pk])
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert rule(again, "organize") == "no.consent"
    assert rule(again, "train-analysis") == "sealed"
    assert "Ben" not in consent.explain(again.pk, "train-analysis").words
    told = consent.explain(song.pk, "train-analysis", for_holders=True)
    assert told.because.statements[0].holder == consent.holders_of(song.pk)[1].pk, "Ben sealed it, not the first named"


def test_the_grant_of_somebody_who_has_gone_is_no_yes(people: People, bring: Receive) -> None:
    song = bring(people.ada)
    shared(people, song)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    consent.answer(people.ada, {"assist": "yes"})
    now = clock.now()
    consent.grant(people.ben, song.pk, "assist", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert rule(song, "assist", actor="northwind") == "consent.all"
    consent.forget_person(people.ben.pk)
    assert rule(song, "assist", actor="northwind") != "consent.all"


def test_a_grant_in_models_is_told_to_every_holder(people: People, bring: Receive) -> None:
    from antiphon.mail.models import Letter

    song = bring(people.ada)
    shared(people, song)
    Letter.objects.all().delete()
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    now = clock.now()
    consent.grant(people.ben, song.pk, "finetune", "northwind", starts_at=now, ends_at=now + timedelta(days=30))
    assert {letter.to for letter in Letter.objects.all()} == {"ada@example.org", "ben@example.org"}


def test_taking_back_a_no_under_a_yes_waits_after_a_reset_of_the_password(
    people: People, bring: Receive, later: Callable[[timedelta], datetime]
) -> None:
    song = bring(people.ada)
    where = [consent.Scope(consent.TRACK, song.pk)]
    consent.answer(people.ada, {"ai-input": "yes"})
    consent.answer(people.ada, {"ai-input": "no"}, where)
    consent.doubt(people.ada)
    consent.answer(people.ada, {"ai-input": "nothing"}, where)
    assert rule(song, "ai-input") == "holder.no"
    later(timedelta(hours=73))
    consent.fold_due(clock.now())
    assert rule(song, "ai-input") == "consent.all"


def test_an_artefact_of_a_permit_that_has_shrunk_is_not_kept(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk, other.pk], "organize", "test/similar")
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    with pytest.raises(consent.Refused):
        consent.keep_artefact("test-index", permit)
    assert consent.keep_artefact("test-index", consent.recheck(permit))
