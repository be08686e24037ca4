"""`antiphon import`: brings folders of music in, as uploading them would, and says what it left out and why."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import slug_of
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.cli.printing import add_json, show_json
from antiphon.kernel.errors import AntiphonError, NotFound


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "import",
        help="bring folders of music in",
        description="Bring folders of music in. By importing you say that you may publish this music. "
        "A second run goes on where the first one ended.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders; a folder becomes a set")
    parser.add_argument("--creator", required=True, metavar="NAME", help="address or name of the artist profile")
    parser.add_argument(
        "--plan", action="store_true", help="only say what would come in, and what would be left out and why"
    )
    add_json(parser)
    parser.set_defaults(run=import_music)


def import_music(args: argparse.Namespace) -> int:
    """Exit status 1 when something was left out that is not here already, or when it was interrupted."""
    profile = creator(args.creator)
    imported: list[catalogue.Imported] = []
    skipped: list[catalogue.Skipped] = []
    planned = catalogue.plan_import(profile, args.paths)
    total = sum(path.stat().st_size for path, _ in planned.files if path.is_file())
    if args.plan:
        show_plan(planned, as_json=args.json)
        return 0
    interrupted = False
    try:
        with progress_bar(quiet=args.json) as bar:
            task = bar.add_task("", total=total)
            before = 0
            for event in catalogue.import_folder(profile, args.paths, attested=True, planned=planned):
                if isinstance(event, catalogue.Progress):
                    bar.update(task, completed=before + event.done_bytes, description=event.path.name[:40])
                    continue
                if isinstance(event, catalogue.Imported):
                    imported.append(event)
                else:
                    skipped.append(event)
                before += event.path.stat().st_size if event.path.is_file() else 0
                bar.update(task, completed=before)
        place_pictures(profile, planned, skipped)
    except KeyboardInterrupt:
        interrupted = True
    show(imported, skipped, interrupted, as_json=args.json)
    return 1 if interrupted or any(is_loss(event) for event in skipped) else 0


def creator(name: str) -> accounts.Profile:
    """Find the profile by address or by name. Raises `NotFound` with the command that makes one."""
    try:
        return accounts.profile_at(slug_of(name)).profile
    except NotFound as error:
        raise NotFound(
            f"There is no artist profile “{name}” here.",
            subject=name,
            hint=f'Make one: antiphon account create you@example.org --profile "{name}"',
        ) from error


def place_pictures(profile: accounts.Profile, planned: catalogue.Planned, skipped: list[catalogue.Skipped]) -> None:
    """Put the pictures that lay beside the music on the sets and tracks they belong to."""
    for key, path in planned.pictures().items():
        try:
            for kind, subject_id in catalogue.artwork_targets(profile.owner, planned.batch, key):
                audio.accept_picture(path, kind=kind, subject_id=subject_id)
        except AntiphonError as error:
            skipped.append(catalogue.Skipped(path, f"{error.message} {error.hint}".strip(), error.code))


def show_plan(planned: catalogue.Planned, *, as_json: bool) -> None:
    plan = planned.plan
    left = [{"path": one.path, "reason": catalogue.reason_left_out(one), "code": one.code} for one in plan.left_out]
    if as_json:
        sets = [{"title": album.title, "files": list(album.songs), "artwork": album.artwork} for album in plan.albums]
        tracks = [{"path": song.path, "artwork": song.artwork, **song.said} for song in plan.songs]
        show_json({"sets": sets, "tracks": tracks, "left_out": left})
        return
    titles = {song.path: song.said["title"] for song in plan.songs}
    for album in plan.albums:
        print(f"{album.title}{' (with a picture)' if album.artwork else ''}")
        for number, path in enumerate(album.songs, 1):
            print(f"  {number:2d}  {titles[path]}")
    for song in plan.songs:
        if not song.set_key:
            print(song.said["title"])
    print(f"\n{len(plan.songs)} tracks and {len(plan.albums)} sets would come in.")
    for one in left:
        print(f"  {one['path']}: {one['reason']}")


def is_loss(event: catalogue.Skipped) -> bool:
    """Tell whether somebody may miss this file: not when it is here, nor when it is a text or a picture."""
    return event.code not in ("here", "not-music", "not-fetched") and not event.code.startswith("wrong-")


def progress_bar(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


def show(
    imported: list[catalogue.Imported], skipped: list[catalogue.Skipped], interrupted: bool, *, as_json: bool
) -> None:
    if as_json:
        show_json(
            {
                "imported": [{"path": e.path, "track": e.track_id, "recording": e.recording_id} for e in imported],
                "skipped": [{"path": e.path, "reason": e.reason, "code": e.code} for e in skipped],
                "interrupted": interrupted,
            }
        )
        return
    print(f"{len(imported)} files imported, {len(skipped)} left out.")
    for reason, count in Counter(event.reason for event in skipped).most_common():
        print(f"\n{reason} ({count})")
        for event in skipped:
            if event.reason == reason:
                print(f"  {event.path}")
    if interrupted:
        print("\nInterrupted. The same command goes on from here.")
