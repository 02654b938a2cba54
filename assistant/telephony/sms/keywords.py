"""The words by which a number is unsubscribed and subscribed again. The provider acts on them itself; we keep in step."""

from __future__ import annotations

from typing import Literal

Keyword = Literal["stop", "start", "help"]

_STOP = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
_START = frozenset({"start", "unstop", "yes"})
_HELP = frozenset({"help", "info"})


def keyword(body: str, opt_out_type: str = "", *, opted_out: bool = False) -> Keyword | None:
    """The keyword that a text is, as the provider sees it: the whole text is the one word, whatever its case.

    "cancel my appointment" is no keyword. YES subscribes again only where somebody had unsubscribed; otherwise it is an answer.
    `opt_out_type` is the provider's own finding and wins.
    """
    found = opt_out_type.strip().casefold()
    if found in ("stop", "start", "help"):
        return found  # type: ignore[return-value]
    word = body.strip().casefold()
    if word in _STOP:
        return "stop"
    if word == "yes":
        return "start" if opted_out else None
    if word in _START:
        return "start"
    return "help" if word in _HELP else None
