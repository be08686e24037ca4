"""Matches and claims that people settle: what each side sees, answers and offers, claiming, and what an end does."""

from antiphon.identification.service.disputes.answering import SHORT_WAYS, WAYS, agree, answer
from antiphon.identification.service.disputes.claim_cases import ClaimCases, claimant_name
from antiphon.identification.service.disputes.claims import KIND as CLAIM
from antiphon.identification.service.disputes.claims import (
    REASONS,
    check_may_claim,
    claim,
    held_with_claims,
    references_of,
    with_claims,
)
from antiphon.identification.service.disputes.match_cases import KIND as MATCH
from antiphon.identification.service.disputes.match_cases import MatchCases, matched
from antiphon.identification.service.disputes.seeing import Music, Pair, Stretch, files_about, pairs_of
from antiphon.identification.service.disputes.stretches import altered_words, clock_words

__all__ = [
    "CLAIM",
    "MATCH",
    "REASONS",
    "SHORT_WAYS",
    "WAYS",
    "ClaimCases",
    "MatchCases",
    "Music",
    "Pair",
    "Stretch",
    "agree",
    "altered_words",
    "answer",
    "check_may_claim",
    "claim",
    "claimant_name",
    "clock_words",
    "files_about",
    "held_with_claims",
    "matched",
    "pairs_of",
    "references_of",
    "with_claims",
]
