"""Case files: two sides, clocks, notices, a moderator's decision with reasons, and one appeal. Knows of no music."""
