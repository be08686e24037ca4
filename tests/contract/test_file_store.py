"""What every file store promises. An engine joins by being added to `STORES`."""

import errno
import os
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antiphon.kernel.errors import NotFound
from antiphon.storage.local import LocalFiles
from antiphon.storage.ports import FileStore

STORES: dict[str, Callable[[Path], FileStore]] = {"local": LocalFiles}
KEY = "originals/0f3c"


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return STORES[request.param](tmp_path / "files")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system, where this machine has one: what is put from there is copied."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    folder = shared / f"antiphon-{os.getpid()}"
    folder.mkdir()
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def made(folder: Path, content: bytes = b"sound", name: str = "made") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(store: FileStore, key: str = KEY) -> bytes:
    with store.open(key) as file:
        return file.read()


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """No file may grow past this many bytes: the write that tries fails in the middle, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_put_can_be_read_and_is_moved(store: FileStore, tmp_path: Path) -> None:
    source = made(tmp_path)
    assert store.put(KEY, source) == 5
    assert not source.exists()
    assert store.exists(KEY)
    assert store.size(KEY) == 5
    with store.open(KEY) as file:
        file.seek(2)
        assert file.read(2) == b"un"


def test_putting_again_replaces(store: FileStore, tmp_path: Path) -> None:
    store.put(KEY, made(tmp_path, b"first"))
    with store.open(KEY) as still_open:
        store.put(KEY, made(tmp_path, b"second one"))
        assert still_open.read() == b"first"
    assert read(store) == b"second one"
    assert store.keys() == [KEY]


def test_an_empty_file_is_a_file(store: FileStore, tmp_path: Path) -> None:
    assert store.put(KEY, made(tmp_path, b"")) == 0
    assert store.exists(KEY)
    assert read(store) == b""


@pytest.mark.parametrize("key", ["originals/none", "originals", "renditions/1"])
def test_what_is_not_there_is_not_found(store: FileStore, tmp_path: Path, key: str) -> None:
    store.put("renditions/1/aac160.mp4", made(tmp_path))
    assert not store.exists("renditions/1")
    with pytest.raises(NotFound):
        store.open(key)
    with pytest.raises(NotFound):
        store.size(key)


@pytest.mark.parametrize(
    "key", ["", "/", "/etc/passwd", "a/../b", "../a", "a//b", "A/b", "a/b c", "a/b\n", "a/.b", "a/ä", "a/" + "b" * 300]
)
def test_only_keys_name_files(store: FileStore, tmp_path: Path, key: str) -> None:
    source = made(tmp_path)
    for verb in (store.open, store.size, store.exists, store.delete, lambda key: store.put(key, source)):
        with pytest.raises(NotFound):
            verb(key)
    assert source.exists()


def test_deleting_twice_is_fine(store: FileStore, tmp_path: Path) -> None:
    store.put(KEY, made(tmp_path))
    store.put("originals/1", made(tmp_path))
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)
    assert store.keys() == ["originals/1"]


def test_deleting_what_is_no_file_leaves_everything(store: FileStore, tmp_path: Path) -> None:
    store.put("renditions/1/aac160.mp4", made(tmp_path))
    store.delete("renditions/1")
    store.delete("renditions/1/aac160.mp4/more")
    assert store.keys() == ["renditions/1/aac160.mp4"]


def test_keys_are_found_by_their_beginning(store: FileStore, tmp_path: Path) -> None:
    for key in ("renditions/12/opus96.mp4", "renditions/1/aac160.mp4", "renditions/12/aac160.mp4", "waveforms/1.dat"):
        store.put(key, made(tmp_path))
    assert store.keys("renditions/12/") == ["renditions/12/aac160.mp4", "renditions/12/opus96.mp4"]
    assert len(store.keys("renditions/1")) == 3
    assert store.keys("nothing/") == []
    assert len(store.keys()) == 4


def test_a_store_with_local_files_says_where(store: FileStore, tmp_path: Path) -> None:
    store.put(KEY, made(tmp_path))
    path = store.local_path(KEY)
    assert path is None or path.read_bytes() == b"sound"


def test_a_missing_source_leaves_what_was_there(store: FileStore, tmp_path: Path) -> None:
    store.put(KEY, made(tmp_path))
    with pytest.raises(OSError, match="missing"):
        store.put(KEY, tmp_path / "missing")
    assert read(store) == b"sound"


def test_many_may_put_at_once(store: FileStore, tmp_path: Path) -> None:
    sources = [made(tmp_path, b"x" * (number + 1), f"source-{number}") for number in range(20)]
    threads = [
        threading.Thread(target=store.put, args=(f"renditions/1/part-{number % 4}.mp4", source))
        for number, source in enumerate(sources)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.keys("renditions/1/")) == 4
    assert not any(source.exists() for source in sources)


def test_a_file_from_another_file_system_arrives_whole(store: FileStore, tmp_path: Path, elsewhere: Path) -> None:
    content = os.urandom(3_000_000)
    source = made(elsewhere, content)
    assert store.put(KEY, source) == len(content)
    assert read(store) == content
    assert not source.exists()


def test_a_full_disk_leaves_nothing_half_made(store: FileStore, tmp_path: Path, elsewhere: Path) -> None:
    store.put(KEY, made(tmp_path, b"before"))
    source = made(elsewhere, bytes(3_000_000))
    for key in (KEY, "originals/new"):
        with full_disk(1_500_000), pytest.raises(OSError, match="large") as caught:
            store.put(key, source)
        assert caught.value.errno == errno.EFBIG
    assert read(store) == b"before"
    assert store.keys() == [KEY]
    assert source.stat().st_size == 3_000_000
    assert sum(path.is_file() for path in (tmp_path / "files").rglob("*")) <= 1


def test_what_a_killed_put_left_is_not_a_file_and_can_be_removed(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path / "files")
    store.put(KEY, made(tmp_path))
    made(tmp_path / "files" / "originals", name="0f3c.1a2b.part")
    assert store.keys() == [KEY]
    assert store.remove_leftovers() == 1
    assert read(store) == b"sound"
