"""Pure parts of the catalogue: names, licences, cleaning of what people type, and facts from the ingest."""
