"""What is let in as a picture, and what is left of it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from assistant.engines.vision.decode import MAX_BYTES, MAX_SIDE, PictureRefused, clean, sniff
from tests.support import pictures


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_common_pictures_are_taken(format: str) -> None:
    made = clean(pictures.encoded(pictures.photo(), format))
    assert (made.width, made.height) == (800, 600)
    assert opened(made.data).format in ("JPEG", "PNG")


def test_heic_and_pdf_are_taken() -> None:
    assert clean(pictures.heic(pictures.photo())).source == "heic"
    page = clean(pictures.encoded(pictures.document(pictures.LETTER), "PDF"))
    assert page.source == "pdf" and page.mime == "image/png" and page.width > 800


def test_place_and_camera_are_gone_and_the_picture_is_upright() -> None:
    made = clean(pictures.with_location(pictures.photo()))
    again = opened(made.data)
    assert dict(again.getexif()) == {} and "exif" not in again.info
    assert b"SecretCamera" not in made.data
    assert (made.width, made.height) == (600, 800)


def test_png_text_chunks_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "taken at home")
    assert b"taken at home" not in clean(pictures.encoded(pictures.photo(), pnginfo=info)).data


def test_large_pictures_are_made_smaller() -> None:
    made = clean(pictures.encoded(Image.new("RGB", (6000, 3000), "red"), "JPEG"))
    assert (made.width, made.height) == (MAX_SIDE, MAX_SIDE // 2)


def test_see_through_is_paper() -> None:
    made = opened(clean(pictures.encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))).data).convert("RGB")
    assert made.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pictures.zip_file(), "not_a_picture"),
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (pictures.bomb(), "too_many_pixels"),
        (b"\xff\xd8\xff\xe0" + b"junk" * 50, "broken"),
        (pictures.encoded(pictures.photo(), "JPEG")[:2000], "broken"),
        (pictures.encoded(pictures.photo())[:300], "broken"),
        (b"%PDF-1.4 nothing here", "broken"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 64, "broken"),
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, "too_large"),
    ],
)
def test_everything_else_is_refused_with_a_plain_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(PictureRefused) as caught:
        clean(data)
    assert caught.value.reason == reason
    assert caught.value.detail.endswith(".") and len(caught.value.detail) < 160


def test_the_content_counts_and_not_the_name() -> None:
    assert sniff(pictures.encoded(pictures.photo(), "WEBP")) == "webp"
    assert sniff(b"GIF89a") == "gif"
    assert sniff(pictures.zip_file()) is None
