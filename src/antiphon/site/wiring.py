"""Who implements which port. Runs once in every process, so it imports nothing heavy: engines are made at first use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.account.signals import email_confirmed, password_reset, user_signed_up
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.audio import service as audio
from antiphon.audio.service import packing as renditions
from antiphon.cases import service as cases
from antiphon.cases.service import packing as case_entries
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import packing as music
from antiphon.cli import ports
from antiphon.community import service as community
from antiphon.community.service import history, notices, partings
from antiphon.community.service import packing as doings
from antiphon.consent import service as consent
from antiphon.consent.service import enquiries
from antiphon.declarations.infiles import RightsInFiles
from antiphon.discovery import service as discovery
from antiphon.guard import service as guard
from antiphon.guard.core.visitors import Shown
from antiphon.guard.ports import Answered, Asked
from antiphon.identification import service as identification
from antiphon.identification.service import disputes
from antiphon.identification.service.registry import packing as lookups
from antiphon.jobs import service as jobs
from antiphon.jobs.ports import Engine
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from antiphon.terms import service as terms
from antiphon.terms.service import packing as accepted_terms
from antiphon.transparency import service as transparency
from antiphon.transparency.service import packing as proofs
from antiphon.transparency.service import packing_licences as licences
from antiphon.web.accounts.letters import address_confirmed
from antiphon.web.accounts.letters import look as look_at_letters


def wire() -> None:
    """Fill every port of the rooms below, and declare the jobs of every room."""
    storage.use(LocalFiles(settings.DATA / "files"))
    jobs.use_engine(job_engine)
    catalogue.use_ingest(audio.IngestByJobs())
    catalogue.use_tidings(Tidings())
    enquiries.use_tidings(Tidings())
    terms.use_tidings(Tidings())
    mail.on_bounce("terms", terms.note_bounced)
    accounts.use_belongings(partings)
    accounts.when_blocked(partings.part)
    wire_cases()
    accounts.use_belongings(cases.CasesOfPeople())
    accounts.use_belongings(catalogue)
    accounts.use_belongings(consent)
    accounts.use_belongings(history)
    accounts.use_belongings(community.CommentsOfPeople())
    wire_parcels()
    catalogue.use_kind("comment", community.ReportedComments())
    accounts.on_profile_change("search", catalogue.profile_changed)
    ledger.use_replay(_replay)
    wire_identification()
    wire_discovery()
    wire_files()
    guard.use_door(OwnDoorWhenNeeded())
    transparency.declare()
    consent.use_remedy("dataset", transparency.lose)
    ports.use_site(Installation(settings.DATA, settings.ANTIPHON.workers))
    user_signed_up.connect(_signed_up, dispatch_uid="antiphon.terms")
    email_confirmed.connect(address_confirmed, dispatch_uid="antiphon.letters")
    user_logged_in.connect(_signed_in, dispatch_uid="antiphon.letters")
    password_reset.connect(_password_was_reset, dispatch_uid="antiphon.consent")
    autodiscover_modules("jobs")


def _replay(kind: str, private: Mapping[str, Any], at: datetime) -> None:
    """After a restore: every later no is said again, and every account that had ended ends again."""
    if kind == "erasure":
        accounts.end_again(int(private["user"]))
    else:
        consent.replay(kind, private, at)


def wire_parcels() -> None:
    """Who packs what somebody takes along, in the order in which it is packed, and who tells them."""
    for packer in (music, renditions, accepted_terms, doings, proofs, licences, case_entries, lookups):
        parcels.use_packer(packer)
    parcels.use_tidings(Tidings())


def wire_identification() -> None:
    """Which music is which: every recording is heard and compared before others may hear it."""
    consent.declare(
        consent.System(
            identification.SYSTEM, identification.PURPOSE, "this site", identification.READS, identification.METHOD
        )
    )
    audio.use_engine(identification.ENGINE, identification.ENGINE_MODULE, rate_hz=identification.RATE_HZ)
    audio.subscribe("identification", identification.Listener())
    consent.on_change("identification", identification.PURPOSE, identification.standing_changed)
    consent.on_any_change("matches", identification.answers_changed)
    consent.use_remedy(identification.ARTEFACT, _forget_fingerprints)
    consent.use_matches(Matching())
    catalogue.use_matcher(Matching())


class Matching:
    """`consent.ports.Matches` and `catalogue.ports.Matcher`: what identification knows of recordings."""

    def noes_of(self, recording_ids: Sequence[int]) -> Mapping[int, int | None]:
        return disputes.with_claims(identification.open_noes(recording_ids), recording_ids)

    def held_of(self, recording_ids: Iterable[int]) -> Mapping[int, str]:
        ids = list(recording_ids)
        return disputes.held_with_claims(identification.held_of(ids), ids)


def _forget_fingerprints(artefact: str, recordings: Iterable[int]) -> str:
    identification.forget(recordings)
    return "deleted, also from the index; its bytes are gone from the files within about an hour"


def wire_cases() -> None:
    """Whose disputes are cases, and who tells people of them."""
    cases.use_tidings(Tidings())
    cases.use_kind(disputes.MATCH, disputes.MatchCases())
    cases.use_kind(disputes.CLAIM, disputes.ClaimCases())
    identification.when_matched(_open_cases)


def _open_cases(recording_id: int, found: list[identification.Match]) -> None:
    disputes.matched(recording_id, found, at=clock.now())


def wire_discovery() -> None:
    """Similar sound: a registered system, an engine, who tells it of new music and answers, and what a recall does."""
    consent.declare(consent.System(discovery.SYSTEM, discovery.PURPOSE, "this site", discovery.READS, "1"))
    discovery.use_gate(consent)
    audio.use_engine(discovery.ENGINE, discovery.ENGINE_MODULE)
    audio.subscribe("discovery", discovery.Listener())
    consent.on_change("discovery", discovery.PURPOSE, discovery.answers_changed)
    consent.use_remedy(discovery.ARTEFACT, _forget_descriptors)


def wire_files() -> None:
    """What files say of their rights; an answer that changes makes them anew."""
    audio.use_rights(RightsInFiles())
    consent.on_any_change("files", audio.answers_changed)


def _forget_descriptors(artefact: str, recordings: Iterable[int]) -> str:
    discovery.forget(recordings)
    return "deleted; it is no longer among similar sound"


def _signed_up(request: HttpRequest, user: accounts.User, **kwargs: object) -> None:
    """The form says that signing up accepts the terms; this writes down which. Accounts of one network are counted."""
    terms.accept(user, terms.SIGN_UP)
    guard.budgets().signed_up(Shown(str(request.META.get("REMOTE_ADDR", ""))))


def _signed_in(request: HttpRequest, user: accounts.User, **kwargs: object) -> None:
    """Whoever signs in learns that letters to them come back: another letter could not tell them."""
    look_at_letters(request, user)


def _password_was_reset(request: HttpRequest, user: accounts.User, **kwargs: object) -> None:
    """Whoever can read a mailbox may not be the person: what they say yes to waits."""
    consent.doubt(user)


class OwnDoorWhenNeeded:
    """`guard.ports.Door`: the door is loaded when the first robot is sent."""

    def ask(self, asked: Sequence[Asked]) -> list[Answered]:
        from antiphon.site.door.robot import OwnDoor

        return OwnDoor().ask(asked)


class Tidings:
    """`Tidings` of every room below that has one: what it tells stands among somebody's notices."""

    def tell_moderated(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        notices.tell(user_id, notices.Kind.MODERATION, address=address, about_id=about_id, words=words)

    def tell_case(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        notices.tell(user_id, notices.Kind.CASE, address=address, about_id=about_id, words=words)

    def tell_parcel(self, user_id: int, *, address: str, about_id: int) -> None:
        notices.tell(user_id, notices.Kind.PARCEL, address=address, about_id=about_id)

    def tell_terms(self, user_ids: Sequence[int], *, address: str, about_id: int, words: str) -> None:
        notices.tell_many(user_ids, notices.Kind.TERMS, address=address, about_id=about_id, words=words)

    def tell_enquiry(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        notices.tell(user_id, notices.Kind.ENQUIRY, address=address, about_id=about_id, words=words)


def job_engine() -> Engine:
    """Make the engine that `ANTIPHON_JOB_ENGINE` names."""
    from antiphon.jobs.engines.huey_engine import HueyEngine

    return HueyEngine(settings.DATA / "queue.sqlite3")


@dataclass(frozen=True)
class Installation:
    """`cli.ports.Site`. Each verb imports what it needs: a server never loads the doctor."""

    data: Path
    worker_threads: int

    def check(self, *, deep: bool) -> Iterator[ports.Finding]:
        from antiphon.site.installation import checks

        return checks.everything(deep=deep)

    def backup(self, target: Path, tell: ports.Tell, *, portable: bool) -> ports.Carried:
        from antiphon.site.installation import backup

        return backup.write(target, tell, portable=portable)

    def restore(self, source: Path, tell: ports.Tell, *, force: bool) -> ports.Carried:
        from antiphon.site.installation import restore

        return restore.bring_back(source, tell, force=force)

    def upgrade(self, tell: ports.Tell) -> Path:
        from antiphon.site.installation import upgrade

        return upgrade.forward(tell)

    def upgrade_back(self, tell: ports.Tell) -> Path:
        from antiphon.site.installation import upgrade

        return upgrade.back(tell)

    def migrate(self, tell: ports.Tell) -> int:
        from antiphon.site.installation import migrations, restore

        if restore.undo_cut_off():
            tell("A restore that was cut off was undone.")
        return migrations.migrate(tell)

    def make_demo(self, tell: ports.Tell) -> int:
        from antiphon.site import demo

        return demo.make(tell)

    def remove_demo(self, tell: ports.Tell) -> int:
        from antiphon.site import demo

        return demo.remove(tell)

    def settings(self) -> list[ports.SettingLine]:
        from antiphon.site.installation import listing

        return listing.lines()

    def before_work(self) -> int:
        from antiphon.site.door import recovery

        ledger.catch_up()
        return recovery.finish_stranded()
