"""Everything that opens a stranger's file. It runs only in the limited child process, and imports no Django.

The one place of `av`, `numpy`, `mutagen`, `PIL` and `puremagic`: nothing outside this folder imports its modules.
"""
