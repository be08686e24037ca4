"""The front door: media, uploads and static files asynchronously; pages through Django in a bounded thread pool."""
