"""Whether an address is this machine: anything else would carry a caller's words away from it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_this_machine(url: str) -> bool:
    """True for loopback addresses and `localhost` only; a name that merely resolves there is not trusted."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = (parts.hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_hosted_model(model: str) -> bool:
    """Ollama runs models tagged `cloud` on its maker's servers, behind the local address."""
    tag = model.rpartition(":")[2].lower()
    return tag == "cloud" or tag.endswith("-cloud")
