"""Instruments: each a function from frequency, seconds and strength to sound. Plucked, struck, blown, held, beaten."""
