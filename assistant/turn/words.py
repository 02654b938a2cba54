"""Whether the words so far are a whole turn, the beginning of one, or could be either.

Grammar is judged from the end backwards (a sentence that stops at "to", "my" or "um" is not over), and what the dialogue asked for
decides what counts as an answer: seven digits are no phone number, "yes" is all of a yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from assistant.domain.conversation import Expectation


class Wholeness(Enum):
    """How complete a turn reads, and so how long its silence has to be before it is answered."""

    WHOLE = "whole"
    OPEN = "open"
    PARTIAL = "partial"
    DICTATING = "dictating"  # digits, letters or an address are being given piece by piece: the longest pauses of all


@dataclass(frozen=True, slots=True)
class Reading:
    wholeness: Wholeness
    why: str
    hesitant: bool = False  # fillers: this caller is thinking aloud
    certain: bool = False  # exactly what was asked for, or a closed formula: nothing more is to be expected


_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
FILLERS = frozenset({"um", "uh", "er", "erm", "em", "hmm", "hm", "mm", "uhm", "umm", "uhh", "ah", "eh"})

_DIGITS = {
    "zero": 1, "oh": 1, "o": 1, "one": 1, "two": 1, "three": 1, "four": 1, "five": 1, "six": 1, "seven": 1, "eight": 1, "nine": 1,
    "ten": 2, "eleven": 2, "twelve": 2, "thirteen": 2, "fourteen": 2, "fifteen": 2, "sixteen": 2, "seventeen": 2, "eighteen": 2, "nineteen": 2,
    "twenty": 2, "thirty": 2, "forty": 2, "fifty": 2, "sixty": 2, "seventy": 2, "eighty": 2, "ninety": 2, "hundred": 2,
}  # fmt: skip
_TENS = frozenset({"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"})

#: nothing ends after these
_LEADING = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "our",
        "his",
        "their",
        "its",
        "this's",
        "and",
        "or",
        "but",
        "nor",
        "because",
        "cause",
        "although",
        "though",
        "unless",
        "until",
        "while",
        "since",
        "if",
        "whether",
        "than",
        "to",
        "of",
        "for",
        "with",
        "from",
        "about",
        "into",
        "onto",
        "at",
        "by",
        "between",
        "around",
        "during",
        "before",
        "after",
        "like",
        "as",
        "via",
        "per",
        "plus",
        "is",
        "are",
        "am",
        "was",
        "were",
        "be",
        "been",
        "being",
        "isn't",
        "aren't",
        "i'm",
        "it's",
        "that's",
        "there's",
        "what's",
        "who's",
        "where's",
        "he's",
        "she's",
        "we're",
        "they're",
        "you're",
        "i've",
        "would",
        "could",
        "should",
        "will",
        "shall",
        "can",
        "may",
        "might",
        "must",
        "do",
        "does",
        "did",
        "has",
        "had",
        "i'd",
        "we'd",
        "you'd",
        "i'll",
        "we'll",
        "he'd",
        "she'd",
        "they'd",
        "i",
        "we",
        "he",
        "they",
        "need",
        "needs",
        "want",
        "wants",
        "wanted",
        "wondering",
        "thinking",
        "maybe",
        "perhaps",
        "probably",
        "either",
        "neither",
        "every",
        "another",
        "some",
        "any",
        "which",
        "whose",
        "very",
        "really",
        "just",
        "also",
        "even",
        "only",
        "actually",
        "basically",
        "called",
        "named",
        "says",
        "mr",
        "mrs",
        "ms",
        "dr",
        "doctor",
        "half",
        "quarter",
        "almost",
        "mean",
        "not",
        "st",
    ]
)
#: these close a question or a short answer as often as they open something
_CLOSING_ALLOWED = re.compile(
    r"(?:"
    r"(?:what|who|where|which|how)\b.*\b(?:for|with|about|from|at|like|to|of|by|is|are|was|it's|as)"
    r"|(?:yes|yeah|yep|sure|ok|okay|no|nope)\b.*\b(?:i'd (?:like|love) to|i (?:do|am|can|would|will|could|want to|need to|did|have|may|might)|"
    r"it (?:is|was|does|will)|that (?:is|was|would)|they (?:are|do)|we (?:do|are|will|can)|you (?:can|may|could|do)|please do|not)"
    r"|(?:maybe|perhaps|probably|actually|really|not really|either|neither|i can|i do|i am|i will|i would|of course i can|any|either)"
    r"|.*\b(?:before|after|the day after|around|or so|if i can|if you can|if possible|as i can|or not|why not|of course not|"
    r"not (?:really|yet)|what i (?:need|want|mean)|all i (?:need|want)|you (?:want|need|like|can|do)|i(?:'d)? (?:like|want)ed? that|"
    r"(?:would|could|should|can|will) do|i think so|anything like|hope so|looking for|waiting for|paid for|as well as i|it is|that is|there is|they are|you are)"
    r")$"
)
#: verbs that want to know what: "I would like to book ..."
_WANTING = frozenset(
    [
        "book",
        "schedule",
        "make",
        "arrange",
        "reserve",
        "get",
        "have",
        "leave",
        "bring",
        "tell",
        "give",
        "find",
        "see",
        "move",
        "change",
        "switch",
        "push",
        "ask",
        "know",
        "put",
        "take",
        "add",
        "set",
        "say",
    ]
)
_STARTS = re.compile(
    r"(?:^|\b)(?:(?:can|could|would|will) (?:you|i|we)(?: please)?(?: (?:tell|let|ask|give|help|check|say|know)(?: (?:me|us|you|them))?)?"
    r"|do you(?: know| happen to know)?|i(?: was|'m| am) (?:just )?(?:wondering|calling|looking|trying|hoping|thinking)(?: (?:if|about|for|to))?"
    r"|(?:how|what) about|i(?:'d| would) (?:like|love|prefer|rather)|let's (?:say|see)|let me (?:see|think|check|look)|(?:hold|hang) on|one (?:second|moment|sec)"
    r"|i (?:just )?(?:think|guess|mean|believe|suppose|know)|is (?:it|there|that)|are (?:you|there)|my (?:number|phone|phone number|email|address|birthday|name)"
    r"(?: is|'s)?|(?:it|that)(?: is|'s)|spelled|it's spelled|and it is spelled|this is|here is|the (?:number|name|address) is|in the|on the|for the|next|this coming)$"
)
_QUESTION = re.compile(
    r"^(?:(?:and|so|but|okay|ok|oh|um|uh|well|sorry|hi|hello|hey|yes|yeah|no|wait)[, ]+)*(?:what|when|where|who|which|why|how|is|are|do|does|did|can|could|would|will|"
    r"have|has|should|may|am)\b"
)
_ACK = re.compile(
    r"^(?:(?:oh|ah|well|okay|ok|um|uh) )*(?:yes|yeah|yep|yup|no|nope|nah|sure|okay|ok|right|correct|exactly|perfect|great|fine|good|please|absolutely|definitely|"
    r"of course|certainly|wonderful|lovely|that's (?:right|correct|fine|good|great|perfect|it|all|wrong|not right)|sounds (?:good|great|fine|perfect)|not really|never mind|"
    r"go ahead|please do|do it|book it|confirm|cancel it|thank you|thanks|bye|goodbye|good bye|that works|works for me|i do|i am|either|neither|the first|the second)"
    r"(?: (?:yes|yeah|no|please|thanks|thank you|sure|it is|i do|i am|i would|that's (?:right|correct|fine|good|it|all)|is (?:fine|good|great|perfect)|works|sir|ma'am|"
    r"book it|do it|do that|go ahead|very much|so much|bye|goodbye|one|then|you|too|now|for now|okay|all|everything|good|great|perfect|that|have|a|nice|day))*$"
)
#: could be all, but is seldom: what, which, when?
_VAGUE = re.compile(
    r"(?:^|\b)(?:(?:have|got|there|have you) anything|what time|which day|which one|(?:need|want|like|have|wanted) to (?:cancel|reschedule|come in|come by|see someone)|"
    r"wondering (?:it|about it|that))$"
)
_PARTING = re.compile(
    r"\b(?:bye|goodbye|thank you|thanks|please|thank you very much|have a (?:nice|good|great) (?:day|one|evening)|that's (?:all|it|everything)|as well|too)$"
)
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tonight|tomorrow|weekend|week|month|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|twentieth|thirtieth|\d+(?:st|nd|rd|th)"
)
_DAY_END = re.compile(rf"\b(?:{_DAY})$")
_TIME_END = re.compile(
    r"\b(?:morning|afternoon|evening|noon|midday|midnight|lunch|lunchtime|o'clock|am|pm|a m|p m|thirty|fifteen|forty five|\d{1,2} \d{2}|earlier|later|soon|anytime|"
    r"(?:at|past|to|till|until|by|around|about|after|before) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}))$"
)
_NAME_GIVEN = re.compile(
    r"\b(?:my name is|my name's|the name is|name's|this is|i am|i'm|it's|it is|speaking with|under) (?P<name>[a-z']+(?: [a-z']+){0,3})$"
)
_NUMBER_TOPIC = re.compile(r"\b(?:number|phone|cell|mobile|reach me|call me|code|pin|zip)\b")
_REPAIR = re.compile(r"(?:[,.] |\b)(?:no|wait|actually|sorry|i mean|or|well|so|but)$")
#: reasons after which hesitation does not count
_CERTAIN = frozenset(
    {"short answer", "a word", "please", "all digits", "phone number", "email", "parting", "full name", "a choice", "a time"}
)
_NOT_NAMES = frozenset(
    [
        "a",
        "an",
        "the",
        "about",
        "for",
        "not",
        "just",
        "so",
        "very",
        "calling",
        "here",
        "looking",
        "fine",
        "good",
        "sorry",
        "sure",
        "okay",
        "ok",
        "great",
        "right",
        "all",
        "that",
        "what",
        "it",
        "is",
        "on",
        "in",
        "at",
        "tomorrow",
        "today",
    ]
)


def tokens_of(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("’", "'"))


def digits_in(tokens: list[str]) -> int:
    """How many digits were given, "double five" and "twenty three" counted as they are keyed."""
    count, repeat, tens = 0, 1, False
    for token in tokens:
        if token in ("double", "triple"):
            repeat = 2 if token == "double" else 3
            continue
        size = len(token) if token.isdigit() else _DIGITS.get(token, 0)
        if tens and size == 1 and token not in ("oh", "o", "zero"):
            size = 0  # "twenty three": the unit fills the ten's second digit
        tens = token in _TENS
        count += size * repeat
        repeat = 1
    return count


def _trailing_digits(tokens: list[str]) -> int:
    tail: list[str] = []
    for token in reversed(tokens):
        if not (token.isdigit() or token in _DIGITS or token in ("double", "triple", "and", "area", "code")):
            break
        tail.append(token)
    return digits_in(tail[::-1])


def _letters_at_end(tokens: list[str]) -> int:
    count = 0
    for token in reversed(tokens):
        if len(token) != 1 or token.isdigit():
            break
        count += 1
    return count


def read(text: str, expectation: Expectation) -> Reading:
    """Judge the words of a turn that has fallen silent."""
    tokens = tokens_of(text)
    if not tokens:
        return Reading(Wholeness.OPEN, "no words")
    wholeness, why = _judge(text.strip(), tokens, expectation)
    return Reading(wholeness, why, any(token in FILLERS for token in tokens), why in _CERTAIN)


def _judge(text: str, tokens: list[str], expectation: Expectation) -> tuple[Wholeness, str]:
    what, last, plain = expectation.what, tokens[-1], " ".join(tokens)
    while tokens and tokens[0] in FILLERS:
        tokens = tokens[1:]
    if not tokens or last in FILLERS:
        return Wholeness.PARTIAL, "filler"
    if _ACK.match(" ".join(tokens)):
        asked = what in ("yes_no", "choice")
        return Wholeness.WHOLE, "short answer" if asked and tokens[-1] not in ("no", "nope", "nah", "okay", "ok") else "a word"
    dictation = _dictation(tokens, plain, expectation)
    if dictation is not None:
        return dictation
    if text.endswith(("...", "…", "-", "—")):
        return Wholeness.PARTIAL, "trails off"
    if last == "please" and len(tokens) > 2:
        return Wholeness.WHOLE, "please"
    if (last in _LEADING or _STARTS.search(plain)) and not _CLOSING_ALLOWED.search(plain):
        return Wholeness.PARTIAL, f"ends on {last}"
    if last in _WANTING and len(tokens) <= 9 and not _QUESTION.match(plain):
        return Wholeness.PARTIAL, f"{last} what"
    if len(tokens) > 1 and _REPAIR.search(plain) and what != "yes_no":
        return Wholeness.PARTIAL, "correcting"
    if re.search(r"\bbetween (?!.*\band\b)", plain) or re.search(r"\b(?:half past|quarter (?:past|to))$", plain):
        return Wholeness.PARTIAL, "half a time"
    if text.endswith(","):
        return Wholeness.PARTIAL, "comma"
    return _answer(text, tokens, plain, what)


def _dictation(tokens: list[str], plain: str, expectation: Expectation) -> tuple[Wholeness, str] | None:
    """Numbers, spelling and addresses that come in groups."""
    what = expectation.what
    digits = digits_in(tokens)
    if what in ("pin", "code") and digits:
        wanted = expectation.max_digits or 4
        return (Wholeness.WHOLE, "all digits") if digits >= wanted else (Wholeness.DICTATING, f"{digits} digits")
    if (what == "phone" and digits) or (_NUMBER_TOPIC.search(plain) and _trailing_digits(tokens) >= 2):
        if digits >= 10:
            return Wholeness.WHOLE, "phone number"
        return (Wholeness.OPEN, "a short number") if digits >= 7 else (Wholeness.DICTATING, f"{digits} digits")
    if (
        what not in ("date", "time", "datetime", "choice", "yes_no")
        and 3 <= _trailing_digits(tokens) < 10
        and len(tokens) >= 3
        and _single_digits(tokens)
    ):
        return Wholeness.DICTATING, "digit by digit"
    if what == "email" or re.search(r"\bemail (?:address )?is\b", plain):
        if re.search(r"(?:\bat\b|@).*\b(?:dot \w+|com|org|net|edu)$", plain):
            return Wholeness.WHOLE, "email"
        return Wholeness.DICTATING, "half an email"
    letters = _letters_at_end(tokens)
    if letters >= 2 or (what == "spelling" and letters):
        return Wholeness.OPEN, "spelling"
    return None


def _single_digits(tokens: list[str]) -> bool:
    """Digits said one by one (or written as a block of three and more), not a time or a year."""
    tail = tokens[-3:]
    return all(_DIGITS.get(token) == 1 for token in tail) or (len(tokens) > 1 and tokens[-1].isdigit() and tokens[-2].isdigit())


def _answer(text: str, tokens: list[str], plain: str, what: str) -> tuple[Wholeness, str]:
    given = _NAME_GIVEN.search(plain)
    if given is not None and not set(given["name"].split()) & _NOT_NAMES:
        if len(given["name"].split()) == 1:
            return Wholeness.OPEN, "a first name, perhaps more of it or its spelling next"
        return (Wholeness.WHOLE, "full name") if what == "name" else (Wholeness.OPEN, "introduced")
    if _PARTING.search(plain):
        return Wholeness.WHOLE, "parting"
    if what == "name":
        return (Wholeness.WHOLE, "full name") if 2 <= len(tokens) <= 4 else (Wholeness.OPEN, "a name")
    if what == "date" and (_DAY_END.search(plain) or _TIME_END.search(plain)):
        return Wholeness.WHOLE, "a day"
    if what == "time" and (_TIME_END.search(plain) or len(tokens) <= 3):
        return Wholeness.WHOLE, "a time"
    if what == "datetime" and _TIME_END.search(plain):
        return Wholeness.WHOLE, "a time"
    if what in ("choice", "service") and len(tokens) <= 6:
        return Wholeness.WHOLE, "a choice"
    if what == "yes_no" and len(tokens) <= 2:
        return Wholeness.OPEN, "not a yes or no"
    if what == "message":
        return Wholeness.OPEN, "a message"
    if _VAGUE.search(plain):
        return Wholeness.OPEN, "vague"
    if _QUESTION.match(plain) and len(tokens) >= 4:
        return Wholeness.WHOLE, "question"
    if text.endswith("?") and len(tokens) >= 3:
        return Wholeness.WHOLE, "question mark"
    if _DAY_END.search(plain):
        return Wholeness.OPEN, "a day, perhaps a time next"
    if _TIME_END.search(plain):
        return Wholeness.WHOLE, "ends on a time"
    if text.endswith((".", "!")) and len(tokens) >= 4:
        return Wholeness.WHOLE, "sentence"
    return Wholeness.OPEN, "could go on"
