"""What callers' sentences begin and end with: the word lists and patterns behind `assistant.turn.words`."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
FILLERS = frozenset({"um", "uh", "er", "erm", "em", "hmm", "hm", "mm", "uhm", "umm", "uhh", "ah", "eh"})

DIGITS = {
    "zero": 1, "oh": 1, "o": 1, "one": 1, "two": 1, "three": 1, "four": 1, "five": 1, "six": 1, "seven": 1, "eight": 1, "nine": 1,
    "ten": 2, "eleven": 2, "twelve": 2, "thirteen": 2, "fourteen": 2, "fifteen": 2, "sixteen": 2, "seventeen": 2, "eighteen": 2,
    "nineteen": 2,
    "twenty": 2, "thirty": 2, "forty": 2, "fifty": 2, "sixty": 2, "seventy": 2, "eighty": 2, "ninety": 2, "hundred": 2,
}  # fmt: skip
TENS = frozenset({"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"})

#: nothing ends after these
LEADING = _words(
    """
    a an the my your our his their its this's and or but nor because cause although though unless until while since if
    whether than to of for with from about into onto at by between around during before after like as via per plus is are am
    was were be been being isn't aren't i'm it's that's there's what's who's where's he's she's we're they're you're i've
    would could should will shall can may might must do does did has had i'd we'd you'd i'll we'll he'd she'd they'd i we he
    they need needs want wants wanted wondering thinking maybe perhaps probably either neither every another some any which
    whose very really just also even only actually basically called named says mr mrs ms dr doctor half quarter almost mean
    not st
    """
)
#: these close a question or a short answer as often as they open something
CLOSING_ALLOWED = re.compile(
    r"(?:"
    r"(?:what|who|where|which|how) \S+ (?:.* )?(?:for|with|about|from|at|like|to|of|by|is|are|was|it's|as)"
    r"|(?:yes|yeah|yep|sure|ok|okay|no|nope)\b.*\b(?:i'd (?:like|love) to|i (?:do|am|can|would|will|could|want to|need to|"
    r"did|have|may|might)|"
    r"it (?:is|was|does|will)|that (?:is|was|would)|they (?:are|do)|we (?:do|are|will|can)|you (?:can|may|could|do)|"
    r"please do|not)"
    r"|^(?:\S+ )?(?:maybe|perhaps|probably|really|not really|either|neither|any)|(?:yes|yeah|no|not|nope) actually"
    r"|(?:i can|i do|i am|i will|i would|of course i can)"
    r"|(?:don't|not|haven't|didn't|won't|never|without)\b.* (?:any|either|really)"
    r"|.*\b(?:before|after|the day after|around|or so|if i can|if you can|if possible|as i can|or not|why not|of course not|"
    r"not (?:really|yet)|what i (?:need|want|mean)|all i (?:need|want)|you (?:want|need|like|can|do)|i(?:'d)? (?:like|"
    r"want)ed? that|"
    r"(?:would|could|should|can|will) do|i think so|anything like|hope so|paid for|as well as i|"
    r"it is|that is|there is|they are|you are)"
    r")$"
)
#: verbs that want to know what: "I would like to book ..."
WANTING = _words(
    """
    book schedule make arrange reserve get have leave bring tell give find see move change switch push ask know put take add
    set say
    """
)
#: "... an appointment on", unless it belongs to the verb: "come on"
ON_WHAT = re.compile(r"(?<!come)(?<!hold)(?<!hang)(?<!go)(?<!going)(?<!carry)(?<!later)(?<!early)(?<!now)(?<!what's)(?<!moving) on$|^on$")
#: "Can I get ...": a request that has yet to say for what; "how do I get to ..."
REQUEST_OF = re.compile(
    r"^(?!.*\b(?:what|where|how|when|who|which|anything|something)\b).*\b(?:can|could|may|might) (?:i|we|you)"
    rf"(?: (?:please|just|also|maybe|possibly))* (?:{'|'.join(sorted(WANTING))}|both)$"
    r"|\b(?:can|could|may) (?:i|we) come(?: in| by| over)?$"
    r"|\bis there (?:any|a) (?:chance|way|possibility)$|\b(?:get|come) to$"
    r"|\b(?:like|want|need|love|wanted|let me)(?: to)? (?:both|buck|boat|brook)$"  # "book", as a telephone has it
)
STARTS = re.compile(
    r"(?:^|\b)(?:(?:can|could|would|will) (?:you|i|we)(?: please)?(?: (?:tell|let|ask|give|help|check|say|know)(?: (?:me|us|"
    r"you|them))?)?"
    r"|do you(?: know| happen to know)?|i(?: was|'m| am) (?:just )?(?:wondering|calling|looking|trying|hoping|"
    r"thinking)(?: (?:if|about|for|to))?"
    r"|(?:how|what) about|i(?:'d| would) (?:like|love|prefer|rather)|let's (?:say|see)|let me (?:see|think|check|look)|"
    r"(?:hold|hang) on|one (?:second|moment|sec)"
    r"|i (?:just )?(?:think|guess|mean|believe|suppose|know)|is (?:it|there|that)|are (?:you|there)|my (?:number|phone|"
    r"phone number|email|address|birthday|name)"
    r"(?: is|'s)?|(?:it|that)(?: is|'s)|spelled|it's spelled|and it is spelled|this is|here is|the (?:number|name|"
    r"address) is|in the|on the|for the|next|this coming)$"
)
QUESTION = re.compile(
    r"^(?:(?:and|so|but|okay|ok|oh|um|uh|well|sorry|hi|hello|hey|yes|yeah|no|wait)[, ]+)*(?:what|when|where|who|which|why|"
    r"how|is|are|do|does|did|can|could|would|will|"
    r"have|has|should|may|am)\b"
)
ACK = re.compile(
    r"^(?:(?:oh|ah|well|okay|ok|um|uh) )*(?:yes|yeah|yep|yup|no|nope|nah|sure|okay|ok|right|correct|exactly|perfect|great|"
    r"fine|good|please|absolutely|definitely|"
    r"of course|certainly|wonderful|lovely|that's (?:right|correct|fine|good|great|perfect|it|all|wrong|not right)|"
    r"sounds (?:good|great|fine|perfect)|not really|never mind|"
    r"go ahead|please do|do it|book it|confirm|cancel it|thank you|thanks|bye|goodbye|good bye|that works|works for me|i do|"
    r"i am|either|neither|the first|the second)"
    r"(?: (?:yes|yeah|no|please|thanks|thank you|sure|it is|i do|i am|i would|that's (?:right|correct|fine|good|it|all)|"
    r"is (?:fine|good|great|perfect)|works|sir|ma'am|"
    r"book it|do it|do that|go ahead|very much|so much|bye|goodbye|one|then|you|too|now|for now|okay|all|everything|good|"
    r"great|perfect|that|have|a|nice|day))*$"
)
#: could be all, but is seldom: what, which, when?
VAGUE = re.compile(
    r"(?:^|\b)(?:(?:have|got|there|have you) anything|what time|which day|which one|(?:need|want|like|have|"
    r"wanted) to (?:cancel|reschedule|come in|come by|see someone)|"
    r"(?:speak|talk) (?:to|with) (?:you|it|him|her|them)|wondering (?:it|about it|that))$"
    r"|^(?:\w+ )?(?:i|we|i'd|we'd|i would|we would)(?: just| really| also)? (?:need|want|like|love|wanted|hoping) to \w+$"
    r"|^(?:(?:maybe|on|for|or|well) )*the (?:day|week) (?:after|before)$"
)
PARTING = re.compile(
    r"\b(?:bye|goodbye|thank you|thanks|please|thank you very much|have a (?:nice|good|great) (?:day|one|evening)|"
    r"that's (?:all|it|everything)|as well|too)$"
)
#: said to get the word, with what it is for still to come
OPENING = re.compile(
    r"^(?:(?:oh|okay|ok|no|yes|hi|hello|hey|and|but|um|uh) )*"
    r"(?:wait|actually|listen|look|well|excuse me|sorry)(?: (?:wait|actually|sorry))*$"
)
#: nothing is missing after these
CLOSED = re.compile(
    r"\b(?:(?:would be|will be|is|are|sounds|looks) (?:good|great|fine|best|better|perfect|ideal|lovely|okay|ok|possible|easier)"
    r"|(?:works|suits|work|suit)(?: (?:for )?(?:me|us))?(?: (?:best|better|well|fine|great))?|if (?:that's |it's )?(?:possible|okay|ok))$"
)
#: a request that says neither for what nor when
BARE_REQUEST = re.compile(rf"\b(?:{'|'.join(sorted(WANTING))})\b.*\b(?:an|another) (?:appointment|booking|reservation|visit)$")
HEDGES = frozenset({"maybe", "perhaps", "possibly", "either"})
DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|tonight|tomorrow|weekend|week|month|january|february|march|april|"
    r"may|june|july|august|september|october|"
    r"november|december|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth|\d+(?:st|nd|rd|th)"
)
#: the beginning of a day or a time, and so far neither: "maybe on", "how about the"
GROPING = re.compile(rf"^(?:maybe|perhaps|how about|what about|not|either|some ?time|or)\b(?!.*\b(?:{DAY})$)")
DAY_END = re.compile(rf"\b(?:{DAY})$")
TIME_END = re.compile(
    r"\b(?:morning|afternoon|evening|noon|midday|midnight|lunch|lunchtime|o'clock|am|pm|a m|p m|thirty|fifteen|forty five|"
    r"\d{1,2} \d{2}|earlier|later|soon|anytime|"
    r"(?:at|past|to|till|until|by|around|about|after|before) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|\d{1,2}))$"
)
NAME_GIVEN = re.compile(
    r"\b(?:my name is|my name's|the name is|name's|this is|i am|i'm|it's|it is|speaking with|"
    r"under) (?P<name>[a-z']+(?: [a-z']+){0,3})$"
)
NUMBER_TOPIC = re.compile(r"\b(?:number|phone|cell|mobile|reach me|call me|code|pin|zip)\b")
REPAIR = re.compile(r"(?:[,.] |\b)(?:no|wait|actually|sorry|i mean|or|well|so|but)$")
#: reasons after which hesitation does not count
CERTAIN = frozenset(
    {"short answer", "a word", "please", "all digits", "phone number", "email", "parting", "closed", "full name", "a choice", "a time"}
)
NOT_NAMES = _words(
    """
    a an the about for not just so very calling here looking fine good sorry sure okay ok great right all that what it is on
    in at tomorrow today
    """
)
