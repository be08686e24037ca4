"""What a page costs at 50,000 tracks: processor time and queries, in process, beside the barest Django page.

Run: `python -m bench.pages`. Each figure is the best of several batches over different tracks; the peer is a Django
view with the same middleware that reads one track with its profile and recording and writes one line.
"""

import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.test import override_settings

from bench import crowd
from bench.table import Row, print_table, write

BATCHES = 25
PER_BATCH = 12
OURS = "antiphon.site.urls"
PEER = "a bare Django page"


def environ(path: str, cookies: str = "") -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookies,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }


def fetch(application: Callable[..., Any], path: str, cookies: str = "") -> bytes:
    status: list[str] = []

    def start(line: str, headers: object, exc_info: object = None) -> None:
        status.append(line)

    reply = application(environ(path, cookies), start)
    body = b"".join(reply)
    reply.close()
    assert status[0].startswith("200"), f"{path}: {status[0]}"
    return body


def cpu_ms(
    application: Callable[..., Any],
    asked: dict[str, tuple[list[str], str, str]],
    clock: Callable[[], float] = time.process_time,
) -> dict[str, float]:
    """Least mean processor time of a request, in ms, for each figure: (addresses, cookies, root of the addresses).

    The figures take turns, batch by batch, so that a busy moment of the machine falls on all of them.
    """
    best = dict.fromkeys(asked, float("inf"))
    for batch in range(BATCHES + 1):
        for figure, (paths, cookies, urls) in asked.items():
            chosen = [paths[(batch * PER_BATCH + n) % len(paths)] for n in range(PER_BATCH)]
            with override_settings(ROOT_URLCONF=urls):
                fetch(application, chosen[0], cookies)
                began = clock()
                for path in chosen:
                    fetch(application, path, cookies)
                spent = (clock() - began) / PER_BATCH * 1000
            if batch:  # the first one only warms up
                best[figure] = min(best[figure], spent)
    return best


def queries(application: Callable[..., Any], path: str, cookies: str = "") -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        fetch(application, path, cookies)
    return len(seen)


def signed_in(user_id: int) -> str:
    """Cookies of a person who is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from antiphon.accounts.models import User

    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        crowd.open_site(Path(folder))
        made = crowd.build()
        from antiphon.site.wsgi import application

        step = max(1, len(made.track_addresses) // 280)
        tracks = made.track_addresses[::step]
        ben = signed_in(made.user_ids[-1])
        pages = {
            "track page, signed out": (tracks, "", OURS),
            "track page, signed in": (tracks, ben, OURS),
            "home": (["/"], "", OURS),
            "profile page": ([f"/{slug}" for slug in made.profile_slugs[:280]], "", OURS),
            "set page": (made.set_addresses[:280], "", OURS),
            "search for two words": (["/search?q=harbour+rain", "/search?q=owl+song"], "", OURS),
        }
        spent = cpu_ms(application, {**pages, PEER: (tracks, "", "bench.bare")})
        rows = []
        for figure, (paths, cookies, _) in pages.items():
            rows.append(Row(figure, spent[figure], "ms CPU", PEER, spent[PEER]))
            rows.append(Row(f"{figure}: queries", queries(application, paths[1 % len(paths)], cookies), "queries"))
        print_table("pages, 50,000 tracks", rows)
        write("pages", rows)


if __name__ == "__main__":
    main()
