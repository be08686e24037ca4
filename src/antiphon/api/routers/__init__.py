"""Addresses and verbs, one file a subject. Services check who may; here rows become shapes."""
