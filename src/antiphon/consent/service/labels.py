"""The AI label: what software may do with a recording, in the one form that it has everywhere."""

from dataclasses import dataclass
from datetime import datetime

from antiphon.consent.core.purposes import CONSTANT_MASK, LABEL_MASK, MODELS_MASK, PURPOSES, Group, Purpose
from antiphon.consent.models import Holder, Subject
from antiphon.consent.service.outside import NOTHING, told_outside

ON, YES, ASK, NO = "on", "yes", "ask", "no"
MIXED = "mixed"


@dataclass(frozen=True)
class Line:
    """One purpose on the label."""

    purpose: Purpose
    state: str  # on, yes, ask, no
    sealed: bool = False


@dataclass(frozen=True)
class Section:
    """A group of purposes; its state is theirs when they agree, else mixed."""

    group: Group
    lines: tuple[Line, ...]

    @property
    def state(self) -> str:
        states = {line.state for line in self.lines}
        return states.pop() if len(states) == 1 else MIXED

    @property
    def sealed(self) -> bool:
        return all(line.sealed for line in self.lines)


@dataclass(frozen=True)
class Label:
    """What a recording's label says. `holders` counts those who have to answer; it names none."""

    recording_id: int
    sections: tuple[Section, ...]
    holders: int
    whole: bool  # everybody who holds rights is named and has confirmed
    since: datetime | None
    allowed: int
    refused: int
    outside: str = NOTHING  # what whoever asks from outside is told, a letter a purpose: `outside.told_outside`

    @property
    def asked(self) -> int:
        return self.allowed + self.refused

    @property
    def states(self) -> str:
        """All that the label's table shows, a letter a purpose: o(n), y(es), a(sk), n(o), s(ealed)."""
        lines = (line for part in self.sections for line in part.lines)
        return "".join("s" if line.sealed and line.state == NO else line.state[0] for line in lines)

    @property
    def by_purpose(self) -> dict[str, str]:
        """The state of each of the sixteen by its slug, in the order of the table."""
        said = {line.purpose.slug: line.state for part in self.sections for line in part.lines}
        return {purpose.slug: said[purpose.slug] for purpose in PURPOSES}

    def says_yes(self, purpose: str) -> bool:
        """Tell whether the label says yes to a purpose."""
        return any(line.state == YES for part in self.sections for line in part.lines if line.purpose.slug == purpose)


def label_of(recording_id: int) -> Label:
    """Return the label of a recording; one that the gate does not know says no to everything. Two queries."""
    subject = Subject.objects.filter(pk=recording_id).first()
    if subject is None:
        return Label(recording_id, sections_of(None), 0, False, None, 0, 0)
    states = list(Holder.objects.filter(subject=subject).values_list("state", flat=True))
    whole = bool(states) and all(state == Holder.State.CONFIRMED for state in states) and not subject.disputed
    return Label(
        recording_id, sections_of(subject), len(states), whole, subject.since, subject.asked_allowed,
        subject.asked_refused, told_outside(subject),
    )  # fmt: skip


def states_of(subject: Subject) -> dict[str, str]:
    """Return the state of each purpose of a recording, by slug."""
    return {purpose.slug: line_of(purpose, subject).state for purpose in PURPOSES}


def sections_of(subject: Subject | None) -> tuple[Section, ...]:
    """Return every group with its lines."""
    return tuple(
        Section(group, tuple(line_of(purpose, subject) for purpose in PURPOSES if purpose.group == group))
        for group in Group
    )


def line_of(purpose: Purpose, subject: Subject | None) -> Line:
    """Say what the masks say, with the gate's order: any lock or no first. An unknown recording is a no."""
    bit = purpose.bit
    if subject is None or not subject.known or subject.terms_forbid is None or subject.withdrawn:
        return Line(purpose, NO)
    if bit & CONSTANT_MASK:
        return Line(purpose, ON)
    sealed = subject.sealed and bool(bit & MODELS_MASK)
    barred = subject.label and bool(bit & LABEL_MASK)
    if sealed or barred or bit & (subject.match_no | subject.any_no | subject.terms_forbid):
        return Line(purpose, NO, sealed)
    if bit & subject.all_yes:
        return Line(purpose, YES)
    return Line(purpose, ASK if bit & subject.ask_all else NO)
