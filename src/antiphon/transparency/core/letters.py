"""The texts that go with a dataset: its README, and the notice that calls files of it back."""

from collections.abc import Sequence
from datetime import datetime

from antiphon.transparency.core.croissant import Described, Song

STATEMENT = "antiphon/dataset/v1"
RECALL = "antiphon/recall/v1"


def readme(said: Described, songs: Sequence[Song]) -> str:
    """The README of a dataset, with attribution for every track."""
    lines = [
        f"# Dataset {said.uid}",
        "",
        f"{len(songs)} recordings from {said.site}, for {said.actor}, for one purpose: {said.purpose} "
        f"({said.purpose_words}). Any other use, and any other user, has to be asked for at {said.site}.",
        "",
        "- `croissant.json`: what this is, as Croissant 1.1; rights in `usageInfo`",
        "- `manifest.json`: the files with their hashes, the root and salt of the manifest, and the entry in the "
        "public log by which the gate allowed them",
        "- `manifest.note`: the hash of `manifest.json`, signed with the key of the log",
        "- `tracks.csv`: title, credits, licence and address of each",
        "- `data/`: the files as their makers uploaded them",
        "",
        f"The question to the gate: {said.job_address}",
        "",
        "When a holder takes a yes back, you are told which files to delete. Delete them, and what can be made without "
        "them make again.",
        "",
        "## Attribution",
        "",
        *(f"- {song.attribution}: `{song.name}`" for song in songs),
        "",
    ]
    return "\n".join(lines)


def statement(uid: str, manifest_sha256: str) -> str:
    """What is signed of a dataset."""
    return f"{STATEMENT}\n{uid}\nsha256:{manifest_sha256}\n"


def recall(uid: str, at: datetime, files: Sequence[tuple[str, str]]) -> str:
    """What is signed of a recall: the files to drop, by name and SHA-256."""
    lines = [RECALL, uid, at.isoformat(timespec="seconds"), *(f"{sha256} {name}" for name, sha256 in files)]
    return "\n".join(lines) + "\n"
