"""All slots of one utterance, by the finders of this package, with what the dialogue waits for in mind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from assistant.domain.business import Service
from assistant.domain.language import TimeValue, UnderstandingContext
from assistant.language.choices import find_choice
from assistant.language.corrections import said_instead
from assistant.language.digits import digit_runs
from assistant.language.emails import find_email
from assistant.language.names import find_name
from assistant.language.phones import find_phone
from assistant.language.quantities import find_quantity
from assistant.language.services import ServiceSaid, find_service
from assistant.language.spelling import find_spelling
from assistant.language.text import tokens
from assistant.language.told import told_of
from assistant.language.yes_no import find_yes_no

TimesOf = Callable[[str], tuple[TimeValue, ...]]

_NOT_THAT = re.compile(r"\b(?:not|instead of|rather than|isn'?t|no) (?:a |an |the |for a )?$", re.IGNORECASE)
_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|asap|as soon as possible|emergency|immediately|right away|straight away|really bad(?:ly)?|severe"
    r"|unbearable|agony|can'?t wait|very important|critical|high priority)\b"
)


def find_slots(
    text: str, said: str, context: UnderstandingContext, *, services: Sequence[Service], country: str, times: TimesOf
) -> dict[str, Any]:
    """Every slot that the words fill; keys as listed in `Understanding`."""
    expecting = context.expecting
    slots: dict[str, Any] = {"yes_no": find_yes_no(text)}
    email = find_email(text, expecting=expecting == "email")
    if email:
        slots["email"] = email.address
    phone = find_phone(
        text, country, expecting=expecting == "phone", previous=context.last_prompt if expecting in ("phone", "yes_no") else ""
    )
    if phone is None and expecting == "yes_no" and slots["yes_no"] in ("no", None):
        mended = find_phone(text, country, expecting=True, previous=context.last_prompt)  # "no, one eight nine nine" after a read-back
        phone = mended if mended and mended.e164 else None
    if phone:
        slots["phone" if phone.e164 else "phone_partial"] = phone.e164 or phone.digits
    if expecting in ("pin", "code", "phone"):
        runs = digit_runs(text, tokens(text))
        if runs:
            slots["digits"] = "".join(run.digits for run in runs)
    if not email:
        _names(text, slots, expecting, times)
    if services:
        _services(text, slots, services, expecting)
    choice = find_choice(text, context.options, expecting=expecting in ("choice", "appointment", "service"))
    if choice is None and expecting in ("choice", "appointment", "datetime", "time", "date") and len(context.options) > 1:
        choice = choice_by_time(text, context.options, times)
    slots["choice"] = choice
    slots["quantity"] = find_quantity(text, str(slots.get("service_said") or "") if slots.get("service") else "")
    if _URGENT.search(said):
        slots["urgency"] = "urgent"
    return slots


def _names(text: str, slots: dict[str, Any], expecting: str, times: TimesOf) -> None:
    name = find_name(text, expecting=expecting in ("name", "spelling"))
    if name and not name.sure and any(name.name.lower() in value.text.lower() for value in times(text)):
        name = None  # "a reminder for june fifth"
    if name and not (slots.get("yes_no") and expecting not in ("name", "spelling") and not name.sure and not name.other):
        slots["person_name"] = name.name
        if name.spelled:
            slots["spelling"] = name.spelled
    elif expecting == "spelling":
        spelled = find_spelling(text, expecting=True)
        if spelled:
            slots["spelling"] = spelled.letters


def _services(text: str, slots: dict[str, Any], services: Sequence[Service], expecting: str) -> None:
    service = _service_meant(text, services, expecting=expecting == "service")
    if service is None:
        return
    if service.name is not None:
        slots["service"] = service.name
    slots["service_said"] = service.said


def _service_meant(text: str, services: Sequence[Service], *, expecting: bool) -> ServiceSaid | None:
    """The service that still stands at the end: "cleaning, no sorry, I meant check up" is a check-up."""
    for tail in said_instead(text):
        meant = _not_refused(tail, services, expecting=False)
        if meant is not None and meant.name is not None:
            return meant
    return _not_refused(text, services, expecting=expecting)


def _not_refused(text: str, services: Sequence[Service], *, expecting: bool) -> ServiceSaid | None:
    """ "A check-up, not a cleaning": the service that is not turned down."""
    service = find_service(text, services, expecting=expecting)
    if service is None or service.name is None or not _NOT_THAT.search(text[: service.span[0]]):
        return service
    start, end = service.span
    other = find_service(text[:start] + " " * (end - start) + text[end:], services, expecting=expecting)
    return other if other is not None and other.name is not None else None


def _clock(value: TimeValue) -> tuple[time | None, Any]:
    start = value.start
    if isinstance(start, datetime):
        return start.time(), start.date()
    if isinstance(start, time):
        return start, None
    return None, start


def choice_by_time(text: str, options: Sequence[str], times: TimesOf) -> int | None:
    """The option that has the time just said ("half past eleven" of "10:30" and "11:30"), either half of the day."""
    said = times(text)
    told = told_of(text, said)
    heard = [_clock(value) for index, value in enumerate(said) if index not in told]
    if not heard or heard[0] == (None, None):
        return None
    clock, day = heard[0]
    fits = []
    for index, option in enumerate(options[:8]):
        offered = [_clock(value) for value in times(option)]
        if not offered:
            continue
        there, on = offered[0]
        same_clock = clock is None or (there is not None and (clock.hour % 12, clock.minute) == (there.hour % 12, there.minute))
        same_day = day is None or on is None or day == on
        if same_clock and same_day and (clock is not None or (day is not None and on is not None)):
            fits.append(index)
    return fits[0] if len(fits) == 1 else None
