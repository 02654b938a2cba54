"""What the profile knows, said by code: hours, prices, durations, services, address, closures. No model and no search takes part."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assistant.domain.business import BusinessProfile, Service
from assistant.domain.language import TimeValue
from assistant.memory import opening
from assistant.memory import questions as ask
from assistant.memory import spoken as words_of
from assistant.memory.hours import day_hours, holiday_named
from assistant.memory.plain_days import plain_days
from assistant.memory.services import leftover, named_service
from assistant.memory.words import plain

TimeResolver = Callable[[str, datetime], Sequence[TimeValue]]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the profile says. `rest` are terms of the question that the fact does not speak to ("for a child")."""

    text: str
    source: str
    rest: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return not self.rest


class ProfileFacts:
    """Answers from the business profile. `resolve` reads dates and times; without it weekdays and "tomorrow" still work."""

    def __init__(self, resolve: TimeResolver | None = None) -> None:
        self._resolve = resolve or plain_days

    def find(self, question: str, profile: BusinessProfile, now: datetime, *, spoken: bool = True) -> Fact | None:
        """The fact that answers the question, or None. `now` is aware; days are the business's own."""
        local = now.astimezone(profile.zone)
        asked = re.sub(r"\b(what|where|who|when|how)s\b", r"\1's", plain(question).strip())
        for look in (self._clock, self._hours, self._prices, self._durations, self._offers, self._contact):
            found = look(asked, profile, local, spoken)
            if found is not None:
                return found
        return None

    # -- the clock ---------------------------------------------------------------------------------------------------------------

    def _clock(self, asked: str, _: BusinessProfile, now: datetime, spoken: bool) -> Fact | None:
        if ask.CLOCK.search(asked):
            return Fact(f"It's {words_of.clock_time(now.time(), spoken=spoken, half=True)}.", "clock")
        if ask.DATE.search(asked):
            return Fact(f"Today is {words_of.DAYS[now.weekday()]}, {words_of.month_day(now.date())}.", "clock")
        return None

    # -- hours -------------------------------------------------------------------------------------------------------------------

    def _hours(self, asked: str, profile: BusinessProfile, now: datetime, spoken: bool) -> Fact | None:
        other = ask.SOMETHING_ELSE.search(asked)
        about_us = other is None or re.fullmatch(ask.PLACE, other.group(1)) is not None or other.group(1) in plain(profile.name).split()
        if not about_us:
            return None
        if ask.CLOSURES.search(asked) and (fact := self._closures(asked, profile, now)):
            return fact
        if not ask.OPEN.search(asked):
            return None
        if not any(profile.hours):
            return None
        text = self._opening(asked, profile, now, spoken)
        if ask.OPEN_QUESTION.match(asked):  # "when", "what hours": no yes and no no
            text = words_of.capital(re.sub(r"^(?:No|Yes), ", "", text))
        elif ask.CLOSED.search(asked):  # "are you closed on Monday": a yes means closed
            swapped = {"No": "Yes", "Yes": "No"}
            text = re.sub(r"^(No|Yes)(?=, we're (?:open|closed))", lambda match: swapped[match.group(1)], text)
        return Fact(text, "hours")

    def _opening(self, asked: str, profile: BusinessProfile, now: datetime, spoken: bool) -> str:
        if ask.NOW.search(asked):
            return opening.open_now(profile, now, spoken)
        if ask.LUNCH.search(asked):
            return opening.lunch(profile, now, spoken)
        closing = bool(ask.CLOSING.search(asked)) and not ask.BOTH_ENDS.search(asked)
        values = self._resolve(asked, now)
        days = [value.start for value in values if value.kind == "date" and isinstance(value.start, date)]
        if len(days) > 1 and len(days) == len(values):
            return opening.named_days(days, profile, now, spoken)
        for value in values:
            text = opening.about_time(value, profile, now, spoken, closing=closing)
            if text is not None:
                return text
        named = holiday_named(profile, asked, now.date())
        if named is not None:
            return opening.one_day(day_hours(profile, named), now.date(), spoken, closing=False)
        if not ask.USUALLY.search(asked):
            if ask.NEXT_OPENING.search(asked):
                return opening.open_now(profile, now, spoken, asking_when=True)
            today = day_hours(profile, now.date())
            if closing and ask.OPEN_QUESTION.match(asked) and today.periods and now.time() < today.periods[-1].end:
                return opening.one_day(today, now.date(), spoken, closing=True)
        return opening.week(profile, spoken=spoken)

    def _closures(self, asked: str, profile: BusinessProfile, now: datetime) -> Fact | None:
        named = holiday_named(profile, asked, now.date())
        if named is not None or any(value.kind != "duration" for value in self._resolve(asked, now)):
            return None  # about one day: the hours of that day say it
        coming = [closure for closure in profile.closures if closure.end >= now.date()]
        if coming:
            closure = min(coming, key=lambda item: item.start)
            span = words_of.month_day(closure.start)
            if closure.end != closure.start:
                span = f"from {span} to {words_of.month_day(closure.end)}"
            else:
                span = f"on {span}"
            reason = f" for the {closure.reason}" if closure.reason else ""
            return Fact(f"We're closed {span}{reason}.", "closures")
        return None

    # -- services ----------------------------------------------------------------------------------------------------------------

    def _prices(self, asked: str, profile: BusinessProfile, _: datetime, spoken: bool) -> Fact | None:
        if not ask.PRICE.search(asked):
            return None
        service, used = named_service(asked, profile)
        if service is not None:
            if service.price is None:
                return None
            rest = leftover(asked, used, ask.PRICE_WORDS)
            return Fact(f"{words_of.capital(words_of.article(service.name))} is {service.price}.", f"services: {service.name}", tuple(rest))
        if not ask.PRICE_LIST.search(asked):
            return None
        priced = [item for item in profile.services if item.price is not None]
        if not priced:
            return None
        shown = priced[:2] if spoken else priced[:5]
        text = words_of.listed([f"{words_of.article(item.name)} is {item.price}" for item in shown])
        more = " Which service is it for?" if len(shown) < len(profile.services) else ""
        return Fact(f"{words_of.capital(text)}.{more}", "services")

    def _durations(self, asked: str, profile: BusinessProfile, _: datetime, spoken: bool) -> Fact | None:
        if not ask.DURATION.search(asked):
            return None
        service, used = named_service(asked, profile)
        if service is None:
            return None
        rest = leftover(asked, used, ask.DURATION_WORDS)
        said = words_of.minutes_in_words(service.minutes)
        return Fact(f"{words_of.capital(words_of.article(service.name))} takes {said}.", f"services: {service.name}", tuple(rest))

    def _offers(self, asked: str, profile: BusinessProfile, _: datetime, spoken: bool) -> Fact | None:
        if ask.SERVICES.search(asked) and profile.services:
            names = [words_of.article(item.name).removeprefix("a ").removeprefix("an ") for item in profile.services]
            limit = 4 if spoken else 12
            more = " and more" if len(names) > limit else ""
            text = f"We offer {', '.join(names[:limit])}{more}." if more else f"We offer {words_of.listed(names)}."
            return Fact(text, "services")
        if ask.OFFER.search(asked):
            service, used = named_service(asked, profile)
            if service is not None and not leftover(asked, used, ask.OFFER_WORDS):
                return Fact(_offer(service), f"services: {service.name}")
        return None

    # -- where and how -----------------------------------------------------------------------------------------------------------

    def _contact(self, asked: str, profile: BusinessProfile, _: datetime, spoken: bool) -> Fact | None:
        for pattern, value, say, source in (
            (ask.ADDRESS, profile.address, "We're at {}.", "address"),
            (ask.WEBSITE, profile.website, "Our website is {}.", "website"),
            (ask.EMAIL, profile.email, "Our email is {}.", "email"),
            (ask.PHONE, profile.phone, "Our number is {}.", "phone"),
            (ask.NAME, profile.name, "This is {}.", "name"),
        ):
            if value and pattern.search(asked):
                shown = re.sub(r"^https?://(?:www\.)?", "", value).rstrip("/") if source == "website" else value.rstrip(".")
                return Fact(say.format(shown), source)
        return None


def _offer(service: Service) -> str:
    price = f", for {service.price}" if service.price else ""
    return f"Yes, {words_of.article(service.name)} takes {words_of.minutes_in_words(service.minutes)}{price}."
