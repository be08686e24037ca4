"""What listens and what searches: the one place of this room where arrays are. Loaded only by what needs it.

`describe` runs in the process of software that listens (`audio.engines.ai_process`); `index` in a server or worker.
"""
