"""What a decision of the gate costs: one by one with its words, and a million at once; Cedar beside us.

Run: `python -m bench.consent`. Processor time of one core. What is decided on is in memory on both sides: Cedar's
policies, its entities and its requests are made before the clock starts. Cedar gives a verdict, and no reason.
"""

import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import cedarpy
import numpy as np
from tests.consent_oracles import cedar_form
from tests.consent_oracles.cases import Asker

from antiphon.consent.core.answers import Answer, Folded, Holder, Role, Said, fold
from antiphon.consent.core.decisions import decide
from antiphon.consent.core.facts import Standing, facts_of
from antiphon.consent.core.forms.numpy import Columns, codes, masks
from antiphon.consent.core.purposes import PURPOSES
from bench.gated import stored
from bench.table import OUT, Row, print_table, write

PEER = "cedarpy"
TRACKS = 1_000_000
RECORDINGS = 2_000
DECISIONS = 40_000
CEDAR_DECISIONS = 3_000
ROUNDS = 7
AT = datetime(2026, 11, 4, 12, tzinfo=UTC)
ACTORS = ("site", "lab")

Call = Callable[[], object]


def recordings(chance: random.Random) -> list[tuple[Standing, Folded]]:
    """Recordings with one to three holders who answered here and there."""
    made = []
    for _ in range(RECORDINGS):
        holders = []
        for number in range(chance.choice((1, 1, 2, 3))):
            told = [
                Said(100 * number + purpose.number, purpose.slug, chance.choice((*Answer, Answer.YES, Answer.YES)), AT)
                for purpose in PURPOSES
                if chance.random() < 0.8
            ]
            holders.append(Holder(number, f"holder {number}", frozenset({Role.PERFORMANCE}), told))
        folded = fold(holders, whole=True, at=AT + timedelta(days=5))
        said, withdrawn, label = folded.masks, chance.random() < 0.02, chance.random() < 0.1
        made.append((Standing(True, withdrawn, label, False, 0, said.any_no, said.any_ask, said.all_yes, 0), folded))
    return made


def our_calls(made: Sequence[tuple[Standing, Folded]], chance: random.Random) -> list[Call]:
    """Decisions from the columns of a recording to words for its holders."""

    def call(row: Standing, folded: Folded, purpose: str, actor: str) -> Call:
        def ask() -> object:
            facts = facts_of(row, purpose, actor=actor)
            said = folded.statements(purpose)
            return decide(facts, said, purpose=purpose, actor=actor, at=AT, for_holders=True)

        return ask

    return [call(*chance.choice(made), chance.choice(PURPOSES).slug, chance.choice(ACTORS)) for _ in range(DECISIONS)]


def cedar_calls(made: Sequence[tuple[Standing, Folded]], chance: random.Random) -> list[Call]:
    """The same questions to Cedar, each with the entities of its one recording and its one actor, read before."""
    policies = cedarpy.PolicySet.from_str(cedar_form.policies())

    def call(number: int, row: Standing, purpose: str, actor: str) -> Call:
        asker = Asker(actor, known=True)
        entities = cedarpy.Entities.from_json_str(
            json.dumps([cedar_form.actor(asker), cedar_form.recording(number, row, 0)])
        )
        request = cedar_form.request(number, purpose, asker)
        return lambda: cedarpy.is_authorized(request, policies, entities)

    return [
        call(number, chance.choice(made)[0], chance.choice(PURPOSES).slug, chance.choice(ACTORS))
        for number in range(CEDAR_DECISIONS)
    ]


def percentile_us(calls: Sequence[Call], percent: float) -> float:
    """Processor time of a call, at this percentile of all of them."""
    spent = np.empty(len(calls))
    for place, call in enumerate(calls):
        began = time.thread_time_ns()
        call()
        spent[place] = time.thread_time_ns() - began
    return float(np.percentile(spent, percent)) / 1000


def per_second(calls: Sequence[Call]) -> float:
    """Calls in a second of processor time: the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for call in calls:
            call()
        rounds.append(len(calls) / (time.process_time() - began))
    return float(np.median(rounds))


def seconds(call: Call) -> float:
    """Processor time of a call: the median of some rounds, after one to warm up."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        call()
        rounds.append(time.process_time() - began)
    return float(np.median(rounds))


def columns(seed: int) -> Columns:
    """A million recordings, mostly ordinary, so that every rule has its share."""
    random_numbers = np.random.default_rng(seed)

    def flags(often: float) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        return random_numbers.random(TRACKS) < often

    def bits(density: int) -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
        drawn = random_numbers.integers(0, 2**16, (density, TRACKS), dtype=np.uint16)
        return np.bitwise_and.reduce(drawn)

    return Columns(
        flags(0.999), flags(0.02), flags(0.1), flags(0.1), bits(5), bits(3), bits(2), bits(1), bits(4), bits(3)
    )


def decisions() -> list[Row]:
    """One decision at a time, and a million as arrays; what Cedar would take for the million is worked out."""
    chance = random.Random(1)
    made = recordings(chance)
    ours, cedars = our_calls(made, chance), cedar_calls(made, chance)
    gc.collect()
    ours_us, cedars_us = percentile_us(ours, 99), percentile_us(cedars, 99)
    ours_s, cedars_s = per_second(ours), per_second(cedars)
    many = columns(2)
    batch_s = seconds(lambda: codes(many, "train-generative", actor="lab"))
    mask_s = seconds(lambda: masks(many, actor="lab"))
    worked_out = f"{PEER}, from its decisions a second"
    return [
        Row("decision_p99_us", ours_us, "µs CPU", PEER, cedars_us),
        Row("decisions_per_s", ours_s, "1/s", PEER, cedars_s),
        Row("batch_1m_s", batch_s, "s CPU", worked_out, TRACKS / cedars_s),
        Row("mask_1m_s", mask_s, "s CPU", worked_out, TRACKS * len(PURPOSES) / cedars_s),
    ]


def logged() -> list[Row]:
    """The ledger's own figures, from its benchmark: it wants a log of its own, so it runs in a process of its own."""
    subprocess.run([sys.executable, "-m", "bench.ledger"], check=True, stdout=subprocess.DEVNULL)
    found = json.loads((OUT / "ledger.json").read_text(encoding="utf-8"))
    return [Row(*(row[name] for name in ("figure", "value", "unit", "peer", "peer_value"))) for row in found]


PARTS: tuple[Callable[[], list[Row]], ...] = (decisions, stored, logged)  # each measures by itself and returns its rows


def main() -> None:
    rows = [row for part in PARTS for row in part()]
    print_table("The gate", rows)
    print(f"\nwritten to {write('consent', rows)}")


if __name__ == "__main__":
    main()
