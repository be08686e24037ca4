"""Where other logs ask this site to cosign their checkpoints (C2SP tlog-witness)."""
