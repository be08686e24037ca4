"""What `make bench-identification` runs: queries of its own, our method, and the open ones that install, in one run."""
