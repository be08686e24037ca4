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

from bench import crowd
from bench.table import Row, print_table, write

BATCHES = 7
PER_BATCH = 40


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


def cpu_ms(application: Callable[..., Any], paths: list[str], cookies: str = "") -> float:
    """Least mean processor time of a request, in ms, over batches of different addresses."""
    for path in paths[:20]:
        fetch(application, path, cookies)
    best = float("inf")
    for batch in range(BATCHES):
        chosen = [paths[(batch * PER_BATCH + n) % len(paths)] for n in range(PER_BATCH)]
        began = time.process_time()
        for path in chosen:
            fetch(application, path, cookies)
        best = min(best, (time.process_time() - began) / PER_BATCH * 1000)
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
        from django.test import override_settings

        from antiphon.site.wsgi import application

        step = max(1, len(made.track_addresses) // 280)
        tracks = made.track_addresses[::step]
        ben = signed_in(made.user_ids[-1])
        with override_settings(ROOT_URLCONF="bench.bare"):
            floor = cpu_ms(application, tracks)
        pages = {
            "track page, signed out": (tracks, ""),
            "track page, signed in": (tracks, ben),
            "home": (["/"], ""),
            "profile page": ([f"/{slug}" for slug in made.profile_slugs[:280]], ""),
            "set page": (made.set_addresses[:280], ""),
            "search for two words": (["/search?q=harbour+rain", "/search?q=owl+song"], ""),
        }
        rows = []
        for figure, (paths, cookies) in pages.items():
            rows.append(Row(figure, cpu_ms(application, paths, cookies), "ms CPU", "a bare Django page", floor))
            rows.append(Row(f"{figure}: queries", queries(application, paths[1 % len(paths)], cookies), "queries"))
        print_table("pages, 50,000 tracks", rows)
        write("pages", rows)


if __name__ == "__main__":
    main()
