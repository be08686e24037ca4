"""Test vectors of the ledger: trees, proofs, notes, receipts and manifests, to be accepted or refused as they say."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def entry(index: int) -> bytes:
    """Entry of that index in every tree of the vectors."""
    return f"antiphon test entry {index}".encode()
