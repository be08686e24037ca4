"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.community.service import digests, releases, retention
from antiphon.jobs.service import every, job


@job("community.forget_plays")
def forget_plays() -> None:
    """Blank the browsers of old plays, and delete the oldest."""
    retention.forget_old()


@job("community.find_releases")
def find_releases() -> None:
    releases.find()


@job("community.tell_release")
def tell_release(track_id: int) -> None:
    releases.tell(track_id)


@job("community.send_digests", lease_s=600)
def send_digests() -> None:
    digests.send_due()


every("community.forget_plays", 24 * 3600)
every("community.find_releases", 60)
every("community.send_digests", 900)
