"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.consent import service
from antiphon.jobs.service import every, job
from antiphon.kernel import clock


@job("consent.carry_out_recall", attempts=20)
def carry_out_recall(recall_id: int) -> None:
    service.carry_out(recall_id)


@job("consent.resume_recalls")
def resume_recalls() -> None:
    service.resume_recalls()


@job("consent.note_asked", attempts=20)
def note_asked(asked_id: int) -> None:
    service.note_asked(asked_id)


@job("consent.fold_due")
def fold_due() -> None:
    service.fold_due(clock.now())


@job("consent.sync_systems")
def sync_systems() -> None:
    service.sync_declared()


@job("consent.follow_terms")
def follow_terms(user_id: int) -> None:
    service.follow_terms(user_id)


@job("consent.follow_all_terms", lease_s=600)
def follow_all_terms() -> None:
    service.follow_terms()


every("consent.follow_all_terms", 24 * 3600)
every("consent.fold_due", 60)
every("consent.resume_recalls", 3600)
every("consent.sync_systems", 600)
