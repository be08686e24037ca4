"""Artwork, portraits and banners: a stranger's picture becomes three WebP files, with nothing else of it left.

The size is read from the header before a pixel is decoded, so that a bomb costs nothing.
"""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.pictures import BANNER_SHAPE, BANNER_WIDTHS, SIDES

MAX_PIXELS = 50_000_000
MAX_BYTES = 20 * 1024 * 1024
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def make_sizes(data: bytes, folder: Path) -> list[str]:
    """Write `<side>.webp` for each side, cropped to the middle square; return the names. Raises `Failure`.

    A side is an upper bound: a small picture is not blown up. EXIF (place, camera, thumbnail), XMP and colour
    profiles are gone; the rotation that EXIF asked for is carried out first.
    """
    return _write(_open(data, 1, SIDES[-1]), SIDES, 1, folder)


def make_banner(data: bytes, folder: Path) -> list[str]:
    """Write `<width>.webp` for each width of a banner, cropped to its middle strip, as `make_sizes` does."""
    return _write(_open(data, BANNER_SHAPE, BANNER_WIDTHS[-1]), BANNER_WIDTHS, BANNER_SHAPE, folder)


def _write(picture: Image.Image, widths: tuple[int, ...], shape: int, folder: Path) -> list[str]:
    names = []
    for most in widths:
        width = min(most, picture.width)
        name = f"{most}.webp"
        size = (width, max(1, width // shape))
        scaled = picture if width == picture.width else picture.resize(size, Image.Resampling.LANCZOS)
        scaled.save(folder / name, "WEBP", quality=84, method=4, exif=b"", icc_profile=b"")
        names.append(name)
    return names


def jpeg_of(webp: Path) -> bytes:
    """Return a JPEG of one of our own pictures, for file tags: most players know no WebP there."""
    out = io.BytesIO()
    with Image.open(webp, formats=("WEBP",)) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def _open(data: bytes, shape: int, longest: int) -> Image.Image:
    """Return the middle of a picture, `shape` times as wide as high."""
    if len(data) > MAX_BYTES:
        raise Failure("bad-picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Failure("picture-too-large", width=picture.width, height=picture.height)
            picture.draft("RGB", (2 * longest, 2 * longest))  # JPEG: decode at a fraction of the size
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Failure("picture-too-large", width="?", height="?") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Failure("bad-picture") from error
    picture = ImageOps.exif_transpose(picture)
    width = min(picture.width, picture.height * shape)
    height = max(1, min(picture.height, width // shape))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return _flat(picture.crop((left, top, left + width, top + height)))


def _flat(picture: Image.Image) -> Image.Image:
    """Return RGB; what is transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        ground.alpha_composite(clear)
        return ground.convert("RGB")
    return picture.convert("RGB")
