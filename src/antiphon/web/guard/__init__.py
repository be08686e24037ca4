"""Pages about the guard: “Send a robot”, and the button for those who went too fast."""
