"""Deleting files that no row names any more."""

from antiphon.storage import service as storage


def forget(keys: list[str]) -> None:
    """Delete these files; a key that ends with `/` stands for all below it. What is gone already is fine."""
    store = storage.files()
    for key in keys:
        for one in store.keys(key) if key.endswith("/") else [key]:
            store.delete(one)
