"""The method of identification: pure functions over arrays. No Django, no files, no clock, no randomness."""
