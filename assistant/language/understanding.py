"""Puts the finders, the rules and the classifier together into one reading of an utterance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.domain.business import Service
from assistant.domain.language import TimeValue, UnderstandingContext
from assistant.language.acts import find_acts
from assistant.language.classifier import IntentClassifier
from assistant.language.content import message_of, title_of
from assistant.language.intent_rules import RuleSays, rule_for
from assistant.language.slots import TimesOf, find_slots
from assistant.language.text import clauses, plain, words

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
        intent, confidence, source = self._intent(text, said, slots, context, found)
        also = self._also(text, intent)
        self._content(text, intent, also, slots, context, found)
        if self._answers(context, slots, found, said, intent):
            acts.add("answer")
        return Reading(intent, confidence, slots, found, also, frozenset(acts), source)

    def _intent(
        self, text: str, said: str, slots: dict[str, Any], context: UnderstandingContext, found: tuple[TimeValue, ...]
    ) -> tuple[str, float, Source]:
        rule = rule_for(said)
        scored = self.classifier.classify([text])[0]
        answer = slots.get("yes_no")
        if context.expecting == "yes_no" and answer and not (rule and rule.intent in ("speak_to_human", "take_message", "goodbye")):
            pure = {"yes": "affirm", "yes_but": "affirm", "no": "deny"}[answer]
            if (
                scored.intent in ("affirm", "deny", "goodbye", "out_of_scope", "greeting", "help")
                or scored.confidence < 0.75
                or _short(said)
            ):
                return (
                    ("reschedule_appointment" if pure == "deny" and found and scored.intent == "reschedule_appointment" else pure),
                    0.95,
                    "rules",
                )
        if rule and (rule.confidence >= 0.95 or scored.intent == rule.intent or scored.confidence < rule.confidence):
            return rule.intent, max(rule.confidence, scored.of(rule.intent)), "rules"
        whole = _whole_answer(said, answer, found)
        if whole and scored.intent not in ("goodbye", "greeting", "repeat"):
            return whole.intent, max(whole.confidence, scored.of(whole.intent)), "rules"
        return scored.intent, scored.confidence, "classifier"

    def _also(self, text: str, intent: str) -> tuple[str, ...]:
        parts = [part for part in clauses(text[:500]) if len(words(part)) >= 2]
        if len(parts) < 2:
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
            slots["message"], slots["recipient"] = message_of(text)
        elif context.expecting == "message" and intent not in ("repeat", "help", "goodbye", "speak_to_human"):
            message, recipient = message_of(text)
            slots["message"], slots["recipient"] = message or text.strip(), recipient
        for name in (intent, *also):
            if name in ("create_task", "set_reminder", "complete_task", "delete_task"):
                slots["title"] = title_of(text, name, found)
                break

    def _answers(self, context: UnderstandingContext, slots: dict[str, Any], found: tuple[TimeValue, ...], said: str, intent: str) -> bool:
        """Whether the words fill what was asked for and ask for nothing themselves."""
        wanted = _ANSWERS.get(context.expecting, ())
        filled = any((key == "times" and found) or slots.get(key) is not None for key in wanted)
        return filled and (len(said.split()) <= 12 or context.expecting == "message")


def _short(said: str) -> bool:
    return len(said.split()) <= 4


def _whole_answer(said: str, answer: str | None, found: tuple[TimeValue, ...]) -> RuleSays | None:
    """A yes or a no with nothing else in it."""
    if answer is None or found or len(said.split()) > 6 or answer == "yes_but":
        return None
    if re.search(
        r"\b(?:book|cancel|change|move|make it|remind|what|when|where|how|who|appointment|speak|talk|message|bye|thank|thanks|list|weather|is there|do you|repeat|again|help)\b",
        said,
    ):
        return None
    return RuleSays("affirm" if answer == "yes" else "deny", 0.93)
