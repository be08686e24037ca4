"""Scores: one function a piece, which seats players on a stage and lets them play."""
