"""Looking at pixels: codes, colours, and the words in rows as a person would read them."""

from __future__ import annotations

import colorsys
import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from assistant.engines.vision.fields import extract
from assistant.engines.vision.reading import Code, Reading

MIN_SCORE = 0.55
MAX_LINES = 120


class Looker:
    """Loads the reading models once, on one thread: a call in progress needs the other core."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._ocr = RapidOCR(
            params={
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def look(self, image: Image.Image, *, region: str = "US") -> Reading:
        """Everything at once; takes about a second, nearly all of it for the words."""
        found = find_codes(image)
        lines = self.lines(_without(image, found))
        kind, fields = extract(lines, region=region)
        sample = image.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR)
        pixels = np.asarray(sample, dtype=np.float32) / 255.0
        return Reading(
            width=image.width,
            height=image.height,
            lines=lines,
            codes=codes_of(found),
            colours=colours(sample),
            brightness=round(float(pixels.mean()), 3),
            sharp=_sharp(image),
            kind=kind,
            fields=fields,
        )

    def lines(self, image: Image.Image) -> tuple[str, ...]:
        """The words, boxes sorted into rows and rows from top to bottom."""
        result: Any = self._ocr(np.asarray(image.convert("RGB"))[:, :, ::-1].copy())
        if result is None or result.boxes is None or result.txts is None:
            return ()
        boxes = [
            _Box(np.asarray(box, dtype=np.float32), text)
            for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
            if score >= MIN_SCORE and text.strip()
        ]
        return tuple(_rows(boxes))[:MAX_LINES]


def find_codes(image: Image.Image) -> list[Any]:
    return [barcode for barcode in zxingcpp.read_barcodes(image) if barcode.valid and barcode.text]


def codes_of(barcodes: Sequence[Any]) -> tuple[Code, ...]:
    """QR codes and barcodes, each once."""
    return tuple(Code(*known) for known in dict.fromkeys((str(item.format).rpartition(".")[2], item.text) for item in barcodes))


def _without(image: Image.Image, barcodes: Sequence[Any]) -> Image.Image:
    """The picture with its codes painted over: their patterns look like letters to whoever reads the words."""
    if not barcodes:
        return image
    copy = image.convert("RGB")
    pen = ImageDraw.Draw(copy)
    for item in barcodes:
        corners = item.position
        pen.polygon(
            [(point.x, point.y) for point in (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)], "white"
        )
    return copy


class _Box:
    def __init__(self, corners: Any, text: str) -> None:
        self.text = text.strip()
        self.left, self.right = float(corners[:, 0].min()), float(corners[:, 0].max())
        # the middle of the left and right edges: a tilted line has them at different heights
        self.start = float(corners[[0, 3], 1].mean())
        self.end = float(corners[[1, 2], 1].mean())
        self.height = float(np.linalg.norm(corners[3] - corners[0]))
        self.slope = (self.end - self.start) / max(self.right - self.left, 1.0)


def _rows(boxes: list[_Box]) -> list[str]:
    """Rows along the common slope of the writing: a receipt held at an angle keeps its prices beside its items."""
    if not boxes:
        return []
    long = [box.slope for box in boxes if box.right - box.left > 3 * box.height] or [0.0]
    slope = statistics.median(long)
    height = statistics.median(box.height for box in boxes)
    rows: list[list[tuple[float, _Box]]] = []
    for box in sorted(boxes, key=lambda box: (box.start + box.end) / 2 - slope * (box.left + box.right) / 2):
        level = (box.start + box.end) / 2 - slope * (box.left + box.right) / 2
        if rows and abs(level - statistics.fmean(known for known, _ in rows[-1])) < 0.55 * height:
            rows[-1].append((level, box))
        else:
            rows.append([(level, box)])
    return ["  ".join(box.text for _, box in sorted(row, key=lambda item: item[1].left)) for row in rows]


def colours(image: Image.Image, *, most: int = 3) -> tuple[str, ...]:
    """The main colours by name, the largest area first; shades under a tenth of the picture do not count."""
    amounts: dict[str, int] = {}
    pixels = np.asarray(image.convert("RGB").resize((48, 48), Image.Resampling.BILINEAR)).reshape(-1, 3).tolist()
    for red, green, blue in pixels:
        name = colour_name(red, green, blue)
        amounts[name] = amounts.get(name, 0) + 1
    ranked = sorted(amounts.items(), key=lambda item: -item[1])
    return tuple(name for name, amount in ranked if amount >= len(pixels) / 10)[:most]


def colour_name(red: int, green: int, blue: int) -> str:
    hue, light, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if light > 0.92 or (light > 0.8 and saturation < 0.15):
        return "white"
    if light < 0.1:
        return "black"
    if saturation < 0.14:
        return "grey"
    degrees = hue * 360
    if 12 <= degrees < 45 and light < 0.42:
        return "brown"
    for limit, name in ((15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (200, "turquoise"), (260, "blue"), (295, "purple")):
        if degrees < limit:
            return name
    return "pink" if degrees < 345 else "red"


def _sharp(image: Image.Image) -> bool:
    """Whether there are any clear edges; a blurred photograph has none."""
    small = image.convert("L").resize((256, 256), Image.Resampling.BILINEAR)
    edges = np.asarray(small.filter(ImageFilter.FIND_EDGES), dtype=np.float32)[2:-2, 2:-2]
    return bool(np.percentile(edges, 99) > 24.0)
