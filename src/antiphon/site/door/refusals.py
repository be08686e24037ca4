"""What every refusal of the guard looks like: one short page without anything to load, kept by nobody."""

from antiphon.site.door.asgi import Headers

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex, noai"><meta name="color-scheme" content="light dark"><title>{title}</title>
<h1>{title}</h1>
{paragraphs}
</html>
"""


def page(title: str, *paragraphs: str) -> str:
    """Return the page. What is given is markup: its words are escaped already."""
    return _PAGE.format(title=title, paragraphs="\n".join(f"<p>{one}</p>" for one in paragraphs))


def headers(policy: bytes) -> Headers:
    """Return the headers of such a page; `policy` says what a browser may do with it."""
    return [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", policy),
    ]
