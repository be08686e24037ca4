"""What people did with a crowd's music, in bulk: plays, follows, likes, reposts, comments, notices, and their counts.

`build_community()` fills the database that Django is set up for, SQLite or PostgreSQL, with all of it; `gather(made)`
does the same on top of a crowd that is there. Rows are as the services would leave them: what is summed and counted is
summed and counted from the rows themselves. The same seed gives the same site, but for plays, which end today.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bench import crowd

PLAYS, FOLLOWS, LIKES, REPOSTS = 5_000_000, 500_000, 100_000, 20_000
COMMENTS, NOTICES = 60_000, 50_000  # and an answer to every third comment
DAYS = 180  # that plays are spread over
QUIET = 300  # profiles that have published nothing for years
_A_TIME = 500_000  # plays in one transaction
_SOURCES = ("page", "page", "page", "home", "feed", "feed", "set", "profile", "search", "queue")


def build_community(
    *,
    creators: int = 2_000,
    tracks: int = 50_000,
    plays: int = PLAYS,
    follows: int = FOLLOWS,
    full_waveforms: int = 1_000,
    seed: int = 7,
) -> crowd.Crowd:
    """Fill an empty site with creators, their tracks, and all that listeners did with them; return the crowd."""
    made = crowd.build(tracks, creators, full_waveforms=full_waveforms, seed=seed)
    gather(made, plays=plays, follows=follows)
    return made


def gather(made: crowd.Crowd, *, plays: int = PLAYS, follows: int = FOLLOWS, seed: int = 11) -> None:
    """Let a crowd listen and talk. Its last person follows everybody, the one before ten, and the one before that
    only the first three hundred, who have been quiet for years.
    """
    from django.db import connection, transaction

    with transaction.atomic():
        _tie(made, follows, random.Random(seed))
        _talk(made, random.Random(seed + 1))
    _listen(plays)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _COUNTS:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _of(many: int, made: crowd.Crowd) -> int:
    """So many, on a site of this size, as 50,000 tracks have of it."""
    return many * len(made.track_ids) // 50_000


def _fill(model: Any, rows: Iterable[Any]) -> None:
    model.objects.bulk_create(list(rows), batch_size=5000)


# Ties and words


def _tie(made: crowd.Crowd, follows: int, dice: random.Random) -> None:
    from antiphon.accounts.models import Profile, Role, RoleGrant
    from antiphon.catalogue.models import Track
    from antiphon.community.models import Follow, Like, Notice, Repost

    RoleGrant.objects.create(user_id=made.user_ids[1], role=Role.OPERATOR)  # every site has one
    faces = list(Profile.objects.order_by("pk").values_list("pk", flat=True))
    quiet = faces[: min(QUIET, len(faces) // 2)]
    users, tracks = made.user_ids, made.track_ids
    newest = crowd.FIRST_DAY + timedelta(minutes=20 * len(tracks))
    pairs = {(users[-1], face) for face in faces} | {(users[-2], face) for face in faces[-10:]}
    pairs |= {(users[-3], face) for face in quiet}
    _fill(Follow, (Follow(user_id=user, profile_id=face) for user, face in sorted(pairs)))
    _let_the_rest_follow(users[-3], max(1, len(faces) * len(users) // follows))
    liked = {(dice.choice(users), dice.choice(tracks)) for _ in range(_of(LIKES, made))}
    _fill(Like, (Like(user_id=user, track_id=track) for user, track in sorted(liked)))
    passed = {(dice.choice(faces[len(quiet) :]), dice.choice(tracks)) for _ in range(_of(REPOSTS, made))}
    _fill(
        Repost,
        (
            Repost(profile_id=face, track_id=track, at=newest - timedelta(minutes=dice.randrange(500_000)))
            for face, track in sorted(passed)
        ),
    )
    told = ((users[n % len(users)], tracks[n % len(tracks)], n) for n in range(_of(NOTICES, made)))
    _fill(Notice, (Notice(user_id=u, kind="like", track_id=t, about_id=n, address="/") for u, t, n in told))
    Track.objects.filter(profile_id__in=quiet).update(published_at=crowd.FIRST_DAY - timedelta(days=365))


def _let_the_rest_follow(before: int, one_in: int) -> None:
    """Everybody before this user follows one profile in so many: made where the rows are, being half a million."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_follow (user_id, profile_id, at) SELECT u.id, p.id, %s FROM accounts_user u, "
            "accounts_profile p WHERE u.id < %s AND p.owner_id <> u.id AND (u.id * 7919 + p.id * 31) %% %s = 0",
            [crowd.FIRST_DAY, before, one_in],
        )


def _talk(made: crowd.Crowd, dice: random.Random) -> None:
    """Comments on all tracks, and answers to some of them."""
    from antiphon.accounts.models import Profile
    from antiphon.community.models import Comment

    faces = list(Profile.objects.values_list("pk", flat=True))

    def words() -> str:
        return " ".join(dice.choices(crowd.WORDS, k=dice.randrange(3, 30)))

    _fill(
        Comment,
        (
            Comment(
                track_id=made.track_ids[n % len(made.track_ids)], profile_id=dice.choice(faces), words=words(),
                place_ms=dice.randrange(60_000), replies=int(n % 3 == 0), numbered=int(n % 3 == 0),
            )
            for n in range(_of(COMMENTS, made))
        ),
    )  # fmt: skip
    roots = Comment.objects.order_by("pk").filter(replies=1).values_list("pk", "track_id")
    _fill(
        Comment,
        (
            Comment(track_id=track, parent_id=root, number=1, profile_id=dice.choice(faces), words=words())
            for root, track in roots
        ),
    )


# Plays

# By the database itself, from numbers in a row: five million objects of Python would take half an hour. What looks
# like chance is a number times a large odd one; few tracks have many plays, and many have few.
_SERIES = {
    "sqlite": "RECURSIVE series(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM series WHERE n < %s)",
    "postgresql": "series(n) AS (SELECT generate_series(%s::bigint, %s::bigint))",
}
_UUID = {"sqlite": "printf('%%032x', {0})", "postgresql": "lpad(to_hex({0}), 32, '0')::uuid"}
_MOMENT = {"sqlite": "datetime({0}, 'unixepoch')", "postgresql": "to_timestamp({0})"}
_DAY = {"sqlite": "date({0}, 'unixepoch')", "postgresql": "(to_timestamp({0}) AT TIME ZONE 'UTC')::date"}
_NUMBERED = """
    CREATE TEMPORARY TABLE bench_track AS
        SELECT row_number() OVER (ORDER BY t.id) - 1 AS place, t.id, t.recording_id, r.duration_ms
        FROM catalogue_track t JOIN catalogue_recording r ON r.id = t.recording_id;
    CREATE UNIQUE INDEX bench_track_place ON bench_track (place);
    CREATE TEMPORARY TABLE bench_user AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM accounts_user;
    CREATE UNIQUE INDEX bench_user_place ON bench_user (place)
"""
_PLAY = """
    WITH {series}, drawn AS (
        SELECT n, (n * 2654435761) %% 4294967296 / 65536 AS luck, (n * 2246822519) %% 4294967296 AS who,
               (n * 3266489917) %% 4294967296 AS share, {first} + n * {span} / {plays} AS at
        FROM series
    )
    INSERT INTO community_play (
        key, track_id, recording_id, user_id, browser, ticket, issued_ms, began_at, day, heard_ms, counted, finished,
        source, source_id, country
    )
    SELECT {key}, t.id, t.recording_id, CASE WHEN d.n %% 4 > 0 THEN u.id END,
           CASE WHEN d.at > {named} THEN {browser} END, d.n, d.at * 1000, {moment}, {day},
           t.duration_ms * d.share / 4294967296, t.duration_ms * d.share / 4294967296 >= 30000,
           d.share >= 3865470566, CASE d.n %% 10 {sources} END, 0, ''
    FROM drawn d
    JOIN bench_track t ON t.place = d.luck * d.luck * {tracks} / 4294967296
    JOIN bench_user u ON u.place = d.who * {users} / 4294967296
    ORDER BY d.n
"""
_COUNTS = (
    """
    INSERT INTO community_playday (track_id, day, source, country, plays, heard_ms, finishes)
    SELECT track_id, day, source, country, sum(CASE WHEN counted THEN 1 ELSE 0 END), sum(heard_ms),
           sum(CASE WHEN finished THEN 1 ELSE 0 END)
    FROM community_play GROUP BY track_id, day, source, country ORDER BY track_id, day, source, country
    """,
    """
    INSERT INTO community_tracktally (track_id, plays, likes, reposts, comments)
    SELECT t.id, coalesce(p.many, 0), coalesce(l.many, 0), coalesce(r.many, 0), coalesce(c.many, 0)
    FROM catalogue_track t
    LEFT JOIN (SELECT track_id, sum(plays) AS many FROM community_playday GROUP BY track_id) p ON p.track_id = t.id
    LEFT JOIN (SELECT track_id, count(*) AS many FROM community_like GROUP BY track_id) l ON l.track_id = t.id
    LEFT JOIN (SELECT track_id, count(*) AS many FROM community_repost GROUP BY track_id) r ON r.track_id = t.id
    LEFT JOIN (SELECT track_id, count(*) AS many FROM community_comment GROUP BY track_id) c ON c.track_id = t.id
    """,
    """
    INSERT INTO community_profiletally (profile_id, followers)
    SELECT profile_id, count(*) FROM community_follow GROUP BY profile_id
    """,
)


def _listen(plays: int) -> None:
    """Plays at an even pace over the last months. Who listened in which browser is known of the last thirty days."""
    from django.db import connection, transaction

    from antiphon.accounts.models import User
    from antiphon.catalogue.models import Track
    from antiphon.kernel import clock

    vendor, now = connection.vendor, int(clock.now().timestamp())
    statement = _PLAY.format(
        series=_SERIES[vendor],
        key=_UUID[vendor].format("d.n"),
        browser=_UUID[vendor].format("d.who / 65536 + 1"),
        moment=_MOMENT[vendor].format("d.at"),
        day=_DAY[vendor].format("d.at"),
        first=now - DAYS * 86400,
        span=DAYS * 86400,
        plays=plays,
        named=now - 30 * 86400,
        tracks=Track.objects.exclude(recording=None).count(),
        users=User.objects.count(),
        sources=" ".join(f"WHEN {n} THEN '{source}'" for n, source in enumerate(_SOURCES)),
    )
    with connection.cursor() as cursor, _without_indexes("community_play"):
        for part in _NUMBERED.split(";"):
            cursor.execute(part)
        for start in range(1, plays + 1, _A_TIME):
            with transaction.atomic():
                cursor.execute(statement, [start, min(plays, start + _A_TIME - 1)])
        for table in ("bench_track", "bench_user"):
            cursor.execute(f"DROP TABLE {table}")


_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef NOT LIKE '%%UNIQUE%%'",
}


@contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """Take a table's indexes away and make them again when it is full: that takes a fraction of keeping them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_INDEXES[connection.vendor], [table])
        there = list(cursor.fetchall())
        for name, _made_by in there:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, made_by in there:
            cursor.execute(made_by)
