"""Sessions are listed by browsers that people recognise."""

import pytest

from antiphon.web.templatetags.browsers import browser

MOZILLA = "Mozilla/5.0 "


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (MOZILLA + "(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (MOZILLA + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36", "Chrome on Windows"),
        (MOZILLA + "(Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (MOZILLA + "(iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        (MOZILLA + "(Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("A machine of my own", "A machine of my own"),
        ("x" * 500, "x" * 60),
        ("", "–"),
    ],
)
def test_a_browser_is_called_what_people_call_it(said: str, shown: str) -> None:
    assert browser(said) == shown
