"""Every error as a page, in one place."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse("This form has gone stale. Go back, reload the page and send it again.", status=403)
