"""“Send a robot”: a known agent asks this site's own door for a page and its sound, while somebody watches.

Only addresses of this site, and without the network: what is shown is what the door answers, counted as any other.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.guard.core.agents import is_name
from antiphon.guard.ports import Answered, Asked, Door
from antiphon.guard.service.counting import by_track, flush
from antiphon.guard.service.listed import roll
from antiphon.kernel.errors import BadInput, Unavailable
from antiphon.storage import service as storage

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_SECRET = "sent-by-the-creator"  # noqa: S105  (the robot's own cookie: its address of sound is bound to it)
_door: Door | None = None


@dataclass(frozen=True)
class Step:
    """One thing that the robot asked for."""

    slug: str  # robots, page, sound or licence
    path: str
    status: int
    refused: bool
    browser: int  # what a listener's browser is answered at the same address
    turned_away: int  # how often this robot was refused so far
    told: tuple[tuple[str, str], ...]  # headers that matter here


@dataclass(frozen=True)
class Walk:
    """All that one robot was answered."""

    name: str
    operator: str
    kind: str
    asked_to_stay_out: bool  # by robots.txt
    steps: tuple[Step, ...]
    turned_away: int  # by this walk
    turned_away_in_all: int  # from this track, within a year

    @property
    def got_in(self) -> bool:
        """Tell whether it got a page or sound."""
        return any(step.status < 400 for step in self.steps if step.slug in ("page", "sound"))


def use_door(door: Door) -> None:
    """Name the door that robots are sent to; called once, by `site`."""
    global _door
    _door = door


def send_robot(name: str, page: str, track: catalogue.Track | None) -> Walk:
    """Let an agent ask for robots.txt, a page, its sound where it is a track's, and the licence.

    Raises `BadInput` for what can be no name, `Unavailable` without a door.
    """
    if not is_name(name):
        raise BadInput(_("This cannot be the name of an agent."), subject=name[:80])
    if _door is None:
        raise Unavailable(_("There is no door here that a robot could be sent to."))
    flush()
    before = by_track([track.pk]).get(track.pk, 0) if track else 0
    paths = [("robots", "/robots.txt"), ("page", page)]
    paths += _sound_of(track) if track else []
    paths.append(("licence", declarations.place_of(track).rsl.removeprefix(settings.SITE_URL) if track else "/rsl.xml"))
    said = f"Mozilla/5.0 (compatible; {name}/1.0; sent by hand)"
    answers = _door.ask([Asked(path, _headers(said)) for _slug, path in paths])
    browser = _door.ask([Asked(path, _headers(BROWSER)) for _slug, path in paths])
    flush()
    after = by_track([track.pk]).get(track.pk, 0) if track else 0
    steps: list[Step] = []
    refused = 0
    for (slug, path), one, other in zip(paths, answers, browser, strict=True):
        refused += _is_refused(one)
        shown = path.partition("?")[0]
        steps.append(Step(slug, shown, one.status, _is_refused(one), other.status, refused, _told(one)))
    agent = roll().of(said.encode())
    return Walk(
        name=agent.name if agent else name,
        operator=agent.operator if agent else "",
        kind=str(agent.kind) if agent else "",
        asked_to_stay_out=f"user-agent: {name.lower()}\n" in answers[0].body.decode("utf-8", "replace").lower(),
        steps=tuple(steps),
        turned_away=after - before if track else refused,
        turned_away_in_all=after,
    )


def _sound_of(track: catalogue.Track) -> list[tuple[str, str]]:
    """The sound's own address, good for this robot: as if a listener had handed it on."""
    if track.recording is None:
        return []
    code = declarations.of_track(track).code
    streams = audio.streams(track.recording, binding=storage.binding_of(_SECRET), declared=code)
    return [("sound", streams[0].url)] if streams else []


def _headers(user_agent: str) -> dict[str, str]:
    return {"user-agent": user_agent, "cookie": f"{settings.LISTENER_COOKIE_NAME}={_SECRET}", "accept": "*/*"}


def _is_refused(answer: Answered) -> bool:
    return "www-authenticate" in answer.headers and answer.headers["www-authenticate"].startswith("License ")


def _told(answer: Answered) -> tuple[tuple[str, str], ...]:
    names = ("www-authenticate", "link", "content-usage", "tdm-reservation", "x-robots-tag")
    return tuple((name, answer.headers[name]) for name in names if name in answer.headers)
