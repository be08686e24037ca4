"""Watching the terms of others where they stand: what is fetched and what is not, who is told, and the index."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from antiphon.cli.main import main
from antiphon.jobs import service as jobs
from antiphon.jobs.models import Job
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput
from antiphon.mail.models import Letter
from antiphon.terms import service as terms
from antiphon.terms.engines import fetching
from tests.db.answering import text

pytestmark = pytest.mark.django_db
START = datetime(2036, 3, 3, 12, 0, tzinfo=UTC)
REST = "This is a long enough text about many other things, so that it is a page of terms and no error page. " * 2
TAKES = "You agree that your content may be used to train machine learning models, in any way."
PROMISE = "We will not use your content to train generative AI models without your explicit consent."
VAGUE = "We will never sell your voice to anybody who builds generative models."
ATOM = "{http://www.w3.org/2005/Atom}"


def page(words: str) -> str:
    return f"<html><body><nav>AI</nav><main><h1>Terms</h1><h2>Content</h2><p>{words} {REST}</p></main></body></html>"


class Site:
    """A service on this machine: what it says at which address, and who asked for what."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("User-Agent", "")))
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def say(self, path: str, words: str, status: int = 200, **headers: str) -> None:
        self.pages[path] = (status, {"Content-Type": "text/html; charset=utf-8", **headers}, words.encode())

    def text(self, path: str = "/terms", kind: str = "Terms of Service") -> terms.Declared:
        return terms.Declared("Example", kind, (terms.Part(self.address + path, terms.Selection(("main",))),))


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def wish(email: str, what: str) -> None:
    """Ask for letters, and confirm by the one that comes."""
    client = Client()
    client.post("/terms/subscribe", {"email": email, "wish": what})
    letter = Letter.objects.filter(to=email, key__startswith="subscribe:").latest("pk")
    address = "/terms/subscription/" + letter.body.split("/terms/subscription/")[1].split()[0]
    client.post(address, {"do": "confirm"})


def test_a_change_is_told_to_those_who_asked_in_plain_words_and_once(site: Site) -> None:
    site.say("/terms", page(TAKES))
    with clock.frozen(START):
        first = terms.visit(site.text())
    assert first.snapshot is not None
    slug = first.snapshot.watched.slug
    wish("nora@example.org", slug)
    wish("otto@example.org", terms.ALL)
    wish("pia@example.org", terms.OURS)
    site.say("/terms", page(PROMISE))
    with clock.frozen(START + timedelta(days=1)):
        assert terms.visit(site.text()).snapshot is not None
    told = {one.to: one for one in Letter.objects.filter(key__startswith="watched:")}
    assert sorted(told) == ["nora@example.org", "otto@example.org"]
    subject, body = told["nora@example.org"].said
    assert subject == "Example changed what it says of AI"
    assert body.index(f"It said:\n\n    {TAKES}") < body.index(f"It says now:\n\n    {PROMISE}")
    assert "No more of these letters: " in body
    with clock.frozen(START + timedelta(days=2)):
        again = terms.visit(site.text())
    assert (again.snapshot, again.fault) == (None, "")
    terms.settle(first.snapshot.watched)
    assert Letter.objects.filter(key__startswith="watched:").count() == 2
    site.say("/terms", page(PROMISE + " We open at nine."))
    with clock.frozen(START + timedelta(days=3)):
        terms.visit(site.text())
    last = Letter.objects.filter(to="nora@example.org", key__startswith="watched:").latest("pk")
    subject, body = last.said
    assert subject == "Example changed its terms; what it says of AI stays"
    assert "1 clause is not as it was: Content." in body


def test_another_form_of_the_same_words_is_no_letter(site: Site) -> None:
    site.say("/terms", page(TAKES))
    first = terms.visit(site.text())
    assert first.snapshot is not None
    wish("nora@example.org", first.snapshot.watched.slug)
    site.say("/terms", page(TAKES.replace("models", "<b>models</b>")))
    terms.visit(site.text())
    assert not Letter.objects.filter(key__startswith="watched:").exists()


def test_a_stranger_can_have_an_address_written_to_three_times_a_day_at_most(site: Site) -> None:
    for number in range(5):
        site.say("/terms", page(TAKES))
        terms.visit(site.text(kind=f"Kind {number}"))
    client = Client()
    for row, _snapshots in terms.watched():
        where = client.post("/terms/subscribe", {"email": "nora@example.org", "wish": row.slug}).url
        assert where == f"/terms/watched/{row.slug}"
    assert Letter.objects.filter(to="nora@example.org").count() == 3
    client.post("/terms/subscribe", {"email": "otto@example.org", "wish": "nobody"})
    assert not Letter.objects.filter(to="otto@example.org").exists()
    assert terms.forget_unconfirmed() == 0
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert terms.forget_unconfirmed() == 1


def test_wishes_are_confirmed_one_by_one_and_ended_together(site: Site) -> None:
    site.say("/terms", page(TAKES))
    first = terms.visit(site.text())
    assert first.snapshot is not None
    wish("nora@example.org", first.snapshot.watched.slug)
    wish("nora@example.org", terms.OURS)
    letter = Letter.objects.filter(to="nora@example.org").latest("pk")
    address = "/terms/subscription/" + letter.body.split("/terms/subscription/")[1].split()[0]
    shown = text(Client(), address)
    assert "changes of the Terms of Service of Example" in shown
    assert "changes of the terms of Antiphon" in shown
    Client().post(address, {"do": "end"})
    site.say("/terms", page(PROMISE))
    terms.visit(site.text())
    assert not Letter.objects.filter(key__startswith="watched:").exists()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/none", "the site answers 404"),
        ("/private", "robots.txt of that site asks programs to keep out"),
        ("/large", "more than 5 MB"),
        ("/away", "the site answers 302"),
        ("/round", "the site answers 302"),
        ("/empty", "fewer than 30 words"),
        ("/other", "nothing in it is selected by main"),
        ("/charset", "it is not in utf-8"),
    ],
)
def test_what_cannot_be_read_says_why_and_since_when(site: Site, path: str, why: str) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /private\n", **{"Content-Type": "text/plain"})
    site.say("/private", page(TAKES))
    site.pages["/large"] = (200, {}, b"<main>" + b"word " * 1_100_000)
    site.say("/away", "", 302, Location="file:///etc/passwd")
    site.say("/round", "", 302, Location="/round")
    site.say("/empty", "<main>Please enable scripts</main>")
    site.say("/other", f"<article>{REST}</article>")
    site.pages["/charset"] = (200, {"Content-Type": "text/html; charset=utf-8"}, f"<main>ä {REST}".encode("latin-1"))
    with clock.frozen(START):
        assert why in terms.visit(site.text(path)).fault
    with clock.frozen(START + timedelta(days=1)):
        assert why in terms.visit(site.text(path)).fault
    [(row, snapshots)] = terms.watched()
    assert (snapshots, row.failed_at) == ([], START)
    assert why in text(Client(), "/terms/watched")
    assert "It could not be read since 3 March 2036" in text(Client(), f"/terms/watched/{row.slug}")
    assert all(agent.startswith("Antiphon/") for _path, agent in site.asked)


def test_a_site_whose_rules_cannot_be_had_is_left_alone(site: Site) -> None:
    site.say("/robots.txt", "", 503)
    site.say("/terms", page(TAKES))
    assert "robots.txt" in terms.visit(site.text()).fault
    assert [path for path, _agent in site.asked] == ["/robots.txt"]


def test_a_page_in_the_open_does_not_lead_into_the_house(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.say("/terms", "", 302, Location="/secret")
    site.say("/secret", page(TAKES))
    known = fetching._is_public
    # As if the first address were one of the open world.
    monkeypatch.setattr(fetching, "_is_public", lambda url: url.endswith(("/terms", "/robots.txt")) or known(url))
    assert "inside of this network" in terms.visit(site.text()).fault
    assert "/secret" not in [path for path, _agent in site.asked]


def test_a_charset_that_the_reply_names_is_taken(site: Site) -> None:
    site.pages["/terms"] = (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, page("Größe").encode("latin-1"))
    found = terms.visit(site.text()).snapshot
    assert found is not None
    assert "Größe" in found.text


@pytest.fixture
def own(settings: Any, tmp_path: Path, site: Site) -> Path:
    """A declaration of the operator's own, of a service that the release does not know."""
    settings.DATA = tmp_path
    folder = tmp_path / "terms" / "services"
    folder.mkdir(parents=True)
    said = f'{{"name": "Example", "terms": {{"AI Policy": {{"fetch": "{site.address}/terms", "select": "main"}}}}}}'
    (folder / "Example.json").write_text(said)
    return folder


def test_what_is_declared_is_visited_once_a_day_and_only_if_the_operator_says_so(
    own: Path, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len({one.service for one in terms.declared()}) >= 50
    site.say("/terms", page(VAGUE))
    assert (terms.visit_due(), site.asked) == (0, [])
    monkeypatch.setattr(settings.ANTIPHON, "terms_watch", "example")
    with clock.frozen(START):
        assert [terms.visit_due(), terms.visit_due()] == [1, 1]
        assert Job.objects.filter(name="terms.visit").count() == 1
        jobs.run_due()
        assert terms.visit_due() == 0
    [(row, snapshots)] = terms.watched()
    assert (row.kind, len(snapshots), row.visited_at) == ("AI Policy", 1, START)
    with clock.frozen(START + timedelta(hours=23)):
        assert terms.visit_due() == 1
        jobs.run_due()
    site.say("/terms", "", 500)
    with clock.frozen(START + timedelta(hours=47)):
        terms.visit_due()
        jobs.run_due()
        assert terms.visit_due() == 0
    with clock.frozen(START + timedelta(hours=54)):
        assert terms.visit_due() == 1
    with pytest.raises(BadInput, match="declared"):
        terms.chosen("Nobody Knows")
    (own / "Example.json").write_text("{}")
    with pytest.raises(BadInput, match="cannot be followed"):
        terms.chosen("Example")


def test_the_command_reads_an_address_and_what_is_declared(
    own: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.say("/terms", page(PROMISE))
    assert main(["terms", "watch", f"{site.address}/terms", "--service", "Other", "--select", "main"]) == 0
    assert PROMISE in capsys.readouterr().out
    assert main(["terms", "watch", f"{site.address}/none", "--service", "Other"]) == 1
    assert "the site answers 404" in capsys.readouterr().err
    assert main(["terms", "watch", f"{site.address}/terms"]) == 1
    assert main(["terms", "watch"]) == 2
    assert main(["terms", "watch", "--service", "Example", "--json"]) == 0
    assert PROMISE in capsys.readouterr().out
    assert main(["terms", "watch", "--service", "Nobody"]) == 1
    assert main(["terms", "watch", "--list"]) == 0
    assert "AI Policy" in capsys.readouterr().out
    assert main(["terms", "watch", f"{site.address}/terms", "--service", "Other", "--select", "a[["]) == 1
    assert "no selector" in capsys.readouterr().err


def test_the_index_says_on_one_page_what_can_be_checked_and_since_when(
    site: Site, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    site.say("/terms", page(TAKES))
    site.say("/ai", page(f"{PROMISE} {VAGUE}"))
    with clock.frozen(START):
        terms.visit(site.text())
        terms.visit(site.text("/ai", "AI Policy"))
    site.say("/terms", page(TAKES + " " + PROMISE))
    with clock.frozen(START + timedelta(days=9)):
        terms.visit(site.text())
    client = Client()
    shown = text(client, "/terms/watched")
    parts = shown.split('<section id="group-')[1:]
    assert [part.count("<blockquote>") for part in parts] == [0, 2, 1, 1]
    assert "In part: who is concerned sees whether they were asked." in parts[1]
    assert "Since 12 March 2036, and not yet on 3 March 2036" in parts[1]
    assert "Nobody outside can see whether it is kept." in parts[2]
    assert TAKES in parts[3]
    with django_assert_num_queries(2):
        assert client.get("/terms/watched.json").status_code == 200
    said = client.get("/terms/watched.json").json()["texts"]
    assert {one["checkable"] for found in said for one in found["about_ai"]} == {None, "part", "not"}
    feed = ElementTree.fromstring(client.get("/terms/watched/feed.atom").content)
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Example changed what it says of AI"
    assert entry.findtext(f"{ATOM}summary") == f"New: {PROMISE}"
    assert client.get("/terms/watched/example-ai-policy/feed.atom").status_code == 200
    assert client.get("/terms/watched/nobody/feed.atom").status_code == 404


def test_texts_that_were_read_by_other_rules_are_read_again(site: Site) -> None:
    site.say("/terms", page(TAKES))
    terms.visit(site.text())
    assert terms.read_all_again() == 0
    [(row, _snapshots)] = terms.watched()
    type(row).objects.update(said={"rules": 0})
    assert terms.read_all_again() == 1
    [(row, _snapshots)] = terms.watched()
    assert [one.words for one in terms.promises(row)] == [TAKES]
