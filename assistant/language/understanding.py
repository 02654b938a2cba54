"""Puts the finders, the rules and the classifier together into one reading of an utterance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.domain.business import Service
from assistant.domain.language import TimeValue, UnderstandingContext
from assistant.language.acts import find_acts, takes_back
from assistant.language.classifier import IntentClassifier
from assistant.language.content import message_of, title_of
from assistant.language.digits import TEENS, TENS, TIMES_SAID, UNITS
from assistant.language.intent_rules import RuleSays, rule_for
from assistant.language.slots import TimesOf, find_slots
from assistant.language.spelling import NATO
from assistant.language.text import clauses, listed, plain, words

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

    def read(self, text: str, context: UnderstandingContext, *, services: Sequence[Service], country: str, times: TimesOf) -> Reading:
        """`text` is cleaned; `times` resolves the times of any words against the moment of the call."""
        said = plain(text)
        acts = set(find_acts(text, expecting=context.expecting))
        if not said:
            slots = find_slots(text, said, context, services=services, country=country, times=times)
            answer = slots.get("yes_no")
            if answer:
                return Reading("affirm" if answer == "yes" else "deny", 0.9, slots, acts=frozenset(acts - {"unclear"}))
            return Reading("out_of_scope", 0.0, {}, acts=frozenset(acts))
        found = times(text)
        slots = find_slots(text, said, context, services=services, country=country, times=times)
        if takes_back(said) and (
            found or any(slots.get(key) is not None for key in ("service", "phone", "phone_partial", "email", "person_name", "choice"))
        ):
            acts.add("correction")
        if self._answers(context, slots, found, said):
            acts.add("answer")
        intent, confidence, source = self._intent(
            text, said, slots, context, found, bare="answer" in acts and _nothing_more(text, slots, found)
        )
        also = self._also(text, said, intent, slots, context)
        self._content(text, intent, also, slots, context, found)
        return Reading(intent, confidence, slots, found, also, frozenset(acts), source)

    def _intent(
        self, text: str, said: str, slots: dict[str, Any], context: UnderstandingContext, found: tuple[TimeValue, ...], *, bare: bool
    ) -> tuple[str, float, Source]:
        rule = rule_for(said)
        scored = self.classifier.classify([text])[0]
        answer = slots.get("yes_no")
        control = rule is not None and rule.confidence >= 0.9 and rule.intent in ("speak_to_human", "goodbye", "repeat", "help")
        if context.expecting == "message" and not control and answer != "no":
            return "take_message", max(0.8, scored.of("take_message")), "rules"
        if context.expecting == "yes_no" and answer and not (rule and rule.intent in ("speak_to_human", "take_message", "goodbye")):
            if answer == "no" and found and scored.intent == "reschedule_appointment":
                return scored.intent, scored.confidence, "classifier"
            return ("deny" if answer == "no" else "affirm"), 0.95, "rules"
        if bare and context.expecting != "yes_no" and not control:
            # only what was asked for: no request of its own, whatever the classifier makes of it
            return "out_of_scope", min(0.5, scored.confidence), "rules"
        if rule and (rule.confidence >= 0.95 or scored.intent == rule.intent or scored.confidence < rule.confidence):
            return rule.intent, max(rule.confidence, scored.of(rule.intent)), "rules"
        if answer == "no" and found and scored.intent in ("check_availability", "query_calendar"):
            return "reschedule_appointment", max(0.6, scored.of("reschedule_appointment")), "rules"
        whole = _whole_answer(said, answer, found)
        if whole and (
            scored.intent in ("affirm", "deny")
            or (scored.intent not in ("goodbye", "greeting", "repeat") and (len(said.split()) <= 3 or scored.confidence < 0.6))
        ):
            return whole.intent, max(whole.confidence, scored.of(whole.intent)), "rules"
        return scored.intent, scored.confidence, "classifier"

    def _also(self, text: str, said: str, intent: str, slots: dict[str, Any], context: UnderstandingContext) -> tuple[str, ...]:
        if context.expecting in ("message", "name", "spelling", "email"):
            return ()
        parts = [part for part in clauses(text[:500]) if len(words(part)) >= 3]
        if len(parts) < 2 and not (parts and slots.get("yes_no") and intent in ("affirm", "deny") and len(said.split()) >= 4):
            return ()
        found: list[str] = []
        for part, scored in zip(parts, self.classifier.classify(parts), strict=True):
            rule = rule_for(plain(part))
            name, sure = (rule.intent, rule.confidence) if rule else (scored.intent, scored.confidence)
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
