"""What identifies a version of the terms: its content, and nothing else. No Django, no clock."""

import hashlib
from dataclasses import dataclass

import rfc8785

TERMS, AI, PRIVACY, RULES = "terms", "ai", "privacy", "rules"
DOCUMENTS = (TERMS, AI, PRIVACY, RULES)


@dataclass(frozen=True)
class Text:
    """A version as it is written: the words, what is new in plain words, and the mask of what it forbids."""

    words: str
    summary: str
    forbids: int = 0
    document: str = TERMS

    @property
    def hash(self) -> str:
        told: dict[str, str | int] = {"text": self.words, "summary": self.summary, "forbids": self.forbids}
        if self.document != TERMS:
            told["document"] = self.document
        return f"sha256:{hashlib.sha256(rfc8785.dumps(told)).hexdigest()}"


# What binds music that came in before there were terms to accept: nothing is forbidden, and nothing is allowed either.
NONE = Text("", "No terms were accepted.")
