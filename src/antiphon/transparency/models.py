"""What anybody may check: the register of systems, what was asked, datasets, proof bundles."""
