"""Artwork and portraits: a stranger's picture becomes three square WebP files, with nothing else of it left.

The size is read from the header before a pixel is decoded, so that a bomb costs nothing.
"""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.pictures import SIDES

MAX_PIXELS = 50_000_000
MAX_BYTES = 20 * 1024 * 1024
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def make_sizes(data: bytes, folder: Path) -> list[str]:
    """Write `<side>.webp` for each side, cropped to the middle square; return the names. Raises `Failure`.

    A side is an upper bound: a small picture is not blown up. EXIF (place, camera, thumbnail), XMP and colour
    profiles are gone; the rotation that EXIF asked for is carried out first.
    """
    square = _open_square(data)
    names = []
    for side in SIDES:
        size = min(side, square.width)
        name = f"{side}.webp"
        scaled = square if size == square.width else square.resize((size, size), Image.Resampling.LANCZOS)
        scaled.save(folder / name, "WEBP", quality=84, method=4, exif=b"", icc_profile=b"")
        names.append(name)
    return names


def jpeg_of(webp: Path) -> bytes:
    """Return a JPEG of one of our own pictures, for file tags: most players know no WebP there."""
    out = io.BytesIO()
    with Image.open(webp, formats=("WEBP",)) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def _open_square(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise Failure("bad-picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Failure("picture-too-large", width=picture.width, height=picture.height)
            picture.draft("RGB", (2 * SIDES[-1], 2 * SIDES[-1]))  # JPEG: decode at a fraction of the size
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Failure("picture-too-large", width="?", height="?") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Failure("bad-picture") from error
    picture = ImageOps.exif_transpose(picture)
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return _flat(picture.crop((left, top, left + side, top + side)))


def _flat(picture: Image.Image) -> Image.Image:
    """Return RGB; what is transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        ground.alpha_composite(clear)
        return ground.convert("RGB")
    return picture.convert("RGB")
