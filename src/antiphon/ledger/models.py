"""The public log: tiles, checkpoints, proofs, manifests. Entries hold salted commitments, never personal data."""
