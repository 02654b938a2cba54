"""For whom something is: somebody else, several at once, and one more beside what is being talked about."""

import pytest

from assistant.domain.business import Service
from assistant.language.additions import find_added
from assistant.language.people import how_many, party, uncounted, whom

SERVICES = (Service("Cleaning", 45, ("teeth cleaning",)), Service("Check-up", 30, ("checkup",)))


@pytest.mark.parametrize(
    ("text", "kin", "name"),
    [
        ("This is Petra Lindt, I'm calling about my daughter Zoe, she needs a check-up", "daughter", "Zoe"),
        ("it's for my son max", "son", "Max"),
        ("booking on behalf of my mother, Anna Berg", "mother", "Anna Berg"),
        ("hello, my daughter's called Zoe and she's got a loose tooth", "daughter", "Zoe"),
        ("can my husband get a cleaning friday? his name is Tom Voss", "husband", "Tom Voss"),
        ("for my five year old son Leo", "son", "Leo"),
        ("i need a check-up for my mother-in-law", "mother-in-law", None),
        ("my husband asked me to call, he needs a cleaning", "husband", None),
        ("the patient is Zoe Lindt", None, "Zoe Lindt"),
    ],
)
def test_somebody_else(text: str, kin: str | None, name: str | None) -> None:
    someone = whom(text)
    assert someone is not None and (someone.kin, someone.name) == (kin, name)


@pytest.mark.parametrize(
    "text",
    [
        "my husband told me to call",
        "my friend Bob recommended you, I need a cleaning",
        "a check-up for Thursday",
        "my boss thinks I need one",
    ],
)
def test_nobody_else(text: str) -> None:
    assert whom(text) is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("check-ups for emma and luke on tuesday at ten", ["Emma", "Luke"]),
        ("for me and my wife", ["me", "wife"]),
        ("my wife and I need cleanings", ["wife", "me"]),
        ("cleaning for bob and ann roe friday", ["Bob", "Ann Roe"]),
        ("my husband Tom and my son Ben need a cleaning", ["Tom", "Ben"]),
        ("check-ups for both my kids on thursday, Emma and Noah Lindt", ["Emma", "Noah Lindt"]),
        ("for my kids Emma and Luke", ["Emma", "Luke"]),
        ("a check-up for me, my wife and our two kids", ["me", "wife", "child", "child"]),
        ("three of us need cleanings", ["me", None, None]),
        ("hi it's Petra Lindt, I need a check-up for my son", []),
        ("my wife and I just moved here and I need a check-up", []),
        ("for Tuesday and Thursday", []),
        ("I need a haircut and my beard done", []),
        ("for Anna Maria Lopez", []),
    ],
)
def test_several(text: str, people: list[str | None]) -> None:
    assert ["me" if one.me else one.name or one.kin for one in party(text)] == people


def test_names_alone_answer_who_it_is() -> None:
    assert [one.name for one in party("it's Emma, Luke and Zoe", asked=True)] == ["Emma", "Luke", "Zoe"]
    assert party("Emma Lindt", asked=True) == ()


def test_several_who_are_not_counted() -> None:
    assert uncounted("I want check-ups for my kids") and uncounted("check-ups for the whole family")
    assert not uncounted("for my two kids") and not uncounted("my kids told me to call")
    assert how_many("three of them") == 3 and how_many("four") == 4 and how_many("Thursday") is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("yes and one for my wife", "yes"),
        ("yes, and my son needs one too", "yes"),
        ("that's right, also a cleaning for my husband", "that's right"),
        ("yes please and can I also book one for my daughter right after that", "yes please"),
        ("yes that works, could you also fit in my son", "yes that works"),
        ("Carl Voss, and one for my wife Lena as well", "Carl Voss"),
        ("and my wife needs a cleaning too", ""),
        ("oh wait, and one for my wife", ""),
        ("yes and a cleaning as well", "yes"),
        ("thursday at ten, and my wife at ten thirty", "thursday at ten"),
        ("checkup thurs at 10 for me and one for the wife", "checkup thurs at 10 for me"),
        ("cleaning thursday 10am for Al Roe and check-up friday 10am for Bo Roe", "cleaning thursday 10am for Al Roe"),
    ],
)
def test_one_more(text: str, rest: str) -> None:
    added = find_added(text, SERVICES, "Check-up")
    assert added is not None and added.rest == rest and not added.bare


def test_somebody_who_is_only_named() -> None:
    added = find_added("okay and my wife too", SERVICES, "Check-up")
    assert added is not None and added.bare


@pytest.mark.parametrize(
    "text",
    [
        "yes, my wife told me to", "thursday at ten and it's for my wife", "make it for my wife", "yes and remind my wife too", "another day",
        "do you have another one", "and what does a cleaning cost", "yes and her name is Lena", "no, one for my wife", "the second one",
        "Carl Voss and my number is 202 555 0199", "yes and my husband has a question", "actually a cleaning", "yes and one question",
        "what about another time", "tuesday and thursday are good",
    ],
)  # fmt: skip
def test_nothing_more(text: str) -> None:
    assert find_added(text, SERVICES, "Check-up") is None


def test_behind_a_yes_or_a_booking_no_more_words_are_needed() -> None:
    assert find_added("one for my wife please", SERVICES) is None
    assert find_added("one for my wife please", SERVICES, after=True) is not None
    assert find_added("yes, can you do one for my wife", SERVICES, agreeing=True) is not None
    assert find_added("yes for my wife", SERVICES, agreeing=True) is None
