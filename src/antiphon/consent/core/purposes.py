"""The sixteen purposes: data, versioned, and hashed into every decision. Their numbers are the bit order everywhere.

Owns what a use is called and which group it belongs to. Whether a use is allowed is decided by `rules`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import rfc8785

TABLE_VERSION = 1


class Group(StrEnum):
    NEEDED = "needed"
    HERE = "here"
    OUTSIDE = "outside"
    TOOLS = "tools"
    MODELS = "models"
    OUTPUTS = "outputs"


@dataclass(frozen=True)
class Purpose:
    """One use that software may make of a track."""

    number: int
    slug: str
    words: str  # what it means, spoken to a musician
    group: Group

    @property
    def bit(self) -> int:
        return 1 << (self.number - 1)


PURPOSES: tuple[Purpose, ...] = (
    Purpose(1, "identify", "Compare it with the catalogue to find copies of your music and of others’", Group.NEEDED),
    Purpose(2, "integrity", "Detect fake plays, spam and stolen uploads", Group.NEEDED),
    Purpose(3, "recommend", "Suggest it to people who may like it", Group.HERE),
    Purpose(4, "organize", "Describe it: tempo, key, tags, similar sound, generated playlists", Group.HERE),
    Purpose(5, "search-index", "Outside search engines: a link and a short excerpt", Group.OUTSIDE),
    Purpose(6, "ai-index", "Outside embedding or retrieval indexes", Group.OUTSIDE),
    Purpose(7, "ai-input", "Outside answer machines may use it as input", Group.OUTSIDE),
    Purpose(8, "agent", "An assistant acting live for one listener", Group.OUTSIDE),
    Purpose(9, "assist", "Stems, mastering, transcription for someone who may already use it", Group.TOOLS),
    Purpose(10, "train-analysis", "Teach a model that only describes or ranks, ours included", Group.MODELS),
    Purpose(11, "evaluate", "Test sets and benchmarks", Group.MODELS),
    Purpose(12, "train-generative", "Teach a model that makes music, imitating you or not", Group.MODELS),
    Purpose(13, "finetune", "Adapt a generative model to this artist or track", Group.MODELS),
    Purpose(14, "derive", "Machine-made remix, continuation, cover, translation", Group.OUTPUTS),
    Purpose(15, "voice-likeness", "Clone a voice or a style by name", Group.OUTPUTS),
    Purpose(16, "research", "Scientific text-and-data mining", Group.MODELS),
)
BY_SLUG = {purpose.slug: purpose for purpose in PURPOSES}

# Needed to run the place. A constant in the code and not a setting: nobody who runs a site can add to it.
CONSTANT: frozenset[str] = frozenset({"identify", "integrity"})


def mask_of(slugs: Iterable[str]) -> int:
    """Return the bits of these purposes. Raises `KeyError` for one that is not in the table."""
    mask = 0
    for slug in slugs:
        mask |= BY_SLUG[slug].bit
    return mask


def slugs_of(mask: int) -> tuple[str, ...]:
    """Return the purposes of a mask, in order."""
    return tuple(purpose.slug for purpose in PURPOSES if mask & purpose.bit)


def group_mask(*groups: Group) -> int:
    return mask_of(purpose.slug for purpose in PURPOSES if purpose.group in groups)


ALL_MASK = mask_of(BY_SLUG)
CONSTANT_MASK = mask_of(CONSTANT)
MODELS_MASK = group_mask(Group.MODELS)
# A yes to these waits 72 hours, and an actor from outside needs a grant for each.
GUARDED_MASK = group_mask(Group.MODELS, Group.OUTPUTS)
# Label-delivered music may never enter a model or an answer machine, whoever says yes.
LABEL_MASK = mask_of(("ai-index", "ai-input")) | GUARDED_MASK


@cache
def table_hash() -> str:
    """SHA-256 over the table as JCS (RFC 8785), as `sha256:…`: it goes into every decision and job entry."""
    rows = [(purpose.number, purpose.slug, purpose.words, str(purpose.group)) for purpose in PURPOSES]
    text = rfc8785.dumps({"version": TABLE_VERSION, "purposes": rows})
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
