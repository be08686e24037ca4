"""What the player counts as heard, and how it gets it to the server, run as the browser runs it."""

from typing import Any

from tests.node import run

HEAR = """
import { Hearing } from "js/player/hearing.js";
const answers = said.map((steps) => {
  const hearing = new Hearing();
  for (const step of steps) {
    if (step === "leap") hearing.leap();
    else hearing.sample(...step);
  }
  return Math.round(hearing.heard);
});
tell(answers);
"""

# A store and a server that can be cut off, answers late, and is asked by several tabs.
SEND = """
import { Plays, newUid } from "js/player/plays.js";
const kept = new Map();
const store = {
  getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key), key: (place) => [...kept.keys()][place] ?? null,
  get length() { return kept.size; },
};
const server = new Map();
let now = said.now, connected = true, status = 200, refuse = "";
const batches = [];
const take = (body) => {
  const { plays } = JSON.parse(body);
  batches.push(plays.length);
  return plays.map((one) => {
    if (refuse) return { play: one.play, refused: refuse };
    server.set(one.play, Math.max(one.heard_ms, server.get(one.play) ?? 0));
    return { play: one.play, kept_ms: server.get(one.play) };
  });
};
let lost = false; // the answer, not the question
const outside = {
  store, now: () => now,
  async post(body) {
    if (!connected) throw new TypeError("no connection");
    if (status !== 200) return { status, said: null };
    const plays = take(body);
    if (lost) throw new TypeError("cut off");
    return { status, said: { plays } };
  },
  leave: (body) => { if (connected) take(body); return connected; },
};
const play = (name, heard_ms) => (
  { play: name, ticket: "t", heard_ms, began: now - heard_ms, source: "page", source_id: 0 }
);
const sum = () => [...server.values()].reduce((all, one) => all + one, 0);
"""


def heard(*steps: list[Any]) -> list[int]:
    answers: list[int] = run(HEAR, steps)
    return answers


def sent(script: str, now: int = 1_800_000_000_000) -> Any:
    return run(SEND + script, {"now": now})


def test_what_passes_while_it_sounds_is_heard() -> None:
    whole = [[second / 4, second * 250, True] for second in range(41)]
    assert heard(whole) == [10_000]


def test_leaps_pauses_and_silence_are_not_heard() -> None:
    assert heard(
        [[0, 0, True], [1, 1000, True], "leap", [60, 1001, True], [61, 2001, True]],  # said
        [[0, 0, True], [1, 1000, True], [60, 1250, True], [61, 2250, True]],  # not said: no clock runs that fast
        [[5, 0, True], [6, 1000, True], [2, 1250, True], [3, 2250, True]],  # back
        [[0, 0, True], [1, 1000, False], [5, 5000, False], [5, 9000, True], [6, 10_000, True]],  # paused, or muted
        [[0, 0, True], [30, 30_000, True]],  # a tab in the background reports late
    ) == [2000, 2000, 2000, 2000, 30_000]


def test_a_connection_that_is_lost_loses_nothing() -> None:
    told = sent("""
        const plays = new Plays(outside);
        plays.note(play("a", 5000));
        await plays.send();
        connected = false;
        plays.note(play("a", 20000));
        await plays.send();
        plays.note(play("b", 7000));
        await plays.send();
        const waiting = kept.size;
        connected = true; status = 503;
        await plays.send();
        status = 200;
        await plays.send();
        tell({ sum: sum(), waiting, left: kept.size });
    """)
    assert told == {"sum": 27_000, "waiting": 2, "left": 0}


def test_an_answer_that_is_lost_makes_a_double_send_that_adds_nothing() -> None:
    told = sent("""
        const plays = new Plays(outside);
        plays.note(play("a", 9000));
        lost = true;
        await plays.send();
        lost = false;
        await plays.send();
        await plays.send();
        tell({ sum: sum(), batches: batches.length, left: kept.size });
    """)
    assert told == {"sum": 9000, "batches": 2, "left": 0}


def test_what_a_tab_left_is_sent_by_another_and_only_once_it_is_gone() -> None:
    told = sent("""
        connected = false;
        const gone = new Plays(outside);
        gone.note(play("a", 12000));
        gone.leave();
        connected = true;
        const other = new Plays(outside);
        other.note(play("b", 1000));
        await other.send();
        const early = sum();
        now += 61_000;
        await other.send();
        tell({ early, sum: sum(), left: kept.size });
    """)
    assert told == {"early": 1000, "sum": 13_000, "left": 0}


def test_a_clock_that_is_set_back_a_day_strands_nothing() -> None:
    told = sent("""
        const gone = new Plays(outside);
        gone.note(play("a", 12000));
        now -= 86_400_000;
        await new Plays(outside).send();
        tell({ sum: sum(), left: kept.size });
    """)
    assert told == {"sum": 12_000, "left": 0}


def test_ten_tabs_with_one_store_do_not_disturb_each_other() -> None:
    told = sent("""
        const tabs = Array.from({ length: 10 }, () => new Plays(outside));
        for (let second = 1; second <= 40; second++) {
          now += 1000;
          connected = second % 7 !== 0;
          lost = second % 5 === 0;
          tabs.forEach((tab, number) => tab.note(play("tab" + number, second * 1000 + number)));
          if (second % 3 === 0) await Promise.all(tabs.map((tab) => tab.send()));
        }
        connected = true; lost = false;
        await Promise.all(tabs.map((tab) => tab.send()));
        tell({ sum: sum(), left: kept.size });
    """)
    assert told == {"sum": 400_045, "left": 0}


def test_what_is_refused_for_good_is_not_sent_again_and_the_rest_when_it_has_grown() -> None:
    told = sent("""
        const plays = new Plays(outside);
        refuse = "withdrawn";
        plays.note(play("a", 1000));
        await plays.send();
        plays.note(play("a", 9000));
        const due = plays.due().length;
        refuse = "future";
        plays.note(play("b", 1000));
        await plays.send();
        const after = plays.due().length;
        refuse = "";
        plays.note(play("b", 4000));
        await plays.send();
        tell({ due, after, sum: sum(), left: kept.size });
    """)
    assert told == {"due": 0, "after": 0, "sum": 4000, "left": 0}


def test_a_batch_has_at_most_fifty_and_uids_are_what_the_server_takes() -> None:
    told = sent("""
        const plays = new Plays(outside);
        for (let number = 0; number < 70; number++) plays.note(play("p" + number, 1));
        await plays.send();
        await plays.send();
        tell({ batches, uid: newUid() });
    """)
    assert told["batches"] == [50, 20]
    assert told["uid"][14] == "4"
    assert len(told["uid"]) == 36
