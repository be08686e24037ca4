"""What the gate knows: subjects, holders, answers, grants, systems, permits, artefacts, recalls.

The gate keeps its own table of subjects, which the catalogue pushes to; no foreign key points upwards.
"""

from antiphon.consent.models.asked import (
    Actor,
    Artefact,
    Asked,
    AskedOf,
    AskedRule,
    Glass,
    Recall,
    RecallOf,
    RegisteredSystem,
)
from antiphon.consent.models.enquiries import Enquiry, EnquiryOf, Reply, ReplyOf
from antiphon.consent.models.said import (
    Act,
    Answer,
    Cover,
    Dispute,
    Gone,
    Grant,
    Holder,
    HolderLink,
    Opening,
    Party,
    Size,
    Subject,
    SubjectSet,
)

__all__ = [
    "Act",
    "Actor",
    "Answer",
    "Artefact",
    "Asked",
    "AskedOf",
    "AskedRule",
    "Cover",
    "Dispute",
    "Enquiry",
    "EnquiryOf",
    "Glass",
    "Gone",
    "Grant",
    "Holder",
    "HolderLink",
    "Opening",
    "Party",
    "Recall",
    "RecallOf",
    "RegisteredSystem",
    "Reply",
    "ReplyOf",
    "Size",
    "Subject",
    "SubjectSet",
]
