"""The child process: see `write.main`."""

from antiphon.audio.engines.songs.write import main

raise SystemExit(main())
