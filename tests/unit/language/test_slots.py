"""The finders for what callers say: names, letters, numbers, addresses, choices, yes and no."""

from __future__ import annotations

import pytest

from assistant.domain.business import Service
from assistant.language.choices import find_choice
from assistant.language.digits import mend
from assistant.language.emails import find_email
from assistant.language.names import find_name, title_case
from assistant.language.phones import find_phone
from assistant.language.quantities import find_quantity
from assistant.language.services import find_service
from assistant.language.spelling import find_spelling
from assistant.language.yes_no import find_yes_no

SERVICES = (
    Service("Cleaning", 45, ("teeth cleaning", "hygienist", "scale and polish")),
    Service("Check-up", 30, ("checkup", "exam", "consultation")),
    Service("Botox", 30),
    Service("Deep tissue massage", 60),
)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", "yes"), ("yeah", "yes"), ("yep", "yes"), ("uh huh", "yes"), ("mm hmm", "yes"), ("sure", "yes"), ("okay", "yes"), ("correct", "yes"), ("perfect", "yes"),
        ("that works", "yes"), ("that's right", "yes"), ("sounds good to me", "yes"), ("go ahead", "yes"), ("please do", "yes"), ("book it", "yes"), ("no yeah that's fine", "yes"),
        ("no problem", "yes"), ("I don't mind", "yes"), ("i think so", "yes"), ("of course", "yes"), ("👍", "yes"), ("yes, is there parking?", "yes"), ("oh yes please", "yes"),
        ("no", "no"), ("nope", "no"), ("yeah no", "no"), ("that's not right", "no"), ("not really", "no"), ("no thanks", "no"), ("no, Wednesday", "no"), ("absolutely not", "no"),
        ("of course not", "no"), ("don't", "no"), ("I don't think so", "no"), ("that doesn't work for me", "no"), ("no no no", "no"), ("i can't make that", "no"), ("👎", "no"),
        ("no, definitely not", "no"), ("that's wrong", "no"), ("that's no good", "no"), ("let's not", "no"), ("yes, wait, no", "no"),
        ("no, wait, yes", "yes"), ("no i mean yes", "yes"), ("that's no problem", "yes"), ("spot on", "yes"),
        ("sure, but make it four", "yes_but"), ("yeah but make it four", "yes_but"), ("okay can we make it three", "yes_but"), ("yes, actually make it friday", "yes_but"),
        ("yes except the time", "yes_but"),
        ("are you sure?", None), ("i'm not sure", None), ("right now", None), ("what about saturday", None), ("I don't know", None), ("is that right", None),
        ("good morning", None), ("i'd like to book an appointment", None), ("please clear my calendar", None), ("no preference", None), ("", None), ("tuesday", None),
    ],
)  # fmt: skip
def test_yes_and_no_in_all_their_forms(text: str, answer: str | None) -> None:
    assert find_yes_no(text) == answer


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("this is joan keller", "Joan Keller"),
        ("it's Siobhan, S I O B H A N", "Siobhan"),
        ("my name is tom okafor", "Tom Okafor"),
        ("my name's seamus o'brien", "Seamus O'Brien"),
        ("joan keller speaking", "Joan Keller"),
        ("hi i'm sarah and i need an appointment", "Sarah"),
        ("2, cleaning, it's Luis Ortega", "Luis Ortega"),
        ("can i book under the name van der berg", "Van der Berg"),
        ("name is peter smith and my number is 202 555 0188", "Peter Smith"),
        ("I need to cancel Tom Okafor's appointment.", "Tom Okafor"),
        ("Keller, K E L L A R", "Kellar"),
        ("K E double L E R", "Keller"),
        ("i'm late", None),
        ("it's for a cleaning", None),
        ("this is about my bill", None),
        ("i am calling about tuesday", None),
        ("hi, it's jorunn calling", "Jorunn"),
        ("first name joan last name keller", "Joan Keller"),
        ("my last name is keller, first name joan", "Joan Keller"),
        ("my last name is smith with a y", "Smith"),
        ("it's cold here", None),
        ("i am nkechi obiageli, i need to cancel", "Nkechi Obiageli"),
        ("book a cleaning for odalys brancato on friday", "Odalys Brancato"),
        ("this is total nonsense", None),
        ("i'm completely lost here", None),
        ("a table on behalf of wilma prent, for six", "Wilma Prent"),
        ("it's urgent", None),
        ("tell the doctor my knee is better", None),
        ("i'm in pain", None),
        ("this is ridiculous", None),
    ],
)
def test_names_are_found_without_capitals_and_not_in_plain_words(text: str, name: str | None) -> None:
    found = find_name(text)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("siobhan daly", "Siobhan Daly"),
        ("uh it's keller", "Keller"),
        ("keller, joan keller", "Joan Keller"),
        ("yeah sure joan keller", "Joan Keller"),
        ("b as in boy o b", "Bob"),
        ("bravo oscar bravo", "Bob"),
        ("my name is zbigniew brzezinski", "Zbigniew Brzezinski"),
        ("it's joan with a j", "Joan"),
        ("thanks", None),
        ("i'd rather not say", None),
        ("what do you mean", None),
        ("do you have parking", None),
    ],
)
def test_a_bare_name_counts_when_it_was_asked_for(text: str, name: str | None) -> None:
    found = find_name(text, expecting=True)
    assert (found.name if found else None) == name


def test_names_are_written_as_people_write_them() -> None:
    assert title_case("anna mcdonald-smith") == "Anna McDonald-Smith"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("S I O B H A N", "SIOBHAN"),
        ("S-I-O-B-H-A-N", "SIOBHAN"),
        ("k e double l e r", "KELLER"),
        ("b as in boy e n", "BEN"),
        ("sierra alpha mike", "SAM"),
        ("s for sugar m i t h", "SMITH"),
        ("i see", None),
        ("a b", None),
        ("mike", None),
        ("oscar and juliet", None),
    ],
)
def test_spelled_letters(text: str, letters: str | None) -> None:
    found = find_spelling(text)
    assert (found.letters if found else None) == letters


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("two oh two five five five oh one nine nine", "+12025550199"),
        ("two oh two, triple five, oh one nine nine", "+12025550199"),
        ("my number is 202 555 0199", "+12025550199"),
        ("(202) 555-0199", "+12025550199"),
        ("eight hundred five five five oh one nine nine", "+18005550199"),
        ("plus four four two oh seven nine four six oh nine five eight", "+442079460958"),
        ("+44 20 7946 0958", "+442079460958"),
        ("two oh two five five five oh one nine nine no one eight nine nine", "+12025551899"),
        ("call me at two zero two five five five no five five six zero one nine nine", "+12025560199"),
        ("two oh two um five five five oh one ninety nine", "+12025550199"),
        ("tuesday at three thirty", None),
        ("march third twenty twenty six at ten thirty", None),
    ],
)
def test_telephone_numbers_as_they_are_said(text: str, number: str | None) -> None:
    found = find_phone(text)
    assert (found.e164 if found else None) == number


def test_half_a_number_is_kept_until_the_rest_comes() -> None:
    found = find_phone("two oh two... five five five...", expecting=True)
    assert found is not None
    assert (found.e164, found.digits) == (None, "202555")


def test_a_number_of_the_business_country_needs_no_prefix() -> None:
    found = find_phone("oh two oh seven nine four six oh nine five eight", "GB")
    assert found is not None
    assert found.e164 == "+442079460958"


def test_a_correction_replaces_the_stretch_it_resembles() -> None:
    assert mend("2025550199", "1899") == "2025551899"
    assert mend("2025550199", "556") == "2025560199"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("info at riverside dash dental dot com", "info@riverside-dental.com"),
        ("it's j dot smith underscore 99 at gmail dot com", "j.smith_99@gmail.com"),
        ("my email is joan keller at gmail dot com thanks", "joankeller@gmail.com"),
        ("s as in sam m i t h at yahoo dot co dot uk", "smith@yahoo.co.uk"),
        ("write to Joan@Example.com please", "joan@example.com"),
        ("see you at three", None),
        ("my address is at the corner", None),
    ],
)
def test_spoken_addresses(text: str, address: str | None) -> None:
    found = find_email(text, expecting=True)
    assert (found.address if found else None) == address


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("a cleaning tomorrow", "Cleaning"), ("clean my teeth", "Cleaning"), ("a check up please", "Check-up"), ("checkup", "Check-up"), ("the hygenist", "Cleaning"),
        ("scaling and polish", "Cleaning"), ("bow tox", "Botox"), ("deep tissue", "Deep tissue massage"), ("i need an examination", "Check-up"),
        ("can you check tomorrow", None), ("i want to book an appointment", None), ("i'd like a root canal", None),
    ],
)  # fmt: skip
def test_services_by_name_alias_and_mishearing(text: str, service: str | None) -> None:
    found = find_service(text, SERVICES)
    assert (found.name if found else None) == service


def test_a_service_that_is_not_on_the_list_is_kept_in_its_own_words() -> None:
    found = find_service("i'd like a root canal on friday", SERVICES)
    assert found is not None
    assert (found.name, found.said) == (None, "root canal")


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("the second one", 1), ("the first please", 0), ("number two", 1), ("2", 1), ("the last one", -1), ("the later one", "later"), ("the earlier one", "earlier"),
        ("neither", "neither"), ("either is fine", "any"), ("the other one", -1), ("the second of march", None), ("wait a second", None), ("thursday", None), ("3 pm", 1),
        ("one second please", None), ("not the first", 1), ("the 3 o'clock, not the first", 1),
    ],
)  # fmt: skip
def test_which_of_two(text: str, choice: int | str | None) -> None:
    assert find_choice(text, ("Thursday at 1:15 pm", "Thursday at 3 pm"), expecting=True) == choice


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("wednesday, not friday", 1), ("friday or tuesday", None), ("the middle one", 1), ("not the first", None), ("the friday one", 2),
        ("the 2:15 one on wednesday for 4 people", 1),
    ],
)  # fmt: skip
def test_which_of_three(text: str, choice: int | str | None) -> None:
    assert find_choice(text, ("Tuesday at 10:30", "Wednesday at 2:15", "Friday at 4"), expecting=True) == choice


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a table for four", 4),
        ("half a dozen of us", 6),
        ("there are two of us", 2),
        ("just me", 1),
        ("a party of six", 6),
        ("table for four thirty", None),
        ("tuesday", None),
    ],
)
def test_quantities_are_not_times(text: str, number: int | None) -> None:
    assert find_quantity(text) == number
