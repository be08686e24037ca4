"""`antiphon …`: one file a subject, each with `register(subparsers)`. Owns words and exit statuses, no decisions."""
