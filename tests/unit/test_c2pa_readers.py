"""Verifiers of C2PA that share no code with our signer read a no, and what is asked for; a letter breaks both."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import encypher_c2pa
import pytest
from mutagen.id3 import ID3

from antiphon.audio.core.rights import InTheFile
from antiphon.declarations import certificate
from antiphon.declarations.core.declaration import NOTHING, Declaration, read
from antiphon.declarations.core.infile import in_file
from tests import node, sounds
from tests.unit.test_rights_in_files import LABEL, NOES
from tests.unit.test_signed_files import Signed, data, signed

__all__ = ["data"]  # a certificate for each test
FILES = ("plain.mp3", "plain.wav", "plain.flac", "plain.m4a", "plain.ogg", "plain.opus")
MODELS = ("ai_generative_training", "ai_training", "ai_inference")
# The second one says yes to all: what needs a licence by name is told as ask, and of the rest a file is silent.
ANSWERS = {
    "no": (NOTHING, "notAllowed", (*MODELS, "data_mining")),
    "yes": (read("yyyyyyyyaaaaaaay"), "constrained", MODELS),
}


def rights(said: Declaration) -> InTheFile:
    told = in_file(said, LABEL)
    return replace(NOES, content_usage=told.content_usage, data_mining=told.data_mining, assertions=told.assertions)


@pytest.fixture(autouse=True)
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEMETRY", "ONLINE", "UPDATE_CHECK"):
        monkeypatch.setenv(f"ENCYPHER_C2PA_{name}", "off")


def verified(copy: Signed, content: bytes, *, also: bytes | None = None) -> tuple[str, dict[str, str]]:
    """What Encypher's verifier says: the state of the file, and the use of each kind once conditions are applied."""
    report = encypher_c2pa.verify(
        content, copy.mime, manifest_store=also, trust_pem=certificate.show().authority, no_default_trust=True
    )
    uses: dict[str, str] = {}
    for one in report["validation_results"]["informational"]:
        if one["code"].endswith("trainingMining.effectiveUse"):
            uses |= {name: entry["effectiveUse"] for name, entry in one["details"]["entries"].items()}
    return report["validation_state"], uses


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", FILES)
def test_encypher_reads_what_every_container_says(name: str, answer: str, tmp_path: Path) -> None:
    said, use, uses = ANSWERS[answer]
    copy = signed(sounds.make(tmp_path, name), tmp_path, rights=rights(said))
    content = copy.path.read_bytes()
    assert verified(copy, content, also=copy.manifest) == ("Trusted", {f"cawg.{one}": use for one in uses})
    where = copy.manifest or content
    assert use.encode() in where
    damaged = where.replace(use.encode(), use[:-1].encode() + b"x", 1)
    now = (content, damaged) if copy.manifest else (damaged, None)
    assert verified(copy, now[0], also=now[1])[0] == "Invalid"


@pytest.mark.parametrize("answer", ANSWERS)
def test_c2pa_ts_reads_what_an_mp3_says(answer: str, tmp_path: Path) -> None:
    said, use, uses = ANSWERS[answer]
    copy = signed(sounds.make(tmp_path, "plain.mp3"), tmp_path, rights=rights(said))
    # It knows the frame by the media type that C2PA had before `application/c2pa`: the frame is found for it.
    (frame,) = ID3(copy.path).getall("GEOB")
    entry = {"choice": use} | ({"constraintInfo": LABEL} if use == "constrained" else {})
    assert told(copy.path.read_bytes(), frame.data) == {
        "valid": True, "entries": {f"{prefix}.{one}": entry for prefix in ("c2pa", "cawg") for one in uses},
    }  # fmt: skip
    damaged = told(copy.path.read_bytes(), frame.data.replace(use.encode(), use[:-1].encode() + b"x", 1))
    assert damaged is None or not damaged["valid"]


def told(content: bytes, store: bytes) -> Any:
    return node.read("manifest", file=base64.b64encode(content).decode(), store=base64.b64encode(store).decode())
