"""The long runs, one after the other: `python -m tests.soak`, or `--short` for the seed that every landing takes."""

import argparse
import subprocess
import sys
import time

LONG = [
    ["tests.soak.kills", "--kills", "100", "--files", "200"],
    ["tests.soak.answers", "--runs", "300"],
    ["tests.soak.fingerprints", "--kills", "200"],
    ["tests.soak.registry_probes", "--probes", "100000"],
    ["tests.soak.proof_story"],
    ["tests.soak.consent_cases", "--cases", "1000000"],
    ["tests.soak.fuzz_audio", "--mutants", "1000"],
    ["tests.soak.tus_clients", "--size-mb", "1024"],
    ["tests.soak.stalls"],
    ["tests.soak.listeners"],
    ["tests.soak.crawlers"],
    ["tests.soak.notices", "--people", "10000", "--kills", "5"],
    ["tests.soak.schemathesis_run"],
]
SHORT = [
    ["tests.soak.kills", "--kills", "5", "--files", "8"],
    ["tests.soak.answers", "--runs", "6"],
    ["tests.soak.fingerprints", "--kills", "8"],
    ["tests.soak.registry_probes", "--probes", "200", "--tunes", "6"],
    ["tests.soak.proof_story"],
    ["tests.soak.consent_cases", "--cases", "20000", "--cedar", "500"],
    ["tests.soak.fuzz_audio", "--mutants", "20"],
    ["tests.soak.tus_clients", "--size-mb", "32"],
    ["tests.soak.stalls"],
    ["tests.soak.listeners", "--small"],
    ["tests.soak.crawlers", "--seconds", "34", "--listeners", "150", "--listens", "20", "--tracks", "3000"],
    ["tests.soak.notices", "--people", "300", "--kills", "2"],
    ["tests.soak.schemathesis_run", "--max-examples", "3"],
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few minutes instead of hours")
    failed = []
    for run in SHORT if parser.parse_args().short else LONG:
        print(f"\n== {' '.join(run)}", flush=True)
        began = time.monotonic()
        if subprocess.run([sys.executable, "-m", *run], check=False).returncode:
            failed.append(run[0])
        print(f"== {time.monotonic() - began:.0f} s", flush=True)
    print(f"\n{len(failed)} of the runs failed: {', '.join(failed)}" if failed else "\nAll runs passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
