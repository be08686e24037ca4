"""The sequencer is killed, again and again: nothing acknowledged is lost, and the log contradicts nothing it served."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import PATIENCE_S, ROOT, Installation, installed


@pytest.fixture
def site(tmp_path: Path, with_tables: Installation) -> Iterator[Installation]:
    with installed(tmp_path / "data", like=with_tables) as made:
        yield made


def run(site: Installation, *words: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.db.ledger_process", *words],
        env=site.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S * 3,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    seen: dict[str, int] = json.loads(done.stdout)
    return seen


def test_a_death_at_any_file_operation_leaves_the_log_whole(site: Installation) -> None:
    seen = run(site, "sweep")
    # Every sync, rename, removal and write of a publishing that fills a tile, and some of making good for each.
    assert seen["died"] >= 60
    assert seen["served"] >= 30
    assert seen["size"] >= seen["acknowledged"]


def test_two_killed_at_random_moments_leave_one_history(site: Installation) -> None:
    seen = run(site, "storm", "20")
    assert seen["died"] == 40
    assert seen["served"] >= 5
    assert seen["size"] >= seen["acknowledged"] > 0
