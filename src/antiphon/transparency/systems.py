"""The systems of this room: whoever takes music out of here as a dataset asks as one of these, one a purpose."""

from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES, Group

_READS = "the original file, its title, credits, licence and address; handed to the actor that the question names"
_FIRST = "train-analysis"
# Datasets leave for purposes in models only: nothing else needs the file itself.
SYSTEMS = {
    purpose.slug: consent.System(
        name="antiphon/dataset" if purpose.slug == _FIRST else f"antiphon/dataset-{purpose.slug}",
        purpose=purpose.slug,
        owner="this site",
        reads=_READS,
        version="1",
    )
    for purpose in PURPOSES
    if purpose.group == Group.MODELS
}


def declare() -> None:
    """Enter them into what this release declares; called by `site`."""
    for system in SYSTEMS.values():
        consent.declare(system)
