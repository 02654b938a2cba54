"""Answers that are true: the profile by code, then what the documents say, then "I don't know that"."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime

from assistant.domain.business import BusinessProfile
from assistant.domain.conversation import Channel
from assistant.domain.llm import MODES, LanguageModel, ModeName, ResponseMode
from assistant.domain.ports import Answer, ProfileSource
from assistant.memory.agreed import recalled
from assistant.memory.extract import extract
from assistant.memory.passages import faq_passages, joined, sentences
from assistant.memory.profile_facts import Fact, ProfileFacts, TimeResolver
from assistant.memory.questions import FOLLOW_UP, MORE_DETAIL
from assistant.memory.retrieval import Hit, Retriever
from assistant.memory.services import named_service
from assistant.memory.several import taken_apart, together
from assistant.memory.wording import Wording
from assistant.memory.words import plain, terms

UNKNOWN = "I don't know that. Shall I take a message for them?"
UNKNOWN_AGAIN = "I don't know that either. I can pass it on as a message."
MAX_QUESTION = 600  # characters; nobody asks one longer, and the rest is not read
CHARACTERS: Mapping[ModeName, int] = {"fast": 160, "balanced": 240, "detailed": 600}  # 240 are fifteen seconds of speech
_OTHER_THING = re.compile(r"(?:an?|another)\s+[a-z]", re.IGNORECASE)


class Answers:
    """Answers free questions; the `Answerer` of the ports.

    With no model it says the sentences it found; with no embedding model it finds them by keyword. `resolve` reads times in
    questions about opening hours. A document or a question is only ever searched and quoted: nothing in it is an order.
    """

    def __init__(
        self,
        profile: ProfileSource,
        retriever: Retriever | None = None,
        *,
        model: LanguageModel | None = None,
        resolve: TimeResolver | None = None,
        modes: Mapping[ModeName, ResponseMode] = MODES,
    ) -> None:
        self._profile = profile
        self._retriever = Retriever() if retriever is None else retriever  # an empty one is false
        self._facts = ProfileFacts(resolve)
        self._wording = Wording(model) if model is not None else None
        self._modes = modes
        self._faq_of: BusinessProfile | None = None
        self._faq_ids: tuple[str, ...] = ()
        self._loading = asyncio.Lock()

    @property
    def retriever(self) -> Retriever:
        return self._retriever

    async def start(self) -> None:
        """Read the FAQ, warm the model's prompt and measure it (seconds on a slow machine: run it as a task); answering works meanwhile."""
        await self._follow_profile(self._profile())
        if self._wording is not None:
            await self._wording.warm()

    async def answer(
        self,
        question: str,
        *,
        now: datetime,
        mode: ModeName = "balanced",
        history: Sequence[tuple[str, str]] = (),
        on_sentence: Callable[[str], None] | None = None,
        channel: Channel = "call",
        about: Sequence[str] = (),
    ) -> Answer:
        """`history` is (role, text), oldest first; `on_sentence` hears each sentence of a known answer as soon as it stands.

        `about` is what this person, who has proven who they are, agreed to have remembered ("you prefer mornings").
        """
        profile = self._profile()
        await self._follow_profile(profile)
        question = question[:MAX_QUESTION].strip()
        asked, mode = _in_context(question, history, mode, profile)
        parts = taken_apart(asked, profile)
        found: list[Answer] = []
        for part in parts:
            found.append(await self._one(part, profile, now, self._modes[mode], channel, on_sentence if len(parts) == 1 else None, about))
        answer = found[0] if len(found) == 1 else together(parts, found)
        if not answer.known:
            last = next((text for role, text in reversed(history) if role == "assistant"), "")
            answer = Answer(UNKNOWN_AGAIN if "don't know that" in last else UNKNOWN, known=False, engine="none")
        if on_sentence is not None and len(parts) > 1 and answer.known:
            for sentence in sentences(answer.text):
                on_sentence(sentence)
        return answer

    async def stream(
        self,
        question: str,
        *,
        now: datetime,
        mode: ModeName = "balanced",
        history: Sequence[tuple[str, str]] = (),
        channel: Channel = "call",
        about: Sequence[str] = (),
    ) -> AsyncIterator[str]:
        """The same answer, sentence by sentence; closing the iterator stops the model."""
        heard: asyncio.Queue[str | None] = asyncio.Queue()
        work = asyncio.ensure_future(
            self.answer(question, now=now, mode=mode, history=history, on_sentence=heard.put_nowait, channel=channel, about=about)
        )
        work.add_done_callback(lambda _: heard.put_nowait(None))
        try:
            said = False
            while (sentence := await heard.get()) is not None:
                said = True
                yield sentence
            answer = await work
            for sentence in () if said else sentences(answer.text):
                yield sentence
        finally:
            work.cancel()

    # -- one question ------------------------------------------------------------------------------------------------------------

    async def _one(
        self,
        question: str,
        profile: BusinessProfile,
        now: datetime,
        mode: ResponseMode,
        channel: Channel,
        on_sentence: Callable[[str], None] | None,
        about: Sequence[str] = (),
    ) -> Answer:
        # in a thread: the first question of a year computes its public holidays, a tenth of a second
        fact = await asyncio.to_thread(self._facts.find, question, profile, now, spoken=channel == "call")
        if fact is not None and fact.exact and not self._owner_says_otherwise(fact, question, profile):
            return _say(Answer(fact.text, known=True, sources=(f"profile: {fact.source}",)), on_sentence)
        told = recalled(question, about)
        if fact is None and told is not None:
            return _say(Answer(f"You told me that {told}.", known=True, sources=("memory",), engine="memory"), on_sentence)
        hits = await asyncio.to_thread(self._retriever.search, question, mode.passages)
        sure = [hit for hit in hits if self._retriever.sure(hit)]
        if fact is not None and not any(_speaks_to_the_rest(hit, fact) for hit in sure):
            return _say(Answer(fact.text, known=True, sources=(f"profile: {fact.source}",)), on_sentence)
        if not sure:
            return Answer(UNKNOWN, known=False, engine="none")
        return await self._from_passages(question, sure, mode, channel, on_sentence)

    async def _from_passages(
        self, question: str, sure: Sequence[Hit], mode: ResponseMode, channel: Channel, on_sentence: Callable[[str], None] | None
    ) -> Answer:
        best = sure[0]
        limit = CHARACTERS[mode.name]
        said = extract(best, most=mode.sentences, limit=limit)
        used = [best]
        if mode.name == "detailed":
            for hit in sure[1:]:
                more = extract(hit, most=1, limit=limit)
                if hit.score >= 0.85 * best.score and len(said) < mode.sentences and len(joined([*said, *more])) <= limit:
                    said, used = [*said, *more], [*used, hit]
        if self._wording is not None and mode.use_model and _too_long(said, limit) and self._wording.worth_asking(channel):
            notes = [joined([scored.text for scored in best.ranked])]
            worded: list[str] = []
            async with aclosing(self._wording.shorten(question, notes, mode, channel)) as stream:  # type: ignore[type-var]
                async for sentence in stream:
                    worded.append(sentence)
                    if on_sentence is not None:
                        on_sentence(sentence)
            if worded:
                return Answer(" ".join(worded), known=True, sources=(best.passage.source,), engine=self._wording.engine)
        sources = tuple(dict.fromkeys(hit.passage.source for hit in used))
        return _say(Answer(joined(said), known=True, sources=sources, engine="knowledge"), on_sentence)

    def _owner_says_otherwise(self, fact: Fact, question: str, profile: BusinessProfile) -> bool:
        """The owner wrote an answer to this very question; opening hours stay with the code, which knows the date."""
        if fact.source in ("hours", "clock"):
            return False
        asked = set(terms(question))
        return any(asked and set(terms(item.question)) == asked for item in profile.faq)

    async def _follow_profile(self, profile: BusinessProfile) -> None:
        """Index the FAQ of this profile; a reload replaces the old one."""
        if self._faq_of is profile:
            return
        async with self._loading:
            if self._faq_of is profile:
                return
            passages = faq_passages(profile)
            gone = set(self._faq_ids) - {passage.id for passage in passages}
            await asyncio.to_thread(self._retriever.remove, gone)
            await asyncio.to_thread(self._retriever.add, passages, keep=False)
            self._faq_ids = tuple(passage.id for passage in passages)
            self._faq_of = profile


def _say(answer: Answer, on_sentence: Callable[[str], None] | None) -> Answer:
    if on_sentence is not None:
        for sentence in sentences(answer.text):
            on_sentence(sentence)
    return answer


def _speaks_to_the_rest(hit: Hit, fact: Fact) -> bool:
    if fact.exact:  # the owner's own answer to this very question
        return hit.passage.title == "FAQ"
    held = set(terms(hit.passage.searchable))
    return any(word in held for word in fact.rest)


def _too_long(said: Sequence[str], limit: int) -> bool:
    """Whether quoting is more than one listens to; what is short enough is said as it stands, without asking a model."""
    return len(joined(said)) > limit * 0.8


def _in_context(question: str, history: Sequence[tuple[str, str]], mode: ModeName, profile: BusinessProfile) -> tuple[str, ModeName]:
    """A question that leans on the last one, made whole; "in more detail" repeats it with more to say."""
    before = next(
        (
            text for role, text in reversed(history)
            if role not in ("assistant", "system") and plain(text) != plain(question) and not _asks_for_more(text) and not _leans(text)
        ),
        None,
    )  # fmt: skip
    if before is None:
        return question, mode
    if _asks_for_more(question):
        return before[:MAX_QUESTION], "detailed"
    if lead := _leans(question):
        rest = question[lead.end() :].strip(" ,?")
        if _OTHER_THING.match(rest) or named_service(rest, profile)[0] is not None:  # "and a root canal?", also when we don't do them
            before = _without_service(before, profile)
        return f"{_without_times(before)} {rest}?", mode
    return question, mode


def _leans(text: str) -> re.Match[str] | None:
    """ "And on Sunday?": how it begins, when it says nothing alone."""
    return FOLLOW_UP.match(plain(text)) if len(text.split()) <= 7 else None


def _asks_for_more(text: str) -> bool:
    return bool(MORE_DETAIL.search(plain(text))) and len(terms(text)) <= 4


def _without_service(text: str, profile: BusinessProfile) -> str:
    """The earlier question less its service, so that the new one is the only one."""
    for word in named_service(text, profile)[1]:
        text = re.sub(rf"(?:\b(?:an?|the) )?\b{re.escape(word)}\b-?", "", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _without_times(text: str) -> str:
    """The earlier question less its day, so that the new day is the only one."""
    days = r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|today|tomorrow|tonight|weekends?|now"
    return re.sub(rf"\b(?:(?:on|this|next|the)\s+)*(?:{days})\b", "", text, flags=re.IGNORECASE).rstrip(" ?.,!")
