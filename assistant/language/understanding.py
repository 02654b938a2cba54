"""Puts the finders, the rules and the classifier together into one reading of an utterance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.domain.business import Service
from assistant.domain.language import TimeValue, UnderstandingContext
from assistant.language.acts import find_acts, is_emergency, takes_back
from assistant.language.choices import find_choice
from assistant.language.classifier import IntentClassifier, Scored
from assistant.language.content import message_of, place_of, title_of
from assistant.language.digits import TEENS, TENS, TIMES_SAID, UNITS
from assistant.language.intent_rules import RuleSays, rule_for
from assistant.language.refusals import what_is_wanted
from assistant.language.services import find_service
from assistant.language.slots import TimesOf, choice_by_time, find_slots
from assistant.language.spelling import NATO
from assistant.language.text import clauses, gist, listed, plain, words
from assistant.language.told import taken_apart

Source = Literal["rules", "classifier", "model"]
#: Intents that open a clause without being what it is about.
_SMALL_TALK = {"greeting", "goodbye", "affirm", "deny", "out_of_scope"}
#: Slots that alone can be the whole answer to what was asked, by what was asked.
_ANSWERS: dict[str, tuple[str, ...]] = {
    "yes_no": ("yes_no", "phone"),
    "choice": ("choice", "times", "service"),
    "appointment": ("choice", "times", "service", "person_name"),
    "service": ("service", "choice", "service_said"),
    "date": ("times", "choice"),
    "time": ("times", "choice"),
    "datetime": ("times", "choice"),
    "name": ("person_name", "spelling"),
    "spelling": ("spelling", "person_name"),
    "phone": ("phone", "phone_partial", "digits"),
    "email": ("email",),
    "pin": ("digits",),
    "code": ("digits",),
    "message": ("message",),
}
_ALSO_FROM = 0.55
#: below this the likeliest of 21 intents is no reading at all
_A_GUESS = 0.25
#: Words that the time grammar may read as a time and that never say when ("that's all for now").
_IDLE_TIME = re.compile(r"(?:for |just )?now|at the moment|currently|for the moment|the time being")
_PARTING_TIMES = frozenset(
    {"today", "for today", "tonight", "right now", "the day", "day", "a day", "evening", "the evening", "this evening", "night", "weekend"}
)
_TAKEN_BACK = re.compile(r"\b(?:no|nope|actually|wait|sorry|i mean|i meant)\b", re.IGNORECASE)
#: What may follow a yes or no in the same breath; a time or a service belongs to the answer itself.
_BESIDE_AN_ANSWER = frozenset(
    {"general_question", "weather", "take_message", "set_reminder", "create_task", "list_tasks", "speak_to_human", "cancel_appointment"}
)
_SERVICE_TALK = frozenset(
    {"book_appointment", "check_availability", "general_question", "reschedule_appointment", "out_of_scope", "query_calendar"}
)
_ASKS_CALENDAR = re.compile(
    r"\b(?:when|what time|what day|what'?s|what is|do i have|have i|am i|did i|is my|is there|are there|check|show|tell me"
    r"|look up|which|who|how many)\b"
)
_DIGIT_WORDS = frozenset({*UNITS, *TEENS, *TENS, *TIMES_SAID, "plus", "dash", "dot", "at", "hundred", "underscore", "com"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One utterance, understood; the engine turns it into an `Understanding`."""

    intent: str
    confidence: float
    slots: dict[str, Any] = field(default_factory=dict)
    times: tuple[TimeValue, ...] = ()
    also: tuple[str, ...] = ()
    acts: frozenset[str] = frozenset()
    source: Source = "rules"


class Reader:
    """Stateless but for the classifier's weights; safe to share between threads."""

    def __init__(self, classifier: IntentClassifier) -> None:
        self.classifier = classifier

    def read(self, whole: str, context: UnderstandingContext, *, services: Sequence[Service], country: str, times: TimesOf) -> Reading:
        """`whole` is cleaned; `times` resolves the times of any words against the moment of the call."""
        text = gist(whole)
        said = plain(text)
        acts = set(find_acts(text, expecting=context.expecting))
        if text is not whole and is_emergency(plain(whole)):
            acts.add("emergency")  # danger counts wherever it stands
        if not said:
            slots = find_slots(text, said, context, services=services, country=country, times=times)
            answer = slots.get("yes_no")
            if answer:
                return Reading("affirm" if answer == "yes" else "deny", 0.9, slots, acts=frozenset(acts - {"unclear"}))
            return Reading("out_of_scope", 0.0, {}, acts=frozenset(acts))
        found = taken_apart(text, times(text), times) or _day_behind_service(text, services, times)
        found = tuple(value for value in found if not _IDLE_TIME.fullmatch(value.text.strip().lower()))
        slots = find_slots(text, said, context, services=services, country=country, times=times)
        if takes_back(said) and (
            found or any(slots.get(key) is not None for key in ("service", "phone", "phone_partial", "email", "person_name", "choice"))
        ):
            acts.add("correction")
        if "correction" in acts and isinstance(slots.get("choice"), int):
            slots["choice"] = self._choice_after(text, context, times)
        if self._answers(context, slots, found, said):
            acts.add("answer")
        asked = what_is_wanted(text, found)
        intent, confidence, source = self._intent(text, asked, said, slots, context, found, answers="answer" in acts)
        if "sending" in acts and source == "classifier" and intent in _SMALL_TALK:
            intent, confidence = "out_of_scope", min(0.5, confidence)  # "okay, I've sent it now" neither agrees nor takes leave
        if intent == "goodbye":
            found = tuple(value for value in found if value.text.lower() not in _PARTING_TIMES)
            acts.discard("correction")
        if slots.get("service") is None and intent not in _SERVICE_TALK and context.expecting != "service":
            slots.pop("service_said", None)
        also = () if source == "rules" and intent == "out_of_scope" else self._also(asked, said, intent, slots, context)
        self._content(whole, intent, also, slots, context, found)
        return Reading(intent, confidence, slots, found, also, frozenset(acts), source)

    def _intent(
        self,
        text: str,
        asked: str,
        said: str,
        slots: dict[str, Any],
        context: UnderstandingContext,
        found: tuple[TimeValue, ...],
        *,
        answers: bool,
    ) -> tuple[str, float, Source]:
        """`asked` is the text without the times that are turned down."""
        rule = rule_for(said)
        scored = self.classifier.classify([asked])[0]
        answer = slots.get("yes_no")
        control = rule is not None and rule.confidence >= 0.9 and rule.intent in ("speak_to_human", "goodbye", "repeat", "help")
        if context.expecting == "message" and not control and answer != "no":
            return "take_message", max(0.8, scored.of("take_message")), "rules"
        if context.expecting == "yes_no" and answer and not (rule and rule.intent in ("speak_to_human", "take_message", "goodbye")):
            if answer == "no" and found and scored.intent == "reschedule_appointment":
                return scored.intent, scored.confidence, "classifier"
            return ("deny" if answer == "no" else "affirm"), 0.95, "rules"
        if answers and not control and self._only_an_answer(text, said, slots, context, found, rule, scored):
            # only what was asked for: no request of its own, whatever the classifier makes of it
            return "out_of_scope", min(0.5, scored.confidence), "rules"
        if rule and (rule.confidence >= 0.95 or scored.intent == rule.intent or scored.confidence < rule.confidence):
            return rule.intent, max(rule.confidence, scored.of(rule.intent)), "rules"
        if answer == "no" and found and scored.intent in ("check_availability", "query_calendar"):
            return "reschedule_appointment", max(0.6, scored.of("reschedule_appointment")), "rules"
        day_alone = context.role == "caller" and _only_a_day(text, found)
        if context.expecting == "open" and (day_alone or _only_a_wish(text, slots, found, scored.intent)):
            return "book_appointment", 0.85, "rules"
        whole = _whole_answer(said, answer, found)
        if whole and (
            scored.intent in ("affirm", "deny")
            or (scored.intent not in ("goodbye", "greeting", "repeat") and (len(said.split()) <= 3 or scored.confidence < 0.6))
        ):
            return whole.intent, max(whole.confidence, scored.of(whole.intent)), "rules"
        if scored.confidence < _A_GUESS:
            return "out_of_scope", scored.of("out_of_scope"), "classifier"
        return scored.intent, scored.confidence, "classifier"

    @staticmethod
    def _choice_after(text: str, context: UnderstandingContext, times: TimesOf) -> int | str | None:
        """What was chosen once the words that were taken back are left out ("three, no, could we do Friday")."""
        tail = _TAKEN_BACK.split(text)[-1]
        choice = find_choice(tail, context.options, expecting=True)
        return choice if choice is not None else choice_by_time(tail, context.options, times)

    def _only_an_answer(
        self,
        text: str,
        said: str,
        slots: dict[str, Any],
        context: UnderstandingContext,
        found: tuple[TimeValue, ...],
        rule: RuleSays | None,
        scored: Scored,
    ) -> bool:
        """Nothing but the value that was asked for; or so much of it that an unsure classifier must not lead the talk astray."""
        if context.expecting in ("open", "yes_no"):
            return False
        if _nothing_more(text, slots, found) or scored.intent in ("greeting", "out_of_scope"):
            return True
        if rule and rule.confidence >= 0.9:
            return False
        return scored.confidence < 0.65 or (scored.intent == "query_calendar" and not _ASKS_CALENDAR.search(said))

    def _also(self, text: str, said: str, intent: str, slots: dict[str, Any], context: UnderstandingContext) -> tuple[str, ...]:
        if context.expecting in ("message", "name", "spelling", "email"):
            return ()
        parts = [part for part in clauses(text[:320], most=4) if len(words(part)) >= 3]
        if len(parts) < 2 and not (parts and slots.get("yes_no") and intent in ("affirm", "deny") and len(said.split()) >= 4):
            return ()
        found: list[str] = []
        for part, scored in zip(parts, self.classifier.classify(parts), strict=True):
            rule = rule_for(plain(part))
            name, sure = (rule.intent, rule.confidence) if rule else (scored.intent, scored.confidence)
            if len(parts) == 1 and name not in _BESIDE_AN_ANSWER:
                continue
            if sure >= _ALSO_FROM and name != intent and name not in _SMALL_TALK and name not in found:
                found.append(name)
        return tuple(found[:3])

    def _content(
        self,
        text: str,
        intent: str,
        also: tuple[str, ...],
        slots: dict[str, Any],
        context: UnderstandingContext,
        found: tuple[TimeValue, ...],
    ) -> None:
        if intent == "take_message" or "take_message" in also:
            message, recipient = message_of(text)
            slots["message"], slots["recipient"] = message or (text.strip() if context.expecting == "message" else None), recipient
        if "weather" in (intent, *also):
            slots["place"] = place_of(text, found)
            if str(slots.get("person_name") or "").lower() in str(slots["place"] or "").lower():
                slots.pop("person_name", None)  # "the forecast for Winnabow"
        for name in (intent, *also):
            if name in ("create_task", "set_reminder", "complete_task", "delete_task"):
                slots["title"] = title_of(text, name, found)
                break

    def _answers(self, context: UnderstandingContext, slots: dict[str, Any], found: tuple[TimeValue, ...], said: str) -> bool:
        """Whether the words fill what was asked for."""
        if context.expecting == "message":
            return True
        wanted = _ANSWERS.get(context.expecting, ())
        return len(said.split()) <= 14 and any((key == "times" and found) or slots.get(key) is not None for key in wanted)


_CARRIERS = listed(
    """
    a about actually ah all an and any around at be better between best but by could day do er erm fine first for from good great
    half how i i'd i'll i'm in is it it'll it's its just last let's like make maybe me mine my name name's no not of oh ok okay on
    one option or past perfect please possible prefer probably quarter rather said say see so some sounds sure take thank thanks
    that that's the then there think this time to uh um umm want we well what with works would yeah yes you either neither none
    earlier later second third earliest latest other need have number phone email address can call spelled spelling as number's
    under surname suit suits choice pick go going o'clock am pm
    """
)


def _nothing_more(text: str, slots: dict[str, Any], found: tuple[TimeValue, ...]) -> bool:
    """Whether nothing is left when the values and the words that carry them are taken away."""
    body = text
    for value in found:
        start, end = value.span
        body = body[:start] + " " * (end - start) + body[end:]
    filled = " ".join(str(slots[key]) for key in ("person_name", "service_said", "service", "email", "spelling") if slots.get(key))
    own = set(words(filled.replace("@", " ").replace(".", " ")))
    numbers = slots.get("digits") or slots.get("phone") or slots.get("phone_partial") or slots.get("email") or slots.get("spelling")
    left = [
        word
        for word in words(body)
        if word not in own
        and word not in _CARRIERS
        and not word.isdecimal()
        and len(word) > 1
        and not (numbers and (word in _DIGIT_WORDS or word in NATO))
    ]
    return len(left) <= (1 if len(words(text)) > 4 else 0)


_SHORT_DAY = re.compile(r"\W*(?:on |for |this |next )?(?:mon|wed|sat|sun)\b", re.IGNORECASE)


def _day_behind_service(text: str, services: Sequence[Service], times: TimesOf) -> tuple[TimeValue, ...]:
    """ "Check-up mon", "a cleaning sat please": short forms that are also words are days where a day may follow."""
    service = find_service(text, services)
    if service is None or service.name is None or not _SHORT_DAY.match(text[service.span[1] :]):
        return ()
    return times(" " * service.span[1] + text[service.span[1] :])


def _whole_answer(said: str, answer: str | None, found: tuple[TimeValue, ...]) -> RuleSays | None:
    """A yes or a no with nothing else in it."""
    if answer is None or found or len(said.split()) > 6 or answer == "yes_but":
        return None
    if re.search(
        r"\b(?:book|cancel|change|move|make it|remind|what|when|where|how|who|appointment|speak|talk|message|bye|thank|thanks"
        r"|list|weather|is there|do you|repeat|again|help)\b",
        said,
    ):
        return None
    return RuleSays("affirm" if answer == "yes" else "deny", 0.93)


_BESIDE_A_SERVICE = listed(
    """
    a an the one some just please pls plz thanks thank you thx hi hello hey um uh er yes for me i'd like want need my i at on in only or
    and appt appointment booking mon tue tues wed weds thu thur thurs fri sat sun
    """
)
_NAMED_BOOKING = listed("appt appointment booking")
_INTRODUCES = listed("it's its it is this i'm i am my name name's the under")
#: what may stand beside a day that is all that is said: "sat ok?", "thursday afternoon please"
_BESIDE_A_DAY = listed("um uh er hi hello hey ok okay good free possible please pls plz maybe about how what or the on for at in mon")


def _beside(text: str, found: tuple[TimeValue, ...]) -> set[str]:
    """The words beside the times."""
    rest = text
    for value in sorted(found, key=lambda value: -value.span[0]):
        rest = rest[: value.span[0]] + " " + rest[value.span[1] :]
    return set(plain(rest).split())


def _only_a_day(text: str, found: tuple[TimeValue, ...]) -> bool:
    """Whether a day is all that is said: "sat ok?", "thursday afternoon". Here that asks for it."""
    dated = any(value.kind in ("date", "instant", "interval") and value.grain != "second" for value in found)
    return dated and _beside(text, found) <= _BESIDE_A_DAY


def _only_a_wish(text: str, slots: dict[str, Any], found: tuple[TimeValue, ...], guessed: str) -> bool:
    """Whether a service is named, perhaps with its time or a name, and next to nothing else is said: "check-up mon 10, Joan Keller".

    What greets and then asks for a service greets nobody only.
    """
    said = _beside(text, found)
    named = slots.get("service_said") if slots.get("service") else None
    if named and guessed in ("greeting", "goodbye") and not text.rstrip().endswith("?"):
        return True
    if not named and not (found and said & _NAMED_BOOKING):
        return False
    own = str(slots.get("person_name") or "")
    said -= set(plain(own).split()) | (_INTRODUCES if own else frozenset())
    return said - set(plain(str(named or "")).split()) <= _BESIDE_A_SERVICE
