"""The demo catalogue: twelve short pieces by three imaginary artists, composed here and synthesised with NumPy.

Owns scores, instruments, the room they sound in, covers and the writing of files. Knows no Django and no database:
`python -m antiphon.audio.engines.songs OUT_DIR` runs as a child process and tells its progress as lines of JSON.
"""
