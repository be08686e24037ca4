"""The terms in force: the text, the version's own name, and since when."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antiphon.terms import service as terms

_HEADING = re.compile(r"^(#{1,3}) (.+)$")


@require_safe
def terms_page(request: HttpRequest) -> HttpResponse:
    """Show the version in force."""
    version = terms.current()
    return render(request, "terms/current.html", {"version": version, "parts": _parts(version.text)})


def _parts(text: str) -> list[dict[str, str]]:
    """Return headings and paragraphs of a text that uses nothing else of Markdown."""
    parts = []
    for block in text.strip().split("\n\n"):
        for line in block.splitlines():
            heading = _HEADING.match(line)
            if heading:
                parts.append({"kind": f"h{len(heading[1])}", "words": heading[2]})
            elif line.strip():
                parts.append({"kind": "p", "words": line.strip()})
    return parts
