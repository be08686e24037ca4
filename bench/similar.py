"""What "sounds alike" costs a page: the answer to one request among ten thousand described tracks.

Run: `python -m bench.similar`. Processor time of one core, with SQLite and the gate under it. The peer is the nearest
of all vectors by NumPy in memory, which knows neither who may hear a track nor what its holders answered.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.crowd import build, open_site
from bench.table import Row, print_table, write

TRACKS = 10_000
PROFILES = 200
ASKED = 200
LIMIT = 8
PEER = "NumPy, all vectors"

Vectors = npt.NDArray[np.float32]


def main() -> None:
    """Make the site, measure, print and keep the table."""
    os.environ.setdefault("ANTIPHON_DEMO", "no")
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-similar-") as folder:
        open_site(Path(folder))
        tracks, vectors = _site()
        ours, theirs = _ours(tracks), _theirs(vectors)
    rows = [
        Row("similar_10k_ms", float(np.median(ours)), "ms CPU", PEER, float(np.median(theirs))),
        Row("similar_10k_p99_ms", float(np.percentile(ours, 99)), "ms CPU", PEER, float(np.percentile(theirs, 99))),
    ]
    print_table("sounds alike", rows)
    write("similar", rows)


def _site() -> tuple[list[Any], Vectors]:
    """Ten thousand public tracks, each described, each with the yes of the account that brought it."""
    from antiphon.accounts.models import User
    from antiphon.catalogue.models import Track
    from antiphon.consent import service as consent
    from antiphon.consent.service import folding
    from antiphon.discovery.core import layout
    from antiphon.discovery.models import Descriptor
    from antiphon.terms import service as terms

    crowd = build(TRACKS, PROFILES, full_waveforms=0)
    owners = User.objects.in_bulk(crowd.user_ids)
    tracks: list[Any] = list(Track.objects.filter(pk__in=crowd.track_ids).select_related("profile"))
    words = terms.current().hash
    for owner in owners.values():
        consent.answer(owner, {"organize": "yes"})
    for track in tracks:
        consent.keep_subject(
            track.recording_id, track_id=track.pk, owner=owners[track.profile.owner_id], by_label=False,
            terms=words, withdrawn=False,
        )  # fmt: skip
    consent.sync_declared()
    folding.fold([track.recording_id for track in tracks])
    vectors = np.random.default_rng(1).standard_normal((len(tracks), layout.SIZE)).astype("<f4")
    Descriptor.objects.bulk_create(
        Descriptor(recording_id=track.recording_id, vector=vector.tobytes(), version=layout.VERSION, purpose="organize")
        for track, vector in zip(tracks, vectors, strict=True)
    )
    return tracks, vectors


def _ours(tracks: list[Any]) -> list[float]:
    from antiphon.discovery import service as discovery

    if len(discovery.similar_to(tracks[0], None, LIMIT)) != LIMIT:  # builds the index
        raise SystemExit("nothing sounds alike: the answers or the descriptors are not there")
    spent = []
    for track in tracks[:: len(tracks) // ASKED]:
        began = time.process_time_ns()
        discovery.similar_to(track, None, LIMIT)
        spent.append((time.process_time_ns() - began) / 1e6)
    return spent


def _theirs(vectors: Vectors) -> list[float]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    spent = []
    for row in range(0, len(unit), len(unit) // ASKED):
        began = time.process_time_ns()
        near = unit @ unit[row]
        near[row] = -np.inf
        top = np.argpartition(near, -LIMIT)[-LIMIT:]
        top[np.argsort(-near[top])].tolist()
        spent.append((time.process_time_ns() - began) / 1e6)
    return spent


if __name__ == "__main__":
    main()
