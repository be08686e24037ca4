"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.audio.service import downloads, forgetting, passes, pictures, steps
from antiphon.jobs.service import JobContext, job


def _first_pass_died(recording_id: int, reason: str) -> None:
    passes.died(recording_id, reason, step=steps.LISTEN)


def _second_pass_died(recording_id: int, reason: str) -> None:
    passes.died(recording_id, reason, step=steps.FINISH)


def _picture_died(raw_key: str, kind: str, subject_id: int, reason: str) -> None:
    pictures.drop_raw(raw_key)


@job("audio.first_pass", when_dead=_first_pass_died)
def first_pass(recording_id: int, ctx: JobContext) -> None:
    passes.first_pass(recording_id, ctx)


@job("audio.second_pass", when_dead=_second_pass_died)
def second_pass(recording_id: int, ctx: JobContext) -> None:
    passes.second_pass(recording_id, ctx)


@job("audio.picture", attempts=3, when_dead=_picture_died)
def picture(raw_key: str, kind: str, subject_id: int, ctx: JobContext) -> None:
    pictures.make_picture(raw_key, kind, subject_id, ctx)


@job("audio.download_copy")
def download_copy(recording_id: int, ctx: JobContext) -> None:
    downloads.make_download_copy(recording_id, ctx)


@job("audio.forget")
def forget(keys: list[str]) -> None:
    forgetting.forget(keys)
