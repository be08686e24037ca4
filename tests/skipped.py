"""Says, at the end of `make test`, what the suite left out and which target runs it."""

if __name__ == "__main__":
    print("Not run here: the database tests on PostgreSQL (make test-pg), the pages in a browser (make browser),")
    print("the long kill, fuzz and load runs (make soak), and the benchmarks (make bench).")
