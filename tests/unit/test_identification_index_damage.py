"""What somebody or something did to the files: an error that names the file, never another answer, never a crash."""

import json
import random
import re
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.identification.core import blocks, journal, layout, manifest, parts
from antiphon.identification.core.layout import Damaged, Newer
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.segments import Segment
from antiphon.identification.engines.writer import Writer
from antiphon.kernel.errors import AntiphonError
from tests.prints import Said, an_entry, expected, hashes_of, said

ENTRIES = [an_entry(f"t{number}", number, 5.0) for number in range(12)]
HASHES = hashes_of(ENTRIES)
RIGHT = expected(ENTRIES, HASHES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with two segments and a journal."""
    with Writer(tmp_path / "index") as writer:
        for start in (0, 5):
            writer.add(ENTRIES[start : start + 5])
            writer.flush()
        writer.add(ENTRIES[10:11])
        writer.add(ENTRIES[11:])
    return tmp_path / "index"


def answers(folder: Path) -> Said:
    view = Reader(folder).view()
    return said(view, {number: view.kept(number).name for number in range(view.tracks)}, HASHES)


def what_comes(folder: Path) -> Said | str:
    """The answers, or the file that was refused."""
    try:
        return answers(folder)
    except (Damaged, Newer) as error:
        return error.subject


def segments_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))


def flips(size: int, count: int, seed: int) -> Iterable[tuple[int, int]]:
    dice = random.Random(seed)
    return ((dice.randrange(size), 1 << dice.randrange(8)) for _ in range(count))


def test_a_flipped_bit_anywhere_is_an_error_that_names_the_file(folder: Path) -> None:
    assert answers(folder) == RIGHT
    for path in [*segments_of(folder), folder / manifest.FILE]:
        whole = path.read_bytes()
        for at, bit in flips(len(whole), 120, len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
            # Zeros between sections may be touched by no look-up; whatever is answered is right.
            assert what_comes(folder) in (RIGHT, path.name)
            if path.suffix == ".seg":
                with pytest.raises((Damaged, Newer), match=re.escape(path.name)):
                    Segment.open(folder, path.name).verify()
        path.write_bytes(whole)
    assert answers(folder) == RIGHT


def test_a_flipped_bit_in_the_journal_loses_nothing_that_was_acknowledged_after_it(folder: Path) -> None:
    path = next(folder.glob("*.log"))
    whole = path.read_bytes()
    last = whole.rindex(b"AfpJ")
    for at, bit in flips(last, 100, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        for open_it in (lambda: Reader(folder), lambda: Writer(folder)):
            with pytest.raises((Damaged, Newer), match=re.escape(path.name)):
                open_it()


@pytest.mark.parametrize("size", [0, 10, layout.PAGE - 1, layout.PAGE, -1, -layout.PAGE])
def test_a_file_that_was_cut_short_is_an_error(folder: Path, size: int) -> None:
    path = segments_of(folder)[0]
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(Damaged, match=re.escape(path.name)):
        answers(folder)


@pytest.mark.parametrize("kind", ["*.seg", "*.log"])
def test_a_missing_file_is_an_error(folder: Path, kind: str) -> None:
    path = next(folder.glob(kind))
    path.unlink()
    for open_it in (lambda: Reader(folder), lambda: Writer(folder)):
        with pytest.raises(Damaged, match=f"{re.escape(path.name)}.*missing"):
            open_it()


def test_files_of_a_newer_version_say_so(folder: Path) -> None:
    path = segments_of(folder)[0]
    whole = path.read_bytes()
    length = struct.unpack_from("<I", whole, 12)[0]
    head = struct.pack("<8sIII", whole[:8], layout.VERSION + 1, length, 0)
    crc = zlib.crc32(whole[20 : 20 + length], zlib.crc32(head))
    path.write_bytes(head[:16] + struct.pack("<I", crc) + whole[20:])
    with pytest.raises(Newer, match=f"{re.escape(path.name)} was written by a newer"):
        answers(folder)
    path.write_bytes(whole)

    listing = folder / manifest.FILE
    said_there = json.loads(listing.read_bytes().partition(b"\n")[0]) | {"version": manifest.VERSION + 1}
    body = json.dumps(said_there).encode()
    listing.write_bytes(body + f"\n{zlib.crc32(body):08x}\n".encode())
    with pytest.raises(Newer, match="newer"):
        answers(folder)


def test_a_journal_of_a_newer_version_says_so() -> None:
    with pytest.raises(Newer, match="newer"):
        journal.read(journal.START[:8] + struct.pack("<I", journal.VERSION + 1), "00000001.log")


def test_tables_of_another_method_are_not_searched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "method_mark", lambda: 1)
    with pytest.raises(Newer, match="another method"):
        answers(folder)
    # From its own prints it is made anew, and stopped half-way it goes on.
    with Writer(folder, any_method=True, full_bytes=1500) as writer:
        writer.delete(["t11"])
        assert writer.renew() == 10
        assert writer.renew() == 0
        writer.add(ENTRIES[11:])
    view = Reader(folder).view()
    names = {number: view.kept(number).name for number in range(view.tracks)}
    assert said(view, names, HASHES) == RIGHT


def test_what_is_damaged_is_not_merged_into_good_files(folder: Path) -> None:
    path = segments_of(folder)[0]
    at = Segment.open(folder, path.name).head.sections["packed"].offset + 40
    with Writer(folder) as writer, path.open("r+b") as file:
        writer.delete(["t1"])
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
        file.flush()
        with pytest.raises(Damaged, match=re.escape(path.name)):
            writer.purge()
        assert path.name in {living.file for living in writer._manifest.segments}


def test_after_a_purge_no_file_holds_a_byte_of_what_was_deleted(folder: Path) -> None:
    gone = [ENTRIES[2], ENTRIES[7], ENTRIES[11]]
    left = [one for one in ENTRIES if one not in gone]

    def holds(one: parts.Entry) -> list[str]:
        return [path.name for path in folder.iterdir() if one.packed[20:] in path.read_bytes()]

    with Writer(folder) as writer:
        assert all(holds(one) for one in gone)
        writer.delete([one.name for one in gone])
        writer.purge()
        assert [holds(one) for one in gone] == [[], [], []]
        assert all(holds(one) for one in left)
        for path in folder.iterdir():
            raw = path.read_bytes()
            for one in gone:
                assert one.sound not in raw
                assert one.name.encode() + b"\t" not in raw
        for kind in parts.HASHES:
            assert all_postings(writer)[kind] == sum(len(parts.HASHES[kind](one.prints)[0]) for one in left)
    view = Reader(folder).view()
    names = {number: view.kept(number).name for number in range(view.tracks)}
    assert sorted(names.values()) == sorted(one.name for one in left)
    assert said(view, names, HASHES) == expected(left, HASHES)


def all_postings(writer: Writer) -> dict[str, int]:
    """Every number that the files hold, decoded: deleted tracks' too."""
    found = dict.fromkeys(parts.HASHES, 0)
    for piece in writer.view().pieces:
        for kind, table in piece.part.tables.items():
            found[kind] += len(blocks.decoded(table.blocks, 0, (1 << 31) * table.span))
    return found


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.integers(0, 2**64 - 1), max_size=20),
    place=st.integers(0, 2**32 - 1) | st.integers(0, 20),
    count=st.integers(0, blocks.BLOCK),
    width=st.integers(0, 255),
    low=st.integers(0, 2**64 - 1),
)
def test_words_that_nobody_coded_are_read_within_their_bounds(
    words: list[int], place: int, count: int, width: int, low: int
) -> None:
    guarded = np.full(blocks.BLOCK + 2, 7, np.uint64)
    found = blocks.taken(
        np.array(words, np.uint64), np.uint32(place), count, np.uint8(width), np.uint64(3), np.uint64(low),
        blocks.HIGHEST, guarded[1 : count + 1],
    )  # fmt: skip
    assert -1 <= found <= count
    assert guarded[0] == guarded[count + 1] == 7


@settings(max_examples=200, deadline=None)
@given(keys=st.lists(st.integers(0, 2**62) | st.integers(0, 300), max_size=600), low=st.integers(0, 400))
def test_coded_numbers_come_back(keys: list[int], low: int) -> None:
    coded = blocks.coded(np.array(sorted(keys), np.uint64))
    assert blocks.decoded(coded, 0, 2**63).tolist() == sorted(keys)
    assert blocks.decoded(coded, low, 2 * low).tolist() == sorted(key for key in keys if low <= key < 2 * low)


def test_a_refusal_names_what_to_do() -> None:
    error: AntiphonError = layout.damaged("00000001.seg", "page 3 is not what was written.")
    assert error.hint
    assert error.subject == "00000001.seg"
