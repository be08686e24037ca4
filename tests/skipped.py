"""Says, at the end of `make test`, what the suite left out and which target runs it."""

from tests.node import HAS_READERS

if __name__ == "__main__":
    print("Not run here: the database tests on PostgreSQL (make test-pg), the pages in a browser (make browser),")
    print("the long kill, fuzz and load runs (make soak), and the benchmarks (make bench).")
    if not HAS_READERS:
        print(
            "Skipped, because their packages could not be fetched: the readers of our declarations that come from npm."
        )
