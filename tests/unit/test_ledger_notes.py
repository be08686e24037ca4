"""Signed notes, checkpoints, cosignatures, receipts and commitments: the vectors, and what must not pass for them."""

import json
from base64 import b64encode

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from antiphon.kernel.errors import BadInput
from antiphon.ledger.core import checkpoints, commitments, cosigning, merkle, notes, receipts
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import COSIGNATURE, ML_DSA_44, Signature, Signer, VerifierKey
from tests import vectors

NOTES = vectors.read("signed_notes.json")
LOG, W1, W2 = (notes.verifier_key(NOTES["vkeys"][name]) for name in ("log", "w1", "w2"))
ORIGIN = NOTES["origin"]
CHECKPOINT = NOTES["checkpoint_600"]
SIGNER = Signer(ORIGIN, bytes.fromhex(NOTES["seeds"]["log"]))
WITNESS = Signer("witness.example/w1", bytes.fromhex(NOTES["seeds"]["w1"]), COSIGNATURE)


def test_verifier_keys_are_those_of_the_vectors() -> None:
    for name, key in (("log", LOG), ("w1", W1), ("w2", W2)):
        assert str(key) == NOTES["vkeys"][name]
        assert key.public.hex() == NOTES["pubs"][name]
    assert str(SIGNER.verifier) == NOTES["vkeys"]["log"]
    assert str(WITNESS.verifier) == NOTES["vkeys"]["w1"]
    assert WITNESS.secret.hex() not in repr(WITNESS)
    assert str(WITNESS.secret) not in repr(WITNESS)


@pytest.mark.parametrize("size", [512, 600])
def test_the_checkpoints_of_the_vectors_open(size: int) -> None:
    opened = checkpoints.open_checkpoint(NOTES[f"checkpoint_{size}"], [LOG], [W1, W2])
    assert (opened.checkpoint.origin, opened.checkpoint.size) == (ORIGIN, size)
    assert [name for name, _ in opened.cosigned] == [W1.name, W2.name]
    assert str(opened.note) == NOTES[f"checkpoint_{size}"]
    assert opened.proved_by_s == min(time_s for _, time_s in opened.cosigned)


def test_the_same_key_and_time_give_the_bytes_of_the_vectors() -> None:
    opened = checkpoints.open_checkpoint(CHECKPOINT, [LOG], [W1])
    by_log, by_w1, _ = opened.note.signatures
    assert checkpoints.sign(opened.checkpoint, [SIGNER]).signatures == (by_log,)
    assert WITNESS.sign(opened.checkpoint.text, 1800000600) == by_w1
    assert notes.cosigned_message(opened.checkpoint.text, 1800000600).decode() == NOTES["cosigned_message_w1_600"]


def test_the_example_of_the_specification_opens() -> None:
    example = NOTES["c2sp_spec_examples"]
    opened = notes.open_note(example["note"], [notes.verifier_key(example["note_vkey"])])
    assert opened.note.text == "This is an example message.\n"


@pytest.mark.parametrize("case", NOTES["must_fail"], ids=lambda case: case["why"])
def test_a_wrong_note_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(BadProof):
        checkpoints.open_checkpoint(case["note"], [LOG], [W1, W2])


def test_a_witness_nobody_trusts_says_nothing_about_time() -> None:
    opened = checkpoints.open_checkpoint(CHECKPOINT, [LOG])
    assert (opened.cosigned, opened.proved_by_s) == ((), None)


def test_witnesses_alone_do_not_make_a_checkpoint() -> None:
    with pytest.raises(BadProof, match="log itself"):
        checkpoints.open_checkpoint(CHECKPOINT, [], [W1, W2])
    other = Signer("somebody.example/log", bytes(32))
    note = checkpoints.sign(checkpoints.Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT), [other])
    with pytest.raises(BadProof, match="log itself"):
        checkpoints.open_checkpoint(str(note), [other.verifier])


def test_unknown_signatures_are_ignored_even_under_a_known_name_or_id() -> None:
    text = checkpoints.checkpoint_in(notes.note_from(CHECKPOINT).text).text
    right = SIGNER.sign(text)
    strangers = [
        Signature(ORIGIN, b"\0\0\0\0", b"another key"),
        Signature("elsewhere.example", right.key_id, right.raw),
        *(Signature(f"w{number}.example", b"abcd", bytes(72)) for number in range(16)),
    ]
    opened = checkpoints.open_checkpoint(str(notes.Note(text, (*strangers, right))), [LOG])
    assert len(opened.note.signatures) == 19


def test_ml_dsa_signatures_are_read_and_ignored() -> None:
    key = VerifierKey("witness.example/pq", ML_DSA_44, bytes(range(32)) * 41)
    assert notes.verifier_key(str(key)) == key
    text = notes.note_from(CHECKPOINT).text
    line = Signature(key.name, key.key_id, bytes(8 + 2420))
    raw = str(notes.Note(text, (SIGNER.sign(text), line)))
    assert checkpoints.open_checkpoint(raw, [LOG], [key]).cosigned == ()
    with pytest.raises(BadProof, match="Nobody"):
        notes.open_note(str(notes.Note(text, (line,))), [key])


@given(st.data())
def test_one_changed_byte_spoils_a_checkpoint_or_its_signature(data: st.DataObject) -> None:
    raw = bytearray(
        str(checkpoints.sign(checkpoints.checkpoint_in(notes.note_from(CHECKPOINT).text), [SIGNER])).encode()
    )
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((BadProof, UnicodeDecodeError)):
        checkpoints.open_checkpoint(raw.decode(), [LOG])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+12345678",
        NOTES["vkeys"]["log"][:-1],
        NOTES["vkeys"]["log"].replace("+b3", "+B3"),
        NOTES["vkeys"]["log"].replace("+b3", "+a3"),
        NOTES["vkeys"]["log"].replace("log.", "my log."),
        "+" + NOTES["vkeys"]["log"],
        f"n+00000000+{b64encode(bytes([2]) + bytes(32)).decode()}",
        f"n+00000000+{b64encode(bytes([1]) + bytes(31)).decode()}",
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadProof):
        notes.verifier_key(vkey)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n— name AAAAAAA=\nmore\n",
        "text\n\n— na+me AAAAAAA=\n",
        "te\txt\n\n— name AAAAAAA=\n",
        "te\rxt\n\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n—  name AAAAAAA=\n",
        "text\n\n— name AAAA\n",
    ],
)
def test_what_is_no_note_is_refused(raw: str) -> None:
    with pytest.raises(BadProof):
        notes.note_from(raw)


def test_a_note_ends_at_its_last_blank_line() -> None:
    signer = Signer("name", bytes(32))
    text = "first\n\nsecond\n\n— name AAAAAAA=\n"
    note = notes.note_from(str(notes.Note(text, (signer.sign(text),))))
    assert note.text == text
    notes.open_note(str(note), [signer.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "origin\n01\n" + b64encode(bytes(32)).decode() + "\n",
        "origin\n+1\n" + b64encode(bytes(32)).decode() + "\n",
        "origin\n9223372036854775808\n" + b64encode(bytes(32)).decode() + "\n",
        "origin\n1\n" + b64encode(bytes(31)).decode() + "\n",
        "or igin\n1\n" + b64encode(bytes(32)).decode() + "\n",
        "origin\n1\n" + b64encode(bytes(32)).decode() + "\n\n",
        "origin\n1\n" + b64encode(bytes(32)).decode(),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadProof):
        checkpoints.checkpoint_in(text)


def test_extension_lines_are_kept_and_signed() -> None:
    checkpoint = checkpoints.Checkpoint(ORIGIN, 1, bytes(32), ("more", "and more"))
    raw = str(checkpoints.sign(checkpoint, [SIGNER]))
    assert checkpoints.open_checkpoint(raw, [LOG]).checkpoint == checkpoint
    with pytest.raises(BadProof):
        checkpoints.open_checkpoint(raw.replace("and more", "or more"), [LOG])


# Receipts


@pytest.mark.parametrize("name", sorted(path.name for path in vectors.FOLDER.glob("*.tlog-proof")))
def test_the_receipts_of_the_vectors_hold(name: str) -> None:
    said = NOTES["tlog_proofs"][name]
    proof = receipts.proof_from(vectors.text(name))
    assert proof.index == said["index"]
    assert str(proof) == vectors.text(name)
    opened = receipts.check(proof, said["entry"].encode(), [LOG], [W1, W2])
    assert opened.checkpoint.size == 600
    with pytest.raises(BadProof):
        receipts.check(proof, b"antiphon test entry 1", [LOG], [W1, W2])
    with pytest.raises(BadProof):
        receipts.check(proof, said["entry"].encode(), [W1], [W2])


def test_a_receipt_is_made_from_the_tree_as_in_the_vectors() -> None:
    leaves = [merkle.leaf_hash(vectors.entry(index)) for index in range(600)]
    checkpoint = checkpoints.checkpoint_in(notes.note_from(CHECKPOINT).text)
    made = receipts.make(
        lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level]), 255, checkpoint, CHECKPOINT
    )
    assert str(made) == vectors.text("entry255.tlog-proof")


@given(st.data())
def test_no_changed_byte_of_a_receipt_goes_unnoticed(data: st.DataObject) -> None:
    raw = bytearray(vectors.text("entry255.tlog-proof").encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((BadProof, UnicodeDecodeError)):
        check_with_both_witnesses(bytes(raw))


def check_with_both_witnesses(raw: bytes) -> None:
    opened = receipts.check(receipts.proof_from(raw.decode()), vectors.entry(255), [LOG], [W1, W2])
    if len(opened.cosigned) < 2:
        raise BadProof("A witness's name or id was changed: its word is gone with it.")


def test_what_a_receipt_carries_besides_is_kept_and_proves_nothing() -> None:
    plain = receipts.proof_from(vectors.text("entry0.tlog-proof"))
    carrying = receipts.TlogProof(plain.index, plain.hashes, plain.checkpoint, b"anything")
    assert receipts.proof_from(str(carrying)) == carrying
    receipts.check(carrying, vectors.entry(0), [LOG])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 255", "index 0255"),
        ("index 255", "index -1"),
        ("index 255", "index 600"),
        ("index 255\n", ""),
        ("index 255\n", "index 255\nextra AAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_receipt_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadProof):
        check_with_both_witnesses(vectors.text("entry255.tlog-proof").replace(old, new, 1).encode())


def test_the_request_to_a_witness_is_that_of_the_vectors() -> None:
    raw = NOTES["add_checkpoint_request_512_to_600"]
    asked = cosigning.asked_in(raw)
    assert (asked.old, str(asked)) == (512, raw)
    new = checkpoints.open_checkpoint(asked.checkpoint, [LOG]).checkpoint
    old = checkpoints.checkpoint_in(notes.note_from(NOTES["checkpoint_512"]).text)
    merkle.check_consistency(asked.old, new.size, old.root, new.root, asked.proof)


# Commitments

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner),
    max_leaves=8,
)


@given(private=st.dictionaries(st.text(), JSON), salt=st.binary(min_size=32, max_size=32))
def test_an_entry_shows_what_it_commits_to_and_nothing_else(private: dict[str, object], salt: bytes) -> None:
    raw = commitments.canonical(private)
    entry = commitments.entry_of("answer", commitments.commit(salt, raw), {"size": 3})
    said = json.loads(entry)
    assert entry == rfc8785.dumps(said)
    assert (said["type"], said["size"]) == ("antiphon/answer/v1", 3)
    commitments.check(said, salt, private)
    with pytest.raises(BadProof):
        commitments.check(said, salt, {**private, "more": 1})
    with pytest.raises(BadProof):
        commitments.check(said, bytes(reversed(salt)) + b"!", private)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(ANY_JSON)
def test_the_canonical_form_is_that_of_the_library(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:
        with pytest.raises(BadInput):
            commitments.canonical(value)
    else:
        assert commitments.canonical(value) == expected


@pytest.mark.parametrize(
    "letter", [*map(chr, range(0x21)), '"', "\\", "/", "\x7f", "\x80", "\u2028", "\ud7ff", "\U0001f3b5"]
)
def test_every_letter_is_escaped_as_in_the_library(letter: str) -> None:
    values: list[dict[str, str | int]] = [{"a": letter}, {letter: "a", "b": 1, "\ufb33": 2}]
    for value in values:
        assert commitments.canonical(value) == rfc8785.dumps(value)


def test_another_salt_gives_another_entry() -> None:
    raw = commitments.canonical({"answer": "no"})
    assert commitments.commit(bytes(32), raw) != commitments.commit(b"\1" * 32, raw)
    with pytest.raises(ValueError, match="32 bytes"):
        commitments.commit(b"short", raw)


@pytest.mark.parametrize("kind", ["", "Answer", "an swer", "a--b", "-a", "a/v1", "answer\n", "ä"])
def test_a_kind_is_words_with_dashes(kind: str) -> None:
    with pytest.raises(BadInput):
        commitments.entry_of(kind, bytes(32))


@pytest.mark.parametrize("public", [{"type": "x"}, {"commit": "00"}, {"x": "y" * 65_536}, {"x": float("nan")}])
def test_what_no_entry_may_say_is_refused(public: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        commitments.entry_of("answer", bytes(32), public)


@pytest.mark.parametrize("value", [{"n": 2**53}, {"n": float("inf")}, {1: 2}, {"x": {1, 2}}, {"x": "\ud800"}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        commitments.canonical(value)
