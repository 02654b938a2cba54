"""Yes and no in all their forms, and the yes that is not quite one ("sure, but make it four")."""

from __future__ import annotations

import re
from typing import Literal

from assistant.language.acts import announces_sending
from assistant.language.text import plain

YesNo = Literal["yes", "no", "yes_but"]

_LEAD = (
    r"(?:(?:um|uh|er|erm|hmm|hm|oh|ah|well|so|okay so|ok so|you know what|i mean|to be honest|honestly|actually|hey|hi|hello|please|and|but"
    r"|look|right so|just(?= (?:do|book|go|put|take|send|add|confirm)\b)) )*"
)
_YES = (
    r"(?:yes|yeah|yess+|kk|ja|yep|yup|yea|yeap|yah|ya|ye|aye|ofc|aight|ight|bet$|sure(?! if| about| i)"
    r"|ok|okay|okey|okey dokey|k|correct|exactly(?! not)"
    r"|(?:(?:that|it)(?:'?s| is) )?no (?:problem|trouble|bother)|spot on|ideal|bingo|if you must|oui|si|sí|yas"
    r"|precisely|absolutely(?! not)|definitely(?! not)|certainly(?! not)"
    r"|indeed|affirmative|perfect|perfectly|great|lovely|brilliant|excellent|wonderful|fantastic|awesome|super|cool|fine|good"
    r"|alright|all right"
    r"|right(?! now| away)|true|totally|yes indeed|of course(?! not)|by all means|uh huh|uhhuh|mm hmm|mmhmm|mhm|mm hm|you bet"
    r"|you got it|for sure|no doubt|agreed|done deal"
    r"|confirmed|confirm|go ahead|go for it|please do|do it|do that|book it|book that|book me in|lets do (?:it|that)|let's do"
    r" (?:it|that)|go on|y$|yes sir|yes ma'am|sounds \w+|works(?: for me)?"
    r"|fine by me|fine with me|deal|why not|(?:i do|i am|i would|it is|it does)(?= indeed| please| thanks?| thank you|$)|i'd"
    r" (?:love|like) (?:that|it|to(?= please|$))|i think so|i guess(?: so)?|i suppose(?: so)?|i believe so|i agree"
    r"|that'?s (?:(?!not\b|never\b|no\b)\w+ )?(?:right|correct|fine|good|great|perfect|it|okay|ok|true|me|lovely|cool|alright|all"
    r" right|awesome|wonderful|brilliant|the one|works?|exactly right|what i (?:want|need|said|meant))"
    r"|that is (?:(?!not\b|never\b|no\b)\w+ )?(?:right|correct|fine|good|great|perfect|it|okay|ok|true|me|what i (?:want|need|said|meant))"
    r"|that (?:works|will work|would work|would be (?:\w+ )?(?:great|fine|good|perfect|lovely|ok|okay)|sounds \w+(?: \w+)?"
    r"|suits(?: me)?|will do|one(?:'s| is) fine)|that'?ll (?:work|do|be (?:fine|great|good|perfect))"
    r"|it'?s (?:fine|good|great|perfect|ok|okay|correct|right|true)|this (?:is (?:fine|good|great|correct|right|perfect)"
    r"|works)|you'?re right|you (?:have |'ve )?got (?:it|that)(?: right)?|yes please|please$|no problem|thats? (?:right"
    r"|correct|fine|good|great|perfect))"
)
_NO = (
    r"(?:no|nope|nah|naw|nay|negative|not really|not quite|not exactly|not at all|not now|not yet|not today|not that|not this"
    r"|not on|not anymore|not necessary|not (?:in|for) (?:all the|(?:(?:a|an|one|ten|this|my) )?(?:hundred|thousand|million|billion"
    r"|lifetime|life|month of))|no way|no thanks?|no thank you"
    r"|never|never mind|nevermind|nvm|absolutely not|definitely not|certainly not|of course not|don'?t|do not|please don'?t|wrong"
    r"|incorrect|false|that'?s (?:\w+ )?(?:wrong|incorrect|false|a no)"
    r"|that is (?:\w+ )?(?:wrong|incorrect|false)|that'?s (?:all )?not\b|that is not|it'?s (?:not|wrong|incorrect)|it is not"
    r"|that (?:isn'?t|is not|doesn'?t|does not|won'?t|will not|wouldn'?t|can'?t)"
    r"|this (?:isn'?t|is not|doesn'?t|won'?t)|it (?:isn'?t|doesn'?t|does not|won'?t)|i (?:don'?t|do not|didn'?t|did not|can'?t"
    r"|cannot|wouldn'?t|won'?t|couldn'?t|am not|disagree|never)(?! know| mind| care| remember| hear| understand| have (?:a"
    r" )?preference| catch| think i)"
    r"|i'?m (?:not(?! sure)|afraid not)|i'?d rather not|i think not|none|neither|nothing|n|uh uh|uhuh|mm mm|nuh uh|forget it"
    r"|scratch that|stop|hold off|(?:let'?s )?leave (?:it|that)|let'?s not|(?:(?:that|it)(?:'?s| is) )?no (?:good|use|help)"
    r"|can(?:'?t|not) make (?:it|that)|you'?re wrong|you (?:got|have) (?:it|that) wrong)"
)
# "no, wait, yes": what comes after these is what is meant
_TURN = r"(?:(?:no|wait|sorry|hang on|hold on|i mean(?:t)?|actually|oh|um|uh|scratch that) )*"
_YES_AT = re.compile(rf"^{_LEAD}(?P<said>{_YES})\b")
_NO_AT = re.compile(rf"^{_LEAD}(?P<said>{_NO})(?![\w'])")
_YEAH_NO = re.compile(
    rf"^{_LEAD}(?:yeah|yes|yep|ok|okay|right|sure|well|ah|oh) {_TURN}(?:no|nope|nah)\b(?! (?:problem|worries|doubt|that'?s (?:fine"
    rf"|great|good|right)))"
)
_NO_YEAH = re.compile(
    rf"^{_LEAD}no {_TURN}(?:yeah|yes|yep|sure|absolutely(?! not)|definitely(?! not)|of course(?! not)|problem|worries|doubt"
    rf"|(?:that'?s|it'?s|that is|you'?re|you are)(?: (?:quite|absolutely|totally|all|exactly))? (?:right|correct|perfect|great|good)"
    rf"|you(?:'ve| have)? got (?:it|that) right)\b"
)
_NOT_WRONG = re.compile(
    rf"^{_LEAD}(?:that'?s|it'?s|that is|not) (?:not )?(?:wrong at all|bad|a problem)\b|^{_LEAD}(?:i (?:don'?t|do not) mind|no"
    rf" objections?|can'?t complain|i don'?t see why not|why not)\b"
)
_BUT = re.compile(
    r"\b(?:(?:as|so) long as|provid(?:ed|ing)|on (?:the )?condition|unless|(?:only )?if (?:it|that|there|he|she)(?:'?s| is)"
    r"|but|except|only|though|although|however|instead|rather|actually|make (?:it|that)|change (?:it|that|the)"
    r"|(?:could|can) (?:we|you|i) (?:make|do|move|change|push|switch|shift|come|try|please (?:make|do|move|change))"
    r"|move (?:it|that)|if (?:it|you|we|that) (?:could|can|were|was)|on second thoughts?|hang on|wait|hold on|not (?:on|at|for|the))\b"
)
_HARMLESS_BUT = re.compile(
    r"\b(?:(?:as|so) long as|if|unless) (?:that|it)(?:'?s| is) (?:not )?(?:ok|okay|all ?right|fine|possible|good|easier|convenient"
    r"|(?:an? |no |any |too much )?(?:trouble|problem|bother))(?: (?:with|for) (?:you|him|her|them|everyone))?$|"
    r"\bactually (?:yes|yeah|that'?s|perfect|great)\b|\b(?:but|though|actually)$|\byou (?:could|can)\b|\bthat'?s the only\b"
    r"|\bonly (?:one|thing)\b|\bi'?d rather\b$"
)
_NEGATED_TAIL = re.compile(
    r"\b(?:that'?s (?:not|wrong)|that is not|(?:isn'?t|not) (?:right|correct|what|it|going to work|gonna work|good|possible)"
    r"|doesn'?t (?:work|suit)|won'?t (?:work|do)|i (?:don'?t|do not) (?:want|need)(?! any(?:thing)? (?:else|more)))\b"
)
_YES_TAIL = re.compile(
    r"\b(?:yes please|go ahead|please do|book it(?: please)?|that'?s (?:fine|right|correct|perfect|great)|sounds (?:good|great"
    r"|fine|perfect)|works for me|(?:oh )?yes)$"
)
_UNSURE = re.compile(
    r"\b(?:not sure|i don'?t know|no idea|no clue|not certain|unsure|maybe|perhaps|possibly|dunno|are you sure|is that"
    r" (?:right|correct|ok|okay|good)|let me (?:think|check|see))\b"
)
_QUESTION = re.compile(
    r"^(?:is|are|do|does|did|can|could|would|will|what|when|where|how|who|which|why|should|have|has|was|were)\b(?!.*\b(?:yes|yeah|no)$)"
)
_NO_COUNT = re.compile(
    r"^(?:\w+ )?no (?:one|\d+|later than|earlier than|sooner than|more than|less than|preference|matter|idea|clue|hurry"
    r"|rush)\b(?! (?:eight|nine|seven|six|five|four|three|two|one|zero|oh|\d))"
)
_FINE_QUIT = re.compile(
    r"^(?:right now|right away|good (?:morning|afternoon|evening|day|night|bye)|great question|fine print|good to (?:see|talk"
    r"|hear|meet)|please (?:can|could|tell|book|cancel|move|i|send|give|help|remind|set|add|let|repeat|say|speak|put|make"
    r"|schedule|remove|delete|show|check|text|change|note))\b"
)
#: an order beside an announcement: "yes, I've sent it, please add it"
_ORDER = re.compile(r"\b(?:(?:add|book|put|enter|save|note|do|confirm|take) (?:it|that|this)|go ahead|yes please|please do$)\b")
_EMOJI_YES, _EMOJI_NO = ("👍", "✅", "👌", "🙌"), ("👎", "❌", "🚫")


def find_yes_no(text: str) -> YesNo | None:
    """What the utterance answers to a question that wants yes or no; None when it does not answer it."""
    said = plain(text)
    if not said:
        if any(mark in text for mark in _EMOJI_YES):
            return "yes"
        return "no" if any(mark in text for mark in _EMOJI_NO) else None
    if _NOT_WRONG.match(said):
        return "yes"
    if _YEAH_NO.match(said):
        return "no"
    affirmed = _NO_YEAH.match(said)
    if affirmed:
        return _weigh(said[affirmed.end() :])
    if announces_sending(said) and not _ORDER.search(said) and not _NO_AT.match(said):
        return None  # "okay, I have sent it now" tells what they did, and agrees to nothing
    if _FINE_QUIT.match(said) or _NO_COUNT.match(said):
        return None
    refused, agreed = _NO_AT.match(said), _YES_AT.match(said)
    if refused and (not agreed or len(refused.group()) >= len(agreed.group())):
        return "no"
    if agreed:
        rest = said[agreed.end() :].strip()
        if _UNSURE.search(said) and len(said.split()) < 6 and agreed.group("said") not in ("yes", "yeah", "yep"):
            return None
        return _weigh(rest)
    if _UNSURE.search(said) or _QUESTION.match(said):
        return None
    if _NEGATED_TAIL.search(said):
        return "no"
    if re.search(r"(?:^|\s)(?:no|nope|no thanks?|no thank you)$", said) and len(said.split()) <= 6:
        return "no"
    return "yes" if _YES_TAIL.search(said) and len(said.split()) <= 8 else None


def _weigh(rest: str) -> YesNo:
    if _NEGATED_TAIL.search(rest):
        return "no"
    return "yes_but" if _BUT.search(rest) and not _HARMLESS_BUT.search(rest) else "yes"
