"""Identifiers: sortable by creation, unguessable, and readable in a log (`apt_01k9...`)."""

from __future__ import annotations

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32


def _base32(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, remainder = divmod(value, 32)
        digits.append(_ALPHABET[remainder])
    return "".join(reversed(digits))


def new_id(prefix: str, at: datetime) -> str:
    """A fresh id: prefix, 48 bits of milliseconds, 80 bits of chance."""
    return f"{prefix}_{_base32(int(at.timestamp() * 1000), 10)}{_base32(secrets.randbits(80), 16)}"
