"""Pure: the course that a case takes, and when its clocks strike."""
