"""The demo as `python -m antiphon.audio.engines.songs` makes it, but of each piece only the first seconds."""

import sys
from functools import partial

from antiphon.audio.engines.songs import write

write.render = partial(write.render, until_s=2.0)

if __name__ == "__main__":
    raise SystemExit(write.main(sys.argv[1:]))
