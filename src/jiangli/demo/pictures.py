"""Drawn papers for the demonstration: plainly made up, with the words in Chinese where a font is at hand."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path("/System/Library/Fonts"))
FACES = ("NotoSerifCJK*", "NotoSansCJK*", "SourceHan*", "wqy*", "Droid*Fallback*", "simsun*", "PingFang*")
SIZE = (1200, 800)


def paper(title: str, lines: list[str]) -> bytes:
    """A JPEG of a paper with a title and lines of words."""
    image = Image.new("RGB", SIZE, "#f7f3e8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, SIZE[0] - 24, SIZE[1] - 24), outline="#8a7b58", width=4)
    _write(draw, (80, 70), title, 56, "#40351c")
    for at, line in enumerate(lines):
        _write(draw, (80, 190 + 74 * at), line, 38, "#222222")
    _write(draw, (80, SIZE[1] - 110), "演示用，不是真的证件  MADE UP FOR A DEMONSTRATION", 30, "#b0402a")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], words: str, size: int, colour: str) -> None:
    font = _font(size)
    if font is None:  # no Chinese font here: what is plain ASCII can still be read
        words = "".join(c for c in words if c.isascii()).strip() or "(no Chinese font on this machine)"
        draw.text(place, words, fill=colour, font=ImageFont.load_default(size))
    else:
        draw.text(place, words, fill=colour, font=font)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    file = _font_file()
    return ImageFont.truetype(str(file), size) if file else None


@cache
def _font_file() -> Path | None:
    found = (file for folder in FOLDERS for face in FACES for file in sorted(folder.rglob(f"{face}.tt[cf]")))
    return next(found, None)
