"""The demo catalogue: music that comes with the software, so that a new site has something to play.

Owns the account it belongs to, its making and its removal. The music itself is made by a child process,
see `songs`; from there it takes the way that every upload takes.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.site import songs

JOB = "site.demo"
EMAIL = "demo@antiphon.invalid"
_MOST = 500

Report = Callable[[str], None]


def _say_nothing(words: str) -> None:
    """Report to nobody."""


def enqueue_first_demo() -> bool:
    """Queue the making of the demo when it is wanted and nobody makes music here yet; tell whether it was."""
    if not settings.ANTIPHON.demo or accounts.counts().profiles:
        return False
    jobs.enqueue(JOB, key=JOB)
    return True


def make(report: Report = _say_nothing) -> int:
    """Make what is missing of the demo catalogue; return how many tracks it has. A second run goes on with the first.

    Raises `Conflict` while another process makes it, `Unavailable` when the music cannot be made.
    """
    with _alone():
        maker = _Maker(report)
        maker.drop_failed()
        return maker.make(most=None)


def make_next(report: Report = _say_nothing) -> bool:
    """Make the next missing piece only; tell whether another one is missing. Raises as `make` does."""
    with _alone():
        maker = _Maker(report)
        maker.make(most=1)
        return bool(maker.missing())


def remove(report: Report = _say_nothing) -> int:
    """Delete the demo's music, artists and account; return how many tracks that were. What is not the demo's stays."""
    with _alone():
        programme = songs.programme()
        names = {artist["name"] for artist in programme.artists.values()}
        with transaction.atomic():
            owner = _find_owner()
            if owner is None:
                report(_("There is no demo catalogue here."))
                return 0
            gone = 0
            for profile in accounts.profiles_of(owner):
                if profile.name in names:
                    gone += _remove_artist(owner, profile)
                    report(_("%(name)s is gone.") % {"name": profile.name})
            if not accounts.Profile.objects.filter(owner=owner).exists():
                owner.delete()
        shutil.rmtree(_folder(), ignore_errors=True)
        return gone


def _remove_artist(owner: accounts.User, profile: accounts.Profile) -> int:
    for music_set in catalogue.own_sets(owner):
        if music_set.profile_id == profile.pk:
            catalogue.delete_set(owner, music_set.pk)
    tracks = [track.pk for track in _tracks(owner) if track.profile_id == profile.pk]
    gone = catalogue.delete_tracks(owner, tracks)
    accounts.set_picture(profile.pk, "")
    profile.delete()
    return gone


class _Maker:
    """One run: reads the programme, sees what is here, and makes the rest."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._programme = songs.programme()
        self._owner = _find_owner() or _make_owner()
        self._profiles: dict[str, accounts.Profile] = {}
        self._covers: dict[str, Path] = {}  # drawn, and waiting for their sets

    def make(self, most: int | None) -> int:
        wanted = self.missing()[:most]
        pictures = self._missing_pictures(wanted, whole=most is None)
        folder = _folder()
        try:
            if wanted or pictures:
                folder.mkdir(parents=True, exist_ok=True)
                self._hear(songs.sung([str(folder), "--pictures", *pictures, "--only", *wanted]), len(wanted))
            for slug in self._programme.sets:
                self._keep_set(slug)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return len(self._here())

    def _missing_pictures(self, wanted: list[str], *, whole: bool) -> list[str]:
        """Return the slugs of artists and sets without a picture: of all, or of those whose pieces are wanted."""
        sets = {music_set["slug"] for slug, (_piece, music_set) in self._programme.pieces().items() if slug in wanted}
        found = []
        for slug, said in self._programme.sets.items():
            if whole or slug in sets:
                profile = self._known_profiles().get(said["artist"])
                music_set = self._find_set(profile, said) if profile else None
                if music_set is None or not music_set.artwork_key:
                    found.append(slug)
                if said["artist"] not in found and (profile is None or not profile.picture_key):
                    found.append(said["artist"])
        return found

    def missing(self) -> list[str]:
        """Return the slugs of the pieces that are not here."""
        here = self._here()
        return [slug for slug in self._programme.order if slug not in here]

    def drop_failed(self) -> None:
        """Delete the tracks that could not be prepared, to be made again: only when a person asks, or it goes round."""
        failed = [track.pk for track in self._here().values() if catalogue.state_of(track) == "failed"]
        catalogue.delete_tracks(self._owner, failed)

    def _here(self) -> dict[str, catalogue.Track]:
        """Return the track of each piece that is here, in whatever state."""
        known = self._known_profiles()
        tracks = {(track.profile_id, track.title): track for track in _tracks(self._owner)}
        here: dict[str, catalogue.Track] = {}
        for slug, (piece, music_set) in self._programme.pieces().items():
            profile = known.get(music_set["artist"])
            track = tracks.get((profile.pk, piece["title"])) if profile else None
            if track is not None:
                here[slug] = track
        return here

    def _hear(self, events: Iterator[dict[str, Any]], of: int) -> None:
        for event in events:
            if event["event"] == "begun":
                place = {"number": event["number"], "of": of, "title": event["title"]}
                self._report(_("%(number)s of %(of)s: “%(title)s” is being played …") % place)
            elif event["event"] == "piece":
                self._bring_in(event["slug"], Path(event["path"]))
            elif event["event"] == "picture" and event["of"] == "artist":
                self._portray(event["slug"], Path(event["path"]))
            elif event["event"] == "picture":
                self._covers[event["slug"]] = Path(event["path"])

    def _bring_in(self, slug: str, path: Path) -> None:
        """Let a piece go the way of every upload, say what it is, and publish it: it is heard once it is prepared."""
        piece, music_set = self._programme.pieces()[slug]
        profile = self._profile(music_set["artist"])
        for event in catalogue.import_folder(profile, [path], attested=True):
            if isinstance(event, catalogue.Imported):
                self._describe(event.track_id, piece, music_set)
            elif isinstance(event, catalogue.Skipped):
                self._report(f"“{piece['title']}”: {event.reason}")
        path.unlink(missing_ok=True)
        self._keep_set(music_set["slug"])

    def _describe(self, track_id: int, piece: dict[str, Any], music_set: dict[str, Any]) -> None:
        said = {
            "title": piece["title"],
            "description": piece["description"],
            "genre": piece["genre"],
            "tag_list": piece["tags"],
            "bpm": piece["bpm"],
            "key_signature": piece["key"],
            "license": piece["licence"],
            "downloads": piece["downloads"],
            "track_number": piece["number"],
            "release_date": music_set["date"],
        }
        with transaction.atomic():
            catalogue.edit_track(self._owner, track_id, said)
            catalogue.publish_tracks(self._owner, [track_id], sharing="public")

    def _keep_set(self, slug: str) -> None:
        """Let the set hold, in order, those of its tracks that are here, and publish it with the first of them."""
        said = self._programme.sets[slug]
        here = self._here()
        tracks = [here[piece["slug"]].pk for piece in said["pieces"] if piece["slug"] in here]
        if not tracks:
            return
        profile = self._profile(said["artist"])
        with transaction.atomic():
            music_set = self._set(profile, said)
            if [track.pk for track in catalogue.tracks_in(self._owner, music_set.pk)] != tracks:
                catalogue.put_tracks(self._owner, music_set.pk, tracks)
            if music_set.published_at is None or music_set.sharing != "public":
                catalogue.publish_set(self._owner, music_set.pk, sharing="public")
            if slug in self._covers:
                audio.accept_picture(self._covers.pop(slug), kind="set", subject_id=music_set.pk)

    def _set(self, profile: accounts.Profile, said: dict[str, Any]) -> catalogue.MusicSet:
        found = self._find_set(profile, said)
        if found is not None:
            return found
        made = catalogue.make_set(self._owner, profile.pk, title=said["title"], kind=said["kind"])
        words = {"description": said["description"], "release_date": said["date"]}
        return catalogue.edit_set(self._owner, made.pk, words)

    def _find_set(self, profile: accounts.Profile, said: dict[str, Any]) -> catalogue.MusicSet | None:
        sets = catalogue.own_sets(self._owner)
        return next((one for one in sets if (one.profile_id, one.title) == (profile.pk, said["title"])), None)

    def _known_profiles(self) -> dict[str, accounts.Profile]:
        if not self._profiles:
            names = {artist["name"]: slug for slug, artist in self._programme.artists.items()}
            mine = accounts.profiles_of(self._owner)
            self._profiles = {names[profile.name]: profile for profile in mine if profile.name in names}
        return self._profiles

    def _profile(self, slug: str) -> accounts.Profile:
        """Return an artist's profile, made at the first call. Somebody real may have the address already."""
        known = self._known_profiles()
        if slug not in known:
            said = self._programme.artists[slug]
            with transaction.atomic():
                profile = accounts.make_profile(self._owner, said["name"])
                words = {"biography": said["biography"], "place": said["place"]}
                known[slug] = accounts.edit_profile(self._owner, profile.pk, **words)
        return known[slug]

    def _portray(self, slug: str, path: Path) -> None:
        profile = self._profile(slug)
        if not profile.picture_key:
            audio.accept_picture(path, kind="profile", subject_id=profile.pk)
        path.unlink(missing_ok=True)


def _find_owner() -> accounts.User | None:
    try:
        return accounts.account_at(EMAIL)
    except NotFound:
        return None


def _make_owner() -> accounts.User:
    """Make the account that owns the demo: verified, and nobody can sign in to it."""
    with transaction.atomic():
        owner = accounts.make_account(EMAIL, os.urandom(24).hex(), verified=True)
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
    return owner


def _tracks(owner: accounts.User) -> list[catalogue.Track]:
    found, _more = catalogue.studio_tracks(owner, limit=_MOST)
    return found


def _folder() -> Path:
    return Path(settings.DATA) / "tmp" / "demo"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep a second maker out; the lock ends with its process, however that ends."""
    with (Path(settings.DATA) / "tmp" / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(_("The demo catalogue is being made right now."), hint=_("Wait for it to end.")) from error
        yield
