"""What the JSON API costs at 50,000 tracks: processor time and queries, in process, beside the barest JSON view.

Run: `python -m bench.json_api`. The peer is a Django view behind the same middleware that asks the database the same
questions and writes the columns down as they are: no rules of access, no limits, no problems, no document.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

from bench import crowd
from bench.pages import OURS, cpu_ms, queries
from bench.table import Row, print_table, write

PEER = "a bare Django JSON view"

_COLUMNS = """
    id title slug artists description genre tag_list license sharing downloads commentable embeddable_by release_date
    isrc bpm key_signature track_number disc_number artwork_key published_at created_at state playable
    profile__id profile__name profile__slug profile__picture_key recording__id recording__duration_ms
    recording__loudness_lufs recording__true_peak_dbtp
"""
COLUMNS = _COLUMNS.split()


def _key_of(request: HttpRequest) -> None:
    """Ask for key, person and blocks, where a key is sent."""
    from antiphon.accounts.models import ApiKey, Block

    secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if secret:
        key = ApiKey.objects.select_related("user").get(prefix=secret.split("_")[1])
        list(Block.objects.filter(by=key.user).union(Block.objects.filter(blocked=key.user)))


def bare_track(request: HttpRequest, track_id: int) -> JsonResponse:
    from antiphon.catalogue.models import Track

    _key_of(request)
    return JsonResponse(Track.objects.filter(pk=track_id).values(*COLUMNS).get())


def bare_page(request: HttpRequest) -> JsonResponse:
    from antiphon.catalogue.models import Track

    _key_of(request)
    rows = Track.objects.filter(sharing="public", state="published", playable=True, hidden_at=None)
    return JsonResponse({"collection": list(rows.order_by("-published_at", "-id").values(*COLUMNS)[:25])})


urlpatterns = [path("api/v1/tracks/<int:track_id>", bare_track), path("api/v1/tracks", bare_page)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        crowd.open_site(Path(folder))
        made = crowd.build()
        from django.conf import settings
        from django.test import override_settings

        from antiphon.accounts import service as accounts
        from antiphon.site.wsgi import application

        _key, secret = accounts.make_api_key(accounts.account_for(made.user_ids[-1]), "bench", accounts.SCOPES)
        # The bucket is taken from all the same; it only must not run empty.
        settings.ANTIPHON.api_per_minute = settings.ANTIPHON.api_per_minute_address = 10**9

        def with_key(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            return application(environ | {"HTTP_AUTHORIZATION": f"Bearer {secret}"}, start)

        step = max(1, len(made.track_ids) // 280)
        one = [f"/api/v1/tracks/{track_id}" for track_id in made.track_ids[::step]]
        rows = []
        for figure, caller, paths in (
            ("track by JSON, nobody", application, one),
            ("track by JSON, with a key", with_key, one),
            ("24 newest tracks by JSON", application, ["/api/v1/tracks"]),
        ):
            spent = cpu_ms(caller, {figure: (paths, "", OURS), PEER: (paths, "", "bench.json_api")})
            with override_settings(ROOT_URLCONF="bench.json_api"):
                asked = queries(caller, paths[0])
            rows.append(Row(figure, spent[figure], "ms CPU", PEER, spent[PEER]))
            rows.append(Row(f"{figure}: queries", queries(caller, paths[0]), "queries", "the same view", asked))
        print_table("JSON, 50,000 tracks", rows)
        write("json_api", rows)


if __name__ == "__main__":
    main()
