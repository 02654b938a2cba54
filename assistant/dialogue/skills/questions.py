"""Questions about the business and the world: answered from what is known, or honestly not; then back to where we were."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.skills.base import Skill, done, due, question_part
from assistant.dialogue.state import DialogueState, Frame, Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase, plain, sentences
from assistant.domain.ports import Answer

UNKNOWN = phrase("I don't know that.", "That I can't say.", "I'm not sure about that.")
NO_MORE = phrase("That's all I know about it.", "More than that I don't know.")
SHALL_I_ASK = phrase("Shall I take a message for them?", "Shall I pass the question on?", "Would you like me to ask them for you?")
_REQUESTS = ("book_appointment", "check_availability", "reschedule_appointment", "cancel_appointment", "query_calendar", "speak_to_human")
_AN_APPOINTMENT = re.compile(
    r"\b(?:make|book|schedule|get|need|want|like) (?:me )?(?:an?|another) (?:\w+ )?(?:appointment|booking|visit)\b", re.IGNORECASE
)
_BOOK = re.compile(r"\bbook\b", re.IGNORECASE)
_PRICE = re.compile(r"\b(?:price|cost|costs|fee|charge|how long)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|that|one)\b", re.IGNORECASE)
PASSED_BY = phrase("That's all right. Anything else?", "Okay, no message then. What else can I do?")
_LOOKS = re.compile(
    r"\?\s*$|^\W*(?:(?:and|so|but|wait|also|hold on|hang on|sorry|until|till|from)\W+)*"
    r"(?:(?:what|where|when|how|who)(?:'?s)?|which|why|is|are|do|does|did|can|could|will|would|should)\b",
    re.IGNORECASE,
)


_ASKS_FIRST = re.compile(
    r"^\W*(?:(?:and|so|but|also|hi|hello|hey|ok|okay)\W+)*"
    r"(?:(?:what|where|when|how|who)(?:'?s)?|which|why|is|are|do|does|did|can|could|will|would|should)\b",
    re.IGNORECASE,
)
#: means more of the answer, also while a name or a number is expected
_MORE = re.compile(
    r"\b(?:more|further) (?:detail|information|about (?:that|it|this))|\bexplain (?:that|it|this)\b|\belaborate\b", re.IGNORECASE
)
_LEANS = re.compile(r"^\W*(?:and|or|but|what about|how about)\b", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:open\w*|clos\w+|shut|hours|there)\b", re.IGNORECASE)
_OWN_WISH = re.compile(
    r"\b(?:book\w*|appointment\w*|schedul\w*|cancel\w*|move|free|available|slots?|come|see me|instead|i|i'd|i'm|my|me|"
    r"remind)\b",
    re.IGNORECASE,
)
_LEANING = ("general_question", "query_calendar", "check_availability", "out_of_scope", "book_appointment")


def wants_more(turn: Turn) -> bool:
    """Do they want the last answer in more detail?"""
    asks = turn.act("more_detail") or bool(_MORE.search(turn.text))
    return bool(turn.state.asked) and asks and len(turn.text.split()) <= 10 and not turn.heard.times


def leans(turn: Turn) -> bool:
    """ "And on Friday?" straight after an answer: the same question with another end, and no wish of its own."""
    state = turn.state
    if not state.asked or state.frames or state.turns - state.asked_turn > 1 or turn.heard.intent not in _LEANING:
        return False
    if turn.heard.times and not _HOURS.search(state.asked):
        return False  # after a price another day is a wish, after opening hours a question
    return bool(_LEANS.match(turn.text)) and len(turn.text.split()) <= 6 and not _OWN_WISH.search(turn.text)


def said_lately(state: DialogueState) -> frozenset[str]:
    """The sentences of our last replies: more detail is what is not among them."""
    replies = [text for role, text in state.history if role == "assistant"][-4:]
    return frozenset(plain(sentence) for reply in (*replies, state.last_reply) for sentence in sentences(reply))


def _news(turn: Turn, text: str) -> str:
    """What of a longer answer has not just been said."""
    said = said_lately(turn.state)
    fresh = [sentence for sentence in sentences(text) if plain(sentence) not in said]
    return " ".join(fresh) or turn.words(NO_MORE)


def looks_like_question(text: str) -> bool:
    return bool(_LOOKS.search(text.strip()))


class Questions(Skill):
    name = "questions"
    intents = ("general_question", "weather", "out_of_scope")

    def wants(self, turn: Turn) -> bool:
        if not any(char.isalpha() for char in turn.text):
            return False
        if wants_more(turn) or leans(turn):
            return True
        if turn.heard.intent == "take_message":  # what is one has been taken by then
            return looks_like_question(question_part(turn.text))
        if turn.heard.intent in ("general_question", "weather"):
            return turn.heard.confidence >= 0.6 or looks_like_question(turn.text) or len(turn.text.split()) > 3
        return turn.heard.intent == "out_of_scope" and (looks_like_question(turn.text) or len(turn.text.split()) > 5)

    def begin(self, turn: Turn, request: Later) -> Flow:
        if turn.state.frame is not None and turn.frame.skill == self.name:
            turn.pop()  # the next question lets the last one go
        left = yield from self.answer(turn, request.text)
        if not left or turn.state.frames or turn.state.later or turn.owner or turn.heard.intent == "weather":
            yield from back(turn)
            return
        turn.push(Frame(self.name, text=left))
        turn.ask(SHALL_I_ASK, "yes_no", phase=Phase.COLLECTING)

    def answer(self, turn: Turn, text: str) -> Generator[c.Command, Any, str]:
        """Say the answer; what comes back is the question for which nothing true was found (and that has been said)."""
        more = wants_more(turn)
        question = (
            turn.state.asked if more else _with_topic(turn, text if _only_asks(turn) and not turn.state.frames else question_part(text))
        )
        answer: Answer | None = yield c.AnswerQuestion(question, "detailed" if more else None)
        if answer is not None and answer.known:
            turn.state = turn.state.but(asked=turn.state.asked if leans(turn) else question[:400], asked_turn=turn.state.turns)
        if answer is not None and answer.dropped:  # the caller went on before it stood
            turn.note("dropped")
            if answer.text:
                turn.say(answer.text)
            return ""
        turn.note("answer")
        if answer is not None and answer.known and answer.text.strip():
            turn.say(_news(turn, answer.text) if more else answer.text.strip())
            return speak.capital(" and ".join(answer.unknown))
        turn.say(UNKNOWN)
        turn.note("unknown")
        return text

    def takes(self, turn: Turn) -> bool:
        return turn.said_yes or turn.said_no

    def given(self, turn: Turn) -> Flow:
        from assistant.dialogue.skills import enter

        question = f"{(turn.frame.text or '').rstrip(' ?.!')}?"
        turn.pop()
        other = _asked_instead(turn)
        if other is not None:  # "okay, and I want an appointment" is no yes to a message
            yield from enter(turn, Later(other, turn.text))
        elif turn.said_no:
            turn.say(PASSED_BY)
            turn.wait(Phase.CLOSING, "open")
        else:
            yield from enter(turn, Later("take_message", question, message=question))

    def no(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.ask(SHALL_I_ASK, "yes_no")
        yield from ()


def _asked_instead(turn: Turn) -> str | None:
    """What is wanted in place of the message that was offered: "no, just book me a cleaning"."""
    other = next((intent for intent in turn.intents if intent in _REQUESTS), None)
    booking = _AN_APPOINTMENT.search(turn.text) or (turn.heard.times and _BOOK.search(turn.text))
    if turn.said_no:
        booking = booking or turn.slot("service") or _BOOK.search(turn.text)
    return other or ("book_appointment" if booking else None)


def _only_asks(turn: Turn) -> bool:
    """Is the whole breath a question, or several of them?"""
    asks = all(intent in ("general_question", "weather") for intent in turn.intents)
    return not turn.heard.also or (asks and bool(_ASKS_FIRST.search(turn.text)))


def _with_topic(turn: Turn, question: str) -> str:
    """ "How much is it?" after a service was named: "how much is a cleaning?"."""
    frame = turn.state.frame
    recent = turn.state.topic if turn.state.turns - turn.state.topic_turn <= 2 else None
    service = turn.slot("service") or (frame.service if frame else None) or recent
    if recent and service == recent:
        turn.state = turn.state.but(topic_turn=turn.state.turns)  # still what it is about
    if not service or any(word in question.lower() for word in str(service).lower().split()):
        return question
    if _PRICE.search(question) and not _PRONOUN.search(question):
        return f"{question.rstrip(' ?.!')} of a {str(service).lower()}?"
    return _PRONOUN.sub(f"a {str(service).lower()}", question, count=1)


def back(turn: Turn) -> Flow:
    """After a digression: the open request once more, or what else."""
    from assistant.dialogue.skills import skill_of

    if due(turn) is not None:
        turn.push(Frame("questions"))
        yield from done(turn)
        return
    if turn.state.frames:
        turn.phase = turn.state.phase
        if turn.spoken.endswith("?") and turn.frame.waiting == "service":  # "... Which service is it for?" asks it already
            turn.wait(turn.phase, "service")
            return
        yield from skill_of(turn.frame).ask_again(turn, 0)
        return
    if "goodbye" in turn.heard.also:
        from assistant.dialogue.skills.social import goodbye

        yield from goodbye(turn)
        return
    from assistant.dialogue.skills.base import ANYTHING_ELSE

    if turn.spoken.endswith("?"):  # the answer asks back
        turn.wait(Phase.CLOSING, "open")
        return
    turn.say(ANYTHING_ELSE)
    turn.wait(Phase.CLOSING, "open")
