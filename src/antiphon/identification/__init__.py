"""Which music is this? Fingerprints, the index, matches, the registry by sound, and claims."""

import os

# Where numba looks for compiled loops: its own places first, and last one that nobody may write to (see there).
os.environ.setdefault(
    "NUMBA_CACHE_LOCATOR_CLASSES",
    "UserProvidedCacheLocator,InTreeCacheLocator,UserWideCacheLocator,"
    "antiphon.identification.engines.compiled.ReadOnly",
)
