"""A site with a crowd: many profiles and tracks, made in bulk, for benchmarks that ask what size costs.

`open_site(folder)` starts Django on an empty data folder; `build()` fills its database. Rows are as real
ingest would leave them, but no file stands behind them. The same seed always gives the same site.
"""

import hashlib
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

BATCH = 1000
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_LEXICON = """
    amber ash barley bell birch blue bridge cedar chalk cinder clay clear cloud coast copper coral
    crane crow dawn deer delta dew drift dune dusk ember fern field fjord flint fog ford frost glass
    glow grain grove gull harbour hazel heath hill hollow iron ivory kelp lake lantern larch lark
    light lilac lime linden loam marsh maple mist moon moss night north oak ochre orchard otter owl
    paper pearl pine plum pond quartz rain reed river rook rowan rust sage salt sand shade shell
    silver slate sleet smoke snow song south spark spruce star stone storm sun swan thaw thorn tide
    timber vale velvet violet water wave west wheat willow wind winter wren
"""
WORDS = tuple(_LEXICON.split())
GENRES = ("ambient", "folk", "jazz", "techno", "choral", "hip hop", "post-rock", "piano", "field recording")


@dataclass(frozen=True)
class Crowd:
    """What was built: enough to ask for any of it."""

    user_ids: list[int]
    profile_slugs: list[str]
    track_ids: list[int]  # oldest first; all public and playable
    track_addresses: list[str]  # /profile/track, in the same order
    set_addresses: list[str]


def open_site(folder: Path) -> None:
    """Start Django on this data folder and make its tables. Once per process."""
    os.environ["ANTIPHON_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "antiphon.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def build(tracks: int = 50_000, profiles: int = 2_000, *, full_waveforms: int = 1_000, seed: int = 7) -> Crowd:
    """Fill the database with public tracks spread over profiles, and one set for each profile.

    The newest `full_waveforms` tracks carry waveform data at its real size (about 9 kB each); the
    others carry none.
    """
    from django.db import connection, transaction

    from antiphon.catalogue import service as catalogue

    dice = random.Random(seed)
    with transaction.atomic():
        users, faces = _people(profiles, dice)
        made = _tracks(tracks, faces, dice, full_waveforms)
        sets = _sets(faces, made)
    catalogue.rebuild_search()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Crowd(
        user_ids=[user.pk for user in users],
        profile_slugs=[face.slug for face in faces],
        track_ids=[track.pk for track in made],
        track_addresses=[f"/{faces[i % len(faces)].slug}/{track.slug}" for i, track in enumerate(made)],
        set_addresses=sets,
    )


def _people(count: int, dice: random.Random) -> tuple[list[Any], list[Any]]:
    from antiphon.accounts.models import Profile, User

    users = User.objects.bulk_create(
        [User(email=f"person-{n}@example.org", password="!") for n in range(count)], batch_size=BATCH
    )
    faces = []
    for n, user in enumerate(users):
        name = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {n}"
        faces.append(
            Profile(owner=user, slug=name.replace(" ", "-"), name=name.title(), search_text=name, place="Lübeck")
        )
    return users, Profile.objects.bulk_create(faces, batch_size=BATCH)


def _track(n: int, face: Any, dice: random.Random) -> Any:
    from antiphon.catalogue.models import Track

    title = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {dice.choice(WORDS)}"
    genre, tags = dice.choice(GENRES), ", ".join(dice.sample(WORDS, 4))
    at = FIRST_DAY + timedelta(minutes=20 * n)
    return Track(
        profile=face,
        slug=f"{title.replace(' ', '-')}-{n}",
        title=title.title(),
        description=" ".join(dice.choices(WORDS, k=60)),
        genre=genre,
        tag_list=tags,
        release_date=at.date(),
        isrc=f"XXZ99{n:07d}",
        bpm=dice.randrange(60, 180),
        license="cc-by",
        sharing="public",
        downloads=dice.choice(("nobody", "members", "anyone")),
        state="published",
        published_at=at,
        created_at=at,
        playable=True,
        search_text=f"{title} {genre} {tags} {face.search_text}",
    )


def _recording(n: int, track: Any, dice: random.Random, *, full: bool) -> Any:
    from antiphon.catalogue.models import Recording

    path = "".join(f"M{x} {50 - h}V{50 + h}" for x, h in enumerate(dice.choices(range(50), k=500))) if full else ""
    return Recording(
        track=track,
        state="complete",
        original_key=f"originals/{n}",
        original_name=f"{n}.flac",
        size_bytes=dice.randrange(5_000_000, 60_000_000),
        sha256=hashlib.sha256(str(n).encode()).hexdigest(),
        container="flac",
        codec="flac",
        duration_ms=dice.randrange(60_000, 600_000),
        rate_hz=44_100,
        channels=2,
        loudness_lufs=-14.0 + dice.random(),
        loudness_range_lu=6.0,
        true_peak_dbtp=-1.0,
        waveform_key=f"waveforms/{n}.dat",
        overview=dice.randbytes(3600) if full else b"",
        waveform_path=path,
    )


def _tracks(count: int, faces: list[Any], dice: random.Random, full: int) -> list[Any]:
    from django.db.models import OuterRef, Subquery

    from antiphon.audio.models import Rendition
    from antiphon.catalogue.models import Recording, Track

    made: list[Any] = []
    for numbers in _batches(range(count)):
        rows = Track.objects.bulk_create([_track(n, faces[n % len(faces)], dice) for n in numbers])
        sounds = Recording.objects.bulk_create(
            [_recording(n, row, dice, full=n >= count - full) for n, row in zip(numbers, rows, strict=True)]
        )
        Rendition.objects.bulk_create(
            Rendition(
                recording=sound,
                kind=kind,
                key=f"renditions/{sound.pk}/{kind}.mp4",
                mime=mime,
                size_bytes=4_000_000,
                sha256=sound.sha256,
            )
            for sound in sounds
            for kind, mime in (
                ("aac160", 'audio/mp4; codecs="mp4a.40.2"'),
                ("opus96", 'audio/mp4; codecs="opus"'),
            )
        )
        made.extend(rows)
    current = Recording.objects.filter(track=OuterRef("pk")).values("pk")[:1]
    Track.objects.update(recording=Subquery(current))
    return made


def _sets(faces: list[Any], tracks: list[Any]) -> list[str]:
    from antiphon.catalogue.models import MusicSet, SetItem

    sets = MusicSet.objects.bulk_create(
        [
            MusicSet(
                profile=face,
                slug="first-songs",
                title="First songs",
                sharing="public",
                published_at=FIRST_DAY,
                search_text=f"first songs {face.search_text}",
            )
            for face in faces
        ],
        batch_size=BATCH,
    )
    items = [
        SetItem(music_set=row, track=track, position=position)
        for n, row in enumerate(sets)
        for position, track in enumerate(tracks[n :: len(faces)][:12], start=1)
    ]
    SetItem.objects.bulk_create(items, batch_size=BATCH)
    return [f"/{face.slug}/sets/first-songs" for face in faces]


def _batches(numbers: range) -> Iterator[list[int]]:
    left = iter(numbers)
    while batch := list(islice(left, BATCH)):
        yield batch
