"""Pure parts of storage: keys, signed addresses, byte ranges, file names."""
