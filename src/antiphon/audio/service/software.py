"""Software that listens to music, under a permit. The only way from a recording to an engine that is not its ingest.

Owns which sound is given out and when the gate is asked again. What is done with the results is the caller's.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from antiphon.audio import broker, registry, sandbox
from antiphon.audio.broker import Heard, Pour
from antiphon.audio.core import talk
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.models import Rendition
from antiphon.audio.registry import use_engine
from antiphon.audio.service.workspace import local_file, workspace
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.permits import Permit
from antiphon.jobs.service import JobContext
from antiphon.kernel.errors import NotFound

__all__ = ["Heard", "listen", "use_engine"]


def listen(
    permit: Permit,
    engine: str,
    *,
    ctx: JobContext,
    on_result: Callable[[int, dict[str, Any]], None],
) -> Heard:
    """Let an engine hear the recordings of a permit, and hand over what it found of each as it comes.

    `engine` is a name given to `use_engine`. The gate is asked again at the start and before each recording, so a
    withdrawal stops the next one; its refusal ends the listening and comes through. Raises `NotFound` for an engine
    that nobody allowed, `Failure` when the process broke off or was told to stop.
    """
    hearing = registry.engine(engine)
    under = _Under(engine, hearing.rate_hz, consent.recheck(permit), ctx)
    ears = broker.Ears(under.may_hear, under.decode, on_result, under.should_stop)
    recordings = sorted(under.permit.allowed)
    whole = Heard()
    for start in range(0, len(recordings), talk.AT_ONCE):
        batch = recordings[start : start + talk.AT_ONCE]
        part = broker.listen(hearing.module, batch, Limits.for_listening(len(batch)), ears, rate_hz=hearing.rate_hz)
        whole.done += part.done
        whole.failed |= part.failed
        whole.refused += part.refused
        whole.strikes += part.strikes
    return whole


class _Under:
    """A permit as it stands now. It only ever narrows."""

    def __init__(self, engine: str, rate_hz: int, permit: Permit, ctx: JobContext) -> None:
        self.engine, self.rate_hz, self.permit, self.ctx = engine, rate_hz, permit, ctx

    def should_stop(self) -> bool:
        return not self.ctx.heartbeat()

    def may_hear(self, recording_id: int) -> bool:
        if not self.permit.covers(recording_id):
            return False
        self.permit = consent.recheck(self.permit)
        return self.permit.covers(recording_id)

    def decode(self, recording_id: int, pour: Pour) -> None:
        """Decode the original, or the rendition where it is gone, in the limited process. Raises `Failure`."""
        try:
            recording = catalogue.recording_by_id(recording_id)
        except NotFound as error:
            raise Failure("missing") from error
        most = int(settings.ANTIPHON.upload_max_seconds)
        known_s = None if recording.duration_ms is None else recording.duration_ms // 1000 + 60
        limits = Limits.for_sound(most if known_s is None else min(most, known_s))
        watch = sandbox.Watch(should_stop=self.should_stop)
        with workspace(f"listen-{self.engine}-{recording_id}") as folder:
            try:
                source = local_file(recording.original_key, folder)
            except Failure as failure:
                rendition = Rendition.objects.filter(recording_id=recording_id, kind=Rendition.Kind.AAC_160).first()
                if failure.code != "missing" or rendition is None:
                    raise
                source = local_file(rendition.key, folder)
            sandbox.run("sound", source, folder, limits, watch=watch, extra={"rate_hz": self.rate_hz}, on_sound=pour)
