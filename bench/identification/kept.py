"""Questions and answers that are kept between runs, so that a long one may be stopped anywhere and goes on from there.

They lie beside the music, outside the repository. What made them stands in the name: a question is made anew when its
making has changed, a system is asked again when it has.
"""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from inspect import getsource
from pathlib import Path

import numpy as np

from bench.identification import conditions, music, queries
from bench.identification.music import CACHE
from bench.identification.queries import Plan, Query, make
from bench.identification.systems import Answer

_MAKING = zlib.crc32("".join(getsource(module) for module in (conditions, music, queries)).encode())
_SCALE = 32767


def key(plan: Plan) -> str:
    """Return a name for a question: of letters, figures and signs that a file may have."""
    words = f"{plan.half}-{plan.seed}-{plan.kind}-{plan.seconds}-{'known' if plan.known else 'unknown'}-{plan.number}"
    return words.replace(" ", "_").replace("%", "pc")


def question(plan: Plan) -> Query:
    """Return a question as it was made, made now if it was not. Several processes may do so at once."""
    path = _path(plan)
    if not path.is_file():
        made = make(plan)
        told = {name: value for name, value in asdict(made).items() if name not in ("plan", "sound")}
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(part, sound=np.round(made.sound * _SCALE).astype(np.int16), told=np.array(json.dumps(told)))
        part.replace(path)
    with np.load(path) as kept:
        return Query(plan=plan, sound=kept["sound"].astype(np.float32) / _SCALE, **json.loads(str(kept["told"])))


def truth(plan: Plan) -> Query:
    """Return a question that was made, without its sound."""
    with np.load(_path(plan)) as kept:
        return Query(plan=plan, sound=np.zeros(0, np.float32), **json.loads(str(kept["told"])))


def _path(plan: Plan) -> Path:
    return CACHE / "questions" / f"{_MAKING:08x}" / f"{key(plan)}.npz"


@dataclass(frozen=True)
class Asked:
    """An answer, and what it cost."""

    answer: Answer
    cpu_s: float


@dataclass(frozen=True)
class Indexing:
    """What the index of a system is like. times_real_time: how fast one core makes it."""

    tracks: int
    minutes: float
    kb_a_minute: float
    times_real_time: float


class Answers:
    """All answers of one system to the questions about one half of the music: lines of JSON, one an answer."""

    def __init__(self, half: str, system: str, mark: int) -> None:
        name = "".join(letter if letter.isalnum() else "-" for letter in system.lower())
        self.path = CACHE / "answers" / f"{half}-{name}-{mark:08x}-{_MAKING:08x}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.indexing: Indexing | None = None
        self._known: dict[str, Asked] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else ():
            self._read(line)

    def _read(self, line: str) -> None:
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            return  # the line at which a run was stopped
        if "indexing" in said:
            self.indexing = Indexing(**said["indexing"])
        else:
            self._known[said["key"]] = Asked(Answer(**said["answer"]), said["cpu_s"])

    def missing(self, plans: list[Plan]) -> list[Plan]:
        return [plan for plan in plans if key(plan) not in self._known]

    def of(self, plan: Plan) -> Asked:
        return self._known[key(plan)]

    def keep_indexing(self, indexing: Indexing) -> None:
        self.indexing = indexing
        self._write({"indexing": asdict(indexing)})

    def keep(self, name: str, asked: Asked) -> None:
        self._known[name] = asked
        self._write({"key": name, "answer": asdict(asked.answer), "cpu_s": asked.cpu_s})

    def _write(self, said: Mapping[str, object]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" * self._torn() + json.dumps(said) + "\n")

    def _torn(self) -> bool:
        """Say whether the file ends within a line."""
        with self.path.open("rb") as file:
            if not file.seek(0, os.SEEK_END):
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
