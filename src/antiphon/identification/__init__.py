"""Which music is this? Fingerprints, the index, matches, the registry by sound, and claims."""
