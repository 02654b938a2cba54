"""From a passage to the few sentences that are said: quoted as they stand, never rewritten."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.memory.passages import clip
from assistant.memory.retrieval import Hit

NEAR_BEST = 0.80  # another sentence of the passage is worth saying from this share of the best one's score
SHORT = 45  # characters: a sentence so short seldom says it all
#: A sentence that begins so makes no sense without the one before.
_LEANS = re.compile(
    r"^(?:(?:it|its|they|them|their|these|those|this|that|he|she|however|but|otherwise|instead|then|also|both)\b"
    r"|(?:in that case|after that|if not|if so)\b|for (?:this|that|these|those)\b)",
    re.IGNORECASE,
)


def extract(hit: Hit, *, most: int, limit: int) -> list[str]:
    """At most `most` sentences of at most `limit` characters together, in the order of the text.

    The answer to a listed question starts at its beginning; of a longer passage the nearest sentences are taken, with the sentence
    before one that leans on it.
    """
    texts = [scored.text for scored in hit.ranked]
    if hit.passage.title == "FAQ" or (len(texts) <= most and sum(map(len, texts)) <= limit):
        return clip(texts[:most], limit=limit)
    order = sorted(range(len(texts)), key=lambda index: (-hit.ranked[index].score, index))
    best = order[0]
    chosen = _with_support(best, texts)
    for index in order[1:]:
        if hit.ranked[index].score < NEAR_BEST * hit.ranked[best].score:
            break
        wider = chosen | _with_support(index, texts)
        if len(wider) <= most and sum(len(texts[i]) for i in wider) <= limit:
            chosen = wider
    following = max(chosen) + 1
    wider = {*chosen, following}
    if len(wider) <= most and following < len(texts) and sum(len(texts[i]) for i in chosen) < SHORT:
        chosen = wider if sum(len(texts[i]) for i in wider) <= limit else chosen  # "We don't do that ourselves." wants who does
    if len(chosen) > most:
        chosen = {best}
    return [texts[index] for index in sorted(chosen)]


def _with_support(index: int, texts: Sequence[str]) -> set[int]:
    return {index - 1, index} if index > 0 and _LEANS.match(texts[index]) else {index}
