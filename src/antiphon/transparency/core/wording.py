"""What a proof file says in plain words: a function of its contents, so that a check can write the words again.

In English, whatever the site's language: the words are part of the file, and kept for decades. The page that checks
files in a browser writes the same words (`web/assets/js/verify/wording.js`); one set of vectors holds for both.
"""

from collections.abc import Mapping
from typing import Any

from antiphon.ledger.core.errors import BadProof
from antiphon.transparency.core.files import Shown, number, text

_ACTS = {
    "answer": "an answer", "seal": "about a seal", "grant": "about a grant", "holders": "about who holds rights",
    "set": "about what is in a set", "withdraw": "about withdrawing tracks",
    "reply": "a reply to an enquiry",
}  # fmt: skip
_SAID = (("yes", "says yes to"), ("ask", "says “ask me” to"), ("no", "says no to"), ("nothing", "takes back"))
_MOST_PLACES = 5
DECLARED = "It shows what was declared. Whether anything else was used, no file can show."


def kind_of(shown: Shown) -> str:
    """The kind in an entry's type: `antiphon/answer/v1` is an `answer`."""
    parts = text(shown.entry.get("type", "")).split("/")
    if len(parts) != 3 or parts[0] != "antiphon" or parts[2] != "v1":
        raise BadProof("This entry is of no type that a proof file is about.")
    return parts[1]


def act_in_words(shown: Shown, origin: str) -> tuple[str, ...]:
    """What the receipt of an act says."""
    kind = kind_of(shown)
    if kind not in _ACTS:
        raise BadProof("This entry is of no type that a receipt is about.")
    told = shown.private
    who = f"party {number(told.get('party'))}"
    return (
        f"Entry {shown.proof.index} of the log {origin} is what {who} said at the gate: {_ACTS[kind]}.",
        *_told(kind, told),
        f"It calls itself act {text(told.get('act'))}, said through {text(told.get('via'))} "
        f"at {text(told.get('at'))} by this site's own clock.",
    )


def job_in_words(job: Shown, answer: Shown | None, recording: int, verdict: str, origin: str) -> tuple[str, ...]:
    """What a file about a job says. verdict: `present` or `absent`."""
    asked = job.entry
    purpose = text(asked.get("purpose"))
    lines = [
        f"Entry {job.proof.index} of the log {origin} is job {text(asked.get('job'))}: the system "
        f"{text(asked.get('system'))} asked at the gate for {purpose}, for {text(asked.get('actor'))}, and "
        f"{number(asked.get('allowed'))} of {number(asked.get('considered'))} recordings were allowed.",
        f"Recording {recording} is {'' if verdict == 'present' else 'not '}in the manifest that this entry commits to.",
    ]
    if answer is None:
        lines.append("This file holds no answer about the recording. A missing answer is a no.")
    else:
        lines += [
            f"Entry {answer.proof.index} is what party {number(answer.private.get('party'))} had said before: "
            f"{word_for(answer, purpose)} to {purpose}.",
            _where(answer.private),
        ]
    return (*lines, DECLARED)


def word_for(answer: Shown, purpose: str) -> str:
    """What an answer says to one purpose. Raises `BadProof` where it says nothing about it."""
    said = answer.private.get("answers")
    if not isinstance(said, dict) or purpose not in said:
        raise BadProof("The answer in this file is not about the purpose of the job.")
    return text(said[purpose])


def _told(kind: str, told: Mapping[str, Any]) -> list[str]:
    if kind == "answer":
        answers = told.get("answers")
        if not isinstance(answers, dict):
            raise BadProof("This answer does not say what was answered.")
        lines = []
        for word, verb in _SAID:
            purposes = sorted(purpose for purpose, said in answers.items() if said == word)
            if purposes:
                lines.append(f"It {verb} {', '.join(purposes)}.")
        return [*lines, _where(told)]
    if "sealed" in told:
        return [f"It seals {_recordings(told['sealed'])}: never for models."]
    if "asks_to_open" in told:
        return [f"It asks to open the seal of {_recordings(told['asks_to_open'])}."]
    if "revoked" in told:
        return [f"It ends grant {text(told['revoked'])} of recording {number(told.get('recording'))}."]
    if kind == "grant":
        return [
            f"It lets {text(told.get('actor'))} use recording {number(told.get('recording'))} for "
            f"{text(told.get('purpose'))} from {text(told.get('from'))} until before {text(told.get('to'))}."
        ]
    if kind == "reply":
        refused = _recordings(told.get("refused"))
        return [f"It refuses {text(told.get('actor'))} the use of {refused} for {text(told.get('purpose'))}."]
    if kind == "set":
        place, lines = number(told.get("set")), []
        for name, verb, way in (("joined", "puts", "into"), ("left", "takes", "out of")):
            if isinstance(told.get(name), list) and told[name]:
                lines.append(f"It {verb} {_recordings(told[name])} {way} set {place}.")
        return lines
    if kind == "withdraw":
        if "back" in told:
            return [f"It brings {_recordings(told['back'])} back."]
        return [f"It withdraws {_recordings(told.get('recordings'))}."]
    return ["What it says stands in this file."]


def _recordings(value: Any) -> str:
    if not isinstance(value, list) or not value:
        raise BadProof("This act does not say which recordings it is about.")
    if len(value) > _MOST_PLACES:
        return f"{len(value)} recordings"
    return ", ".join(f"recording {number(one)}" for one in value)


def _where(told: Mapping[str, Any]) -> str:
    places = places_of(told)
    if any(kind == "account" for kind, _ in places):
        return "It holds for everything in which this party has rights."
    if len(places) > _MOST_PLACES:
        return f"It holds for {len(places)} places, which stand in this file."
    names = ", ".join(f"{'recording' if kind == 'track' else kind} {place}" for kind, place in places)
    return f"It holds for {names}."


def places_of(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Where an answer holds: account, set or track (its recording), with its number."""
    where = told.get("where")
    if not isinstance(where, list) or not where:
        raise BadProof("This answer does not say where it holds.")
    places = []
    for place in where:
        if not isinstance(place, list) or len(place) != 2 or place[0] not in ("account", "set", "track"):
            raise BadProof("This answer does not say where it holds.")
        places.append((text(place[0]), number(place[1])))
    return places
