"""What it costs to pack everything that somebody has: `python -m bench.parcel`.

300 tracks of 8 MiB and an answer for each of them, on SQLite. The peer is the same files put into a ZIP by `zipfile`
alone, from a folder: no database, no hashes, no proof files. Peaks are of what Python holds (tracemalloc), in runs of
their own, because looking costs time.
"""

import shutil
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

from bench.crowd import open_site
from bench.table import Row, print_table, write

MIB = 1024 * 1024
TRACKS, TRACK_MIB = 300, 8


def person(name: str, tracks: int, folder: Path) -> Any:
    """Make somebody with so many tracks, each with its original in the store and an answer with a receipt."""
    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.consent import service as consent

    user = accounts.make_account(f"{name}@example.org", "correct horse battery staple", verified=True)
    accounts.make_profile(user, name)
    for number in range(tracks):
        size = TRACK_MIB * MIB
        upload = catalogue.begin_upload(user, file_name=f"Song {number}.wav", size_bytes=size, attested=True)
        partial = folder / upload.pk.hex
        with partial.open("wb") as out:
            out.truncate(size)
        recording = catalogue.receive(upload.pk, partial)
        consent.answer(user, {"organize": "no"}, [consent.Scope(consent.TRACK, recording.pk)])
    return user


def peak_mib(user: Any, folder: Path) -> float:
    """Return the most that packing holds in memory."""
    from antiphon.accounts.service import parcels

    tracemalloc.start()
    parcels.write_zip(user, folder / "peak.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (folder / "peak.zip").unlink()
    return peak / MIB


def measure(folder: Path) -> list[Row]:
    from antiphon.accounts.service import parcels
    from antiphon.ledger import service as ledger
    from antiphon.storage import service as storage

    few, many = person("few", 3, folder), person("many", TRACKS, folder)
    ledger.publish()
    started = time.perf_counter()
    packed = parcels.write_zip(many, folder / "out.zip")
    ours_s = time.perf_counter() - started
    (folder / "out.zip").unlink()
    keys = storage.files().keys("originals/")[-TRACKS:]
    started = time.perf_counter()
    with zipfile.ZipFile(folder / "plain.zip", "w") as out:
        for key in keys:
            with storage.files().open(key) as file, out.open(key, "w", force_zip64=True) as entry:
                shutil.copyfileobj(file, entry, MIB)
    plain_s = time.perf_counter() - started
    (folder / "plain.zip").unlink()
    what = f"{TRACKS} tracks, {TRACKS * TRACK_MIB / 1024:.1f} GiB, {len(packed.files)} files"
    return [
        Row(f"packing, {what}", round(ours_s, 2), "s (less is better)", "zipfile, sound alone", round(plain_s, 2)),
        Row(
            "peak of memory, the same",
            round(peak_mib(many, folder), 1),
            "MiB",
            "3 tracks",
            round(peak_mib(few, folder), 1),
        ),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-parcel-") as name:
        folder = Path(name)
        open_site(folder)
        rows = measure(folder)
    print_table("A copy of everything", rows)
    write("parcel", rows)


if __name__ == "__main__":
    main()
