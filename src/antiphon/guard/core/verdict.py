"""What a known agent is answered at an address. Pure, and the same at the door, in the tests and for “Send a robot”.

Refusals follow RSL 1.0, “Crawler Authorization Protocol”: 401 for a licence token that is not known here, 402 where a
licence may be asked for, 403 where the use is not permitted. Each says where that is written.
"""

from dataclasses import dataclass

from antiphon.consent.core.purposes import GUARDED_MASK
from antiphon.declarations.core.declaration import NOTHING, Declaration, Said, read
from antiphon.guard.core.agents import REFUSED, Agent, Strictness
from antiphon.guard.core.paths import Subject, is_open


@dataclass(frozen=True)
class Refusal:
    """A no to an agent: how it is answered, under which name it counts, and what it is told."""

    agent: Agent
    status: int
    error: str  # of WWW-Authenticate
    words: str
    said: Declaration


def judge(
    agent: Agent | None, path: str, strictness: Strictness, *, authorization: str = "", code: str = ""
) -> Refusal | None:
    """Return the refusal of an agent at an address, None where it may go on as anybody may.

    `code` is what an address of sound says of its recording's answers. A forged one changes the number of the refusal
    and nothing else.
    """
    if agent is None or agent.kind not in REFUSED[strictness]:
        return None
    kind, _, token = authorization[:2000].partition(" ")
    if is_open(path, has_key=kind.lower() == "bearer" and bool(token.strip())):
        return None
    said = read(code) if code else NOTHING
    if kind.lower() == "license":
        words = "This licence token is not known here."
        return Refusal(agent, 401, "invalid_token", words, said)
    if said.told(GUARDED_MASK) is Said.ASK or said.of("train-generative") is Said.ASK:
        words = "This may be used with a licence only. The creator may be asked for one."
        return Refusal(agent, 402, "insufficient_scope", words, said)
    words = "Nobody said yes to the use of this by agents that gather for training."
    return Refusal(agent, 403, "insufficient_scope", words, said)


def rsl_path(subject: Subject) -> str:
    """Return the path of the licence document that speaks about a subject."""
    if subject.recording_id:
        return f"/policies/{subject.recording_id}.xml"
    if subject.creator:
        return f"/{subject.creator}/{subject.slug}/rsl.xml"
    return "/rsl.xml"
