"""Pages that need no trust: the register of systems, the ledger, and the check of proof files."""
