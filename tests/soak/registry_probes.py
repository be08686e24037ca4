"""Ask the registry about public, private, scheduled and unknown sound: nothing of what is not released may show.

`python -m tests.soak.registry_probes --probes 100000 --seed 1`. Each probe is ten seconds of a generated tune, some
faster, higher or in noise. Of the tunes a part is public, a part is private or scheduled for a day to come, and as many
are nowhere. No answer may hold a title, a creator or a number of what is not public, and the processor time of answers
about it is compared with that about unknown sound, tune by tune: who asks often must not tell them apart.
"""

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

KINDS = ("public", "private", "scheduled", "unknown")
TUNES = 40  # of each kind
# Differences of the means, in their standard errors: beyond this, chance would be less than one in ten thousand.
MOST_ERRORS = 3.9
HIDDEN_NAMES = ("Hush", "Nobody Knows")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probes", type=int, default=100_000)
    parser.add_argument("--tunes", type=int, default=TUNES)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="antiphon-probes-") as folder:
        os.environ["ANTIPHON_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "antiphon.site.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return run(wanted.probes, wanted.tunes, wanted.seed)


def run(probes: int, tunes: int, seed: int) -> int:
    seeds = {kind: [1000 * place + number for number in range(tunes)] for place, kind in enumerate(KINDS, 1)}
    secrets = bring(seeds)
    dice = random.Random(seed)
    spent: dict[str, dict[int, list[float]]] = {kind: defaultdict(list) for kind in KINDS}
    said: dict[str, int] = dict.fromkeys(KINDS, 0)
    leaks: list[str] = []
    for number in range(probes + 20):
        kind = dice.choice(KINDS)
        tune = dice.choice(seeds[kind])
        seconds, answer, known = ask(probe(tune, dice))
        leaks += [word for word in secrets if word in answer]
        if number >= 20:  # the first ones load what is compiled
            spent[kind][tune].append(seconds)
            said[kind] += known
        if number % 5000 == 4999:
            print(f"{number + 1} probes", flush=True)
    return told(spent, said, leaks)


def bring(seeds: dict[str, list[int]]) -> list[str]:
    """Make the catalogue and its index; return every word that no answer may hold."""
    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.identification.core import parts, peaks
    from antiphon.identification.service import shelving
    from antiphon.kernel import clock
    from tests.tuned import prints_of
    from tests.tunes import tune

    secrets: list[str] = []
    entries = []
    for kind in KINDS[:3]:
        name = {"private": HIDDEN_NAMES[0], "scheduled": HIDDEN_NAMES[1]}.get(kind, "Ada Quill")
        owner = accounts.make_account(f"{kind}@example.org", "correct horse battery staple", verified=True)
        profile = accounts.make_profile(owner, name)
        for seed in seeds[kind]:
            recording, track = _recorded(owner, profile, f"{kind} song {seed} xyzzy")
            at = clock.now() + timedelta(days=30) if kind == "scheduled" else clock.now()
            state = {"state": "published", "published_at": at, "sharing": "private" if kind == "private" else "public"}
            catalogue.Track.objects.filter(pk=track).update(playable=True, held="", **state)
            entries.append(parts.entry(str(recording), bytes(32), peaks.stored(prints_of(tune(seed)))))
            if kind != "public":
                secrets += [f"{kind} song {seed} xyzzy", f'"recording_id":{recording},', f"{kind}-song-{seed}-xyzzy"]
    with shelving.shelf().writing() as writer:
        writer.add(entries)
        writer.flush()
    return [*secrets, *HIDDEN_NAMES, "hush", "nobody-knows"]


def _recorded(owner: Any, profile: Any, title: str) -> tuple[int, int]:
    from antiphon.catalogue import service as catalogue
    from tests.db.conftest import facts

    path = Path(os.environ["ANTIPHON_DATA"]) / "tmp" / "partial"
    path.write_bytes(os.urandom(64))
    begun = catalogue.begin_upload(owner, file_name=f"{title}.wav", size_bytes=64, attested=True, profile_id=profile.pk)
    recording = catalogue.receive(begun.pk, path)
    catalogue.recording_playable(recording.pk, facts())
    return recording.pk, recording.track_id


def probe(seed: int, dice: random.Random) -> bytes:
    """Ten seconds of a tune, as it is, faster or in noise, as a fingerprint."""
    from tests.tuned import clip, packed
    from tests.tunes import faster, noise

    sound = clip(seed, dice.uniform(0, 17), 12.0)
    way = dice.randrange(3)
    if way == 1:
        sound = faster(sound, dice.uniform(0.9, 1.15))
    sound = sound[:110_250]
    if way == 2:
        sound = (sound + noise(len(sound) / 11_025, dice.randrange(1 << 30), 0.03)[: len(sound)]).astype(np.float32)
    return packed(sound)


def ask(packed: bytes) -> tuple[float, str, bool]:
    """Return the processor time of an answer in seconds, the signed file, and whether anything was known."""
    from antiphon.identification.lookup_models import Lookup
    from antiphon.identification.service import registry
    from antiphon.identification.service.registry import answering, index
    from antiphon.kernel import ids

    row = Lookup.objects.create(uid=ids.new_uid().hex, by_kind="anyone", how="prints", prints=packed)
    view = index.public()
    began = time.thread_time()
    answering.answer_row(row, view)
    seconds = time.thread_time() - began
    row = registry.lookup(row.uid)
    known = registry.read(row.answer)["said"] == "known"
    file = registry.signed_file(row).decode()
    Lookup.objects.filter(pk=row.pk).delete()
    return seconds, file, known


def told(spent: dict[str, dict[int, list[float]]], said: dict[str, int], leaks: list[str]) -> int:
    print(f"{'sound':12}{'probes':>8}{'known':>8}{'median ms':>11}{'mean ms':>9}")
    for kind in KINDS:
        all_of_it = [one for times in spent[kind].values() for one in times]
        median, mean = 1000 * statistics.median(all_of_it), 1000 * statistics.fmean(all_of_it)
        print(f"{kind:12}{len(all_of_it):8}{said[kind]:8}{median:11.1f}{mean:9.1f}")
    errors = []
    for kind in ("private", "scheduled"):
        error, effect, better = apart(spent[kind], spent["unknown"])
        errors.append(error)
        print(f"{kind} against unknown: {error:+.2f} standard errors by tune, d = {effect:+.3f}, AUC = {better:.3f}")
    print(f"leaks: {len(leaks)} {sorted(set(leaks))[:5]}")
    good = not leaks and all(abs(error) < MOST_ERRORS for error in errors)
    print("Nothing shows." if good else "SOMETHING SHOWS.")
    return 0 if good else 1


def apart(hidden: dict[int, list[float]], unknown: dict[int, list[float]]) -> tuple[float, float, float]:
    """Return how far the means of tunes lie apart, in standard errors (Welch, 1947) and in deviations (Cohen's d), and
    how often a probe of hidden sound takes longer than one of unknown sound: one half where nobody can tell.
    """
    one, other = ([statistics.fmean(times) for times in kind.values()] for kind in (hidden, unknown))
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    pooled = math.sqrt((statistics.variance(one) + statistics.variance(other)) / 2)
    difference = statistics.fmean(one) - statistics.fmean(other)
    first, second = (np.array([x for times in kind.values() for x in times]) for kind in (hidden, unknown))
    rank = np.searchsorted(np.sort(second), first, side="left") + np.searchsorted(np.sort(second), first, side="right")
    return difference / math.sqrt(spread), difference / pooled, float(rank.mean() / 2 / len(second))


if __name__ == "__main__":
    sys.exit(main())
