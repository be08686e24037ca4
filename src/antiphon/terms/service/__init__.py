"""Terms that cannot change in the dark: versions, what each forbids, who was told, and who accepted which.

Terms can only forbid; see `core.versions`.
"""

from antiphon.terms.core.versions import AI, DOCUMENTS, PRIVACY, RULES, TERMS, Text
from antiphon.terms.core.watching import Spoken
from antiphon.terms.models import Acceptance, Notice, Question, Snapshot, Subscriber, Version, Watched
from antiphon.terms.service.binding import (
    ASKED,
    SIGN_UP,
    UPLOAD,
    Standing,
    accept,
    accepted,
    answer,
    bound_by,
    hash_of_none,
    opted_into,
    standing,
)
from antiphon.terms.service.lives import Life, changes_in, lives
from antiphon.terms.service.publishing import Draft, days, look, publish
from antiphon.terms.service.questions import (
    answer_question,
    ask,
    effective_moment,
    holds,
    open_questions,
    questions_at,
    questions_of,
)
from antiphon.terms.service.subscribing import confirm, subscribe, subscriber, unsubscribe
from antiphon.terms.service.telling import names, note_delivered, reach, see, short, tell, use_tidings
from antiphon.terms.service.versions import current, forbidden, history, is_entered, read_version, version
from antiphon.terms.service.watching import Brought, between, bring, promises, rules_version, watched, watched_at

__all__ = [
    "AI",
    "ASKED",
    "DOCUMENTS",
    "PRIVACY",
    "RULES",
    "SIGN_UP",
    "TERMS",
    "UPLOAD",
    "Acceptance",
    "Brought",
    "Draft",
    "Life",
    "Notice",
    "Question",
    "Snapshot",
    "Spoken",
    "Standing",
    "Subscriber",
    "Text",
    "Version",
    "Watched",
    "accept",
    "accepted",
    "answer",
    "answer_question",
    "ask",
    "between",
    "bound_by",
    "bring",
    "changes_in",
    "confirm",
    "current",
    "days",
    "effective_moment",
    "forbidden",
    "hash_of_none",
    "history",
    "holds",
    "is_entered",
    "lives",
    "look",
    "names",
    "note_delivered",
    "open_questions",
    "opted_into",
    "promises",
    "publish",
    "questions_at",
    "questions_of",
    "reach",
    "read_version",
    "rules_version",
    "see",
    "short",
    "standing",
    "subscribe",
    "subscriber",
    "tell",
    "unsubscribe",
    "use_tidings",
    "version",
    "watched",
    "watched_at",
]
