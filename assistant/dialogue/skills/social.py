"""Manners: greeting, thanks, goodbye, help, who are you, abuse, quiet. No frame of their own; what stood open stays open."""

from __future__ import annotations

from assistant.dialogue.collectors.name import first_name
from assistant.dialogue.state import Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.effects import HangUp

GREETING = phrase(
    "Thanks for calling {business}. This is the assistant. How can I help?",
    text=("Hi, this is the assistant of {business}. How can I help?",),
)
OWNER_GREETING = phrase("Hi. What can I do for you?")
HELLO = phrase("Hello. How can I help?", "Hi there. What can I do for you?", "Hi. What would you like?")
HEAR_YOU = phrase("Yes, I can hear you.", "I hear you.", text=("Yes, I'm here.",))
THANKS = phrase("You're welcome. Anything else?", "Of course. Is there anything else?", "Any time. What else can I do?")
WELCOME = phrase("You're welcome.", "Of course.", "Any time.")
GREAT = phrase("Great.", "Good.")
SEE_YOU = phrase("See you {day}.", "See you on {day}.")
BYE = phrase("Bye, {name}.", "Goodbye, {name}.", "Take care, {name}.", text=("Bye, {name}. Have a good day.",))
BYE_NAMELESS = phrase("Goodbye.", "Bye for now.", "Take care, bye.", text=("Bye, have a good day.", "Goodbye, have a good day."))
NOT_BOOKED = phrase("Okay, I haven't booked anything.", "All right, nothing is booked.")
HELP = phrase(
    "I can book, move or cancel an appointment, answer questions, take a message, or put you through. What would you like?",
    "Appointments, questions about us, or a message: which shall it be?",
)
HELP_OWNER = phrase("I can tell you your appointments, tasks and messages, keep time free, set reminders, and book. What would you like?")
REACHED = phrase("This is {business}, the assistant.", "You've reached {business}. I'm the assistant.")
IDENTITY = phrase(
    "I'm the assistant of {business}, a computer.",
    "I'm a computer, the assistant here at {business}.",
    "This is the assistant, a computer program.",
)
PRIVACY = phrase(
    "I keep no recording of this call. What is said is written down, and kept encrypted on {business}'s own computer.",
    "No recording is kept. I write down what we say, encrypted, on {business}'s own computer.",
    text=("What you write is kept encrypted on {business}'s own computer.",),
)
HOW_CAN_I = phrase("How can I help?", "What can I do for you?", "What would you like?")
TAKE_YOUR_TIME = phrase("Take your time.", "No rush.", "Sure, I'll wait.")
UPSET = phrase(
    "I understand that you're upset. Shall I put you through to someone, or take a message?",
    text=("I understand that you're upset. Shall I take a message, or have someone call you?",),
)
CALM = phrase("I'd like to help. What do you need?",
              "I'll stay with you as long as I can help. What do you need?")  # fmt: skip
CALM_END = phrase("I'll end here. You're welcome to call again.", text=("I'll stop here. You're welcome to write again.",))
NUDGE = phrase("Are you still there?", "Take your time, I'm here.", "I'm still here.")
QUIET_END = phrase("I can't hear anyone, so I'll hang up. Call any time.", text=("I'll leave it there. Write any time.",))
CONTINUE = phrase("Sure.", "Okay.", "All right.")


def greet(turn: Turn) -> Flow:
    """The first words of a conversation; a request that was cut off is offered again."""
    if turn.state.resumed and turn.state.frames:
        yield from offer_again(turn)
        return
    person = turn.state.person
    if person.role == "owner" and person.proven:
        turn.say(OWNER_GREETING, kind="greeting")
    elif turn.profile.greeting and turn.by_voice:
        turn.say(turn.profile.greeting, kind="greeting")
    else:
        turn.say(GREETING, kind="greeting", business=turn.profile.name)
    turn.phase = Phase.IDLE
    yield from ()


def offer_again(turn: Turn) -> Flow:
    """A request that was cut off: hold it again and read it back."""
    from assistant.dialogue.skills import skill_of

    turn.note("resume")
    turn.say("Welcome back.")
    yield from skill_of(turn.frame).resume(turn)


def goodbye(turn: Turn) -> Flow:
    frame = turn.state.frame
    if turn.state.holding:
        yield from turn.let_go()
        turn.say(NOT_BOOKED)
    name = first_name(turn.state.person.name or (frame.name if frame else None))
    turn.state = turn.state.but(frames=(), later=())
    turn.say(BYE if name else BYE_NAMELESS, name=name)
    turn.do(HangUp(3.0))
    turn.wait(Phase.CLOSED, "nothing")
    turn.note("goodbye")


def stay(turn: Turn) -> Flow:
    """After manners, back to where the conversation stood."""
    from assistant.dialogue.skills import skill_of

    if turn.state.frames:
        turn.phase = turn.state.phase
        yield from skill_of(turn.frame).ask_again(turn, 0)
        return
    if not turn.spoken.rstrip().endswith("?"):
        turn.say(HOW_CAN_I)
    turn.phase = Phase.IDLE if turn.state.phase in (Phase.FRESH, Phase.IDLE) else Phase.CLOSING
