"""Fills the installation of `ANTIPHON_DATA` with people and music for the browser tests, and prints where things are.

Run as `python -m tests.browser.seed FOLDER`, with the music of `tests.browser.music` in that folder. The worker that
runs beside it makes the music ready; this returns as soon as everything is received.
"""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from antiphon.accounts import service as accounts  # noqa: E402
from antiphon.audio import service as audio  # noqa: E402
from antiphon.cases import service as cases  # noqa: E402
from antiphon.cases.core.course import Act  # noqa: E402
from antiphon.catalogue import service as catalogue  # noqa: E402
from antiphon.community.models import Comment  # noqa: E402
from antiphon.community.models.comments import NOWHERE  # noqa: E402
from antiphon.community.service import comments, tallies, ties  # noqa: E402
from antiphon.consent import service as consent  # noqa: E402
from antiphon.consent.core import cards  # noqa: E402
from antiphon.consent.core.purposes import BY_SLUG  # noqa: E402
from antiphon.consent.service import enquiries  # noqa: E402
from antiphon.identification.models import Claim, Match  # noqa: E402
from antiphon.identification.service import disputes  # noqa: E402
from antiphon.jobs import service as jobs  # noqa: E402
from antiphon.kernel import clock  # noqa: E402
from antiphon.kernel.errors import NotFound  # noqa: E402
from antiphon.kernel.money import Money  # noqa: E402
from antiphon.ledger import service as ledger  # noqa: E402
from antiphon.mail.models import Letter  # noqa: E402
from antiphon.terms import service as terms  # noqa: E402
from tests.browser import heard, music  # noqa: E402
from tests.browser.site import PASSWORD  # noqa: E402
from tests.browser.visiting import wait_for  # noqa: E402

PEOPLE = {
    "ada": ("Ada Quill", ()),
    "cleo": ("Cleo Park", ()),
    "lux": ("Lux Records", ("label",)),
    "mo": ("", ("moderator", "operator")),
    "ben": ("", ()),
}
STORY = "Recorded in one night, in a boat shed that is gone now.\n\nThanks to all: https://example.org/friends"


def main(folder: Path) -> None:
    users = {name: make_person(name, profile, roles) for name, (profile, roles) in PEOPLE.items()}
    ada, cleo = users["ada"], users["cleo"]
    follow(users)
    mine = bring(ada, [folder / music.ALBUM, *(folder / name for name in music.ADAS)])
    theirs = bring(cleo, [folder / name for name in music.CLEOS])
    album = catalogue.own_sets(ada)[0]
    catalogue.edit_set(ada, album.pk, {"title": music.ALBUM, "kind": "ep", "description": STORY})
    catalogue.publish_set(ada, album.pk)
    draft = catalogue.make_set(ada, accounts.profiles_of(ada)[0].pk, title="Night Watch")
    catalogue.put_tracks(ada, draft.pk, [mine[title] for title in ("Slow Harbour", "Salt and Tar", "Signal Fire")])
    describe(ada, mine)
    catalogue.publish_tracks(ada, [mine["Signal Fire"]], sharing="public")
    catalogue.publish_tracks(ada, [mine["Lamp Room"]], sharing="secret")
    catalogue.publish_tracks(ada, [mine["Tide Table"]], sharing="public", at=clock.now() + timedelta(days=30))
    catalogue.publish_tracks(cleo, list(theirs.values()), sharing="public")
    case, ruling = trouble(users, mine, theirs)
    for title in music.PICTURED:
        audio.accept_picture(folder / music.PICTURE, kind="track", subject_id=mine[title])
    audio.accept_picture(folder / music.PICTURE, kind="set", subject_id=album.pk)
    audio.accept_picture(folder / music.NO_PICTURE, kind="profile", subject_id=accounts.profiles_of(cleo)[0].pk)
    audio.accept_picture(folder / music.PICTURE, kind="banner", subject_id=accounts.profiles_of(ada)[0].pk)
    catalogue.pin_tracks(ada, accounts.profiles_of(ada)[0].pk, [mine["Signal Fire"], mine["Slow Harbour"]])
    act, invitation = answers(users, mine)
    heard.hear(ada, {title: mine[title] for title in ("Slow Harbour", "Night Ferry", "Signal Fire")})
    talk(users, mine["Slow Harbour"])
    # Nobody can be asked for music that is not compared yet.
    wait_for(is_idle, "the music to be compared", 300)
    enquiry, link = enquire(users, mine)
    match, claim = alike(users, mine, theirs)
    changed = change_terms()
    watch_terms(folder)
    terms.ask(cleo, changed.hash, "machines", "Who owns the model that tells bells?")
    answered = terms.ask(ada, changed.hash, "say", "Does that change anything for what I said before?")
    terms.answer_question(users["mo"], answered.pk, "No. It says that you answer for nothing else.")
    people = {name: user.pk for name, user in users.items()}
    profiles = {name: one.pk for name, user in users.items() for one in accounts.profiles_of(user)}
    made = {"tracks": mine | theirs, "set": album.pk, "draft": draft.pk, "people": people, "profiles": profiles}
    made |= {"enquiry": enquiry, "enquiry_link": link, "terms_version": terms.short(changed)}
    made |= {"match": match.uid, "dispute": match.pk, "claim": claim.uid}
    made |= {"act": act, "invitation": invitation, "case": case, "ruling": ruling}
    print(json.dumps(made))


def is_idle() -> bool:
    """Tell whether the worker beside has nothing left to do."""
    view = jobs.overview()
    return not (view.queued or view.running)


def follow(users: dict[str, accounts.User]) -> None:
    """Ben follows two, before they publish: their releases are what he is told of. He mutes a third."""
    for name in ("ada", "cleo"):
        ties.follow(users["ben"], accounts.profiles_of(users[name])[0])
    ties.mute(users["ben"], accounts.profiles_of(users["lux"])[0])


def make_person(name: str, profile: str, roles: tuple[str, ...]) -> accounts.User:
    email = f"{name}@example.org"
    try:
        user = accounts.account_at(email)
    except NotFound:
        user = accounts.make_account(email, PASSWORD, verified=True)
    for role in roles:
        accounts.grant_role(user, role)
    if profile:
        made = accounts.make_profile(user, profile)
        links = [{"title": "Elsewhere", "url": "https://example.org/elsewhere"}]
        accounts.edit_profile(user, made.pk, biography=f"{profile} plays at low tide.", place="Bergen", links=links)
    return user


def bring(user: accounts.User, paths: list[Path]) -> dict[str, int]:
    """Import files and folders; return the track of each title."""
    [profile] = accounts.profiles_of(user)
    events = list(catalogue.import_folder(profile, paths, attested=True))
    lost = [event for event in events if isinstance(event, catalogue.Skipped)]
    if lost:
        raise SystemExit(f"Not imported: {lost}")
    found = [event.track_id for event in events if isinstance(event, catalogue.Imported)]
    return {track.title: track.pk for track in catalogue.own_tracks(user, found)}


def describe(ada: accounts.User, tracks: dict[str, int]) -> None:
    words = {"description": STORY, "genre": "Chamber", "tag_list": "harbour, night", "license": "cc-by"}
    catalogue.edit_tracks(ada, [tracks["Slow Harbour"], tracks["Signal Fire"]], words | {"downloads": "anyone"})


def trouble(users: dict[str, accounts.User], mine: dict[str, int], theirs: dict[str, int]) -> tuple[int, int]:
    """Reports, decisions, a block, a key, an invitation: what the pages of settings and of moderators list.

    Return a case that waits for the answer to an appeal, and its ruling.
    """
    ben, mo = users["ben"], users["mo"]
    catalogue.report(ben, "track", theirs["Borrowed Tune"], "not-theirs", "The second half is ours, from 0:02 on.")
    decided = catalogue.report(None, "profile", accounts.profiles_of(users["lux"])[0].pk, "spam")
    catalogue.decide_report(mo, decided.pk, uphold=False, decision="They are who they say they are.")
    accounts.block(users["ada"], users["lux"])
    accounts.make_api_key(users["ada"], "Backup at home", ["read"])
    accounts.invite(mo, "For the choir")
    catalogue.withdraw_tracks(users["ada"], [mine["Old Rope"]])
    catalogue.hide(mo, "track", mine["Old Rope"], "The words are somebody else's, and nobody says whose.")
    [ruling] = catalogue.rulings_about(users["ada"])
    catalogue.appeal(users["ada"], ruling.pk, "They are a hundred and twenty years old.")
    catalogue.note(mo, ruling.case_id, "Asked the archive.")
    return ruling.case_id, ruling.pk


def talk(users: dict[str, accounts.User], track_id: int) -> None:
    """A conversation on a track: at two places, about the whole, answered, and one comment that was removed."""
    [cleo] = accounts.profiles_of(users["cleo"])
    said = (
        (cleo, 5000, "The first light of the album."),
        (cleo, 12_000, "Here it opens. @ada-quill, which bell is this? https://example.org/bells"),
        (cleo, NOWHERE, "Played it all night.\nAnd again this morning."),
        (cleo, NOWHERE, "Buy my tape."),
    )
    rows = [
        Comment.objects.create(track_id=track_id, profile=who, place_ms=at, words=words, mentions=["ada-quill"])
        for who, at, words in said
    ]
    comments.remove(users["ada"], rows[-1].pk)
    tallies.bump_track(track_id, comments=3)
    opened = comments.Opened(catalogue.own_track(users["ada"], track_id))
    comments.write(users["ada"], opened, "The harbour's own.", parent_id=rows[1].pk)
    gone = comments.write(users["cleo"], opened, "Never mind.")
    comments.write(users["ada"], opened, "Minded.", parent_id=gone.pk)
    comments.delete(users["cleo"], gone.pk)
    catalogue.report(users["ben"], "comment", rows[2].pk, "spam")


def answers(users: dict[str, accounts.User], mine: dict[str, int]) -> tuple[str, str]:
    """Answers, holders, a seal and questions; return an act of Ada's, and the secret of an invitation."""
    ada, ben = users["ada"], users["ben"]
    recordings = {title: catalogue.recordings_of(ada, pk)[0].pk for title, pk in mine.items()}
    act = consent.answer(ada, cards.BY_SLUG["ask-me"].answers, via="card")
    harbour, fire = recordings["Slow Harbour"], recordings["Signal Fire"]
    consent.answer(ada, {"assist": "yes", "recommend": "no"}, [consent.Scope(consent.TRACK, harbour)])
    ours = consent.Named("Ada Quill", "", ("recording", "composition"), 600_000)
    consent.name_holders(ada, harbour, [ours, consent.Named("Ben", "ben@example.org", ("performance",), 400_000)])
    consent.confirm(ben, harbour)
    consent.answer(ben, cards.BY_SLUG["find-me"].answers, [consent.Scope(consent.TRACK, harbour)])
    tove = consent.Named("Tove Lind", "tove@example.org", ("performance",), 400_000)
    consent.name_holders(ada, fire, [ours, tove], title="Signal Fire")
    consent.seal(ada, [recordings["Night Ferry"]])
    questions(list(recordings.values()))
    letter = Letter.objects.filter(to="tove@example.org").latest("pk")
    return act.uid, letter.body.split("/answers/")[1].split()[0]


def enquire(users: dict[str, accounts.User], mine: dict[str, int]) -> tuple[str, str]:
    """Cleo asks for a licence to what Ada wants to be asked about, and somebody without an account has not sent theirs
    off. Return the enquiry, and the secret of the other."""
    tracks = {one.recording_id: one.title for one in catalogue.own_tracks(users["ada"], mine.values())}
    askable = enquiries.sort_out(tracks, "train-analysis").askable
    now = clock.now()
    asking = enquiries.Asking(
        "Tidewater Lab", "Two people at a university who study bells: https://tidewater.example", "train-analysis", now,
        now + timedelta(days=365), "A model that tells bells by their ring.\nIt makes no sound.", Money(4000, "EUR"),
    )  # fmt: skip
    row = enquiries.enquire(asking, askable, user=users["cleo"], titles=tracks)
    enquiries.reply(users["ada"], row.uid, askable[:1], words="One to begin with. Let us talk about the others.")
    enquiries.enquire(asking, askable, user=None, email="bells@tidewater.example", titles=tracks)
    letter = Letter.objects.get(to="bells@tidewater.example")
    return row.uid, letter.body.split("/licence/by-link/")[1].split()[0]


def alike(
    users: dict[str, accounts.User], mine: dict[str, int], theirs: dict[str, int]
) -> tuple[cases.CaseFile, cases.CaseFile]:
    """Cleo's track sounds like Ada's, who objects, and a moderator is to decide; and Cleo claims a stretch of Ada's.

    The rows are written as if the sound had been compared: these tracks are tones. Return both cases.
    """
    ada, cleo = users["ada"], users["cleo"]
    upload = catalogue.own_track(cleo, theirs["Borrowed Tune"]).recording_id or 0
    song = catalogue.own_track(ada, mine["Slow Harbour"]).recording_id or 0
    row = Match.objects.create(
        recording_id=upload, other_id=song, at_ms=600, length_ms=2100, other_at_ms=11_000, other_length_ms=2352,
        tempo=1.12, pitch=2.0, score=21.0, chance=1e-9, is_certain=True,
    )  # fmt: skip
    disputes.matched(upload, [row], at=clock.now())
    match = cases.CaseFile.objects.get(kind=disputes.MATCH)
    disputes.answer(cleo, match.uid, way="cover", words="I sat at the harbour with my own bells.")
    cases.act(ada, match.uid, Act.OBJECT, "These are my bells: the third one is cracked.")
    fire = catalogue.own_track(ada, mine["Signal Fire"]).recording_id or 0
    claim = Claim.objects.create(
        claimant_id=cleo.pk, recording_id=fire, at_ms=1000, length_ms=3000, reason="recording"
    )  # fmt: skip
    return match, cases.open_file(
        disputes.CLAIM, claim.pk, uploader_id=ada.pk, holder_id=cleo.pk, by=cleo.pk, at=clock.now(),
        words="The fire is from my tape of 2019.", told={"reason": "recording", "good_faith": True},
        link=lambda file_id: Claim.objects.filter(pk=claim.pk).update(case_id=file_id),
    )  # fmt: skip


def change_terms() -> terms.Version:
    """A version of the terms that moves a clause, changes a sentence, and asks about AI. Nobody is bound by it yet."""
    old = terms.current().text
    head, *clauses = re.split(r"(?m)^(?=## )", old)
    new = head + clauses[-1].rstrip() + "\n\n" + "".join(clauses[:-1])
    new = new.replace("You answer for what you say.", "You answer for what you say, and for nothing else.")
    new += (
        "\n## Machines {#machines}\nYour music may teach a model that tells bells by their ring, where you say yes.\n"
    )
    summary = "New: a clause about machines that listen to bells. It asks you; without a yes of yours nothing changes."
    made = terms.publish(terms.Draft(new, summary, clock.now() + timedelta(days=61), "Mo"))
    ledger.publish()
    return made


def watch_terms(folder: Path) -> None:
    """Somebody else's terms at three moments: a sentence about AI comes, and another takes its place."""
    rest = "Tidewater keeps your songs and plays them to whoever you choose, by day and by night. " * 4
    said = ("", "Your songs may train machine learning models.", "No AI is trained with your songs unless you say yes.")
    place = folder / "terms-of-others"
    place.mkdir()
    for year, sentence in zip((2023, 2024, 2025), said, strict=True):
        (place / f"{year}-02-12.md").write_text(f"# Terms\n\n## Your songs\n\n{sentence} {rest}\n", encoding="utf-8")
    assert all(one.snapshot for one in terms.bring(place, "Tidewater"))


def questions(recordings: list[int]) -> None:
    """Two systems that have served their notice ask about all of Ada's music: one is allowed some, the other none."""
    for name, purpose in (("antiphon/like-this", "organize"), ("northwind/tagger", "train-analysis")):
        consent.RegisteredSystem.objects.create(
            name=name, fingerprint=name, purpose=BY_SLUG[purpose].number, owner="Northwind", reads="sound", version="1",
            approved_by=["Mo", "Ada"], announced_at=clock.now() - timedelta(days=31), active_from=clock.now(),
        )  # fmt: skip
        try:
            consent.ask(recordings, purpose, name)
        except consent.Refused:
            continue


if __name__ == "__main__":
    main(Path(sys.argv[1]))
