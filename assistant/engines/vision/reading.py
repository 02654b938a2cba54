"""What can be known about a picture without a model that sees: its words, its codes, its colours, its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code or barcode and what it says."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`lines` top to bottom; `fields` of a letter, card or receipt; `kind` is what it seems to be."""

    width: int
    height: int
    lines: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    colours: tuple[str, ...] = ()
    brightness: float = 0.5
    sharp: bool = True
    kind: str = "picture"
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reading:
        return cls(
            width=int(value["width"]),
            height=int(value["height"]),
            lines=tuple(value.get("lines", ())),
            codes=tuple(Code(item["format"], item["text"]) for item in value.get("codes", ())),
            colours=tuple(value.get("colours", ())),
            brightness=float(value.get("brightness", 0.5)),
            sharp=bool(value.get("sharp", True)),
            kind=str(value.get("kind", "picture")),
            fields=dict(value.get("fields", {})),
        )
