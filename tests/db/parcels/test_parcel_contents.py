"""What is in a parcel: everything of a person, in open formats, and nothing private of anybody else."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.audio.models import Rendition
from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.community.service import comments, ties
from antiphon.community.service.comments import Opened
from antiphon.consent import service as consent
from antiphon.consent.service import enquiries
from antiphon.kernel import clock
from antiphon.storage import service as storage
from antiphon.terms import service as terms
from tests.db.answering import share
from tests.db.conftest import Receive
from tests.db.parcels.conftest import Unpacked
from tests.people import People

pytestmark = pytest.mark.django_db
Unpack = Callable[[accounts.User], Unpacked]


def put(key: str, content: bytes, folder: Path) -> None:
    source = folder / "made"
    source.write_bytes(content)
    storage.files().put(key, source)


def test_originals_are_in_it_byte_for_byte_under_names_that_people_read(
    people: People, bring: Receive, unpack: Unpack
) -> None:
    sounds = [b"one" * 1000, b"two" * 1000, b"three" * 1000]
    bring(people.ada, "Étude/No. 1.flac", content=sounds[0])
    bring(people.ada, "No. 1.flac", content=sounds[1])
    bring(people.ada, "ヒカル?.wav", content=sounds[2])
    found = unpack(people.ada)
    music = {path: found.read(path) for path in found.names if path.endswith((".flac", ".wav"))}
    assert sorted(music.values()) == sorted(sounds)
    assert "music/ada-quill/No. 1/No. 1.flac" in music
    assert "music/ada-quill/No. 1 (2)/No. 1.flac" in music
    assert music["music/ada-quill/ヒカル/ヒカル.wav"] == sounds[2]
    assert found.index["missing"] == []
    assert [row["title"] for row in found.csv("music/tracks.csv")] == ["No. 1", "No. 1", "ヒカル?"]


def test_a_track_says_all_that_is_kept_of_it_and_what_it_sounded_like_before(
    people: People, bring: Receive, unpack: Unpack, tmp_path: Path
) -> None:
    first = bring(people.ada, "Slow Harbour.wav", content=b"first")
    catalogue.edit_track(people.ada, first.track_id, {"description": "For Ben.", "tag_list": "sea, fog"})
    bring(people.ada, "Slow Harbour 2.wav", content=b"second", replaces=first.track_id)
    put("pictures/0f3c/500.webp", b"small", tmp_path)
    put("pictures/0f3c/1000.webp", b"large", tmp_path)
    catalogue.set_artwork(first.track_id, "pictures/0f3c")
    accounts.set_picture(people.ada_quill.pk, "pictures/0f3c")
    found = unpack(people.ada)
    track = found.json("music/ada-quill/Slow Harbour/track.json")
    assert (track["description"], track["tag_list"]) == ("For Ben.", "sea, fog")
    assert [row["original_name"] for row in track["recordings"]] == ["Slow Harbour.wav", "Slow Harbour 2.wav"]
    assert found.read("music/ada-quill/Slow Harbour/Slow Harbour 2.wav") == b"second"
    assert found.read("music/ada-quill/Slow Harbour/earlier/Slow Harbour.wav") == b"first"
    assert found.read("music/ada-quill/Slow Harbour/cover.webp") == b"large"
    assert found.read("profiles/ada-quill/picture.webp") == b"large"
    assert found.json("profiles/ada-quill/profile.json")["name"] == "Ada Quill"
    assert found.json("account/account.json")["email"] == "ada@example.org"


def test_where_an_original_is_gone_the_copy_for_listening_stands_for_it_and_that_is_said(
    people: People, bring: Receive, unpack: Unpack, tmp_path: Path
) -> None:
    lost = bring(people.ada, "Lost.wav")
    gone = bring(people.ada, "Gone.wav")
    put(f"renditions/{lost.pk}/aac160.mp4", b"aac", tmp_path)
    Rendition.objects.create(
        recording=lost, kind="aac160", key=f"renditions/{lost.pk}/aac160.mp4", mime="audio/mp4", size_bytes=3,
        sha256=hashlib.sha256(b"aac").hexdigest(),
    )  # fmt: skip
    for one in (lost, gone):
        storage.files().delete(one.original_key)
    found = unpack(people.ada)
    assert found.read("music/ada-quill/Lost/Lost.m4a") == b"aac"
    assert {row["path"] for row in found.index["missing"]} == {
        "music/ada-quill/Lost/Lost.wav", "music/ada-quill/Gone/Gone.wav",
    }  # fmt: skip
    assert "music/ada-quill/Gone/Gone.wav\n    The original is not in the store" in found.text("README.txt")


def test_an_original_that_is_not_what_was_uploaded_is_packed_and_named(
    people: People, bring: Receive, unpack: Unpack, tmp_path: Path
) -> None:
    song = bring(people.ada, "Song.wav")
    catalogue.Recording.objects.filter(pk=song.pk).update(sha256=hashlib.sha256(b"as it was").hexdigest())
    found = unpack(people.ada)
    assert "music/ada-quill/Song/Song.wav" in found.names
    assert "it is not what was uploaded" in found.index["missing"][0]["why"]


def test_answers_come_with_their_history_and_a_proof_that_the_verifier_accepts(
    people: People, bring: Receive, unpack: Unpack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = bring(people.ada, "=Formula.wav")
    consent.answer(people.ada, consent.everything("no"))
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, song.pk)])
    consent.answer(people.ada, {"organize": "no"}, [consent.Scope(consent.TRACK, song.pk)])
    consent.seal(people.ada, [song.pk])
    found = unpack(people.ada)
    said = [row for row in found.csv("answers/history.csv") if row["scope"] == "track"]
    assert [(row["purpose"], row["said"], bool(row["superseded_at"])) for row in said] == [
        ("organize", "yes", True), ("organize", "no", False),
    ]  # fmt: skip
    assert said[0]["title"] == "'=Formula"
    assert len(found.json("answers/history.json")) == len(consent.everything("no")) + 2
    label = found.csv("answers/labels.csv")[0]
    assert (label["recording"], label["organize"], label["identify"]) == (str(song.pk), "no", "on")
    receipts = [name for name in found.names if name.startswith("receipts/")]
    assert {f"receipts/{row['receipt']}" for row in found.csv("answers/acts.csv")} == set(receipts)
    assert len(receipts) == 4
    for name in receipts:
        file = tmp_path / "proof.json"
        file.write_bytes(found.read(name))
        capsys.readouterr()
        assert main(["verify", str(file)]) == 0
        assert capsys.readouterr().out.startswith("HOLDS.")
    file.write_bytes(file.read_bytes().replace(b'"seal', b'"deal').replace(b"sealed", b"dealed"))
    assert main(["verify", str(file)]) == 1


def test_an_answer_that_is_not_in_the_log_yet_is_named_as_missing(people: People, bring: Receive, data: Path) -> None:
    bring(people.ada)
    consent.answer(people.ada, consent.everything("no"))
    packed = parcels.write_folder(people.ada, data / "out")
    [(path, why)] = [row for row in packed.missing if row[0].startswith("receipts/")]
    assert "not in the public log yet" in why
    assert not (data / "out" / path).exists()


def test_holders_are_named_and_their_addresses_are_not(people: People, bring: Receive, unpack: Unpack) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    share(people, song, "nina@example.net")
    lines = [
        consent.Named("", "", ("recording",), 600_000),
        consent.Named("", "nameless@example.net", ("performance",), 400_000, is_minor=True),
    ]
    consent.name_holders(people.ada, other.pk, lines)
    found = unpack(people.ada)
    rows = found.csv("answers/holders.csv")
    assert [(row["holder"], row["is_you"], row["share_percent"]) for row in rows] == [
        ("Ada Quill", "yes", "50.0"), ("Ben", "no", "50.0"),
        ("Ada Quill", "yes", "60.0"), ("An invited holder", "no", "40.0"),
    ]  # fmt: skip
    everything = b"".join(found.read(name) for name in found.names)
    assert b"example.net" not in everything
    assert all("is_minor" not in row for row in found.json("answers/holders.json") if not row["is_you"])


def test_terms_are_in_it_word_for_word_with_when_and_how(people: People, bring: Receive, unpack: Unpack) -> None:
    terms.accept(people.ada, terms.SIGN_UP)
    bring(people.ada)
    found = unpack(people.ada)
    rows = found.csv("terms/accepted.csv")
    assert {row["how"] for row in rows} == {"sign-up", "upload"}
    assert found.text(f"terms/{rows[0]['text']}") == terms.current().text
    assert rows[0]["version"] == terms.current().hash


def test_what_one_did_is_in_it_and_what_others_did_is_not(people: People, bring: Receive, unpack: Unpack) -> None:
    song = bring(people.ada, "Slow Harbour.wav")
    [track] = catalogue.publish_tracks(people.ada, [song.track_id])
    comments.write(people.cleo, Opened(track), "What a bell!", at_ms=5000)
    comments.write(people.ben, Opened(track), "Ben was here.", name="Ben Nightly")
    ties.like_track(people.cleo, track.pk)
    ties.repost(people.cleo, track_id=track.pk, words="Hear this.")
    ties.follow(people.cleo, people.ada_quill)
    ties.mute(people.cleo, people.lux_records)
    catalogue.report(people.cleo, "track", track.pk, "other", "It is mine.")
    mine, hers = unpack(people.cleo), unpack(people.ada)
    assert [row["words"] for row in mine.csv("community/comments.csv")] == ["What a bell!"]
    assert [row["what"].endswith("/ada-quill/slow-harbour") for row in mine.csv("community/likes.csv")] == [True]
    assert [row["words"] for row in mine.csv("community/reposts.csv")] == ["Hear this."]
    assert [row["profile"] for row in mine.csv("community/follows.csv")] == ["ada-quill"]
    assert [row["profile"] for row in mine.csv("community/mutes.csv")] == ["lux-records"]
    assert [row["words"] for row in mine.csv("moderation/reports.csv")] == ["It is mine."]
    assert {row["kind"] for row in hers.csv("community/notices.csv")} >= {"comment", "like", "repost", "follow"}
    # Likes are between who likes and who made it; a report is nobody's to know.
    assert hers.csv("community/likes.csv") == []
    everything = b"".join(hers.read(name) for name in hers.names)
    assert b"It is mine." not in everything
    assert b"cleo@example.org" not in everything
    assert b"ben@example.org" not in everything


def test_licences_are_in_it_from_both_sides_without_the_asker_s_address(
    people: People, bring: Receive, unpack: Unpack
) -> None:
    song = bring(people.ada, "Slow Harbour.wav")
    catalogue.publish_tracks(people.ada, [song.track_id])
    consent.answer(people.ada, {"assist": "ask"})
    now = clock.now()
    asking = enquiries.Asking(
        name="Northwind Audio", about="Stems for a film", purpose="assist", starts_at=now,
        ends_at=now + timedelta(days=30), words="May we?",
    )  # fmt: skip
    row = enquiries.enquire(asking, [song.pk], user=people.ben, titles={song.pk: "Slow Harbour"})
    enquiries.reply(people.ada, row.uid, [song.pk], words="Yes, gladly.")
    hers, his = unpack(people.ada), unpack(people.ben)
    [asked] = hers.json("licences/asked_of_me.json")
    assert (asked["asker"], asked["words"]) == ("Northwind Audio", "May we?")
    assert asked["your_replies"][0]["said"] == {str(song.pk): "yes"}
    assert [row["purpose"] for row in hers.csv("licences/grants.csv")] == ["assist"]
    assert b"ben@example.org" not in b"".join(hers.read(name) for name in hers.names)
    [mine] = his.json("licences/asked_by_me.json")
    assert (mine["email"], mine["replies"][0]["words"]) == ("ben@example.org", "Yes, gladly.")


def test_keys_and_sessions_are_listed_and_open_nothing(people: People, unpack: Unpack) -> None:
    key, secret = accounts.make_api_key(people.ada, "script", ["read"])
    accounts.block(people.ada, people.cleo)
    accounts.invite(people.ada, "for Ben")
    found = unpack(people.ada)
    account = found.json("account/account.json")
    assert [row["name"] for row in account["keys"]] == ["script"]
    assert account["blocked"] == [["cleo-park"]]
    assert [row["note"] for row in account["invitations"]] == ["for Ben"]
    everything = b"".join(found.read(name) for name in found.names if name != "index.json")
    for hidden in (secret, key.secret_sha256, people.ada.password):
        assert hidden.encode() not in everything


def test_somebody_who_has_nothing_gets_a_parcel_that_says_so(people: People, unpack: Unpack) -> None:
    found = unpack(people.ben)
    assert found.csv("music/tracks.csv") == []
    assert "ben@example.org" in found.text("README.txt")
    assert "account/account.json" in found.names


# Rows that hang on a person and are not in the parcel, each with the reason.
NOT_PACKED = {
    "accounts.Parcel", "accounts.FormerSlug", "catalogue.FormerTrackSlug", "catalogue.FormerSetSlug",  # in these
    "account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession",  # in the account, without secrets
    "catalogue.SearchRow", "community.Digest", "api.IdempotentReply",  # folded from the rest, or gone in a day
    "catalogue.Case", "catalogue.CaseNote", "consent.Glass",  # a moderator's or an operator's work, about others
    "catalogue.Bringing",  # what a drop said of its files, until they have come
    "consent.HolderLink", "consent.Opening", "consent.Subject", "consent.Party", "consent.Actor",  # acts tell
}  # fmt: skip
PACKED = {
    "accounts.RoleGrant", "accounts.Profile", "accounts.Invitation", "accounts.Block", "accounts.ApiKey",
    "terms.Acceptance", "terms.Notice", "terms.Question",
    "consent.Holder", "consent.Dispute", "consent.Answer", "consent.Act", "consent.Grant", "consent.Enquiry",
    "consent.Reply", "identification.Lookup", "identification.LookupBatch", "identification.RegistryChoice",
    "catalogue.Report", "catalogue.Ruling", "catalogue.Appeal", "catalogue.Track", "catalogue.Recording",
    "catalogue.MusicSet", "catalogue.PinnedTrack", "catalogue.Upload",
    "community.Comment", "community.Notice", "community.NoticeChoice", "community.Play", "community.NoHistory",
    "community.ProfileTally", "community.Like", "community.Repost", "community.Follow", "community.Mute",
    "community.OpenLikes", "cases.CaseFile",
}  # fmt: skip


def test_no_table_that_hangs_on_a_person_is_forgotten() -> None:
    hanging = {
        table._meta.label
        for table in apps.get_models()
        for field in table._meta.get_fields()
        if field.concrete and field.related_model is not None
        and getattr(field.related_model, "__name__", "") in ("User", "Profile", "Party")
    }  # fmt: skip
    assert hanging == PACKED | NOT_PACKED
