"""Sides of the square WebP files that every picture becomes: for lists, for pages, for the whole screen."""

SIDES = (160, 500, 1000)
