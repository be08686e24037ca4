"""The room's public face: who is knocking, what they are refused, and what was turned away."""

from antiphon.guard.service.counting import Sum, by_track, count, flush, from_tracks, in_all
from antiphon.guard.service.identities import bring_ranges
from antiphon.guard.service.identities import identities as who_proved
from antiphon.guard.service.listed import MOST_BYTES, look_again, refresh, roll
from antiphon.guard.service.robot import Step, Walk, send_robot, use_door
from antiphon.guard.service.seen import note_proxy, proxy_not_trusted
from antiphon.guard.service.takers import tell_of_takers
from antiphon.guard.service.taking import PASS_COOKIE, PASS_S, a_pass, budgets

__all__ = [
    "MOST_BYTES",
    "PASS_COOKIE",
    "PASS_S",
    "Step",
    "Sum",
    "Walk",
    "a_pass",
    "bring_ranges",
    "budgets",
    "by_track",
    "count",
    "flush",
    "from_tracks",
    "in_all",
    "look_again",
    "note_proxy",
    "proxy_not_trusted",
    "refresh",
    "roll",
    "send_robot",
    "tell_of_takers",
    "use_door",
    "who_proved",
]
