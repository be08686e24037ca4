"""Proof files: what holds, what does not, and that no bit of one can change."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.cli.main import main
from antiphon.ledger.core import commitments
from antiphon.transparency.core import checking, files
from tests import proofs

NO = {"train-analysis": "no"}
MANY = list(range(1000, 2000))
KEY, WITNESS = proofs.LOG.verifier, proofs.WITNESS.verifier
FILES: dict[str, Callable[[], bytes]] = {
    "receipt": proofs.act_file,
    "cosigned receipt": lambda: proofs.act_file(witness=proofs.WITNESS),
    "seal": lambda: proofs.act_file(
        {"act": "c", "party": 1, "at": "then", "via": "studio", "change": 1, "sealed": [4]}, "seal"
    ),
    "set": lambda: proofs.act_file(
        {"act": "d", "party": 1, "at": "then", "via": "studio", "change": 2, "set": 5, "joined": [4, 6], "left": [7]},
        "set",
    ),
    "withdrawal": lambda: proofs.act_file(
        {"act": "e", "party": 1, "at": "then", "via": "studio", "change": 3, "recordings": [4]}, "withdraw"
    ),
    "return": lambda: proofs.act_file(
        {"act": "f", "party": 1, "at": "then", "via": "studio", "change": 4, "back": [4]}, "withdraw"
    ),
    "reply": lambda: proofs.act_file(
        {
            "act": "g",
            "party": 1,
            "at": "then",
            "via": "link",
            "change": 5,
            "refused": [4],
            "purpose": "finetune",
            "enquiry": "h",
            "actor": "example-lab",
        },
        "reply",
    ),
    "absence": lambda: proofs.job_file(MANY, 12, NO, witness=proofs.WITNESS),
    "absence from nothing": lambda: proofs.job_file([], 12, NO),
    "absence without an answer": lambda: proofs.job_file(MANY, 12),
    "absence in two sizes": lambda: proofs.job_file(MANY, 12, NO, two_sizes=True, witness=proofs.WITNESS),
    "presence": lambda: proofs.job_file(MANY, 1200, {"train-analysis": "yes"}),
    "breach": lambda: proofs.job_file(MANY, 1200, NO),
    "answer of the registry": proofs.registry_file,
    "answer of nothing": lambda: proofs.registry_file(known=False),
}


def check(data: bytes) -> checking.Verdict:
    return checking.check(data, log_keys=[KEY], witness_keys=[WITNESS])


@pytest.mark.parametrize("name", FILES)
def test_what_was_not_touched_holds(name: str) -> None:
    verdict = check(FILES[name]())
    assert verdict.ok, verdict.reason
    acts = dict.fromkeys(("receipt", "cosigned receipt", "seal", "set", "withdrawal", "return", "reply"), "act")
    answers = dict.fromkeys(("answer of the registry", "answer of nothing"), "answer")
    expected = {**acts, **answers, "presence": "present", "breach": "breach"}
    assert verdict.shows == expected.get(name, "absent")
    assert all(line.endswith(".") for line in (*verdict.lines, *verdict.not_shown))


def test_a_receipt_about_a_set_says_what_joined_it_and_what_left() -> None:
    lines = check(FILES["set"]()).lines
    assert "It puts recording 4, recording 6 into set 5." in lines
    assert "It takes recording 7 out of set 5." in lines
    assert "It withdraws recording 4." in check(FILES["withdrawal"]()).lines
    assert "It brings recording 4 back." in check(FILES["return"]()).lines
    assert "It refuses example-lab the use of recording 4 for finetune." in check(FILES["reply"]()).lines


@pytest.mark.parametrize("name", ["cosigned receipt", "absence in two sizes"])
def test_no_single_bit_can_be_changed(name: str) -> None:
    data = FILES[name]()
    changed = bytearray(data)
    for at in range(len(data)):
        for bit in range(8):
            changed[at] ^= 1 << bit
            # Without a key, which is the weaker check: the file speaks for itself.
            assert not checking.check(bytes(changed)).ok, (at, bit)
            changed[at] ^= 1 << bit
    assert checking.check(bytes(changed)).ok


@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_bit_of_any_file_can_be_changed_with_the_key_in_hand_either(name: str, draw: st.DataObject) -> None:
    changed = bytearray(FILES[name]())
    changed[draw.draw(st.integers(0, len(changed) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    assert not check(bytes(changed)).ok


@given(st.binary(max_size=400))
def test_whatever_else_comes_is_a_no_and_never_an_error(data: bytes) -> None:
    assert not check(data).ok


@given(st.recursive(st.none() | st.integers() | st.text() | st.booleans(), lambda c: st.lists(c) | st.dictionaries(
    st.sampled_from(["format", "kind", "log", "witnesses", "words", "act", "job", "salt", "proof"]), c)))  # fmt: skip
def test_whatever_json_comes_is_a_no_and_never_an_error(said: object) -> None:
    assert not check(json.dumps(said).encode()).ok


@given(st.data())
def test_no_part_of_a_file_can_be_swapped_for_anything(data: st.DataObject) -> None:
    said: Any = json.loads(FILES["absence in two sizes"]())
    place, key = said, data.draw(st.sampled_from(sorted(said)))
    while isinstance(place[key], dict) and place[key]:
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)))
    before = place[key]
    place[key] = data.draw(st.none() | st.integers(0, 99) | st.text(max_size=9) | st.just([]) | st.just({}))
    if place[key] != before:
        assert not check(commitments.canonical(said) + b"\n").ok


def test_an_added_field_is_refused_wherever_it_stands() -> None:
    for path in ((), ("job",), ("answer",)):
        said: Any = json.loads(FILES["absence"]())
        place = said
        for step in path:
            place = place[step]
        place["note"] = "trust me"
        verdict = check(commitments.canonical(said) + b"\n")
        assert not verdict.ok
        assert "note" in verdict.reason


def test_another_spelling_of_the_same_json_is_refused() -> None:
    data = FILES["absence"]()
    for other in (data.rstrip(), data + b"\n", data.replace(b":", b": ", 1), json.dumps(json.loads(data)).encode()):
        assert not check(other).ok


def test_a_time_is_claimed_only_for_a_witness_the_reader_trusts() -> None:
    data = FILES["absence"]()
    trusting = check(data)
    assert [(one.witness, one.at_s) for one in trusting.times] == [(WITNESS.name, proofs.SEEN_AT_S)] * 2
    assert any("2026-09-21 14:13:20 UTC" in line for line in trusting.lines)
    alone = checking.check(data, log_keys=[KEY])
    assert alone.ok
    assert alone.times == ()
    assert checking.OWN_CLOCK in alone.not_shown
    assert any(WITNESS.name in line for line in alone.not_shown)
    assert check(FILES["receipt"]()).times == ()


def test_a_witness_of_the_same_name_with_another_key_gives_no_time() -> None:
    stranger = proofs.Signer(proofs.WITNESS.name, b"x" * 32, proofs.COSIGNATURE)
    verdict = checking.check(FILES["absence"](), log_keys=[KEY], witness_keys=[stranger.verifier])
    assert verdict.ok
    assert verdict.times == ()


def test_without_a_key_the_file_s_own_is_taken_and_this_is_said() -> None:
    verdict = checking.check(FILES["receipt"]())
    assert verdict.ok
    assert checking.OWN_KEY in verdict.not_shown
    assert not checking.check(FILES["receipt"](), log_keys=[proofs.OTHER_LOG.verifier]).ok


def test_an_answer_given_after_the_job_asked_binds_nothing() -> None:
    verdict = check(proofs.job_file(MANY, 12, NO, change=10))
    assert not verdict.ok
    assert "before this answer" in verdict.reason
    assert check(proofs.job_file(MANY, 12, NO, change=9)).ok


def test_an_answer_about_another_recording_or_another_purpose_proves_nothing() -> None:
    assert not check(proofs.job_file(MANY, 12, NO, where=[["track", 13]])).ok
    assert check(proofs.job_file(MANY, 12, NO, where=[["track", 13], ["track", 12]])).ok
    with pytest.raises(files.BadProof):
        proofs.job_file(MANY, 12, {"organize": "no"})


def test_a_recording_in_the_manifest_against_a_no_is_a_breach_and_with_a_yes_is_not() -> None:
    assert "breach" in " ".join(check(FILES["breach"]()).lines)
    assert "breach" not in " ".join(check(FILES["presence"]()).lines)


def test_a_bundle_stays_below_eight_kilobytes_for_a_hundred_thousand_recordings() -> None:
    data = proofs.job_file(list(range(1, 100_001)), 200_000, NO, two_sizes=True, witness=proofs.WITNESS)
    assert len(data) <= 8000
    assert check(data).ok


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "absence.json"
    path.write_bytes(FILES["absence"]())
    return path


def test_the_command_says_in_sentences_what_was_shown(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(kept), "--key", str(KEY), "--witness", str(WITNESS)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("HOLDS.")
    assert "Recording 12 is not in the manifest" in said
    assert "Not shown" not in said
    assert main(["verify", str(kept)]) == 0
    assert checking.OWN_KEY in capsys.readouterr().out
    assert main(["verify", str(kept), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["shows"] == "absent"


def test_the_command_ends_with_one_for_a_changed_file_and_with_two_for_bad_use(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(kept.with_name("nothing.json"))]) == 2
    assert main(["verify", str(kept), "--key", "nonsense"]) == 2
    assert main(["verify", str(kept), "--witness", str(KEY)]) == 2
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    kept.write_bytes(data)
    assert main(["verify", str(kept)]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out


def test_the_command_needs_no_settings_no_database_and_no_network(kept: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    script = (
        "import socket, sys\n"
        "def no(*a, **k): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = no\n"
        "from antiphon.cli.main import main\n"
        f"status = main(['verify', {str(kept)!r}])\n"
        "from django.conf import settings\n"
        "assert not settings.configured, 'settings were read'\n"
        "raise SystemExit(status)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=alone, capture_output=True, text=True, timeout=60, check=False,
        env={"ANTIPHON_DATA": str(alone / "data"), "DJANGO_SETTINGS_MODULE": "no.such"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert list(alone.iterdir()) == []
