"""What every template may ask for."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The site's own name and address, and where the source of what is running can be had."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT": settings.ANTIPHON.contact,
        "SOURCE_URL": settings.ANTIPHON.source_url or "/source",
    }
