"""What a refused track says, what one says that may be found, and how a reply is looked at."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests import declared

PAGE = "/ada-quill/slow-harbour"
REFUSED = {
    "Content-Usage": "train-ai=n, ai-use=n, search=n",
    "Content-Signal": "search=no, ai-input=no, ai-train=no",
    "TDM-Reservation": "1",
}
FOUND = {"search-index": "yes", "ai-index": "yes", "ai-input": "yes", "agent": "yes"}
ALLOWED = {
    "Content-Usage": "train-ai=n, ai-use=n",
    "Content-Signal": "search=yes, ai-input=no, ai-train=no",
    "TDM-Reservation": "1",
}


def says(reply: HttpResponse | Any, lines: dict[str, str]) -> None:
    """A reply carries these lines, a policy, an RSL document, and no AI in one line of bare words."""
    for name, value in lines.items():
        assert reply.headers[name] == value, (name, reply.headers.get(name))
    assert re.fullmatch(r"noai, noimageai(, noindex)?", reply.headers["X-Robots-Tag"])
    assert reply.headers["TDM-Policy"].startswith("http://localhost:8000/policies/")
    assert re.search(
        r'<http://localhost:8000/\S*\.xml>; rel="license"; type="application/rsl\+xml"', reply.headers["Link"]
    )
    assert declared.refuses_by_tdmrep(reply.headers)
    assert declared.refuses_by_robots_tag(reply.headers)
    assert declared.refuses_training_by_usage(reply.headers)


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    reply = client.get(path, headers=headers)
    assert reply.status_code == status, (path, reply.status_code, reply.content[:300])
    return reply
