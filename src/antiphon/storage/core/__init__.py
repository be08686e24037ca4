"""Pure parts of storage: keys and signed addresses."""
