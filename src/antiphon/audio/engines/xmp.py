"""Where each container has room for XMP: a chunk of RIFF, a box of MP4. ID3 has a frame, which the tag writer fills.

Sources: XMP 3 (embedding in files), sections on WAV and MPEG-4. Sound stays where it is: both are added at the end.
"""

import struct
from pathlib import Path

_CHUNK = b"_PMX"
_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
ID3_OWNER = "XMP"


def put_in_wav(path: Path, packet: bytes) -> None:
    """Add the packet to a RIFF file as its last chunk."""
    with path.open("r+b") as file:
        file.write(b"\0" * (file.seek(0, 2) & 1))  # a chunk begins at an even place
        file.write(_CHUNK + struct.pack("<I", len(packet)) + packet + b"\0" * (len(packet) & 1))
        whole = file.tell()
        file.seek(4)
        file.write(struct.pack("<I", whole - 8))


def put_in_mp4(path: Path, packet: bytes) -> None:
    """Add the packet to an MP4 file as its last box: no offset to the sound changes."""
    with path.open("ab") as file:
        file.write(struct.pack(">I4s16s", 24 + len(packet), b"uuid", _BOX) + packet)
