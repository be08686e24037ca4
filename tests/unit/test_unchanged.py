"""Documents that are fetched again and again: what is remembered of them takes the place of nothing else."""

from django.core.cache import cache
from django.test import RequestFactory

from antiphon.web.outside.unchanged import sent


def test_however_many_documents_are_asked_for_no_limit_is_forgotten() -> None:
    cache.set("limit:sign-in:somebody", 3)
    request = RequestFactory().get("/")
    for number in range(6000):
        sent(request, b"no", address=f"/policies/{number}.xml", kind="text/plain", seconds=60)
    assert cache.get("limit:sign-in:somebody") == 3


def test_a_document_that_has_not_changed_says_since_when() -> None:
    request = RequestFactory().get("/")
    first, again, other = (
        sent(request, body, address="/rsl.xml", kind="text/plain", seconds=60) for body in (b"a", b"a", b"b")
    )
    assert first["Last-Modified"] == again["Last-Modified"]
    assert first["ETag"] == again["ETag"] != other["ETag"]
