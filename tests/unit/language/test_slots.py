"""The finders for what callers say: names, letters, numbers, addresses, choices, yes and no."""

from __future__ import annotations

import pytest

from assistant.domain.business import Service
from assistant.domain.language import UnderstandingContext
from assistant.language.choices import find_choice
from assistant.language.content import message_of
from assistant.language.digits import mend
from assistant.language.emails import find_email
from assistant.language.intent_rules import rule_for
from assistant.language.names import find_name, title_case
from assistant.language.phones import find_phone
from assistant.language.quantities import find_quantity
from assistant.language.services import find_service
from assistant.language.slots import find_slots
from assistant.language.spelling import find_spelling
from assistant.language.text import plain
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
        ("no you're right", "yes"), ("no no, you are quite right", "yes"), ("no, you've got it right", "yes"), ("no no that's absolutely correct", "yes"),
        ("no you're wrong", "no"), ("no no you're not right", "no"), ("no, that's not right", "no"), ("no, you're right but the time is wrong", "yes_but"),
        ("not in a hundred years", "no"), ("not for a million dollars", "no"), ("not in my lifetime", "no"), ("not for all the tea in china", "no"),
        ("sure, provided it's before noon", "yes_but"), ("yes if it's with dr haddad", "yes_but"), ("okay unless there's something earlier", "yes_but"),
        ("great so long as i'm home by six", "yes_but"), ("yes, if that's okay with you", "yes"), ("sure, as long as it's no trouble", "yes"),
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
        ("change the name to Al Roe", "Al Roe"),
        ("can you change the name to al roe please", "Al Roe"),
        ("name should be Maria Lopez", "Maria Lopez"),
        ("the name has to be Maria Lopez", "Maria Lopez"),
        ("can you change the name", None),
        ("what's the name to use", None),
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # hyphens and apostrophes that are said
        ("laura wells hyphen carter", "Laura Wells-Carter"), ("it's mary dash beth collins", "Mary-Beth Collins"), ("moore finch hyphenated", "Moore-Finch"),
        ("it's liam o apostrophe connor", "Liam O'Connor"), ("my name is ana maria ruiz hyphen soler", "Ana Maria Ruiz-Soler"),
        # one word of it is said again, as it is written
        ("philippa grey, that's philipa with one p", "Philipa Grey"), ("erik lund, but it's eric with a c", "Eric Lund"), ("kathryn moss, kathryn with a k", "Kathryn Moss"),
        ("hi this is jon baker but it's john with the h", "John Baker"), ("it's brian with an i", "Brian"),
        # the surname first, or the whole name the second time
        ("o'malley, first name fiona", "Fiona O'Malley"), ("surname is de luca, first name marco", "Marco de Luca"), ("it's osei and the first name's kwame", "Kwame Osei"),
        ("i need a filling, my first name's carla", "Carla"), ("good morning, first name carla", "Carla"),
        ("the name's hartley, simon hartley", "Simon Hartley"), ("it's rourke, it's nora rourke", "Nora Rourke"), ("petrov, it's petrov", "Petrov"),
        ("that's molly m o double l y molly dunne", "Molly Dunne"),
        # surnames that are everyday words
        ("this is helen price and i need a cleaning", "Helen Price"), ("it's tom long", "Tom Long"), ("my name is ruth best", "Ruth Best"), ("i'm karen day, calling about a bill", "Karen Day"),
        ("this is peter long time no see", "Peter"), ("it's karen may i ask something", "Karen"), ("it's helen, price please", "Helen"), ("i'm ruth best regards", "Ruth"),
        ("this is sandra may the fourth works", "Sandra"),
        # taken back
        ("it's daniel reyes, no sorry, daniela reyes", "Daniela Reyes"), ("peter holm, no i mean petra", "Petra Holm"), ("linda marsh no wait marshall", "Linda Marshall"),
        ("it's tim, sorry, jim", "Jim"), ("it's anna bell, sorry i'm in a hurry", "Anna Bell"), ("anna bell, sorry, dog barking", "Anna Bell"),
        ("my name is anna bell actually it's for my son tom", "Anna Bell"), ("no sorry it's anna bell", "Anna Bell"), ("this is anna bell sorry to bother you", "Anna Bell"),
    ],
)  # fmt: skip
def test_names_that_are_mended_while_they_are_said(text: str, name: str) -> None:
    found = find_name(text, expecting=True)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("it's tom okafor, sorry, tim okafor", "Tim Okafor"),
        ("this is rosa lind, i need two cleanings", "Rosa Lind"),
        ("this is joan keller, no, i can't come", "Joan Keller"),
        ("cancel joan may i come later", "Joan"),
        ("hi, this is adam young", "Adam Young"),
        ("what's the best price", None),
    ],
)
def test_names_beside_other_things(text: str, name: str | None) -> None:
    found = find_name(text)
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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("six hundred seventeen five five five oh one four seven", "+16175550147"),
        ("three hundred and twelve, triple five, oh one twenty", "+13125550120"),
        ("eight hundred, five five five, oh one two two", "+18005550122"),
        ("four hundred fifteen five fifty five zero one thirty", "+14155550130"),
        ("two oh two five five five oh one five one, no, the last one's a two", "+12025550152"),
        ("six one seven five five five oh one three three, the last two are four four", "+16175550144"),
        ("312 555 0107 sorry the last digit isn't a seven it's an eight", "+13125550108"),
        ("four one five five five five oh one one eight, wait, it should end in nine", "+14155550119"),
        ("two one two five five five oh one six eight, oh sorry the first three are four one five", "+14155550168"),
        ("two oh two five five five oh one nine nine and that's the last one i have", "+12025550199"),
        ("five five five oh one two two, put a two oh two in front", "+12025550122"),
        ("555 0131 and the area code is 415", "+14155550131"),
        ("triple five oh one four six area code three one two", "+13125550146"),
        ("five five five oh one six six with two one two before that", "+12125550166"),
        ("area code two one two, five five five oh one six six", "+12125550166"),
        ("the last one is at three", None),
        ("is there parking in front", None),
    ],
)
def test_numbers_that_are_put_right_or_said_in_another_order(text: str, number: str | None) -> None:
    found = find_phone(text, expecting=True)
    assert (found.e164 if found else None) == number


def test_the_end_of_a_number_that_was_read_back_is_put_right() -> None:
    found = find_phone("no, the last digit is a nine", expecting=True, previous="I have 212 555 0168. Is that right?")
    assert found is not None
    assert found.e164 == "+12125550169"


def test_hundreds_alone_are_an_area_code() -> None:
    found = find_phone("two hundred two", expecting=True)
    assert found is not None
    assert (found.e164, found.digits) == (None, "202")


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


OFFERED = (*SERVICES, Service("Whitening", 60, ("bleaching",)))


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("check up no wait a cleaning", "Cleaning"), ("bleaching, sorry, an exam i mean", "Check-up"), ("i said botox but i meant whitening", "Whitening"),
        ("a cleaning, actually no, the deep tissue massage", "Deep tissue massage"), ("whitening no no cleaning", "Cleaning"),
        ("cleaning, no rush", "Cleaning"), ("check-up sorry not cleaning", "Check-up"), ("no, a cleaning", "Cleaning"), ("sorry, botox please", "Botox"),
        ("a cleaning, and sorry, can i also get a check-up", "Cleaning"), ("i can't wait for my botox", "Botox"),
        ("can you make them whiter", "Whitening"), ("i want the whitest teeth", "Whitening"), ("whiter teeth please", "Whitening"), ("my teeth whitened", "Whitening"),
        ("this is joan white", None), ("the white building", None), ("my teeth cleaned", "Cleaning"),
    ],
)  # fmt: skip
def test_the_service_that_stands_at_the_end(text: str, service: str | None) -> None:
    context = UnderstandingContext(expecting="open")
    slots = find_slots(text, plain(text), context, services=OFFERED, country="US", times=lambda words: ())
    assert slots.get("service") == service


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("three check-ups for my kids", 3), ("we need 4 cleanings", 4), ("a couple of massages deep tissue massages i mean", 2), ("two quick exams please", 2),
        ("two cleaning appointments", 2), ("book a pair of check ups", 2),
        ("can i come at two, cleanings are my thing", None), ("one cleaning please", None), ("a cleaning at three", None), ("my two o'clock cleaning", None),
    ],
)  # fmt: skip
def test_how_many_of_a_service(text: str, number: int | None) -> None:
    slots = find_slots(text, plain(text), UnderstandingContext(), services=OFFERED, country="US", times=lambda words: ())
    assert slots["quantity"] == number


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
    ("text", "choice"),
    [
        ("the second, no, the third", 2), ("the last one, sorry, the first", 0), ("the earlier, i mean the later one", "later"), ("the third actually any is fine", "any"),
        ("the first one, no problem", 0), ("no the second", 1), ("the second one no wait", 1), ("none of those, sorry", "neither"),
        ("last option you gave", -1), ("i'll have the final one", -1), ("the very last", -1), ("last slot please", -1), ("my last one was awful", None), ("the last time i came", None),
        ("i'd take the earlier", "earlier"), ("it's the later please", "later"), ("i'll go for the soonest", "earlier"), ("yeah the latest", "later"),
        ("by five at the latest", None), ("what's the latest", None), ("not the final one", None),
    ],
)  # fmt: skip
def test_which_of_three_after_a_change_of_mind_or_by_its_place(text: str, choice: int | str | None) -> None:
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


@pytest.mark.parametrize(
    ("text", "message", "recipient"),
    [
        ("you can just say the bridge is loose", "the bridge is loose", None),
        ("please say to him that i found my keys", "i found my keys", "him"),
        ("just mention that i'm allergic to latex", "i'm allergic to latex", None),
        ("the message is that i paid yesterday", "i paid yesterday", None),
        ("tell her that the order is in", "the order is in", "her"),
        ("relay this to nurse kelly, the swelling is gone", "the swelling is gone", "nurse kelly"),
        ("could you pass it on to susan that i'm late", "i'm late", "susan"),
        ("hello, this is tom okafor, please let dr haddad know i'm running late", "i'm running late", "dr haddad"),
        ("my name is joan and could you tell susan the parcel came", "the parcel came", "susan"),
        ("i'm late tell dr haddad i'm sorry", None, None),
        ("say that again", None, None),
        ("the doctor said to call", None, None),
        ("put the crown back in please", None, None),
    ],
)
def test_messages_without_what_leads_into_them(text: str, message: str | None, recipient: str | None) -> None:
    assert message_of(text) == (message, recipient)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("this is brenda fox tell the doctor my knee is better", "take_message"),
        ("my name is tom okafor can i leave a message", "take_message"),
        ("relay this to susan the printer is fixed", "take_message"),
        ("hi it's rosa remind me to call mom", "set_reminder"),
        ("this is joan keller", None),
        ("i'm looking at the list to leave", None),
    ],
)
def test_a_request_names_itself_after_an_introduction_too(text: str, intent: str | None) -> None:
    rule = rule_for(text)
    assert (rule.intent if rule else None) == intent
