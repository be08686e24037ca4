"""Whatever people do in whatever order, all that the gate says agrees with what they last said, and with itself."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG, GUARDED_MASK, MODELS_MASK, mask_of
from antiphon.consent.service import matches, registering
from antiphon.kernel import clock
from tests.installation import Installation, installed
from tests.people import People

PURPOSES = ("organize", "assist", "train-analysis", "derive")
ACTORS = (consent.SITE, "northwind")
STEPS = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(("ada", "ben")), st.sampled_from(PURPOSES),
              st.sampled_from(("yes", "ask", "no", "nothing")), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from((1, 71, 73, 24 * 31))),
    st.tuples(st.just("seal"), st.sampled_from(("ada", "ben"))),
    st.tuples(st.just("open"), st.sampled_from(("ada", "ben"))),
    st.tuples(st.just("grant"), st.sampled_from(("ada", "ben")), st.sampled_from(PURPOSES), st.integers(1, 200)),
    st.tuples(st.just("revoke"), st.sampled_from(("ada", "ben"))),
    st.tuples(st.just("match"), st.sampled_from(PURPOSES), st.booleans()),
    st.tuples(st.just("withdraw"), st.booleans()),
    st.tuples(st.just("dispute"), st.booleans()),
    st.tuples(st.just("terms"), st.sampled_from(("unknown", "known"))),
)  # fmt: skip


class World:
    """What the people did, kept in the plainest way there is, and what must follow from it."""

    def __init__(self, people: People, song: catalogue.Recording) -> None:
        self.people, self.song = people, song
        self.said: dict[tuple[str, str, bool], list[tuple[datetime, str]]] = {}
        self.grants: list[tuple[str, str, datetime, datetime, datetime, Any]] = []
        self.revoked: set[str] = set()
        self.sealed, self.opens, self.asked_to_open = False, None, set[str]()
        self.match, self.withdrawn, self.disputed, self.terms_known = 0, False, False, True

    def user(self, name: str) -> Any:
        return getattr(self.people, name)

    def word(self, name: str, purpose: str, at: datetime) -> str:
        """What somebody's word is: on the track before their account; a yes in models and outputs three days late."""
        account = self._place(self.said.get((name, purpose, False), []), "nothing", purpose, at)
        return self._place(self.said.get((name, purpose, True), []), account, purpose, at)

    def _place(self, history: list[tuple[datetime, str]], wider: str, purpose: str, at: datetime) -> str:
        late = timedelta(hours=72) if BY_SLUG[purpose].bit & GUARDED_MASK else timedelta()
        for said_at, word in reversed(history):
            if word == "yes" and said_at + late > at:
                continue
            if word == "nothing":
                if wider == "yes" and said_at + late > at:
                    continue
                return wider
            return word
        return wider

    def allowed(self, purpose: str, actor: str, at: datetime) -> bool:
        bit = BY_SLUG[purpose].bit
        words = [self.word(name, purpose, at) for name in ("ada", "ben")]
        late = timedelta(hours=72) if bit & GUARDED_MASK else timedelta()
        given = [
            any(g[0] == n and g[1] == purpose and max(g[2], g[4] + late) <= at < g[3] and g[5].uid not in self.revoked
                for g in self.grants if actor != consent.SITE)
            for n in ("ada", "ben")
        ]  # fmt: skip
        agreed = all(word == "yes" or grant for word, grant in zip(words, given, strict=True))
        needs = "ask" in words or (actor != consent.SITE and bool(bit & GUARDED_MASK))
        covered = agreed and any(given) and all(g for w, g in zip(words, given, strict=True) if w == "ask")
        locked = self.withdrawn or not self.terms_known or bool(self.match & bit) or "no" in words or self.disputed
        shut = self.sealed and not (self.opens is not None and self.opens <= at)
        return not locked and not (shut and bit & MODELS_MASK) and agreed and (covered or not needs)


@pytest.fixture
def song(people: People, bring: Callable[..., catalogue.Recording]) -> catalogue.Recording:
    made = bring(people.ada)
    half = ("recording", "performance")
    lines = [consent.Named("Ada", "", half, 500_000), consent.Named("Ben", "ben@example.org", half, 500_000)]
    consent.name_holders(people.ada, made.pk, lines)
    consent.confirm(people.ben, made.pk)
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    return made


@pytest.mark.django_db
@settings(
    max_examples=25 if connection.vendor == "sqlite" else 10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(agreed=st.booleans(), steps=st.lists(STEPS, min_size=3, max_size=14))
def test_all_that_the_gate_says_follows_from_what_people_did(
    people: People, song: catalogue.Recording, agreed: bool, steps: list[tuple[Any, ...]]
) -> None:
    world = World(people, song)
    real, ahead = clock.now, [timedelta()]
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(clock, "now", lambda: real() + ahead[0])

        class Matcher:
            def noes_of(self, recording_ids: object) -> dict[int, int | None]:
                return {song.pk: world.match}

        patch.setattr(matches, "_matcher", Matcher())
        systems = {p: consent.System(f"test/{p}", p, "this site", "sound", "1") for p in PURPOSES}
        patch.setattr(registering, "_declared", {one.name: one for one in systems.values()})
        consent.sync_declared()
        # Random steps alone seldom come to a yes: half of the stories begin with one.
        yes = [("answer", name, purpose, "yes", False) for name in ("ada", "ben") for purpose in PURPOSES]
        for step in [*yes, ("wait", 73), *steps] if agreed else steps:
            ahead[0] += timedelta(seconds=1)
            take(world, step, ahead)
            consent.fold_due(clock.now())
            compare(world)
        transaction.set_rollback(True)


def take(world: World, step: tuple[Any, ...], ahead: list[timedelta]) -> None:
    song, now = world.song, clock.now()
    match step:
        case ("answer", name, purpose, word, on_track):
            where = consent.Scope(consent.TRACK, song.pk) if on_track else consent.EVERYWHERE
            act = consent.answer(world.user(name), {purpose: word}, [where])
            world.said.setdefault((name, purpose, on_track), []).append((act.at, word))
        case ("wait", hours):
            ahead[0] += timedelta(hours=hours)
        case ("seal", name):
            consent.seal(world.user(name), [song.pk])
            world.sealed, world.opens, world.asked_to_open = True, None, set()
        case ("open", name):
            act = consent.ask_to_open(world.user(name), [song.pk])
            if world.sealed and world.opens is None:
                world.asked_to_open.add(name)
                if world.asked_to_open == {"ada", "ben"}:
                    world.opens = act.at + timedelta(days=30)
        case ("grant", name, purpose, hours):
            end = now + timedelta(hours=hours)
            row = consent.grant(world.user(name), song.pk, purpose, "northwind", starts_at=now, ends_at=end)
            world.grants.append((name, purpose, now, end, row.act.at, row))
        case ("revoke", name):
            for grant in [one for one in world.grants if one[0] == name]:
                consent.revoke(world.user(name), grant[5].uid)
                world.revoked.add(grant[5].uid)
        case ("match", purpose, found):
            world.match = mask_of([purpose]) if found else 0
            consent.match_changed([song.pk])
        case ("withdraw", gone):
            world.withdrawn = gone
            consent.set_withdrawn([song.track_id], gone)
        case ("dispute", disputed):
            world.disputed = disputed
            consent.dispute(world.people.ben, song.pk, disputed)
        case ("terms", which):
            known = which == "known"
            world.terms_known = known
            from antiphon.terms import service as terms

            consent.bind_terms([song.pk], terms.current().hash if known else "sha256:unknown")


def compare(world: World) -> None:
    """One decision, the query, a permit and the label all say what the plain account of it says."""
    now = clock.now()
    for purpose in PURPOSES:
        for actor in ACTORS:
            wanted = world.allowed(purpose, actor, now)
            told = consent.explain(world.song.pk, purpose, actor=actor, at=now)
            assert told.allowed is wanted, (purpose, actor, told.rule)
            listed = consent.allowed_subjects(purpose, actor=actor, at=now).filter(pk=world.song.pk).exists()
            assert listed is wanted, (purpose, actor, "query", told.rule)
            system = f"test/{purpose}"
            if wanted:
                assert consent.ask([world.song.pk], purpose, system, actor=actor, at=now).covers(world.song.pk)
                continue
            with pytest.raises(consent.Refused) as refused:
                consent.ask([world.song.pk], purpose, system, actor=actor, at=now)
            assert refused.value.reasons == {told.rule: 1}


WRITER = """
import sys
from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
user = accounts.account_at(sys.argv[1])
for number in range(40):
    consent.answer(user, {"organize": ("yes", "no")[number % 2], "assist": "ask"})
consent.answer(user, {"organize": "yes"})
print(consent.Act.objects.filter(party=consent.party_of(user)).count())
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_two_processes_that_answer_at_once_lose_nothing_and_agree(tmp_path: Any, with_tables: Installation) -> None:
    with installed(tmp_path / "data", like=with_tables) as site:
        site.python(
            "from tests.people import make_people\n"
            "from antiphon.catalogue.models import Recording, Track\n"
            "from antiphon.consent import service as consent\n"
            "people = make_people()\n"
            "for number in range(3):\n"
            "    track = Track.objects.create(profile=people.ada_quill, slug=f's{number}', title='S')\n"
            "    named = {'original_key': f'k{number}', 'original_name': 's', 'size_bytes': 1}\n"
            "    song = Recording.objects.create(track=track, **named)\n"
            "    consent.keep_subject(song.pk, track_id=track.pk, owner=people.ada, by_label=False, terms=__import__(\n"
            "        'antiphon.terms.service', fromlist=['x']).current().hash, withdrawn=False)\n"
            "    half = ('recording', 'performance')\n"
            "    consent.name_holders(people.ada, song.pk, [consent.Named('Ada', '', half, 500_000),\n"
            "        consent.Named('Ben', 'ben@example.org', half, 500_000)])\n"
            "    consent.confirm(people.ben, song.pk)\n"
        )
        site.rest()
        script = "import django; django.setup()\n" + WRITER
        writers = [
            subprocess.Popen([sys.executable, "-c", script, f"{name}@example.org"], env=site.env,
                             stdout=subprocess.PIPE, text=True)
            for name in ("ada", "ben")
        ]  # fmt: skip
        said = [int(writer.communicate(timeout=120)[0]) for writer in writers]
        assert [writer.returncode for writer in writers] == [0, 0]
        assert said == [44, 41]  # Ada's lists of holders are three more
        assert site.rows("select count(*) from consent_answer where superseded_by_id is null") == [(4,)]
        (changes,) = site.rows("select changes from consent_size")[0]
        assert changes == 3 * 3 + 2 * 41
        expected = site.rows("select any_no, any_ask, all_yes from consent_subject")
        assert set(expected) == {(0, 256, 8)}
        again = site.python(
            "from antiphon.consent.service import folding\n"
            "from antiphon.consent.models import Subject\n"
            "before = list(Subject.objects.order_by('pk').values_list('any_no', 'any_ask', 'all_yes'))\n"
            "folding.fold(Subject.objects.values_list('pk', flat=True))\n"
            "print(before == list(Subject.objects.order_by('pk').values_list('any_no', 'any_ask', 'all_yes')))\n"
        )
        assert again.strip() == "True"
        entries = site.rows("select count(*) from ledger_entry where kind = 'answer'")
        assert entries == [(82,)]
