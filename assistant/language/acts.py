"""Finer than intents: what a turn does besides asking for something (thanks, danger, doubt, a change of mind ...)."""

from __future__ import annotations

import re

from assistant.language.foreign import foreign_language
from assistant.language.kin import OF_MINE
from assistant.language.text import plain

_EMERGENCY = re.compile(
    r"\b(?:chest (?:pains?|is (?:tight|crushing))|pain in (?:my|his|her|the) chest|(?:can'?t|cannot|can not|couldn'?t|(?:not"
    r"|isn'?t|stopped|trouble|difficulty|struggling to|hard to|unable to)(?: able to)?) (?:breathe?|breathing)"
    r"|(?:call|dial|phone|ring|need|get) (?:an? )?(?:911|999|112|nine one one|nine nine nine|one one two|ambulance)|(?:is"
    r"|it'?s|this is|have|having) an? (?:life threatening |medical |real |actual )?emergency(?! (?:number|contact|exit"
    r"|appointment|slot|dentist|dental|service|care|fund|visit|line|hours))"
    r"|(?:bleeding|bleed) (?:heavily|badly|a lot|out|profusely|so much|everywhere|won'?t stop|that won'?t stop|doesn'?t stop)"
    r"|(?:bleeding|bleeds) (?:\w+ ){0,4}(?:won'?t|doesn'?t|isn'?t|not|will not|does not) stop\w*"
    r"|(?:my|his|her|whole) (?:face|neck|throat|tongue) (?:is |has |'?s )?(?:really |very |so |all |badly |been )?"
    r"(?:swollen|swelling|swole)"
    r"|(?:can'?t|won'?t|doesn'?t|not|cannot) (?:seem to )?stop(?: the)? bleeding|losing (?:a lot of |so much )?blood|blood"
    r" (?:is )?everywhere"
    r"|(?:is|he'?s|she'?s|they'?re|lying|found (?:him|her)|are|was|went|gone) unconscious|(?:passed|passing) out(?! (?:flyers"
    r"|cards|leaflets))|(?:won'?t|doesn'?t|isn'?t|not) (?:wake up|waking up|responding|responsive)|unresponsive|collapsed|no"
    r" pulse"
    r"|heart attack|having a (?:stroke|seizure|heart|fit)|(?:face|one side) (?:is )?(?:droop\w*|numb)|anaphyla\w+|(?:throat"
    r"|airway|tongue) (?:is |are )?(?:closing|swelling|swollen|closed)|severe allergic|choking|overdos\w+|took too many"
    r" (?:pills|tablets)|swallowed (?:poison|bleach|a battery)|poisoned"
    r"|(?:kill|hurt|harm|hang|shoot) (?:myself|himself|herself|themselves)|suicid\w+|end (?:my|it all|his|her) life|end it all"
    r"|want to die|(?:been|got|was|i'?m|he'?s|she'?s) (?:shot|stabbed|hit by a (?:car|bus|truck))|(?:house|building|kitchen"
    r"|car|room|place|office) is (?:on fire|burning)|there'?s a fire\b"
    r"|gas leak|smell gas|someone is (?:breaking in|attacking)|being attacked|going into labou?r|(?:my )?water(?:s)? (?:just"
    r" )?broke|severe(?:ly)? burn\w*|drowning|electrocuted|call (?:the )?(?:police|fire (?:department|brigade)))\b"
)
_NOT_EMERGENCY = re.compile(
    r"\b(?:not an? (?:\w+ )?emergency|isn'?t an emergency|no emergency|in case of (?:an )?emergency|emergency contact|if"
    r" (?:there is|there'?s|it'?s|i have) an emergency|what (?:counts|is) (?:as )?an emergency|history of|had a (?:heart"
    r" attack|stroke|seizure)"
    r"|after (?:my|his|her|the) (?:heart attack|stroke)|last (?:year|month|week)|years ago|months ago|do you (?:treat|handle"
    r"|take|see)|do you (?:do|offer) |play |what (?:is|are|causes)|define |movie|song|quit smoking)\b"
)
_ACTS: dict[str, re.Pattern[str]] = {
    "thanks": re.compile(
        r"\b(?:thanks|thank you|thank u|thankyou|thx|ty|cheers|much appreciated|appreciate (?:it|that|your|the|you)|grateful|ta"
        r" very much|many thanks|bless you|you'?re a star|(?:been|were|was) (?:so |very |really )?helpful)\b"),
    "correction": re.compile(

            r"\b(?:i meant|i mean(?!t)? (?!it\b|that\b)|(?:no|oh) wait|wait no|no sorry|sorry no|not \w+ (?:but )?\w+day|\w+day"
            r" not \w+day|scratch that|correction|i (?:said|misspoke)"

            r"|actually (?:no|make|can we (?:do|make)|could we (?:do|make)|let'?s|it'?s|on|at|\w+day)|make (?:it|that) .{1,30}"
            r" instead|instead of|on second thoughts?|i'?ve changed my mind|change of plan"
        r"|(?:that|it) should (?:be|say)|let me correct|my mistake)\b"
    ),
    "hesitation": re.compile(
        r"^(?:(?:um+|uh+|er+m*|hm+|well|so|let me see|let me think|let'?s see|how about|what about|maybe|i think|i'd like|the|a|on"
        r"|at|for|and|or|but|with|to|my|i|it'?s|is)[\s,.]*)+$|\b(?:um+|uh+|erm?|let me (?:think|see)|let'?s see|give me a (?:sec"
        r"|second) to think)$|^(?:um+|uh+|hm+)\b"),
    "identity": re.compile(

            r"\b(?:who (?:are|r) (?:you|u|this)|who am i (?:speaking|talking)|who is this|who'?s this|what are you(?! (?:doing"
            r"|going|saying|talking|thinking|able|open|up|open|offering|charging|calling))|what'?s your name|what is your name"
            r"|(?:are|r) (?:you|u) (?:really |actually |just |even )?(?:a |an )?(?:real|human|robot|bot|machine|computer|ai|person"
            r"|recording|"

            r"chatgpt|alexa|siri|automated|artificial|answering machine|voicemail|alive|program)|am i (?:talking|speaking) (?:to"
            r"|with) (?:a |an )?(?:\w+ )?(?:human|robot|bot|machine|computer|person|ai|recording)|is this (?:a |an )?(?:\w+"
            r" )?(?:robot|bot|machine|computer|ai|recording|real person|human|automated|answering machine|chatbot)"

            r"|you'?re (?:a |just a )?(?:robot|bot|machine|computer)|you sound like a (?:robot|machine)|is there a (?:real"
            r" )?(?:human|person) (?:there|behind))\b"
    ),
    "privacy": re.compile(
        r"\b(?:(?:is|are|will) (?:this|the|my|our|these) ?(?:phone )?(?:call|calls|conversation|line|chat)? (?:be |being |getting )?"
        r"(?:recorded|taped|listened to|private|confidential|secure|monitored)"
        r"|(?:don'?t|do not|stop|please don'?t) (?:record|recording|tape|taping) (?:me|this|us|my)"
        r"|(?:are|r) (?:you|u|we|they) (?:recording|taping)|am i (?:being )?(?:recorded|taped)"
        r"|do (?:you|u|they) (?:record|tape)"
        r"|(?:do|will|would|does) (?:you|u|they|this|it|anyone|anybody) (?:ever )?(?:store|keep|save|share|sell|record|pass on|give away)"
        r" (?:my|our|the|any|all (?:of )?my|this|what i)\b(?! (?:appointment|booking|slot|time|place|spot))"
        r"|who (?:else )?(?:can |is |gets to )?(?:hears?|listens?|listening|sees?|reads?) (?:to )?(?:this|me|my|what)"
        r"|what (?:happens|do you do|will you do) (?:to|with) my (?:data|info|information|details|number|voice|name)"
        r"|where (?:does|is|do|are) my (?:data|info|information|details|voice)"
        r"|(?:is|are) my (?:data|info|information|details|number) (?:safe|secure|private|stored|kept|shared))\b"
    ),
    "abuse": re.compile(
        r"\b(?:fuck\w*|f off|shit\w*|bullshit|asshole|arsehole|bitch\w*|bastard|cunt|dick ?head|wank\w*|twat|moron|idiot\w*|stupid"
        r" (?:bot|robot|machine|computer|thing|assistant|ai|phone)|you(?:'?re| are) (?:so |really |fucking )?(?:stupid|useless"
        r"|dumb|an idiot|retarded|pathetic|an? moron|garbage|trash|worthless)|shut up|go to hell|screw you|piss off|damn you|i"
        r" hate you|piece of (?:shit|crap|junk))\b"),
    "hold_on": re.compile(

            r"\b(?:hold on|hang on|one (?:moment|second|sec|minute|min)(?! (?:before|after|later|appointment))|just a (?:moment"
            r"|second|sec|minute|min|tick)|wait (?:a|one) (?:moment|second|sec|minute|min|bit)|give me (?:a|one|just a|two)"
            r" (?:moment|second|sec|minute|seconds|secs|minutes)|bear with me|let me (?:check|get my|grab|find|look|just|ask)|"

            r"i(?:'ll| will) be right back|be right with you|hold the line|stay on the line|let me see|let me think|(?:two|five)"
            r" (?:seconds|secs|ticks))\b|^(?:please )?(?:wait|hold)(?: please)?$|^(?:a |just a )?(?:moment|second|sec|minute)(?:"
            r" please)?$"
    ),
    "refuse": re.compile(

            r"\b(?:(?:i'?d|i would|would) (?:rather|prefer) not(?: to)?(?: say| give| tell| share)?|(?:don'?t|do not) (?:want|wish"
            r"|like|need|have) to (?:give|say|tell|share|provide|answer|leave|spell)|not (?:going to|gonna|comfortable|willing)(?:"
            r" to)? (?:give|say|tell|shar\w+|giv\w+|provid\w+)?|(?:none|not any) of your business|not giving (?:you|out|my)"

            r"|that'?s private|(?:why do you|do you (?:really|actually)) need (?:my|that|to know|it)|skip (?:that|it|this)|i"
            r" won'?t (?:give|say|tell|share)|is (?:that|it) (?:really )?necessary|prefer not to|(?:don'?t|do not) have (?:one|an?"
            r" (?:email|phone|number|mobile)))\b|^(?:pass|skip)$"
    ),
    "for_someone_else": re.compile(
        rf"\b(?:for|on behalf of|about|cancel|move|change|bring(?:ing)?|book(?:ing)?|take|taking|with|it'?s) (?:in )?"
        rf"(?:{OF_MINE}|a (?:friend|relative|patient|client|colleague|neighbou?r|family member)|my family)(?:'s)?\b"
        rf"|\b{OF_MINE}(?:'s| needs| has(?! (?:told|said|been))| would| wants| is| could| should| must)\b"
        r"|\b(?:for|on behalf of) (?:someone|somebody|another person|him|her)(?: else)?\b|\bnot for me\b|\bit'?s for (?:him|her|them)\b"
    ),
    "frustration": re.compile(

            r"\b(?:this is (?:ridiculous|annoying|useless|frustrating|stupid|hopeless|terrible|a joke|a waste|insane|not working"
            r"|taking forever|unacceptable)|you(?:'re| are) not (?:listening|understanding|helping|getting)|you (?:don'?t|never"
            r"|still don'?t|can'?t|keep) (?:understand|listen|get it|getting|hear|hearing|asking|saying|repeating)"

            r"|i(?:'ve| have)? (?:already|just) (?:told|said|gave|given|answered)(?: you)?|(?:already|just) told you|how many"
            r" times|for the (?:third|fourth|fifth|tenth|last|hundredth|second|umpteenth) time|oh (?:for god'?s sake|come on|my"
            r" god|god)|for (?:god'?s|heaven'?s|goodness|pete'?s|crying) sake|come on|forget it|waste of time|i give up|fed up"
            r"|sick of this"

            r"|(?:so|very|really|getting) (?:frustrat\w+|annoy\w+|angry|upset)|not what i (?:said|asked|want(?:ed)?|meant)|that'?s"
            r" not what i|unbelievable|jesus christ|ugh|argh|why is this so (?:hard|difficult)|(?:worst|terrible|awful) service"
            r"|what is wrong with you|are you (?:even )?listening)\b"
    ),
    "more_detail": re.compile(
        r"\b(?:(?:more|further|extra|additional|greater) (?:detail\w*|information|info|specific\w*)|explain (?:that|it|this|more"
        r"|further|in)|elaborate|tell me more|what do you mean(?: by)?|be more specific|say more|how so|how does that work|what"
        r" does that (?:mean|involve|include)|(?:can|could) you (?:expand|clarify|explain)|in detail|go into detail)\b|^(?:and\??"
        r"|why(?: is that| not)?|meaning|like what|such as|how come)$"),
    "unclear": re.compile(
        r"^(?:(?:um|uh|well|oh|hm+) )*(?:i (?:really )?(?:don'?t|do not) (?:know|remember|care|mind)|not (?:really )?sure|i'?m not"
        r" (?:really |quite |entirely )?(?:sure|certain)|no idea|no clue|dunno|whatever|it depends|i (?:can'?t|don'?t) (?:remember"
        r"|recall|say|decide)|i forg[oe]t|hard to say|maybe|perhaps|possibly|i guess(?: so)?|who knows|let me think|huh|what|eh"
        r"|good question)(?: yet| about that| right now| at the moment)?$"),
    "opt_out": re.compile(
        r"^(?:stop|stop all|stopall|unsubscribe|end|quit|opt out|optout|revoke|remove me|stop (?:it|please|now))$|\b(?:stop"
        r" (?:text\w*|messag\w*|sending|contacting|calling) me|don'?t (?:text|message|contact) me|no more (?:texts?|messages?|sms)"
        r"|(?:take|remove) me (?:off|from) (?:your|the|this) (?:list|texts?|messages?)|unsubscribe me|opt(?:ing)? out of|stop"
        r" sending me|(?:want to|please) (?:unsubscribe|opt out))\b"),
    "start": re.compile(
        r"^(?:start|unstop|resume|subscribe|opt in|optin|start again)$|\b(?:opt me (?:back )?in|resubscribe|you can text me again"
        r"|start (?:texting|sending) me)\b"),
    "sending": re.compile(
        r"\b(?:i(?:'ve|'m|'ll)?|we(?:'ve|'re|'ll)?|it'?s|is)"
        r"(?: (?:have|am|are|will|was|just|already|now|also|going to|gonna|been|being|about to))*"
        r" (?:sent|send|sending|texted|texting|text|e-?mailed|e-?mailing|uploaded|uploading|forwarded|forwarding"
        r"|attached|attaching)"
        r"(?: (?:it|that|this|them|one|you|u|now|over|through|already|to|the|a|an|another)\b|$)"
        r"|^(?:(?:ok|okay|alright|all right|yes|yeah|so|just|now|there) )*(?:sent|texted|sending|texting)(?: (?:it|that|this|them|now)\b|$)"
        r"|\b(?:it|that|they|picture|photo|letter)(?:'?s|'re| is| are| should be) on (?:its|it's|the|their) way\b"),
    "forget_me": re.compile(

            r"\bforget me\b(?! not)|\bforget (?:everything|all) (?:about me|you know|i (?:told|said))|\b(?:delete|erase|remove"
            r"|wipe|destroy|clear) (?:all )?(?:of )?(?:(?:my|the) (?:personal )?(?:data|information|info|details|record|records"
            r"|history|profile|account|file)(?: (?:you have|about me|on me))?|everything (?:you (?:have|know|store|hold)|about me"
            r"|on me)|what you (?:have|know)(?: about me)?|me from your)"
        r"|\bright to (?:be forgotten|erasure)\b"
    ),
    "export_me": re.compile(

            r"\bexport (?:me|my data|my information|everything)\b|^export$|\bwhat (?:do you|data do you|information do you|info do"
            r" you|personal data do you) (?:know|have|store|hold|keep|remember|collect)(?: (?:stored|saved|on file))? (?:about|on)"
            r" me\b|\b(?:send|give|show|tell) me (?:a copy of )?(?:all )?(?:my (?:data|records?|personal (?:data|information))"
            r"|everything you (?:have|know) (?:about|on) me|what you (?:know|have) (?:about|on) me)\b|\bcopy of my data\b|\bdata"
            r" (?:access|subject) request\b"
    ),
}  # fmt: skip


def find_acts(text: str, *, expecting: str = "open") -> frozenset[str]:
    """Every act in the utterance; "emergency" by rule alone, so that it never depends on a model."""
    said = plain(text)
    acts = {name for name, pattern in _ACTS.items() if pattern.search(said)}
    if is_emergency(said):
        acts.add("emergency")
    if foreign_language(text) is not None:
        acts.add("foreign")
        acts -= {"hesitation", "correction"}
    if not said:
        acts.add("unclear")
    if "more_detail" in acts and re.search(r"\bwhat do you mean$", said) is None and expecting in ("name", "phone", "email", "pin", "code"):
        acts.discard("more_detail")
    return frozenset(acts)


def is_emergency(said: str) -> bool:
    """Danger to a life, now. `said` is plain lower-case text."""
    return _EMERGENCY.search(said) is not None and _NOT_EMERGENCY.search(said) is None


def announces_sending(said: str) -> bool:
    """Tells that something is on its way to us ("I've just texted it"), which is no answer to a question of ours."""
    return _ACTS["sending"].search(said) is not None


_TAKES_BACK = re.compile(r"^(?:oh |um |uh |er |wait |sorry |well )*(?:no|nope|nah|actually|wait|sorry|oops|not)\b")


def takes_back(said: str) -> bool:
    """Begins like a correction; it is one when a value follows ("no, one eight nine nine")."""
    return _TAKES_BACK.match(said) is not None
