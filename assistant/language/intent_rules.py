"""What patterns know better than a classifier: whole answers, fixed phrases, and requests that name themselves.

A rule speaks with a confidence; the engine weighs it against the classifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.names import introduction_ends


@dataclass(frozen=True, slots=True)
class RuleSays:
    intent: str
    confidence: float


_POLITE = (
    r"(?:(?:never mind|please|hi|hello|hey|ok|okay|yes|yeah|so|well|um|uh|and|also|oh|sorry|excuse me|actually|now|then|thanks"
    r"|thank you) )*"
)
_ASK = (
    r"(?:(?:can|could|would|will|may) (?:you|i|we) (?:please |just |maybe )?|i(?:'d| would) like (?:you )?to |i (?:want|need|have)"
    r" (?:you )?to |i(?:'m| am) (?:trying|calling|looking|hoping) to |let me |please |just |help me (?:to )?)*"
)

#: Whole utterances (after politeness); tried first.
_WHOLE: tuple[tuple[str, float, str], ...] = (
    (
        "repeat",
        0.95,
        r"(?:sorry|pardon|pardon me|excuse me|what|huh|come again|say (?:that |it )?again|repeat(?: that| it)?|one more time|once"
        r" more|again|sorry what|what was that|what did you say|say what|(?:can|could|would) you (?:say|repeat) (?:that|it)(?:"
        r" again)?|i didn'?t (?:catch|hear|get) (?:that|you|it)"
        r"|(?:i )?(?:can'?t|couldn'?t|cannot) hear you|you'?re breaking up|what'?s that)(?: again)?(?: please| sorry)?",
    ),
    (
        "greeting",
        0.95,
        r"(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings|morning|afternoon|evening|hello there|hi"
        r" there|hey there|hello hello|anyone there|is anyone there|hello is (?:anyone|anybody|someone) there|yo|g'?day)(?:"
        r" (?:again|there|everyone|everybody|sir|madam))?",
    ),
    (
        "goodbye",
        0.96,
        r"(?:no |nope |ok |okay |alright |great |perfect |cheers |thanks |thank you |thx |ty |right |well )*"
        r"(?:ttyl|cya|bye|bye bye|goodbye|good bye"
        r"|good night|goodnight|see you(?: (?:later|soon|then|tomorrow|there|\w+day))?|see ya|talk (?:to you )?(?:later|soon)|take"
        r" care|have a (?:good|nice|great|lovely) (?:one|day|evening|night|weekend|afternoon)|bye for now|bye now|so long|cheerio"
        r"|farewell)"
        r"(?: (?:bye|bye bye|now|then|thanks|thank you|take care|have a (?:good|nice|great|lovely) (?:day|evening|weekend|one)))*",
    ),
    (
        "goodbye",
        0.93,
        r"(?:no |nope |nah |ok |okay |alright |great |perfect )*(?:that'?s|that is|that(?:'ll| will) be|that was) (?:all|it"
        r"|everything)(?: (?:for (?:now|today|me)|thanks|thank you|i (?:need(?:ed)?|wanted)|bye|cheers|really|folks))*",
    ),
    (
        "goodbye",
        0.9,
        r"(?:no |nope )?(?:nothing (?:else|more)|i'?m (?:all )?(?:good|done|set|finished)|i am (?:all )?(?:done|set|finished))(?:"
        r" (?:thanks|thank you|bye|for now|for today|cheers))+",
    ),
    (
        "goodbye",
        0.93,
        r"(?:adios|ciao|au revoir|auf wiedersehen|arrivederci|sayonara|toodles|toodle oo|ta ta|catch (?:you|ya) (?:later|around)"
        r"|take it easy|peace out|over and out|later|ttyl|cya|g2g|gtg)",
    ),
    ("deny", 0.95, r"(?:no |nope |nah )+(?:thanks|thank you)(?: (?:very|so) much)?"),
    (
        "help",
        0.93,
        r"(?:help|help me|i need help|i need some help|can you help(?: me)?|what can you do(?: for me)?|what can i (?:say|ask"
        r"|do)(?: here)?|what are my options|options|menu|what do you do|how does this work|how do i use this|what (?:else )?can"
        r" you help (?:me )?with|what do i do(?: now)?|what should i say|instructions|commands|how (?:can|could) you help(?: me)?)",
    ),
    (
        "speak_to_human",
        0.96,
        r"(?:operator|agent|human|representative|receptionist|reception|person|real person|a person|a human|a real person|someone"
        r"|live agent|front desk|customer service|manager|(?:to )?the manager|staff)",
    ),
    (
        "cancel_appointment",
        0.85,
        r"(?:i )?(?:can'?t|cannot|can not|won'?t|won'?t be able to|will not be able to|not able to|unable to|am not able to|i'?m unable to)"
        r" (?:make it|come|attend|be there)(?: anymore| any more| after all)?(?: today| tomorrow| (?:on )?\w+day)?",
    ),
    ("help", 0.9, r"i (?:really |still )?(?:don'?t|do not) (?:understand|get it|follow)(?: you| that| this| it)?"),
    (
        "greeting",
        0.9,
        r"(?:i )?(?:just )?(?:have|got|had|have got|'ve got) (?:just )?(?:a|one|some) (?:quick |small |few )?questions?(?: for you)?",
    ),
    (
        "take_message",
        0.85,
        r"(?:i'?m|i am|we'?re|i'?ll be|i will be|i might be|we'?ll be|i'?m going to be|i'?m gonna be) (?:running |just |going to be |a bit "
        r"|a little |\w+ minutes )*late(?: for (?:my|the|our) \w+)?",
    ),
    ("list_tasks", 0.9, r"(?:my )?(?:tasks|to ?do(?: list)?|to do'?s|todos|reminders|task list|list|notes)"),
    (
        "cancel_appointment",
        0.75,
        r"(?:cancel|cancel (?:it|that|this|please)|cancellation|cancel (?:my|the|an) (?:appointment|booking|visit|session))",
    ),
    (
        "book_appointment",
        0.9,
        r"(?:(?:an? )?(?:appointment|booking)|book(?:ing)?(?: (?:an )?appointment)?|make an appointment|new appointment|schedule"
        r"|schedule an appointment)",
    ),
    (
        "reschedule_appointment",
        0.9,
        r"(?:reschedule|change (?:my|the|an) (?:appointment|booking)|move (?:my|the|an) (?:appointment|booking)|rebook)",
    ),
)

#: Requests that name themselves at their beginning.
_STARTS: tuple[tuple[str, float, str], ...] = (
    (
        "general_question",  # what cancelling would mean, not a wish to cancel
        0.95,
        r"(?:(?:how late|how (?:long|far) (?:before|ahead|in advance)(?:hand)?|(?:un)?till? when|up to when|how much notice) "
        r"(?:can|could|may|do|must|should|would) (?:i|we|you) (?:still |have to |need to |give to )*(?:cancel|reschedule|move|change)"
        r"|(?:what happens|what do you do|what is the charge|is there a (?:fee|charge)) (?:if|when) (?:i|we|someone|somebody) "
        r"(?:need to |have to )?(?:cancel|miss|reschedule|no show|don'?t (?:show|come|make it)|do not (?:show|come)))\b",
    ),
    ("general_question", 0.95, r"(?:are|r) (?:you|u|y'?all|you guys|they) (?:still |also |ever )?(?:open|closed|shut)\b(?! (?:for|to)\b)"),
    ("query_calendar", 0.9, r"(?:just )?tell (?:me|us) (?:when|what time|what day|which day) (?:is |was )?(?:my|our|the)\b(?!.*\bready\b)"),
    (
        "goodbye",
        0.95,
        r"(?:i|we) (?:must have |think i |think we |seem to have )?(?:have|had|got|get|called|dialed|dialled|rang|reached) (?:the|a) wrong"
        r" (?:number|place)|wrong number (?:sorry |so sorry |my bad |never mind )*(?:bye|goodbye)",
    ),
    ("query_calendar", 0.9, r"remind me (?:again )?(?:what time|when|what day|which day|where) (?:is|was|my|i|it|you|we|the)\b"),
    (
        "set_reminder",
        0.93,
        r"(?:remind (?:me|us)(?! (?:what|of what|about what|of my|who|when|where|how|why|again))\b|(?:set|create|add|make|put|give"
        r" me|schedule) (?:up )?(?:a|an|another|me a) (?:new )?(?:\w+ )?reminder|don'?t let me forget|wake me)",
    ),
    (
        "take_message",
        0.92,
        r"(?:(?:leave|take|pass on|send|give (?:him|her|them|\w+)|get|relay|deliver) (?:down )?(?:a|my|this|the|another) (?:quick "
        r"|short |brief |voice )?(?:message|voicemail|note (?:to|for) )|pass (?:on )?(?:a|the|this|my) message"
        r"|(?:pass|relay|forward) (?:(?:this|that|it)(?: message)? )?(?:on |along )?to \w+ |(?:have|ask|get"
        r"|tell) (?:him|her|them|someone|somebody|(?:the |dr |doctor )?\w+) (?:to )?(?:call|ring|phone|text) me(?: back)?"
        r"|(?:let|tell) (?:the )?(?:doctor|dentist|nurse|manager|owner|boss|team|staff|office|dr \w+|doctor \w+|him|her|them"
        r"|reception\w*) (?:know )?(?:that |i |my |we |it |the |about )|(?:a )?message for "
        r"|ask (?:the (?:doctor|dentist|nurse|manager|owner|boss|team|staff|office|reception\w*)|dr \w+|doctor \w+|him|her|them)"
        r" (?:if|whether|about|why|to (?!(?:cancel|move|book|reschedule|change|schedule)\b)) ?)",
    ),
    (
        "speak_to_human",
        0.95,
        r"(?:(?:talk|speak|chat|connect me|put me through|transfer me|pass me|get through|switch me|hand me) (?:over )?(?:to|with"
        r"|on to) (?:a |an |the |your |some |another )?(?:real |live |actual |human |different |customer (?:service|support) )*"
        r"(?:human|person|people|someone|somebody|anyone|agent|representative|rep|operator|manager|supervisor|receptionist"
        r"|reception|owner|assistant|being|advisor|adviser|staff|member|boss|doctor|dentist|nurse|team|front desk|customer)\b"
        r"|(?:get|give|find) me (?:a |an |the |your )?(?:real |live |human )*(?:human|person|someone|somebody|agent|operator"
        r"|manager|representative|supervisor)\b"
        r"|(?:have|want|need) (?:a |an )?(?:real |live |actual )+(?:human|person|agent)|stop (?:the )?(?:robot|bot|machine)|put"
        r" me through|transfer me(?! \d)|connect me)",
    ),
    (
        "complete_task",
        0.93,
        r"(?:(?:mark|set) .{2,60}? (?:as )?(?:done|complete|completed|finished)\b|(?:check|tick|cross|strike) .{2,60}? off\b"
        r"|(?:check|tick|cross|strike) off .{2,}|i(?:'ve| have)?(?: just| already)? (?:finished|completed|done) (?:the|my|with"
        r"|with the|all the)\b)",
    ),
    (
        "repeat",
        0.9,
        r"(?:repeat (?:that|it|what|the|yourself)|say (?:that|it|what) .{0,30}(?:again|once more|one more)|what did you (?:just"
        r" )?say)",
    ),
)

#: Requests so plain that they count wherever they stand.
_ANYWHERE: tuple[tuple[str, float, str], ...] = (
    (
        "speak_to_human",
        0.9,
        r"\b(?:(?:let me|can i|could i|may i|i(?:'d| would) (?:like|prefer|rather)(?: to)?|i (?:want|need|wish) to|just want to"
        r"|allow me to|rather) (?:please )?(?:talk|speak|chat) (?:to|with) (?:a |an |the |your |some |another )?(?:real |live "
        r"|actual |human )*"
        r"(?:human|person|someone|somebody|agent|representative|operator|manager|supervisor|receptionist|boss|human being"
        r"|staff)\b|(?:put|get|patch) me (?:through|on) (?:to|with)\b|(?:real|actual|live) (?:human|person|agent)\b(?! or\b)"
        r"|(?:transfer|connect) me (?:to|with)\b)",
    ),
    (
        "general_question",
        0.85,
        r"\b(?:is|will) (?:there )?(?:anybody|anyone|somebody|someone)(?: be)?(?: still)? (?:there|in)"
        r" (?:on|at|today|tomorrow|now|right now)\b",
    ),
    (
        "general_question",
        0.95,
        r"^(?:and |so |but |ok |okay |wait )*(?:can|could|may|am i (?:able|allowed) to|is it (?:ok|okay|possible) to|do i have to pay)"
        r"(?: i)?(?: still| always)? (?:cancel|move|change|reschedule)(?: it| that| this| the appointment| my appointment)?"
        r" (?:later|afterwards|any ?time|at any time|for free|if (?:i|something|anything|my|we)\b)"
        r"|\bwhat (?:happens |do i do )?if i (?:\w+ ){0,3}(?:cancel|move|change|reschedule|can'?t (?:come|make it))\b",
    ),
    (
        "general_question",
        0.92,
        r"\b(?:wonder|wondering|know|ask|tell me|see|check|find out|curious)(?: please)? (?:if|whether) "
        r"(?:you(?:'re| are| guys are)?|it'?s|the \w+ is|they'?re)(?: still| usually| ever| all)? (?:be )?(?:open|closed|shut)\b",
    ),
)

_ASKS_WHAT_WE_ARE = re.compile(r"\b(?:are you|is this|am i (?:talking|speaking))\b")
_ANYWHERE_RE = [(intent, confidence, re.compile(pattern)) for intent, confidence, pattern in _ANYWHERE]
_WHOLE_RE = [
    (intent, confidence, re.compile(rf"^{_POLITE}(?:{pattern})(?: (?:please|thanks|thank you))*$"))
    for intent, confidence, pattern in _WHOLE
]
_STARTS_RE = [(intent, confidence, re.compile(rf"^{_POLITE}{_ASK}(?:{pattern})")) for intent, confidence, pattern in _STARTS]


def rule_for(said: str) -> RuleSays | None:
    """What a fixed pattern says about plain lower-case words, or None."""
    for intent, confidence, pattern in _WHOLE_RE:
        if pattern.match(said):
            return RuleSays(intent, confidence)
    for begin in (0, *introduction_ends(said)):  # "this is brenda fox, tell the doctor ..."
        for intent, confidence, pattern in _STARTS_RE:
            if pattern.match(said[begin:]):
                return RuleSays(intent, confidence)
    for intent, confidence, pattern in _ANYWHERE_RE:
        if pattern.search(said) and not _ASKS_WHAT_WE_ARE.search(said):
            return RuleSays(intent, confidence)
    return None
