"""What the ledger costs on one core: appending and publishing, manifests of a million keys, proofs of absence.

Run: `python -m bench.ledger`. Times are CPU time of this process, so that a busy machine measures the same; the log
is a whole one, in a new data folder, with every tile, journal line and checkpoint synced.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.table import Row, print_table, write

ENTRIES = 100_000
BATCH = 5_000
MANIFEST = 1_000_000
ASKED = 20_000
SEED = 20_260


def append_and_publish() -> list[Row]:
    """Entries a second through the outbox, the tree, the journal and the signed checkpoint, in batches."""
    from antiphon.ledger import service as ledger

    one = {"job": "describe/2026-11", "purpose": "organize", "actor": "site", "at": "2026-11-26T12:00:00Z", "size": 1}
    public = {"allowed": 2468, "considered": 1_000_000, "manifest_root": "0" * 64}
    began, wall = time.process_time(), time.monotonic()
    for start in range(0, ENTRIES, BATCH):
        ledger.append_many([ledger.Append("job", one | {"n": n}, public) for n in range(start, start + BATCH)])
        ledger.publish()
    cpu_s, wall_s = time.process_time() - began, time.monotonic() - wall
    assert ledger.size() == ENTRIES

    began = time.process_time()
    for _ in range(200):
        ledger.append("job", one, public)
        ledger.publish()
    single_ms = (time.process_time() - began) / 200 * 1000

    rows = [seen.row for seen in ledger.entries(after=50_000, limit=500)]
    began = time.process_time()
    receipts = ledger.receipts_of(rows)
    receipt_ms = (time.process_time() - began) / len(receipts) * 1000
    return [
        Row("ledger_append_per_s", ENTRIES / cpu_s, "entries/s of CPU time; higher is better"),
        Row("ledger_append_wall_per_s", ENTRIES / wall_s, "entries/s, synced; higher is better"),
        Row("ledger_publish_one_ms", single_ms, "ms of CPU time for one entry by itself"),
        Row("ledger_receipt_ms", receipt_ms, "ms of CPU time a receipt"),
        Row("ledger_receipt_bytes", max(len(one.tlog_proof) for one in receipts.values()), "bytes of a .tlog-proof"),
    ]


def manifests() -> list[Row]:
    """A manifest of a million keys, and what it takes to show that a key is not in it."""
    from antiphon.ledger.core import trie

    numbers = np.random.default_rng(SEED)
    keys = numbers.integers(0, 256, (MANIFEST, 32), dtype=np.uint8)
    began = time.process_time()
    manifest = trie.Trie.of(keys, keys)
    built_s = time.process_time() - began

    asked = [row.tobytes() for row in numbers.integers(0, 256, (ASKED, 32), dtype=np.uint8)]
    began = time.process_time()
    proofs = [manifest.prove(key) for key in asked]
    prove_ms = (time.process_time() - began) / ASKED * 1000
    raws = [proof.to_bytes() for proof in proofs]
    lengths = sorted(len(raw) for raw in raws)

    spent = []
    for key, raw in zip(asked, raws, strict=True):
        began = time.perf_counter()
        found = trie.check(manifest.root, key, trie.proof_from_bytes(raw))
        spent.append(time.perf_counter() - began)
        assert found == "absent"
    return [
        Row("manifest_1m_s", built_s, "s of CPU time for a million keys"),
        Row("absence_prove_ms", prove_ms, "ms of CPU time"),
        Row("absence_bytes", lengths[int(ASKED * 0.999)], "bytes at p99.9"),
        Row("absence_bytes_worst", lengths[-1], f"bytes, worst of {ASKED:,}"),
        Row("absence_verify_ms", sorted(spent)[int(ASKED * 0.99)] * 1000, "ms at p99, from bytes"),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("ANTIPHON_")]:
            del os.environ[name]
        os.environ |= {"ANTIPHON_DATA": str(Path(folder)), "DJANGO_SETTINGS_MODULE": "antiphon.site.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        rows = append_and_publish() + manifests()
        print_table("ledger", rows)
        write("ledger", rows)


if __name__ == "__main__":
    main()
