"""What leaves in a dataset, and what is said of it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes, trie
from antiphon.transparency import service as transparency
from antiphon.transparency.core import checking, letters
from tests.db.datasets.conftest import Build, read
from tests.people import People

pytestmark = pytest.mark.django_db


def test_only_permitted_files_leave_with_their_hashes_and_credits(
    build: Build, songs: dict[str, catalogue.Recording]
) -> None:
    row = build()
    folder = Path(row.folder)
    allowed = {songs[name].pk for name in ("harbour", "ferry", "north")}
    files = read(row, "manifest.json")["files"]
    assert {file["recording"] for file in files} == allowed
    assert len(list((folder / "data").iterdir())) == 3
    for file in files:
        raw = (folder / file["name"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == file["sha256"]
        assert file["name"].isascii()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for title, artist in (("Slow Harbour", "Ada Quill"), ("North", "Cleo Park")):
        assert f"“{title}” by {artist} (all-rights-reserved)" in readme
    assert "Mine Alone" not in readme
    assert not folder.with_name(f".set.{row.uid[:8]}.part").exists()
    assert row.files.count() == 3


def test_the_manifest_names_these_recordings_and_no_other_and_is_signed(
    build: Build, songs: dict[str, catalogue.Recording], people: People
) -> None:
    row = build()
    said, folder = read(row, "manifest.json"), Path(row.folder)
    salt, root = bytes.fromhex(said["manifest"]["salt"]), said["manifest"]["root"]
    made = trie.Trie.of(
        [consent.manifest_key(salt, file["recording"]) for file in said["files"]],
        [hashlib.sha256(b"allowed").digest()] * 3,
    )
    assert made.root.hex() == root == said["job"]["entry"]["manifest_root"]
    assert said["job"]["private"]["salt"] == salt.hex()
    raw = (folder / "manifest.json").read_bytes()
    note = (folder / "manifest.note").read_text(encoding="utf-8")
    opened = notes.open_note(note, [notes.verifier_key(ledger.verifier_key())])
    assert opened.note.text == letters.statement(row.uid, hashlib.sha256(raw).hexdigest())
    # And Ada can show, to anybody, that hers is not in it.
    ledger.publish()
    found = transparency.proof_of_absence(row.asked, songs["no"].pk, people.ada)
    assert found is not None
    assert checking.check(found[1]).shows == "absent"
    present = transparency.proof_of_absence(row.asked, songs["north"].pk, people.cleo)
    assert present is not None
    assert checking.check(present[1]).shows == "present"


# In a process of its own: the loader takes over logging, and stands on a library that warns of its own age.
LOADER = """
import hashlib, json, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
said = {"errors": sorted(dataset.metadata.ctx.issues.errors)}
for name in sys.argv[2:]:
    try:
        rows = list(dataset.records(name))
        content = rows[0].get(f"{name}/content")
        said[name] = [len(rows), hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else None]
    except Exception as error:
        said[name] = f"{error} {error.__cause__}"
print(json.dumps(said))
"""


def loaded(folder: Path, *record_sets: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-c", LOADER, str(folder / "croissant.json"), *record_sets]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


def test_croissant_is_read_and_refused_after_one_changed_byte(
    build: Build, songs: dict[str, catalogue.Recording]
) -> None:
    # One of each kind of file that the loader has opinions about.
    for name, container in (("harbour", "wav"), ("ferry", "flac"), ("north", "mp3")):
        catalogue.Recording.objects.filter(pk=songs[name].pk).update(container=container)
    row = build()
    folder, files = Path(row.folder), read(row, "manifest.json")["files"]
    sounds = [f"sound-{file['recording']}" for file in files]
    said = loaded(folder, "tracks", *sounds)
    assert said["errors"] == []
    assert said["tracks"] == [3, None]
    assert [said[name] for name in sounds] == [[1, file["sha256"]] for file in files]
    for path in (folder / "tracks.csv", *(folder / file["name"] for file in files)):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    said = loaded(folder, "tracks", *sounds)
    for name in ("tracks", *sounds):
        assert "Download(" in said[name]
        assert "Expected:" in said[name]


def test_the_rights_are_an_offer_to_this_actor_for_this_purpose(build: Build) -> None:
    said = read(build(), "croissant.json")
    assert said["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    rights = said["usageInfo"]
    assert rights["@type"] == ["CreativeWork", "odrl:Offer"]
    permission = rights["odrl:permission"]
    assert permission["odrl:assignee"] == "northwind"
    assert permission["odrl:constraint"][0]["odrl:rightOperand"] == "train-analysis"
    assert all(len(one["sha256"]) == 64 for one in said["distribution"])


def test_a_title_is_no_formula_in_the_table(
    build: Build, songs: dict[str, catalogue.Recording], people: People
) -> None:
    catalogue.edit_track(people.cleo, songs["north"].track_id, {"title": "=1+2", "artists": "@North"})
    table = (Path(build().folder) / "tracks.csv").read_text(encoding="utf-8")
    assert ",'=1+2,'@North," in table


def test_what_is_not_public_does_not_leave(build: Build, people: People, songs: dict[str, catalogue.Recording]) -> None:
    catalogue.unpublish_tracks(people.cleo, [songs["north"].track_id])
    assert songs["north"].pk not in {file["recording"] for file in read(build(), "manifest.json")["files"]}
