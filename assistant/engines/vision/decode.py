"""Opening what strangers send: by content and never by name, within limits, and without the place and time it was taken."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from assistant.domain.errors import InvalidInput

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
#: What is kept: enough to read small print, small enough to store and to show to a model.
MAX_SIDE = 2560
#: only the one decoder that the content asks for is let near it
_DECODER = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "heic": "HEIF", "bmp": "BMP", "tiff": "TIFF"}
_PDF_SIDE = 2000

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class PictureRefused(InvalidInput):
    """What was sent cannot or must not be opened; `say` is the sentence for the sender."""

    code = "picture_refused"

    def __init__(self, reason: str, say: str) -> None:
        super().__init__(say, code=reason)


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture made anew from its pixels: no metadata survives. `source` is what it was sent as."""

    data: bytes
    mime: str
    width: int
    height: int
    source: str


def sniff(data: bytes) -> str | None:
    """The kind of file that these bytes begin like; None for what is no picture."""
    head = data[:32]
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"):
        return "heic"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "tiff"
    if head.startswith(b"BM"):
        return "bmp"
    return "pdf" if b"%PDF-" in data[:1024] else None


def clean(data: bytes) -> Clean:
    """Open, check, turn upright, shrink and write anew. Raises `PictureRefused` with a sentence for whatever is no good picture."""
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_large", "That picture is too large for me. Please send a smaller one.")
    kind = sniff(data)
    if kind is None:
        raise PictureRefused("not_a_picture", "That file isn't a picture I can open. I can read JPEG, PNG, GIF, WebP, HEIC and PDF.")
    image = _pdf_page(data) if kind == "pdf" else _pixels(data, _DECODER[kind])
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    # Line art and text (few colours) stay sharp and small as PNG, photographs as JPEG.
    plain = kind in ("png", "gif", "pdf", "bmp") and image.getcolors(4096) is not None
    image.save(buffer, "PNG" if plain else "JPEG", **({"optimize": True} if plain else {"quality": 90}))
    return Clean(buffer.getvalue(), "image/png" if plain else "image/jpeg", image.width, image.height, kind)


def open_clean(data: bytes) -> Image.Image:
    """Pixels of a picture that `clean` made."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
        return opened.convert("RGB")


def _pixels(data: bytes, decoder: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(decoder,)) as opened:
                _check_size(opened.size)
                opened.seek(0)
                if opened.format == "JPEG":  # large photographs are decoded at the size we keep
                    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return _flat(upright if upright is not None else opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError, IndexError, TypeError) as error:
        raise PictureRefused("broken", "That picture seems to be damaged. Please send it again.") from error


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white: what was transparent reads as paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        paper.alpha_composite(layered)
        return paper.convert("RGB")
    return image.convert("RGB")


def _pdf_page(data: bytes) -> Image.Image:
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            page = document[0]
            width, height = page.get_size()
            if min(width, height) < 1:
                raise PictureRefused("broken", "That file seems to be damaged. Please send it again.")
            scale = min(_PDF_SIDE / max(width, height), 4.0)
            rendered: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            return rendered
        finally:
            document.close()
    except PictureRefused:
        raise
    except (pypdfium2.PdfiumError, ValueError, IndexError, OSError, MemoryError) as error:
        raise PictureRefused("broken", "I can't open that PDF. Please send a photo of it instead.") from error


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_many_pixels()
    if min(size) < 1:
        raise PictureRefused("broken", "That picture seems to be damaged. Please send it again.")


def _too_many_pixels() -> PictureRefused:
    return PictureRefused("too_many_pixels", "That picture has too many pixels for me. Please send a smaller one.")
