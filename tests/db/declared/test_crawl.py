"""The whole demo site, gone through as a stranger's program: every reply about a refused track carries the answer."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.community.service import comments
from antiphon.consent import service as consent
from antiphon.declarations import certificate
from antiphon.jobs import service as jobs
from antiphon.site import demo, songs
from antiphon.site.door.front import FrontDoor
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.declared.about import NOBODY, OF_SITE, Site, head_says, lines_of, says
from tests.db.declared.crawling import Crawl, Met
from tests.db.declared.saying import FOUND, REFUSED

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# The whole demo, with the beginning of each piece for its sound.
SHORT = [sys.executable, str(Path(__file__).with_name("short_songs.py"))]
# At least so many replies of each kind, of twelve tracks in four sets by three artists.
SEEN = {
    "track": 12, "track label": 12, "track embed": 12, "track rsl.xml": 12, "track code.svg": 12, "set": 4,
    "set embed": 4, "set feed.xml": 4, "set code.svg": 4, "set by number": 12, "profile": 3, "profile feed.xml": 3,
    "profile rsl.xml": 3, "profile by name": 12, "oembed": 32, "resolve": 12, "player.json": 24, "player/stream": 24,
    "player/download": 11, "player/comments.json": 5, "player/similar": 12, "api": 12, "api/permissions": 12,
    "api/streams": 12, "track listen.m4a": 12, "api/waveform": 12, "api/comments": 12, "api/ties": 12,
    "api/download": 12, "comment": 5, "policy": 24, "renditions": 24, "waveforms": 12, "downloads": 11,
    "picture": 30, "page": 100,
}  # fmt: skip
NO = {name.lower(): value for name, value in REFUSED.items()}
WITH_HEAD = ("track", "track label", "track embed", "set", "set embed", "profile", "player/similar")
# Signing in comes before any look at the track, so these know nothing of it.
FOR_OWNERS = ("api/technical-report", "api/recordings")


@pytest.fixture
def door(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FrontDoor]:
    """A site with the demo, signed downloads and all. Its door serves media; the pages are asked directly."""
    store, ingest = storage._store, registry._ingest
    settings.DATA = tmp_path / "data"
    for folder in ("tmp", "incoming", "uploads"):
        (settings.DATA / folder).mkdir(parents=True)
    storage.use(LocalFiles(tmp_path / "files"))
    registry.use_ingest(audio.IngestByJobs())
    certificate.make()
    monkeypatch.setattr(songs, "_COMMAND", SHORT)
    monkeypatch.setattr(settings.ANTIPHON, "api_per_minute_address", 0)  # as often as one likes
    demo.make()
    jobs.run_due()
    made = FrontDoor(lambda *_asked: [])
    yield made
    made.pages.close()
    made.rooms.close()
    storage._store, registry._ingest = store, ingest


def opened(owner: accounts.User) -> set[int]:
    """Let two tracks be found: one that has a set of its own, one beside another in its set. The others refuse."""
    tracks = [one for one in catalogue.listenable(None) if one.slug in ("small-lamp", "fog-signal")]
    assert len(tracks) == 2
    consent.answer(owner, FOUND, [consent.Scope(consent.TRACK, one.recording_id or 0) for one in tracks])
    jobs.run_due()  # their files are made anew
    return {one.pk for one in tracks}


def site_of(owner: accounts.User) -> Site:
    site, of_profile = Site(), defaultdict(set)
    for track in catalogue.listenable(None):
        accounts.edit_profile(owner, track.profile_id, feeds_sound=True)
        site.pages[f"{track.profile.slug}/{track.slug}"] = track.pk
        site.by_recording[track.recording_id or 0] = track.pk
        of_profile[track.profile.slug].add(track.pk)
        if len(site.comments) < 5:  # so many may one write in a minute, and a few more
            said = comments.write(owner, comments.Opened(track, ""), "Heard by the harbour.", at_ms=500)
            site.comments[said.pk] = track.pk
    for row in catalogue.own_sets(owner):
        found = catalogue.set_for(None, row.pk)
        site.set_ids[row.pk] = frozenset(one.pk for one in found.tracks)
        site.sets[f"{found.music_set.profile.slug}/{row.slug}"] = site.set_ids[row.pk]
    site.profiles = {name: frozenset(ids) for name, ids in of_profile.items()}
    return site


def check(site: Site, open_ones: set[int], reply: Met) -> str:
    """Look at one reply, and return its kind, without it where nothing was found of what the address is about."""
    kind, tracks = site.about(reply.address)
    if kind == "picture":
        says(reply, lines_of([0], ()), listed=False)
    elif tracks == NOBODY or reply.status in (401, 404) or kind in FOR_OWNERS:
        about_nothing(reply)
        return kind if reply.status == 200 and kind not in FOR_OWNERS else ""
    else:
        lines = lines_of(tracks, open_ones)
        may_be_found = bool(tracks & open_ones)  # a feed or a document says of each track its own
        says(reply, lines, listed=may_be_found)
        if kind in WITH_HEAD and reply.status == 200:
            head_says(reply, noindex="search=n" in lines["Content-Usage"])
    return kind


def about_nothing(reply: Met) -> None:
    """What is about no track carries what holds for all of them, or else a no to everything."""
    for name in OF_SITE:
        assert reply.headers.get(name) in (OF_SITE[name], NO[name]), (reply.address, name, reply.headers.get(name))


def test_every_reply_of_the_demo_site_carries_the_answer(door: FrontDoor, settings: Any) -> None:
    owner = accounts.account_at(demo.EMAIL)
    open_ones, site = opened(owner), site_of(owner)
    ids: dict[str, list[object]] = {
        "track_id": list(site.pages.values()), "set_id": list(site.set_ids), "permalink": list(site.profiles),
        "row_id": list(site.comments), "upload_id": [1], "uid": ["0" * 32],
        "query": [f"/{page}" for page in site.pages],
    }  # fmt: skip
    crawl = Crawl(Client(), door, ids)
    crawl.walk([f"/listen/{track}/similar" for track in site.pages.values()])
    kinds, told, one_of = Counter[str](), Counter[str](), {}
    for reply in crawl.met.values():
        kind = check(site, open_ones, reply)
        kinds[kind] += 1
        told[reply.headers["content-signal"]] += 1
        if kind and site.about(reply.address)[1] - open_ones:
            one_of[kind] = reply
    assert len(crawl.met) > 1000
    missing = {kind: (kinds[kind], least) for kind, least in SEEN.items() if kinds[kind] < least}
    assert not missing, kinds
    assert told.keys() == {"search=yes, ai-input=no, ai-train=no", "search=no, ai-input=no, ai-train=no",
                           "ai-input=no, ai-train=no"}  # fmt: skip

    # And it can fail: in every kind, where any one line is missing, and where the middleware is.
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "Declarations" not in one]
    crawl.client = Client()
    for reply in one_of.values():
        for name in ("content-usage", "content-signal", "x-robots-tag", "tdm-reservation", "tdm-policy", "link"):
            with pytest.raises((AssertionError, KeyError)):
                check(site, open_ones, replace(reply, headers={k: v for k, v in reply.headers.items() if k != name}))
        if not reply.path.startswith("/media/"):
            with pytest.raises((AssertionError, KeyError)):
                check(site, open_ones, crawl.fetch(reply.address))
