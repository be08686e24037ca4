"""`make demo-music`: an hour of real, freely licensed music from a Debian package, imported and published.

The package is fetched once, by name, with the system's own `apt-get`, and kept outside the repository. Owns no
import of its own: it uses the verbs that `antiphon import` uses, and says whose music it is.
"""

import argparse
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Album:
    package: str
    title: str
    artist: str
    license: str
    below: str  # where the music lies in the package
    words: str


ALBUM = Album(
    package="singularity-music",
    title="Endgame: Singularity",
    artist="Max McCracken",
    license="cc-by-sa",
    below="usr/share/games/singularity/music",
    words=(
        "Music for the free game Endgame: Singularity, by Max McCracken, 2007 to 2012, under CC BY-SA 3.0 "
        "(a link above to 4.0 stands for the family), from Debian's package singularity-music."
    ),
)

OWNER = "demo@antiphon.invalid"


def fetched(album: Album, cache: Path) -> Path:
    """Return a folder with the album's files, fetching and unpacking the package when it is not there yet."""
    folder = cache / album.title.replace(":", "")
    if folder.is_dir():
        return folder
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise SystemExit(f"The real music comes from a Debian package, and there is no {tool} here.")
    unpacked = cache / "unpacked"
    unpacked.mkdir(parents=True, exist_ok=True)
    print(f"Fetching {album.package} (about 50 MB) …")
    subprocess.run(["apt-get", "download", "-qq", album.package], cwd=cache, check=True)  # noqa: S603, S607
    package = max(cache.glob(album.package + "_*.deb"), key=os.path.getmtime)
    subprocess.run(["dpkg", "-x", package, unpacked], check=True)  # noqa: S603, S607
    making = folder.with_suffix(".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    for file in sorted((unpacked / album.below).rglob("*.ogg")):
        os.link(file, making / file.name)
    making.rename(folder)
    return folder


def bring_in(folder: Path, album: Album) -> int:
    """Import and publish an album under a profile of its artist; return how many tracks are new."""
    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.kernel.errors import NotFound

    user = accounts.User.objects.filter(email=OWNER).first() or accounts.make_account(
        OWNER, secrets.token_urlsafe(32), verified=True
    )
    slug = "max-mccracken"
    try:
        profile = accounts.profile_at(slug).profile
    except NotFound:
        profile = accounts.make_profile(user, album.artist, slug)
    new = 0
    for event in catalogue.import_folder(profile, [folder], attested=True):
        if isinstance(event, catalogue.Imported):
            new += 1
            changes = {"license": album.license, "description": album.words, "downloads": "anyone"}
            catalogue.edit_track(profile.owner, event.track_id, changes)
            print(f"  {event.path.name}")
        elif isinstance(event, catalogue.Skipped):
            print(f"  {event.path.name}: {event.reason}")
    for music_set in catalogue.own_sets(user):
        if music_set.profile_id == profile.pk and music_set.published_at is None:
            catalogue.edit_set(user, music_set.pk, {"title": album.title, "description": album.words})
            catalogue.publish_set(user, music_set.pk)
    return new


def unfinished(email: str = OWNER) -> list[str]:
    """Return a line for each track of the imported music that is not prepared to the end: its title, and why."""
    from antiphon.accounts import service as accounts
    from antiphon.audio import service as audio
    from antiphon.catalogue import service as catalogue

    tracks, _more = catalogue.studio_tracks(accounts.User.objects.get(email=email), limit=1000)
    latest = {track.pk: getattr(track, "latest_id", None) or 0 for track in tracks}  # 0: there is no recording
    steps = audio.steps_of(latest.values())
    lines = []
    for track in tracks:
        found = steps.get(latest[track.pk], [])
        open_steps = [step for step in found if step.state != "done"]
        if open_steps or not found:
            reason = next((step.reason for step in open_steps if step.reason), "it has not had its turn")
            lines.append(f"  {track.title}: {reason}")
    return sorted(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    cache = parser.parse_args().cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    folder = fetched(ALBUM, cache)

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
    django.setup()
    from antiphon.cli import ports
    from antiphon.jobs import service as jobs

    ports.site().migrate(print)
    print(f"Importing {ALBUM.title} by {ALBUM.artist} …")
    new = bring_in(folder, ALBUM)
    if jobs.workers_alive():
        print(f"{new} new tracks; the worker that is running prepares them now.")
    else:
        print(f"{new} new tracks. Preparing them here, because no worker is running …")
        ran = jobs.run_due()
        if left := unfinished():
            print("\n".join(left))
            raise SystemExit(f"{len(left)} tracks are not prepared yet. Run `make demo-music` again to go on.")
        print(f"Done: {ran} jobs.")


if __name__ == "__main__":
    main()
