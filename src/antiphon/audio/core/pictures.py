"""The WebP files that a picture becomes: squares for artwork and portraits, strips for the head of a profile."""

SIDES = (160, 500, 1000)  # of squares: for lists, for pages, for the whole screen
BANNER_WIDTHS = (640, 1280, 1920)  # of strips
BANNER_SHAPE = 4  # times as wide as high
