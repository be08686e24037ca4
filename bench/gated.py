"""What the gate costs with a database under it: a decision, a recall over thousands of artefacts, and proof files.

Part of `python -m bench.consent`. A site on SQLite with 1,000 recordings, in a folder of its own.
"""

import os
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np

from bench.crowd import open_site
from bench.table import Row

RECORDINGS = 1_000
DECISIONS = 4_000
ARTEFACTS = 10_000
Call = Callable[[], object]


def stored() -> list[Row]:
    """Make the site, measure, and forget it."""
    os.environ.setdefault("ANTIPHON_DEMO", "no")
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-gate-") as folder:
        open_site(Path(folder))
        user, recordings = _site()
        return [*_decisions(recordings), *_recalls(user, recordings), *_proofs(user, recordings[0])]


def _site() -> tuple[object, list[int]]:
    from antiphon.accounts import service as accounts
    from antiphon.catalogue.models import Recording, Track
    from antiphon.consent import service as consent
    from antiphon.consent.service import folding
    from antiphon.terms import service as terms

    user = accounts.make_account("ada@example.org", "correct horse battery staple", verified=True)
    profile = accounts.make_profile(user, "Ada Quill")
    made = []
    for number in range(RECORDINGS):
        track = Track.objects.create(profile=profile, slug=f"song-{number}", title=f"Song {number}")
        row = Recording.objects.create(track=track, original_key=f"k{number}", original_name="s", size_bytes=1)
        made.append((row.pk, track.pk))
    for recording_id, track_id in made:
        consent.keep_subject(
            recording_id, track_id=track_id, owner=user, by_label=False, terms=terms.current().hash, withdrawn=False
        )
    consent.answer(user, {"organize": "yes", "recommend": "ask", "derive": "no"})
    consent.sync_declared()
    ids = [recording_id for recording_id, _ in made]
    folding.fold(ids)
    return user, ids


def _decisions(recordings: list[int]) -> list[Row]:
    from antiphon.consent import service as consent

    purposes = ("organize", "recommend", "derive", "train-analysis", "identify")
    calls: list[Call] = [
        lambda pk=recordings[n * 7 % RECORDINGS], purpose=purposes[n % 5]: consent.explain(pk, purpose)  # type: ignore[misc]
        for n in range(DECISIONS)
    ]
    for call in islice(calls, 200):
        call()
    spent = []
    for call in calls:
        began = time.process_time_ns()
        call()
        spent.append((time.process_time_ns() - began) / 1e6)
    return [
        Row("decision_db_p99_ms", float(np.percentile(spent, 99)), "ms CPU"),
        Row("decision_db_median_ms", float(np.percentile(spent, 50)), "ms CPU"),
    ]


def _recalls(user: object, recordings: list[int]) -> list[Row]:
    """List what has to lose one recording among ten thousand artefacts that hold up to a thousand each."""
    from pyroaring import BitMap

    from antiphon.consent.models import Artefact
    from antiphon.consent.service import artefacts

    dice = np.random.default_rng(3)
    bitmaps = [
        BitMap(dice.choice(recordings, size=int(dice.integers(1, 400)), replace=False).tolist()) for _ in range(400)
    ]
    Artefact.objects.bulk_create(
        (
            Artefact(
                uid=f"{number:032x}", kind="bench", system="bench", purpose=4, actor="site",
                bitmap=bitmaps[number % len(bitmaps)].serialize(),
            )
            for number in range(ARTEFACTS)
        ),
        batch_size=2000,
    )  # fmt: skip
    lost = recordings[11]
    began = time.process_time()
    hit = artefacts.holding(4, BitMap([lost]))
    return [Row("recall_10k_s", time.process_time() - began, f"s CPU, {len(hit)} artefacts hold it")]


def _proofs(user: object, recording_id: int) -> list[Row]:
    from antiphon.consent import service as consent
    from antiphon.ledger import service as ledger
    from antiphon.transparency import service as transparency
    from antiphon.transparency.core.checking import check

    permit = consent.ask(range(recording_id, recording_id + 900), "organize", "antiphon/similar")
    ledger.publish()
    entry = max(
        (ledger.entry_at(index) for index in range(ledger.size())), key=lambda seen: (seen.kind == "job", seen.index)
    )
    found = transparency.proof_of_absence(permit.uid, recording_id, user)  # type: ignore[arg-type]
    if found is None:
        raise SystemExit("the proof is not there")
    name, data = found
    spent = []
    for _ in range(40):
        began = time.process_time()
        verdict = check(data)
        spent.append((time.process_time() - began) * 1000)
    if not verdict.ok:
        raise SystemExit(f"{name} does not hold: {verdict}")
    return [
        Row("job_entry_bytes", len(entry.raw), "bytes, whatever its tracks"),
        Row("bundle_bytes", len(data), "bytes"),
        Row("bundle_verify_ms", float(np.median(spent)), "ms CPU"),
    ]
