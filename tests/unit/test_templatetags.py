"""Pieces of pages: what they say, and that nothing a person typed gets out as markup."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from antiphon.web.listen import cursors, sentences
from antiphon.web.templatetags import look, rows


def thing(**fields: Any) -> Any:
    """A track as templates see it."""
    profile = SimpleNamespace(name="Ada Quill", slug="ada-quill", get_absolute_url=lambda: "/ada-quill")
    known = {
        "pk": 12,
        "title": "Slow Harbour",
        "artists": "",
        "artwork_key": "",
        "sharing": "public",
        "profile": profile,
        "recording": SimpleNamespace(duration_ms=200_000),
        "get_absolute_url": lambda: "/ada-quill/slow-harbour",
    }
    return SimpleNamespace(**known | fields)


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "0:00"), (65_000, "1:05"), (200_400, "3:20"), (3_725_000, "1:02:05"), (None, "")]
)
def test_a_length_reads_as_on_a_player(ms: int | None, shown: str) -> None:
    assert look.clock(ms) == shown


def test_a_length_is_spoken_in_words() -> None:
    assert look.spoken(200_000) == "3 minutes 20 seconds"
    assert look.spoken(3_601_000) == "1 hour 1 second"
    assert look.spoken(0) == "0 seconds"


def test_a_moment_is_shown_in_the_viewers_zone() -> None:
    late = datetime(2026, 11, 4, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert look.day(late) == '<time datetime="2026-11-04T23:30:00+00:00">5 November 2026</time>'
        assert "5 November 2026, 08:30 JST" in look.moment(late)
    assert look.day(date(2026, 11, 4)) == '<time datetime="2026-11-04">4 November 2026</time>'
    assert look.day(None) == ""


def test_addresses_in_a_text_become_links_and_markup_does_not() -> None:
    said = look.autolink("<b>bold</b> at https://example.org/x?a=1&b=2\nnext line")
    assert "&lt;b&gt;" in said
    assert '<a href="https://example.org/x?a=1&amp;b=2" rel="nofollow">' in said
    assert "javascript" not in look.autolink("javascript:alert(1)").replace("javascript:alert(1)", "")
    assert look.autolink("no <i>links</i> here") == "no &lt;i&gt;links&lt;/i&gt; here"


@given(st.text(max_size=200))
def test_no_text_gets_out_as_a_tag(text: str) -> None:
    said = look.autolink(text)
    assert "<" not in said.replace("</a>", "").replace('<a href="', "")


def test_a_title_cannot_break_out_of_its_attribute() -> None:
    attributes = look.item(thing(title='"><script>alert(1)</script>'))
    assert "<script>" not in attributes
    assert 'data-ms="200000"' in attributes


@pytest.mark.parametrize("field", ["title", "artists", "recording", "words"])
def test_nobodys_words_break_out_of_a_row(field: str) -> None:
    bad = '"><script>alert(1)</script>'
    words = bad if field == "words" else ""
    track = thing(recording=SimpleNamespace(duration_ms=200_000, waveform_path="M0 1V2"))
    setattr(track, field, SimpleNamespace(duration_ms=1, waveform_path=bad) if field == "recording" else bad)
    repost = SimpleNamespace(profile=SimpleNamespace(slug="cleo-park", name=bad), words=words)
    entry: Any = SimpleNamespace(track=track, music_set=None, reposts=[repost], at=datetime(2026, 7, 4, tzinfo=UTC))
    for row in (rows.track_row(track), rows.entry_row(entry)):
        assert "<script>" not in row
        assert row.startswith('<li data-id="12"')
    assert ("<q>" in rows.entry_row(entry)) == bool(words)


def test_the_secret_stays_out_of_the_address_of_what_is_public() -> None:
    assert "abc" not in look.item(thing(), "abc")
    assert 'data-info="/listen/12.json?secret=abc"' in look.item(thing(sharing="secret"), "abc")
    assert look.page_of(thing(sharing="secret"), "abc") == "/ada-quill/slow-harbour/abc"


def test_the_credit_links_the_profile_inside_it() -> None:
    link = '<a href="/ada-quill">Ada Quill</a>'
    assert look.by_line(thing()) == link
    assert look.by_line(thing(artists="Ada Quill & Ben")) == f"{link} &amp; Ben"
    assert look.by_line(thing(artists="The <Harbour> Choir")).startswith("The &lt;Harbour&gt; Choir")
    assert link in look.by_line(thing(artists="The Harbour Choir"))


def test_a_thing_without_artwork_has_notes_of_its_own() -> None:
    assert look.cover("", 7) == look.cover("", 7) != look.cover("", 8)
    assert 'src="/media/pictures/u/500.webp"' in look.cover("pictures/u", 7, 500)
    assert look.cover("", 7).count("<rect") in (3, 4, 5)


@pytest.mark.parametrize("number", range(1, 60))
def test_notes_stand_on_the_staff(number: int) -> None:
    for piece in look.cover("", number).split('y="')[1:]:
        assert 20 <= float(piece.split('"')[0]) <= 72


def test_every_sentence_of_the_scripts_is_there_once() -> None:
    assert all(sentences.everything().values())
    assert 'id="words"' in look.words()


@given(st.integers(0, 10**16), st.integers(1, 10**15))
def test_a_cursor_comes_back_as_it_went(microseconds: int, number: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert cursors.read(cursors.write((at, number))) == (at, number)


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "9" * 30 + "-1", "9" * 18 + "-1", "1-1-1", "１-１"])
def test_a_cursor_nobody_wrote_begins_at_the_beginning(text: str) -> None:
    assert cursors.read(text) is None
