"""Byte ranges, against RFC 9110's own examples and against slicing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.storage.core.ranges import Slice, etag_of, select

ETAG = '"abc-1"'
sizes = st.integers(0, 10**13)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1000),
        ("bytes=-500", 9500, 10000),
        ("bytes=9500-", 9500, 10000),
        ("bytes=0-0", 0, 1),
        ("bytes=-1", 9999, 10000),
        ("bytes=9999-99999", 9999, 10000),
        ("bytes=-99999", 0, 10000),
        ("Bytes=0-", 0, 10000),
        ("bytes= 0-1", 0, 2),
        ("bytes=,0-1,", 0, 2),
    ],
)
def test_one_satisfiable_range_is_answered(asked: str, start: int, stop: int) -> None:
    assert select(10000, ETAG, asked=asked) == Slice(206, start, stop, 10000)


@pytest.mark.parametrize(
    "asked",
    [
        *("", "bytes", "bytes=", "bytes=a-b", "bytes=5-4", "bytes=--1", "bytes=1", "items=0-1", "bytes=0-1;2"),
        *("bytes=٣-٤", "bytes=" + "9" * 4000 + "-", "bytes=" + "0-1," * 200, "bytes=0-1,x-y"),
    ],
)
def test_what_cannot_be_read_is_ignored(asked: str) -> None:
    assert select(10000, ETAG, asked=asked) == Slice(200, 0, 10000, 10000)


@pytest.mark.parametrize("asked", ["bytes=10000-", "bytes=10000-20000", "bytes=-0", "bytes=20000-,30000-"])
def test_a_range_outside_the_file_is_refused(asked: str) -> None:
    got = select(10000, ETAG, asked=asked)
    assert (got.status, got.length, got.content_range) == (416, 0, "bytes */10000")


def test_an_empty_file_has_no_range() -> None:
    assert select(0, ETAG, asked="bytes=0-").status == 416
    assert select(0, ETAG, asked="bytes=-5").status == 416
    assert select(0, ETAG) == Slice(200, 0, 0, 0)


def test_several_ranges_get_the_whole_file() -> None:
    assert select(10000, ETAG, asked="bytes=0-1,5-6").status == 200
    assert select(10000, ETAG, asked="bytes=20000-,5-6").status == 200


def test_a_range_counts_only_for_the_file_it_was_meant_for() -> None:
    assert select(100, ETAG, asked="bytes=0-1", if_range=ETAG).status == 206
    assert select(100, ETAG, asked="bytes=0-1", if_range='"other"').status == 200
    assert select(100, ETAG, asked="bytes=0-1", if_range="W/" + ETAG).status == 200
    assert select(100, ETAG, asked="bytes=0-1", if_range="Wed, 21 Oct 2015 07:28:00 GMT").status == 200


def test_a_file_that_is_known_already_is_not_sent_again() -> None:
    for known in (ETAG, "W/" + ETAG, f'"x", {ETAG}', "*"):
        assert select(100, ETAG, asked="bytes=0-1", if_none_match=known) == Slice(304, 0, 0, 100)
    assert select(100, ETAG, if_none_match='"x"').status == 200


@given(sizes, st.integers(0, 10**14), st.integers(0, 10**14))
def test_a_range_is_the_slice_it_names(size: int, first: int, last: int) -> None:
    got = select(size, ETAG, asked=f"bytes={first}-{last}")
    wanted = range(size)[first : last + 1]
    if last < first:
        assert got.status == 200
    elif not wanted:
        assert got.status == 416
    else:
        assert (got.status, got.start, got.stop) == (206, wanted.start, wanted.stop)
        assert got.content_range == f"bytes {wanted.start}-{wanted.stop - 1}/{size}"


@given(sizes, st.integers(1, 10**14))
def test_a_suffix_is_the_end(size: int, suffix: int) -> None:
    got = select(size, ETAG, asked=f"bytes=-{suffix}")
    wanted = range(size)[-suffix:]
    assert (got.status, got.length) == ((206, len(wanted)) if size else (416, 0))


@given(sizes, st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_no_header_makes_it_read_outside_the_file(size: int, asked: str, if_range: str, known: str) -> None:
    for text in (asked, "bytes=" + asked):
        got = select(size, ETAG, asked=text, if_range=if_range, if_none_match=known)
        assert 0 <= got.start <= got.stop <= size
        assert got.status in (200, 206, 304, 416)


@given(st.integers(0, 2**63), sizes)
def test_a_tag_is_a_quoted_word(modified_ns: int, size: int) -> None:
    tag = etag_of(modified_ns, size)
    assert tag[0] == tag[-1] == '"'
    assert tag[1:-1].isascii()
    assert '"' not in tag[1:-1]
