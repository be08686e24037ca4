"""Watching the terms of others: what is brought in, what could not be read, and what is said of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from antiphon.cli.main import main
from antiphon.kernel.errors import BadInput
from antiphon.terms import service as terms
from antiphon.terms.core.declaring import Selection
from antiphon.terms.core.importing import BadSnapshot, moment_in, text_of
from tests.db.answering import text

pytestmark = pytest.mark.django_db
REST = "This is a long enough text about many other things, so that it is a page of terms and no error page. " * 2
BEFORE = f"# Terms\n\n## Your content\n\nYou keep it. {REST}\n\n## Visits\n\nWe open at nine.\n"
CLAUSE = "You agree that your content may be used to train machine learning models, in any way."
PROMISE = "We will not use your content to train generative AI models without your explicit consent."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three snapshots of a service: before, with a sentence about AI, with another in its place."""
    found = tmp_path / "Example" / "Terms of Service"
    found.mkdir(parents=True)
    (found / "2023-05-01T00-00-00Z.md").write_text(BEFORE)
    (found / "2024-02-12T00-00-00Z.md").write_text(BEFORE.replace("You keep it.", f"You keep it. {CLAUSE}"))
    html = BEFORE.replace("You keep it.", f"You keep it. {PROMISE}")
    paragraphs = "".join(
        f"<h2>{part[3:]}</h2>" if part.startswith("## ") else f"<h1>{part[2:]}</h1>" if part.startswith("# ") else
        f"<p>{part}</p>" for part in html.strip().split("\n\n")
    )  # fmt: skip
    page = f"<html><body><nav>Home AI</nav>{paragraphs}<script>train(AI)</script></body></html>"
    (found / "2025-05-27T18-13-00Z.html").write_text(page)
    return tmp_path / "Example"


def bring(folder: Path) -> list[terms.Brought]:
    return list(terms.bring(folder, "Example"))


def test_the_sentence_about_ai_is_named_with_since_when_and_what_took_its_place(folder: Path) -> None:
    assert [one.fault for one in bring(folder)] == ["", "", ""]
    [(row, _seen)] = terms.watched()
    _row, snapshots = terms.watched_at(row.slug)
    [old, new] = terms.promises(row)
    assert (old.words, old.replaced_by) == (CLAUSE, (PROMISE,))
    assert (f"{old.not_before:%Y-%m-%d}", f"{old.since:%Y-%m-%d}") == ("2023-05-01", "2024-02-12")
    assert (f"{old.until:%Y-%m-%d}", new.until) == ("2025-05-27", None)
    client = Client()
    page = text(client, f"/terms/watched/{row.slug}")
    assert f"<del>{CLAUSE}</del>" in page
    assert "Seen from 12 February 2024 on; gone on 27 May 2025" in page
    assert "Since 27 May 2025, and not yet on 12 February 2024" in page
    assert "1 sentence about AI stands now; 1 stands no more" in text(client, "/terms/watched")
    changes = text(client, f"/terms/watched/{row.slug}/changes/{snapshots[2].pk}")
    assert "2 marked places" in changes
    assert f"<del>{CLAUSE}</del>" in changes
    assert "train(AI)" not in changes
    assert client.get(f"/terms/watched/{row.slug}/changes/{snapshots[0].pk}").status_code == 404
    told = client.get(f"/terms/watched/{row.slug}.json").json()
    assert [one["sentence"] for one in told["about_ai"]] == [CLAUSE, PROMISE]
    assert client.get("/terms/watched/nobody").status_code == 404


def test_bringing_twice_changes_nothing_and_the_same_text_is_no_new_snapshot(folder: Path) -> None:
    bring(folder)
    again = bring(folder)
    assert [one.snapshot for one in again] == [None, None, None]
    same = folder / "Terms of Service" / "2026-01-01T00-00-00Z.md"
    same.write_text((folder / "Terms of Service" / "2025-05-27T18-13-00Z.html").read_text())
    [(row, _seen)] = terms.watched()
    bring(folder)
    assert row.snapshots.count() == 3


def test_what_cannot_be_read_is_told_and_the_rest_is_brought_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder / "Terms of Service"
    (bad / "2025-06-01.md").write_bytes("Straße ".encode("latin-1") * 40)
    (bad / "2025-06-02.md").write_text("enable JavaScript")
    (bad / "2025-06-03.md").write_bytes(b"x " * 3_000_000)
    (bad / "2025-06-04.md").write_bytes(b"%PDF-1.7\x00" + b"word " * 40)
    (bad / "2025-06-05.md").write_bytes(b"\x00" + b"word " * 40)
    assert main(["terms", "watch", str(folder), "--service", "Example"]) == 1
    told = capsys.readouterr()
    for words in (
        "it is not in utf-8",
        "fewer than 30 words",
        "more than 5 MB",
        "this PDF cannot be read",
        "NUL bytes",
    ):
        assert words in told.err
    assert f"since 2024-02-12 until 2025-05-27: {CLAUSE}" in told.out
    assert f"in its place: {PROMISE}" in told.out
    assert main(["terms", "watch", str(folder / "nothing"), "--service", "Example"]) == 1
    nameless = folder.parent / "terms.md"
    nameless.write_text(BEFORE)
    assert main(["terms", "watch", str(nameless), "--service", "Example"]) == 1
    assert "No date says when" in capsys.readouterr().err
    assert main(["terms", "watch", str(nameless), "--service", "Example", "--at", "2026-01-02", "--json"]) == 0
    assert main(["terms", "watch", str(nameless), "--service", "Example", "--at", "soon"]) == 2


def test_a_charset_may_be_said_and_a_part_of_a_page_selected() -> None:
    page = f"<html><meta charset='latin-1'><div class='menu'>AI</div><main><h2>Größe</h2><p>{REST}</p></main></html>"
    made = text_of(page.encode("latin-1"), selection=Selection(("main",)))
    assert "## Größe" in made
    assert "AI" not in made
    assert "Größe" in text_of(f"## Größe\n\n{REST}".encode("latin-1"), charset="latin-1")
    with pytest.raises(BadSnapshot, match="nothing in it is selected"):
        text_of(page.encode("latin-1"), selection=Selection(("article",)))
    with pytest.raises(BadSnapshot, match="nobody knows"):
        text_of(b"x", charset="klingon")


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("2025-05-27T18-13-00Z.md", (2025, 5, 27, 18, 13, 0)),
        ("soundcloud-terms-2025-09-10T1815Z-032f.md", (2025, 9, 10, 18, 15, 0)),
        ("2024-02-07.html", (2024, 2, 7, 0, 0, 0)),
        ("terms.md", None),
    ],
)
def test_a_date_is_read_from_a_name(name: str, moment: tuple[int, int, int, int, int, int] | None) -> None:
    assert moment_in(name) == (datetime(*moment, tzinfo=UTC) if moment else None)


def test_an_empty_list_says_how_terms_come_to_be_watched() -> None:
    assert 'href="/terms/watched"' in text(Client(), "/terms")
    assert "No terms are watched here yet" in text(Client(), "/terms/watched")


def test_a_date_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2025-02-30.md").write_text(BEFORE)
    with pytest.raises(BadInput, match="no such date"):
        bring(tmp_path)


def test_a_reader_of_the_list_reads_no_text(
    folder: Path, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    bring(folder)
    with django_assert_num_queries(2):
        for row, _snapshots in terms.watched():
            assert len(terms.promises(row)) == 2
