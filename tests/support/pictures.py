"""Pictures made for tests: documents drawn with Pillow's own font, photographs of nothing, and files that mean harm."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

import pillow_heif
import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LETTER = (
    "Riverside Eye Clinic",
    "12 Mill Lane, Springfield",
    "February 10, 2027",
    "Dear Ms. Keller,",
    "Your appointment is on Thursday, March 4",
    "at 9:15 am with Dr. Haddad.",
    "Please call 202-555-0143 to change it.",
)
CARD = (
    "Marta Lindqvist",
    "Project Manager",
    "Northgate Studio Ltd",
    "marta@northgate.example.com",
    "+1 202-555-0177",
    "www.northgate.example.com",
)
RECEIPT = (
    "Corner Bakery",
    "03/02/2027 08:41",
    "Rye bread      4.20",
    "2 x Coffee     5.80",
    "Subtotal      10.00",
    "Tax            0.85",
    "Total        10.85",
)


def document(lines: Sequence[str], *, size: int = 34, tilt: float = 0.0, width: int = 1000) -> Image.Image:
    """Writing on paper, one line under the other."""
    font = ImageFont.load_default(size)
    page = Image.new("RGB", (width, int(size * 2.0) * (len(lines) + 2)), "white")
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines, start=1):
        draw.text((60, row * size * 2), line, fill="black", font=font)
    return page.rotate(tilt, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC) if tilt else page


def receipt(*, tilt: float = 0.0) -> Image.Image:
    """Items on the left, prices on the right."""
    font = ImageFont.load_default(32)
    page = Image.new("RGB", (700, 640), "white")
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(RECEIPT, start=1):
        left, _, right = line.partition("  ")
        draw.text((40, row * 70), left, fill="black", font=font)
        draw.text((520, row * 70), right.strip(), fill="black", font=font)
    return page.rotate(tilt, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC) if tilt else page


def qr(text: str) -> Image.Image:
    buffer = io.BytesIO()
    segno.make(text, micro=False).save(buffer, kind="png", scale=8, border=4)
    return Image.open(buffer).convert("RGB")


def photo() -> Image.Image:
    """Sky over a meadow, with nothing to read."""
    picture = Image.new("RGB", (800, 600), (80, 140, 220))
    ImageDraw.Draw(picture).rectangle((0, 350, 800, 600), fill=(60, 140, 50))
    return picture.filter(ImageFilter.GaussianBlur(8))


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def heic(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=90)
    return buffer.getvalue()


def with_location(image: Image.Image) -> bytes:
    """A JPEG that says where and with what it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return encoded(image, "JPEG", exif=exif, quality=92)


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that claims to be `side` pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def zip_file() -> bytes:
    return b"PK\x03\x04" + b"\0" * 400
