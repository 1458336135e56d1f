"""The logo of an organisation: what was sent is drawn again, small, and nothing else of it is kept.

Only a picture that really decodes comes in; what goes out is our own PNG, without the metadata or anything hidden in
the file. Its size in pixels is read before it is decoded, so that a small file cannot unfold into a huge picture.
"""

import io

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES = 2_000_000
MAX_PIXELS = 12_000_000
LARGEST = (600, 240)
KEPT_BYTES = 60_000  # small enough for a row of the database, and for a published report to carry it


def logo_from(sent: UploadedFile) -> bytes:
    """A PNG of at most 600 × 240 and 60 kB, or a sentence that says what is wrong."""
    if (sent.size or 0) > MAX_BYTES:
        raise ValidationError(_("This picture is too heavy: 2 MB at most."))
    try:
        with Image.open(io.BytesIO(sent.read()), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("This picture is too large: 12 million pixels at most."))
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except ValidationError:
        raise
    except Image.DecompressionBombError as bomb:
        raise ValidationError(_("This picture is too large: 12 million pixels at most.")) from bomb
    except Exception as broken:  # a decoder fails in many ways; none of them is the person's business
        raise ValidationError(_("This file is not a picture that can be read: send a PNG or a JPEG.")) from broken
    drawn.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    return _small(_without_metadata(drawn))


def _without_metadata(picture: Image.Image) -> Image.Image:
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)
    return bare


def _small(picture: Image.Image) -> bytes:
    """As it is, then in 256 colours, then smaller and smaller."""
    found = _png(picture)
    while len(found) > KEPT_BYTES:
        found = _png(picture.quantize(256, method=Image.Quantize.FASTOCTREE))
        if len(found) > KEPT_BYTES:
            smaller = (max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5))
            picture = picture.resize(smaller, Image.Resampling.LANCZOS)
    return found


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
