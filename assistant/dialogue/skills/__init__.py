"""The skills, in the order in which they are asked whether some words are theirs.

To add one: write a module with a subclass of `base.Skill` and put an instance into `SKILLS`. Nothing else has to change; a new intent
goes into `assistant.domain.language.INTENTS`, or the skill overrides `wants` and looks at the words itself.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.skills.agenda import Agenda
from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.blocking import Blocking
from assistant.dialogue.skills.booking import Booking
from assistant.dialogue.skills.cancelling import Cancelling, CancelWhich
from assistant.dialogue.skills.complaints import Complaints
from assistant.dialogue.skills.deleting import Everything
from assistant.dialogue.skills.messages import Messages
from assistant.dialogue.skills.moving import Moving
from assistant.dialogue.skills.openings import Openings
from assistant.dialogue.skills.person import APerson
from assistant.dialogue.skills.pictures import Pictures
from assistant.dialogue.skills.pin import Pin
from assistant.dialogue.skills.privacy import Privacy
from assistant.dialogue.skills.questions import Questions, leans
from assistant.dialogue.skills.reach import Reach
from assistant.dialogue.skills.remarks import Remarks
from assistant.dialogue.skills.remember import Remember
from assistant.dialogue.skills.tasks import Tasks
from assistant.dialogue.skills.upcoming import Upcoming
from assistant.dialogue.skills.visits import Visits
from assistant.dialogue.state import Later
from assistant.dialogue.turn import Flow, Turn

SKILLS: tuple[Skill, ...] = (
    Pin(), Pictures(), Everything(), Remember(), Privacy(), Complaints(), Remarks(), Blocking(), Agenda(), Tasks(), Visits(), Moving(),
    Cancelling(), CancelWhich(), Upcoming(), Openings(), Booking(), Messages(), APerson(), Reach(), Questions(),
)  # fmt: skip


def skill_of(frame: object) -> Skill:
    name = getattr(frame, "skill", None)
    for skill in SKILLS:
        if skill.name == name:
            return skill
    raise LookupError(f"no skill called {name}")


def wanted(turn: Turn) -> Skill | None:
    """The skill that these words call for; straight after an answer they may only make sense together with its question."""
    if leans(turn):
        return next(skill for skill in SKILLS if isinstance(skill, Questions))
    return next((skill for skill in SKILLS if skill.wants(turn)), None)


def for_intent(intent: str, turn: Turn) -> Skill | None:
    """The skill that serves an intent for this person; the owner's come before a caller's."""
    return next((skill for skill in SKILLS if intent in skill.intents and (turn.owner or not skill.owner_only)), None)


def enter(turn: Turn, request: Later, skill: Skill | None = None) -> Flow:
    """Begin what was asked for; the owner's private things only behind the PIN."""
    named = next((item for item in SKILLS if item.name == request.skill), None)
    skill = skill or named or for_intent(request.intent, turn) or wanted(turn)
    if skill is None:
        from assistant.dialogue.skills.base import done

        yield from done(turn)
        return
    if skill.owner_only and not turn.state.person.proven:
        yield from Pin().guard(turn, replace(request, skill=skill.name))
        return
    yield from skill.begin(turn, request)
