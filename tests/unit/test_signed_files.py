"""Signed files: Valid after all our own steps, Trusted with the site's authority, Invalid after one flipped bit."""

import base64
import io
import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import c2pa
import mutagen
import numpy as np
import pytest
from datadiligence.rules import C2PAMetadataRule
from mutagen.id3 import ID3

from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.core.manifests import FORMATS, definition, may_be_kept
from antiphon.audio.core.rights import InTheFile, Signatory
from antiphon.audio.engines.copies import make_copy
from antiphon.audio.service import signing
from antiphon.cli import main as cli
from antiphon.declarations import certificate
from antiphon.declarations.core.infile import NEW, OLD
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound, Unavailable
from tests import private, sounds
from tests.unit.test_audio_copies import WORDS, decoded
from tests.unit.test_rights_in_files import LABEL, NOES, POLICY

FILES = ("plain.mp3", "plain.wav", "plain.flac", "plain.m4a", "lossless.m4a", "plain.aac", "plain.aiff", "plain.ogg",
         "plain.opus")  # fmt: skip


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    certificate.make()
    return Path(settings.DATA)


class Signed:
    """A copy that was signed as the worker does it, and its manifest where that is detached."""

    def __init__(self, folder: Path, told: dict[str, Any], suffix: str) -> None:
        self.path, self.told, self.mime = folder / told["file"], told, FORMATS[suffix][0]
        self.manifest = base64.b64decode(told["manifest"]) or None

    def read(self, data: bytes | None = None, *, trusting: str = "") -> dict[str, Any]:
        trust = {"trust": {"trust_anchors": trusting, "trust_config": "1.3.6.1.5.5.7.3.4\n"}} if trusting else {}
        context = c2pa.Context(c2pa.Settings.from_dict(trust))
        kept = {"manifest_data": self.manifest} if self.manifest else {}
        with c2pa.Reader(self.mime, io.BytesIO(data or self.path.read_bytes()), context=context, **kept) as reader:
            found: dict[str, Any] = json.loads(reader.json())
        return found

    @property
    def assertions(self) -> dict[str, Any]:
        said = self.read()
        return {one["label"]: one["data"] for one in said["manifests"][said["active_manifest"]]["assertions"]}


def signed(original: Path, folder: Path, words: dict[str, Any] | None = None, rights: InTheFile = NOES) -> Signed:
    out = folder / "made"
    out.mkdir(exist_ok=True)
    made = make_copy(original, out, Limits(), words or {**WORDS, **rights.tags()}, None)
    key = certificate.signatory()
    assert key is not None
    return sign_with(key, made, original, out, rights)


def sign_with(key: Signatory, made: dict[str, Any], original: Path, out: Path, rights: InTheFile = NOES) -> Signed:
    extra = {
        "signatory": {"certificates": key.certificates, "private_key": key.private_key},
        "suffix": made["suffix"],
        "definition": definition(rights, "Slow Harbour", "0"),
        "also": [str(original)],
        "original_suffix": made["original_suffix"],
    }
    limits = Limits.for_signing(made["size_bytes"])
    return Signed(out, sandbox.run("sign", out / made["file"], out, limits, extra=extra), made["suffix"])


@pytest.mark.parametrize("name", FILES)
def test_a_copy_is_valid_trusted_by_its_authority_and_invalid_after_one_flipped_bit(name: str, tmp_path: Path) -> None:
    original = private.fill(sounds.make(tmp_path, name))
    copy = signed(original, tmp_path)
    assert copy.path.stat().st_size == copy.told["size_bytes"]
    assert copy.read()["validation_state"] == "Valid"
    assert copy.read(trusting=certificate.show().authority)["validation_state"] == "Trusted"
    data = bytearray(copy.path.read_bytes())
    data[len(data) // 2] ^= 1
    assert copy.read(bytes(data))["validation_state"] == "Invalid"
    np.testing.assert_array_equal(decoded(copy.path), decoded(original))
    assert not any(word.encode() in copy.path.read_bytes() for word in private.WORDS)


@pytest.mark.parametrize("name", FILES)
def test_both_assertions_say_the_noes(name: str, tmp_path: Path) -> None:
    found = signed(sounds.make(tmp_path, name), tmp_path).assertions
    for label, prefix in ((NEW, "cawg."), (OLD, "c2pa.")):
        assert found[label]["entries"][f"{prefix}ai_generative_training"] == {"use": "notAllowed"}
    assert found[NEW] == {"entries": NOES.assertions[NEW]}


@pytest.mark.parametrize("name", ["plain.mp3", "plain.wav", "plain.flac", "plain.m4a"])
def test_tags_come_first_and_survive_the_signature(name: str, tmp_path: Path) -> None:
    path = signed(sounds.make(tmp_path, name), tmp_path).path
    if name == "plain.mp3":
        tags = ID3(path)
        assert (str(tags["TXXX:TDM-POLICY"]), tags["WCOP"].url) == (POLICY, WORDS["license_url"])
        assert tags.getall("USER")[0].text == "Ask first."
    else:
        said = str(dict(mutagen.File(path).tags or {}))
        assert POLICY in said
        assert "train-ai=n" in said
    touched: Any = mutagen.File(path)
    if name in ("plain.flac", "plain.m4a"):
        touched["title" if name == "plain.flac" else "\xa9nam"] = "Mine now"
        touched.save()
        assert Signed(path.parent, {"file": path.name, "manifest": ""}, path.suffix[1:]).read()[
            "validation_state"
        ] == "Invalid"  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves the file open
@pytest.mark.parametrize("name", ["plain.mp3", "plain.flac", "plain.m4a"])
def test_datadiligence_refuses_what_is_refused(name: str, tmp_path: Path) -> None:
    path = signed(sounds.make(tmp_path, name), tmp_path).path
    assert C2PAMetadataRule().is_allowed(path=str(path)) is False


@pytest.mark.parametrize("name", ["plain.mp3", "plain.wav", "plain.flac", "plain.m4a"])
def test_a_file_that_arrives_with_a_manifest_keeps_it_as_its_parent(name: str, tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    before = signed(sounds.make(tmp_path, name), tmp_path / "first")
    came_with = before.read()["active_manifest"]
    after = signed(before.path, tmp_path)
    said = after.read()
    assert after.told["kept_parent"] is True
    assert said["validation_state"] == "Valid"
    assert came_with in said["manifests"]
    (parent,) = said["manifests"][said["active_manifest"]]["ingredients"]
    assert (parent["relationship"], parent["active_manifest"]) == ("parentOf", came_with)


def test_a_manifest_that_tells_a_place_does_not_go_out_again(tmp_path: Path) -> None:
    assert may_be_kept({"manifests": {"a": {"assertions": [{"label": NEW, "data": {}}]}}})
    assert not may_be_kept({"assertions": [{"label": "stds.exif", "data": {"exif:GPSLatitude": "48,51.4N"}}]})
    assert not may_be_kept({"assertions": [{"label": "c2pa.metadata", "data": {"photoshop:City": "Lisbon"}}]})
    assert not may_be_kept({"ingredients": [{"thumbnail": {"format": "image/jpeg", "identifier": "x.jpg"}}]})
    assert not may_be_kept({"assertions": [{"label": "c2pa.metadata", "data": {"@context": ["http://gps.example"]}}]})


def test_letters_in_a_digest_tell_no_place() -> None:
    digest = "6NjP6HTBIMgPs4mTDDcNVuXb7om5mLdOdVSCjQETyig="
    assert len(base64.b64decode(digest)) == 32
    assert may_be_kept({"ingredients": [{"url": "self#jumbf=c2pa.assertions/c2pa.ingredient.v3", "hash": digest}]})
    assert not may_be_kept({"title": digest})  # only where a digest stands
    assert not may_be_kept({"hash": "gps 48.8,2.3"})
    assert not may_be_kept({"hash": "gpsgpsgpsgps"})  # Base64, but of no digest


def test_nothing_but_the_noes_and_the_title_is_said(tmp_path: Path) -> None:
    copy = signed(private.fill(sounds.make(tmp_path, "plain.wav")), tmp_path)
    told = json.dumps(copy.read())
    assert LABEL not in told  # a plain no needs no page; a question has one
    assert not any(word in told for word in private.WORDS)


def test_a_key_that_is_not_its_certificate_s_signs_nothing(tmp_path: Path) -> None:
    first = (certificate.folder() / "signer.pem").read_text()
    certificate.renew()
    second = (certificate.folder() / "signer.pem").read_text()
    end = "-----END PRIVATE KEY-----\n"
    (certificate.folder() / "signer.pem").write_text(first.split(end)[0] + end + second.split(end)[1])
    with pytest.raises(Unavailable):
        certificate.signatory()


def test_there_is_one_chain_and_a_renewed_one_has_the_same_authority() -> None:
    before = certificate.show()
    with pytest.raises(Conflict):
        certificate.make()
    name = certificate.signatory_name()
    after = certificate.renew()
    assert after.authority == before.authority
    assert after.fingerprint != before.fingerprint
    assert certificate.signatory_name() != name
    assert certificate.renew(authority=True).authority != before.authority
    for path in certificate.folder().iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_a_certificate_that_has_ended_signs_nothing() -> None:
    assert certificate.signatory_name()
    with clock.advanced(timedelta(days=certificate.SIGNER_DAYS - 30)):
        assert certificate.show().ends_soon(clock.now())
        assert certificate.signatory() is not None
    with clock.advanced(timedelta(days=certificate.SIGNER_DAYS + 1)):
        assert certificate.signatory_name() == ""
        assert certificate.signatory() is None


def test_without_a_chain_nothing_is_signed(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "empty"
    assert certificate.signatory() is None
    assert certificate.signatory_name() == ""
    with pytest.raises(NotFound):
        certificate.show()


def test_signing_has_a_limit_of_memory(tmp_path: Path) -> None:
    original = sounds.make(tmp_path, "plain.wav")
    signatory = certificate.signatory()
    assert signatory is not None
    extra = {
        "signatory": asdict(signatory), "suffix": "wav", "original_suffix": "wav",
        "definition": definition(NOES, "x", "0"), "also": [],
    }  # fmt: skip
    with pytest.raises(Failure) as refused:
        sandbox.run("sign", original, tmp_path, Limits(memory_bytes=40 * 1024 * 1024), extra=extra)
    assert refused.value.code in ("crashed", "out-of-memory")


def test_one_signs_at_a_time(data: Path) -> None:
    (data / "tmp").mkdir()

    class Leaving:
        beats = 0

        def heartbeat(self) -> bool:
            self.beats += 1
            return self.beats < 3

    waiting: Any = Leaving()
    with signing._turn(waiting):
        assert waiting.beats == 0
        with pytest.raises(Failure) as refused, signing._turn(waiting):
            raise AssertionError("two at once")
    assert (refused.value.code, waiting.beats) == ("interrupted", 3)
    with signing._turn(waiting):
        pass


def test_the_command_makes_shows_and_renews(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["certificate", "make"]) == 1
    assert "renew" in capsys.readouterr().err
    assert cli.main(["certificate", "show", "--pem"]) == 0
    assert capsys.readouterr().out == certificate.show().authority
    assert cli.main(["certificate", "renew", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sha256"] == certificate.show().fingerprint
    assert "PRIVATE" not in json.dumps(said)
