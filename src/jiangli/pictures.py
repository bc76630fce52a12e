"""What an uploaded file is, and its pages as plain JPEG pictures without metadata."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from jiangli.refused import Refused

PREVIEW_SIDE = 1800  # pixels of the longer side
SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


def content_type_of(content: bytes) -> str:
    """``image/jpeg``, ``image/png`` or ``application/pdf``, by the content and only if it opens; else Refused."""
    if not content:
        raise Refused(_("This file is empty. Choose another one, or take the photograph again."))
    if len(content) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise Refused(
            _("This file is larger than %(limit)s MB. Take a photograph of it instead.") % {"limit": limit}
        )
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if kind is None:
        raise Refused(_("This is not a JPEG, PNG or PDF file. Take a photograph of the document."))
    _open(kind, content)
    return kind


def _open(kind: str, content: bytes) -> None:
    unreadable = _("This file cannot be opened. Choose another one, or take the photograph again.")
    if kind == "application/pdf":
        try:
            pages = len(pypdfium2.PdfDocument(content))
        except pypdfium2.PdfiumError:
            raise Refused(unreadable) from None
        if pages > settings.UPLOAD_MAX_PAGES:
            raise Refused(_("This PDF has more than %(limit)s pages.") % {"limit": settings.UPLOAD_MAX_PAGES})
        return
    try:
        with _image(content) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError):
        raise Refused(unreadable) from None


def _image(content: bytes) -> Image.Image:
    """Open without decoding; Refused if it has too many pixels (a small file can unpack to gigabytes)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    if image.width * image.height > settings.UPLOAD_MAX_PIXELS:
        raise Refused(_("This picture has too many pixels. Take the photograph with the phone's camera."))
    return image


def pages(kind: str, content: bytes) -> Iterator[bytes]:
    """Each page as JPEG bytes, upright, at most ``PREVIEW_SIDE`` pixels, nothing else of the file in it.

    OSError or PdfiumError if the file does not decode.
    """
    if kind == "application/pdf":
        for page in pypdfium2.PdfDocument(content):
            scale = min(4.0, PREVIEW_SIDE / max(page.get_size()))
            yield _jpeg(page.render(scale=scale).to_pil())
    else:
        image = _image(content)
        image.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
        yield _jpeg(ImageOps.exif_transpose(image))


def _jpeg(image: Image.Image) -> bytes:
    plain = Image.new("RGB", image.size, "white")
    transparent = image.convert("RGBA")
    plain.paste(transparent, mask=transparent.getchannel("A"))
    plain.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()
