"""The check in the browser and the check on the command line are one: the same files, the same words, the same noes."""

import base64
import json
from dataclasses import asdict
from typing import Any

import pytest

from antiphon.ledger.core import commitments, trie
from antiphon.transparency.core import checking
from tests import proofs, vectors
from tests.node import run
from tests.unit.test_proof_files import FILES

KEY, WITNESS = proofs.LOG.verifier, proofs.WITNESS.verifier
CHECK = """
import { check } from "js/verify/bundle.js";
const answers = [];
for (const file of said.files) {
  answers.push(await check(new Uint8Array(Buffer.from(file, "base64")), said.trusted));
}
tell(answers);
"""
FLIP = """
import { check } from "js/verify/bundle.js";
const data = new Uint8Array(Buffer.from(said, "base64"));
const held = [];
for (let at = 0; at < data.length; at++) {
  for (let bit = 0; bit < 8; bit++) {
    data[at] ^= 1 << bit;
    if ((await check(data)).ok) held.push([at, bit]);
    data[at] ^= 1 << bit;
  }
}
tell({ held, ok: (await check(data)).ok });
"""


def in_the_browser(files: list[bytes], **trusted: list[str]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = run(
        CHECK, {"files": [base64.b64encode(one).decode() for one in files], "trusted": trusted}
    )
    return said


def on_the_command_line(data: bytes, **keys: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(asdict(checking.check(data, **keys))))
    return said


def test_both_say_the_same_of_every_kind_of_file() -> None:
    files = [make() for make in FILES.values()]
    assert in_the_browser(files, log=[str(KEY)], witnesses=[str(WITNESS)]) == [
        on_the_command_line(one, log_keys=[KEY], witness_keys=[WITNESS]) for one in files
    ]
    assert in_the_browser(files) == [on_the_command_line(one) for one in files]


def test_both_refuse_the_same_files() -> None:
    good = json.loads(FILES["absence"]())
    bad = [b"", b"{}", b"[]", b"null\n", FILES["absence"]() + b"\n", b"\xef\xbb\xbf" + FILES["absence"](), b"\xff" * 9]
    for field in good:
        for value in (None, 1, "x", [], {}, [good[field]]):
            if value != good[field]:
                bad.append(commitments.canonical(good | {field: value}) + b"\n")
    bad.append(commitments.canonical(good | {"note": "trust me"}) + b"\n")
    no = {"train-analysis": "no"}
    bad += [proofs.job_file([1], 12, no, change=10), proofs.job_file([1], 12, no, where=[["track", 13]])]
    assert [one["ok"] for one in in_the_browser(bad)] == [False] * len(bad)
    assert [checking.check(one).ok for one in bad] == [False] * len(bad)
    other = [str(proofs.OTHER_LOG.verifier)]
    assert not in_the_browser([FILES["receipt"]()], log=other)[0]["ok"]


@pytest.mark.parametrize("name", ["cosigned receipt", "answer of the registry"])
def test_no_single_bit_can_be_changed_in_the_browser_either(name: str) -> None:
    said = run(FLIP, base64.b64encode(FILES[name]()).decode())
    assert said == {"held": [], "ok": True}


HOLDS = """
const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const holds = async (promise) => { try { await promise; return true; } catch { return false; } };
const answers = [];
"""


def test_trees_are_checked_as_the_vectors_say() -> None:
    script = """
    import { checkConsistency, checkInclusion } from "js/verify/merkle.js";
    for (const one of said) {
      answers.push(await holds(one.old === undefined
        ? checkInclusion(one.index, one.size, hex(one.leaf), one.proof.map(hex), hex(one.root))
        : checkConsistency(one.old, one.new, hex(one.old_root), hex(one.new_root), one.proof.map(hex))));
    }
    tell(answers);
    """
    found = vectors.read("proofs.json")
    cases = [
        case
        for name in ("inclusion", "consistency", "inclusion_must_fail", "consistency_must_fail")
        for case in found[name]
    ]
    good = len(found["inclusion"]) + len(found["consistency"])
    assert run(HOLDS + script, cases) == [True] * good + [False] * (len(cases) - good)


def test_manifests_are_checked_as_the_vectors_say() -> None:
    script = """
    import { checkTrie, trieProofFrom } from "js/verify/trie.js";
    for (const one of said.proofs) {
      try {
        const proof = trieProofFrom(new Uint8Array(Buffer.from(one.compact, "base64")));
        answers.push(await checkTrie(hex(said.root), hex(one.key), proof));
      } catch { answers.push("refused"); }
    }
    tell(answers);
    """
    found = vectors.read("manifest_trie.json")
    proofs_ = [
        {"key": one["key"], "compact": base64.b64encode(trie.proof_from_json(one).to_bytes()).decode()}
        for one in (*found["proofs"], *found["must_be_invalid"])
    ]
    said = run(HOLDS + script, {"root": found["root"], "proofs": proofs_})
    count = len(found["proofs"])
    assert said[:count] == ["present" if one["present"] else "absent" for one in found["proofs"]]
    # A vector may be bad by what it claims, and not by its hashes.
    claims = ["present" if one.get("present") else "absent" for one in found["must_be_invalid"]]
    assert all(answer != claim for answer, claim in zip(said[count:], claims, strict=True))


def test_notes_are_checked_as_the_vectors_say() -> None:
    script = """
    import { checkpointFrom, openNote, verifierKey } from "js/verify/notes.js";
    const open = async (note, keys) => checkpointFrom((await openNote(note, keys)).note.text);
    const keys = await Promise.all(Object.values(said.vkeys).map(verifierKey));
    for (const note of said.notes) answers.push(await holds(open(note, keys)));
    tell(answers);
    """
    found = vectors.read("signed_notes.json")
    notes_ = [found["checkpoint_600"], found["checkpoint_512"], *(one["note"] for one in found["must_fail"])]
    said = run(HOLDS + script, {"vkeys": found["vkeys"], "notes": notes_})
    assert said == [True, True] + [False] * len(found["must_fail"])
