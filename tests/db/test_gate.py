"""The gate over the database: what people say, where it holds, and from when."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound
from tests.db.gates import SIMILAR, TRAINER, Receive, rule, shared, state
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {one.name: one for one in (SIMILAR, TRAINER)})
    consent.sync_declared()


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
