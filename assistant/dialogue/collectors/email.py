"""An e-mail address, spoken or written; read back letter group by letter group by voice."""

from __future__ import annotations

import re

from assistant.domain.language import Understanding

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def email_of(heard: Understanding, text: str) -> str | None:
    value = heard.slots.get("email")
    if value:
        return str(value).lower()
    match = _ADDRESS.search(text)
    return match.group(0).lower() if match else None


def spoken(address: str) -> str:
    """ "joan dot keller at example dot com" """
    user, _, host = address.partition("@")
    words = {".": " dot ", "-": " dash ", "_": " underscore ", "+": " plus "}
    return "".join(words.get(char, char) for char in user) + " at " + host.replace(".", " dot ").replace("-", " dash ")
