"""Enquiries: somebody from outside asks the holders of recordings; each replies, and where all said yes it is a grant.

A track whose label says *ask me* may be asked for, and no other: a no is an answer, and nobody is asked again.
"""

from antiphon.consent.core.enquiries import ENQUIRED, MOST_TRACKS, Asking, Line, Stands, counted
from antiphon.consent.models import Enquiry, Reply
from antiphon.consent.service.enquiries.making import (
    Sorted,
    asker_of,
    enquire,
    forget_asker,
    open_by_link,
    sort_out,
    use_tidings,
    withdraw,
    withdraw_by_link,
)
from antiphon.consent.service.enquiries.reading import (
    Asked,
    by_link,
    by_token,
    enquiries_of,
    enquiry_of,
    for_holder,
    is_open,
    lines_of,
    offer_of,
    replies_of,
    to_holder,
    waiting_for,
)
from antiphon.consent.service.enquiries.replying import reply, reply_by_token

__all__ = [
    "ENQUIRED",
    "MOST_TRACKS",
    "Asked",
    "Asking",
    "Enquiry",
    "Line",
    "Reply",
    "Sorted",
    "Stands",
    "asker_of",
    "by_link",
    "by_token",
    "counted",
    "enquire",
    "enquiries_of",
    "enquiry_of",
    "for_holder",
    "forget_asker",
    "is_open",
    "lines_of",
    "offer_of",
    "open_by_link",
    "replies_of",
    "reply",
    "reply_by_token",
    "sort_out",
    "to_holder",
    "use_tidings",
    "waiting_for",
    "withdraw",
    "withdraw_by_link",
]
