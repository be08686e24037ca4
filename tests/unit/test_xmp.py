"""XMP in copies: exiftool reads the reservation in PLUS's words, before and after the signature; never a yes."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from mutagen.id3 import ID3

from antiphon.audio.core.rights import InTheFile
from antiphon.audio.core.xmp import packet
from antiphon.declarations.core.declaration import read
from antiphon.declarations.core.infile import in_file
from tests import sounds
from tests.unit.test_rights_in_files import CODES, LABEL, NOES, POLICY
from tests.unit.test_signed_files import data, signed

__all__ = ["data"]  # a certificate for each test
PLUS = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
ANSWERS = {"n" * 16: PLUS, "yyyyyyyyaaaaaaay": f"{PLUS}-SEECONSTRAINT"}


def rights_of(code: str) -> InTheFile:
    told = in_file(read(code), LABEL)
    return replace(NOES, content_usage=told.content_usage, data_mining=told.data_mining, assertions=told.assertions)


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize("name", ["plain.mp3", "plain.wav", "plain.m4a"])
def test_exiftool_reads_it_from_a_signed_copy(name: str, code: str, tmp_path: Path) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("no exiftool here")
    copy = signed(sounds.make(tmp_path, name), tmp_path, rights=rights_of(code))
    assert copy.read()["validation_state"] == "Valid"
    said = {
        "DataMining": ANSWERS[code], "WebStatement": LABEL, "Reservation": 1, "Policy": POLICY,
        "UsageTerms": "Ask first.",
    }  # fmt: skip
    if code != "n" * 16:
        said["OtherConstraints"] = "Ask first."
    assert xmp_of(copy.path) == said
    damaged = copy.path.read_bytes().replace(b"plus:DataMining>", b"plus:DataMinimg>")
    copy.path.write_bytes(damaged)
    assert "DataMining" not in xmp_of(copy.path)


def xmp_of(path: Path) -> dict[str, Any]:
    ran = subprocess.run(["exiftool", "-j", "-XMP:all", str(path)], capture_output=True, check=True)
    (said,) = json.loads(ran.stdout)
    return {name: value for name, value in said.items() if name != "SourceFile"}


def test_nothing_reserved_is_nothing_said(tmp_path: Path) -> None:
    assert packet(InTheFile("v", LABEL, "", "").tags()) == b""
    copy = signed(sounds.make(tmp_path, "plain.mp3"), tmp_path, words={"title": "x"})
    assert ID3(copy.path).getall("PRIV") == []


@given(CODES)
def test_the_word_of_plus_is_a_no_or_none(code: str) -> None:
    word = in_file(read(code), LABEL).data_mining
    assert word in ("", PLUS, f"{PLUS}-SEECONSTRAINT")
    assert (word == "") is (code[4:] == "y" * 12)
    assert (word == PLUS) is (code[4] != "y")


@given(st.text())
def test_whatever_stands_in_the_sentence_the_packet_is_xml(words: str) -> None:
    sentence = "".join(one for one in words if one.isprintable())
    made = packet({"tdm_reservation": "1", "usage_terms": sentence})
    assert (etree.fromstring(made).findtext(".//{*}li") or "") == sentence
