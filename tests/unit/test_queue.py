"""What plays next: shuffle and repeat, as the browser runs them."""

from typing import Any

import pytest

from tests.node import run

PLAY = """
import { Queue } from "js/player/queue.js";
const items = [...said.titles].map((title) => ({ title }));
let turns = 0;
const queue = new Queue([], 0, () => said.lots[turns++ % said.lots.length]);
const told = [];
const show = () => told.push([queue.items.map((one) => one.title).join(""), queue.current?.title ?? "",
  queue.upNext?.title ?? "", queue.shuffled]);
for (const [verb, ...args] of said.verbs) {
  if (verb === "put") queue.put(items, args[0]);
  else if (verb === "repeat") queue.repeat = args[0];
  else if (verb === "add") queue.addLast([{ title: args[0] }]);
  else if (verb === "next") queue.addNext([{ title: args[0] }]);
  else if (verb === "reload") {
    const order = queue.order;
    const again = new Queue();
    again.put(queue.items, queue.index);
    if (order) again.recall(args.length ? args[0] : order);
    again.unshuffle();
    told.push(again.items.map((one) => one.title).join(""));
    continue;
  } else queue[verb](...args);
  show();
}
tell(told);
"""


def played(*verbs: list[Any], titles: str = "abcdef", lots: list[float] | None = None) -> list[Any]:
    """Return after each verb: the order, what plays, what comes by itself, and whether it is shuffled."""
    told: list[Any] = run(PLAY, {"titles": titles, "lots": lots or [0.0], "verbs": verbs})
    return told


def test_shuffle_draws_what_is_to_come_and_leaves_what_was() -> None:
    _put, shuffled, back = played(["put", 2], ["shuffle"], ["unshuffle"])
    assert shuffled[0][:3] == "abc"
    assert sorted(shuffled[0]) == list("abcdef")
    assert shuffled[0] != "abcdef"
    assert shuffled[1:] == ["c", shuffled[0][3], True]
    assert back == ["abcdef", "c", "d", False]


@pytest.mark.parametrize("lots", [[0.0], [0.999], [0.1, 0.9, 0.5]])
def test_a_list_that_is_played_while_shuffled_begins_with_what_was_chosen(lots: list[float]) -> None:
    _empty, put, back = played(["shuffle"], ["put", 3], ["unshuffle"], lots=lots)
    assert put[1] == put[0][0] == "d"
    assert sorted(put[0]) == list("abcdef")
    assert back == ["abcdef", "d", "e", False]


def test_what_is_added_or_taken_out_while_shuffled_keeps_its_place_in_the_order() -> None:
    last = played(["put", 0], ["shuffle"], ["add", "x"], ["next", "y"], ["remove", 2], ["unshuffle"])
    gone = last[3][0][2]
    assert last[4][0] == last[3][0].replace(gone, "")
    assert last[5][0] == "aybcdefx".replace(gone, "")


def test_repeat_goes_round_or_stays() -> None:
    told = played(
        ["put", 5], ["repeat", "all"], ["advance"], ["repeat", "one"], ["advance"], ["go", 5], ["repeat", "off"]
    )
    assert [(current, following) for _order, current, following, _ in told] == [
        ("f", ""), ("f", "a"), ("a", "b"), ("a", "a"), ("b", "b"), ("f", "f"), ("f", ""),
    ]  # fmt: skip


def test_the_order_is_kept_over_a_reload_and_a_spoilt_one_is_forgotten() -> None:
    shuffled, back = played(["put", 0], ["shuffle"], ["reload"])[1:]
    assert back == "abcdef" != shuffled[0]
    spoilt = played(["put", 0], ["shuffle"], ["reload", [0, 0, 1, 2, 3, 99]])
    assert spoilt[2] == spoilt[1][0]
    assert played(["put", 0], ["shuffle"], ["clear"], ["unshuffle"])[3] == ["a", "a", "", False]
