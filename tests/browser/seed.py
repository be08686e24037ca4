"""Fills the installation of `ANTIPHON_DATA` with people and music for the browser tests, and prints where things are.

Run as `python -m tests.browser.seed FOLDER`, with the music of `tests.browser.music` in that folder. The worker that
runs beside it makes the music ready; this returns as soon as everything is received.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from antiphon.accounts import service as accounts  # noqa: E402
from antiphon.audio import service as audio  # noqa: E402
from antiphon.catalogue import service as catalogue  # noqa: E402
from antiphon.consent import service as consent  # noqa: E402
from antiphon.consent.core import cards  # noqa: E402
from antiphon.consent.core.purposes import BY_SLUG  # noqa: E402
from antiphon.kernel import clock  # noqa: E402
from antiphon.kernel.errors import NotFound  # noqa: E402
from antiphon.mail.models import Letter  # noqa: E402
from tests.browser import music  # noqa: E402
from tests.browser.site import PASSWORD  # noqa: E402

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
    trouble(users, mine, theirs)
    for title in music.PICTURED:
        audio.accept_picture(folder / music.PICTURE, kind="track", subject_id=mine[title])
    audio.accept_picture(folder / music.PICTURE, kind="set", subject_id=album.pk)
    audio.accept_picture(folder / music.NO_PICTURE, kind="profile", subject_id=accounts.profiles_of(cleo)[0].pk)
    act, invitation = answers(users, mine)
    people = {name: user.pk for name, user in users.items()}
    profiles = {name: one.pk for name, user in users.items() for one in accounts.profiles_of(user)}
    made = {"tracks": mine | theirs, "set": album.pk, "draft": draft.pk, "people": people, "profiles": profiles}
    made |= {"act": act, "invitation": invitation}
    print(json.dumps(made))


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


def trouble(users: dict[str, accounts.User], mine: dict[str, int], theirs: dict[str, int]) -> None:
    """Reports, a decision, a block, a key, an invitation: what the pages of settings and of moderators list."""
    ben, mo = users["ben"], users["mo"]
    catalogue.report(ben, "track", theirs["Borrowed Tune"], "not-theirs", "The second half is ours, from 0:02 on.")
    decided = catalogue.report(None, "profile", accounts.profiles_of(users["lux"])[0].pk, "spam")
    catalogue.decide_report(mo, decided.pk, uphold=False, decision="They are who they say they are.")
    accounts.block(users["ada"], users["lux"])
    accounts.make_api_key(users["ada"], "Backup at home", ["read"])
    accounts.invite(mo, "For the choir")
    catalogue.withdraw_tracks(users["ada"], [mine["Old Rope"]])


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
