"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.identification.service import catching_up, comparing, hearing, shelving
from antiphon.identification.service.disputes import claim_cases
from antiphon.identification.service.registry import answering, asking, batches, forgetting, unreleased
from antiphon.jobs.service import JobContext, every, job


def _hear_died(recording_id: int, reason: str) -> None:
    comparing.failed(recording_id, reason)


@job(hearing.HEAR, attempts=30, lease_s=900, when_dead=_hear_died)
def hear(recording_id: int, ctx: JobContext) -> None:
    comparing.hear_and_compare(recording_id, ctx)


@job(shelving.TAKE_OUT, attempts=30)
def take_out(recordings: list[int], ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        shelving.take_out(recordings)


@job(shelving.MERGE, attempts=30, lease_s=3600)
def merge(ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        shelving.merge()


@job(shelving.PURGE, attempts=30, lease_s=3600)
def purge(ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        shelving.purge()


@job(shelving.REBUILD, attempts=30, lease_s=3600)
def rebuild(ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        shelving.rebuild()


@job(catching_up.CATCH_UP, attempts=30, lease_s=3600)
def catch_up(ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        catching_up.catch_up()


@job(claim_cases.RECHECK, attempts=30, lease_s=900)
def recheck_claim(claim_id: int, ctx: JobContext) -> None:
    with shelving.patiently(ctx):
        claim_cases.recheck(claim_id)


every(catching_up.CATCH_UP, 600)


@job(asking.ANSWER, attempts=4, lease_s=600, when_dead=answering.died)
def answer_lookup(lookup_id: int, ctx: JobContext) -> None:
    answering.answer(lookup_id, ctx)


@job(batches.ANSWER_BATCH, lease_s=120, when_dead=batches.batch_died)
def answer_batch(batch_id: int, ctx: JobContext) -> None:
    batches.answer_batch(batch_id, ctx)


@job("identification.tell_unreleased", lease_s=120)
def tell_unreleased(ctx: JobContext) -> None:
    unreleased.tell_unreleased(ctx)


@job("identification.forget_lookups")
def forget_lookups() -> None:
    forgetting.forget()


every("identification.tell_unreleased", 900)
every("identification.forget_lookups", 3600)
