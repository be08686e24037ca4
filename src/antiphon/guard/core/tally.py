"""What was turned away since it was last written down, in bounded memory. Pure; whoever owns it holds a lock.

Every refusal counts under its name and day. For which track, is kept as long as there is room; past that only the
name counts, so that a flood of made-up addresses costs nothing and loses no total.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from antiphon.guard.core.paths import NOBODY, Subject

MOST_SUBJECTS = 20_000

Key = tuple[date, str]
SubjectKey = tuple[date, str, Subject]


@dataclass
class Tally:
    """Counts by day and name, and by day, name and subject."""

    most: int = MOST_SUBJECTS
    names: Counter[Key] = field(default_factory=Counter)
    subjects: Counter[SubjectKey] = field(default_factory=Counter)

    def add(self, day: date, name: str, subject: Subject, by: int = 1) -> None:
        """Count one more."""
        self.names[day, name] += by
        if subject == NOBODY:
            return
        key = (day, name, subject)
        if key in self.subjects or len(self.subjects) < self.most:
            self.subjects[key] += by

    def take(self) -> "Tally":
        """Return all that was counted, and begin again at nothing."""
        taken = Tally(self.most, self.names, self.subjects)
        self.names, self.subjects = Counter(), Counter()
        return taken

    def put_back(self, taken: "Tally") -> None:
        """Take back what could not be written down."""
        self.names.update(taken.names)
        for (day, name, subject), number in taken.subjects.items():
            key = (day, name, subject)
            if key in self.subjects or len(self.subjects) < self.most:
                self.subjects[key] += number

    def __bool__(self) -> bool:
        return bool(self.names)
