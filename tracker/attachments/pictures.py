"""Pictures without what they tell about the photographer.

Owns: re-encoding, which drops place, time, device and comments, and the limits on size. Must not know where
files are kept.
"""

import io
import struct
import warnings

from PIL import Image, ImageOps

from tracker.attachments.sniff import JPEG, FileType
from tracker.errors import Invalid

MAX_PIXELS = 50_000_000
"""The largest photographs of common phones; a page of A4 scanned at 600 dpi has 35 million."""

LONGEST_SIDE = 4000
"""Larger pictures are made smaller: A4 stays readable at more than 300 dpi."""

_JPEG_QUALITY = 88

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Pillow only warns up to twice the limit; the limit is meant.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def without_metadata(content: bytes, file_type: FileType) -> bytes:
    """The picture encoded anew, upright, at most LONGEST_SIDE pixels long.

    Raises Invalid: picture_too_large (more than MAX_PIXELS), picture_broken.
    """
    name = "JPEG" if file_type is JPEG else "PNG"
    try:
        with Image.open(io.BytesIO(content), formats=(name,)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid("files", "picture_too_large", pixels=MAX_PIXELS)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a smaller scale at once
            upright = ImageOps.exif_transpose(opened)
            return _encoded(_plain(upright, name), name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("files", "picture_too_large", pixels=MAX_PIXELS) from error
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error) as error:
        raise Invalid("files", "picture_broken") from error


def _plain(picture: Image.Image, name: str) -> Image.Image:
    """In one of three modes, small enough, with nothing attached."""
    if name == "PNG" and (picture.has_transparency_data or picture.mode in ("LA", "RGBA")):
        plain = picture.convert("RGBA")
    elif picture.mode in ("1", "L"):
        plain = picture.convert("L")
    else:
        plain = picture.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info.clear()
    return plain


def _encoded(picture: Image.Image, name: str) -> bytes:
    out = io.BytesIO()
    if name == "JPEG":
        picture.save(out, name, quality=_JPEG_QUALITY)
    else:
        picture.save(out, name)
    return out.getvalue()
