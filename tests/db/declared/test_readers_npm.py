"""Readers from npm look at a refused track and at one that may be found; one damaged letter, and each is misled."""

from typing import Any

import pytest

from tests.db.declared.test_readers import FOUND, NO, fetched, site
from tests.node import read

__all__ = ["site"]


def test_robots_parser_fetches_robots_txt(site: str) -> None:
    text, _headers = fetched(f"{site}/robots.txt")

    def may(agent: str, path: str, text: str = text) -> Any:
        return read("robots", text=text, site=site, agent=agent, url=site + path)

    for path in (NO, FOUND):
        assert may("GPTBot", path) is False
        assert may("Googlebot", path) is True
    assert may("GPTBot", "/rsl.xml") is True
    assert may("Googlebot", "/listen/7.json") is False
    assert may("GPTBot", NO, text.replace("User-agent: GPTBot\n", "User-agent: GPTBat\n")) is True


def test_structured_headers_reads_what_may_be_used(site: str) -> None:
    refused, found = (fetched(site + path)[1]["Content-Usage"] for path in (NO, FOUND))
    assert read("usage", header=refused) == {"train-ai": "n", "ai-use": "n", "search": "n"}
    assert read("usage", header=found) == {"train-ai": "n", "ai-use": "n"}
    assert read("usage", header=refused.replace("train-ai", "Train-ai")) is None
    assert read("usage", header=refused.replace("=n", "=N", 1))["train-ai"] == "N"


@pytest.mark.parametrize("path", [NO, FOUND])
def test_http_link_header_finds_the_licence(site: str, path: str) -> None:
    link = fetched(site + path)[1]["Link"]
    assert read("licences", header=link) == [{"uri": f"{site}{path}/rsl.xml", "type": "application/rsl+xml"}]
    assert read("licences", header=link.replace('"license"', '"licence"')) == []
