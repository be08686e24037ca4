"""Letters to many: one connection, each noted by itself, nobody twice; and what a mail server returns afterwards."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox

from antiphon.jobs import service as jobs
from antiphon.jobs.models import Job
from antiphon.mail import service as mail
from antiphon.mail.models import Letter
from antiphon.mail.service import posting
from tests.db.mail.conftest import NOON
from tests.mail_server import Postmaster, mail_server

WORDS = "What all of them say."


def drafts(count: int, *, at: str = "example.org") -> list[mail.Drafted]:
    words = mail.keep_words("words", "To\r\nall", WORDS)
    return [mail.Drafted(f"n{n}@{at}", f"many:{n}", f"\n\nThe end of {n}.", words) for n in range(count)]


def through(server: Postmaster, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False


def test_the_words_are_kept_once_and_each_letter_has_its_own_end(django_assert_max_num_queries: Any) -> None:
    letters = drafts(250)
    with django_assert_max_num_queries(8):
        mail.post_many(letters)
    assert not Letter.objects.filter(body__contains=WORDS).exists()
    assert [len(job.args["letter_ids"]) for job in Job.objects.filter(name="mail.deliver_several")] == [100, 100, 50]
    jobs.run_due()
    assert len(outbox.outbox) == 250
    [sent] = [one for one in outbox.outbox if one.to == ["n7@example.org"]]
    assert (sent.subject, sent.body) == ("To all", f"{WORDS}\n\nThe end of 7.\n")
    assert set(Letter.objects.values_list("state", "body", "sent_at")) == {("sent", "", NOON)}


def test_posted_twice_nobody_gets_two_and_whoever_was_missing_gets_one() -> None:
    letters = drafts(6)
    mail.post_many(letters[1:4])
    mail.post_many(letters)
    jobs.run_due()
    assert sorted(one.to[0] for one in outbox.outbox) == sorted(one.to for one in letters)


def test_a_job_that_runs_twice_sends_nothing_twice() -> None:
    mail.post_many(drafts(3))
    [job] = Job.objects.filter(name="mail.deliver_several")
    jobs.run_due()
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    jobs.run_due()
    assert len(outbox.outbox) == 3


def test_a_worker_that_stops_leaves_the_rest_to_the_next_run() -> None:
    mail.post_many(drafts(5))
    ids = list(Letter.objects.order_by("pk").values_list("pk", flat=True))
    beats = iter([True, True, False])
    with pytest.raises(jobs.TryAgain):
        mail.deliver_several(ids, lambda: next(beats))
    assert len(outbox.outbox) == 2
    mail.deliver_several(ids, lambda: True)
    assert len(outbox.outbox) == 5


def test_who_is_refused_gets_a_job_of_their_own_and_the_others_their_letters(tmp_path: Path, settings: Any) -> None:
    with mail_server(tmp_path / "box") as server:
        through(server, settings)
        server.refused.add("n1@example.org")
        mail.post_many(drafts(4))
        jobs.run_due()
        assert sorted(to for _by, to, _letter in server.taken) == ["n0@example.org", "n2@example.org", "n3@example.org"]
    [waiting] = Letter.objects.filter(state=Letter.State.WAITING)
    [job] = Job.objects.filter(name="mail.deliver")
    assert (waiting.to, job.args) == ("n1@example.org", {"letter_id": waiting.pk})


def test_a_mail_server_that_is_away_loses_no_letter(tmp_path: Path, settings: Any) -> None:
    with mail_server(tmp_path / "box") as server:
        through(server, settings)
    mail.post_many(drafts(3))
    jobs.run_due()
    assert Letter.objects.filter(state=Letter.State.WAITING).count() == 3
    assert Job.objects.filter(name="mail.deliver", state=Job.State.QUEUED).count() == 3


def test_a_letter_that_was_given_up_goes_out_when_its_job_is_revived() -> None:
    mail.post("ada@example.org", "Hello", "Words", key="given up")
    [job] = Job.objects.filter(name="mail.deliver")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DEAD)
    Letter.objects.update(state=Letter.State.FAILED)
    jobs.revive(job.pk)
    jobs.run_due()
    assert Letter.objects.get(key="given up").state == Letter.State.SENT


@pytest.mark.parametrize("path", ["", "bounces@music.example", "bounces+*@music.example"])
def test_what_a_mail_server_returns_finds_its_letter(path: str, tmp_path: Path, settings: Any) -> None:
    before = settings.ANTIPHON.mail_return_path, settings.ANTIPHON.bounces
    settings.ANTIPHON.mail_return_path, settings.ANTIPHON.bounces = path, str(tmp_path / "box")
    try:
        with mail_server(tmp_path / "box") as server:
            through(server, settings)
            mail.post_many(drafts(2, at="gone.example"))
            mail.post("ada@example.org", "Hello", "Words", key="one")
            jobs.run_due()
            one = Letter.objects.get(key="one")
            [(sender, _to, letter)] = [taken for taken in server.taken if taken[1] == "ada@example.org"]
            assert sender == (path.replace("*", one.name) or "antiphon@localhost")
            assert letter["From"] == "Antiphon <antiphon@localhost>", "which the reader sees, whatever the path"
            assert server.return_letters() == 2
        jobs.enqueue("mail.read_bounces")
        jobs.run_due()
    finally:
        settings.ANTIPHON.mail_return_path, settings.ANTIPHON.bounces = before
    states = dict(Letter.objects.values_list("key", "state"))
    assert states == {"many:0": "bounced", "many:1": "bounced", "one": "sent"}
    assert not list((tmp_path / "box/new").iterdir())
    assert [path.name.endswith(":2,S") for path in (tmp_path / "box/cur").iterdir()] == [True, True]


def test_a_job_holds_a_hundred_so_that_other_work_finds_its_turn() -> None:
    assert posting.A_JOB == 100
