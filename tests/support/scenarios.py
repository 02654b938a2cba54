"""Runs the simulated callers of `tests/scenarios` against the orchestrator on the real calendar, and says what went wrong.

`run_all()` is what `make eval` calls; the tests call `run(scenario)` one by one.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time as wall
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.domain.clock import ManualClock
from assistant.domain.conversation import Channel, Party
from assistant.domain.effects import HangUp, Outcome, Transfer
from assistant.domain.events import Ended, Event, Keyed, Quiet, Said, Started, Transferred, Unclear
from assistant.language.times import resolve
from assistant.memory.answers import Answers
from assistant.profile.loader import load_profile
from assistant.storage.contacts import Contacts
from assistant.storage.knowledge import FactStore
from assistant.storage.vault import MasterKey, Vault
from calendar_manager import CalendarManager
from nlu_engine import NLUEngine
from orchestrator import Orchestrator
from tests.support.conversing import Gate, MemoryMessages, MemoryTasks, MemoryTexts, NLUSettings, Sink
from tests.support.databases import fresh_database

FOLDER = Path(__file__).parent.parent / "scenarios"
KEY = MasterKey(b"0123456789abcdef0123456789abcdef")


@dataclass
class Report:
    id: str
    problems: list[str] = field(default_factory=list)
    talk: list[tuple[str, str]] = field(default_factory=list)
    turn_ms: list[float] = field(default_factory=list)
    known_failure: str | None = None

    @property
    def passed(self) -> bool:
        return not self.problems

    def transcript(self) -> str:
        return "\n".join(f"  {who:>2}: {text}" for who, text in self.talk)


#: The quick one in C where PyYAML was built with it.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def scenarios(pattern: str = "") -> list[dict[str, Any]]:
    """Every scenario, in the order of the files; `pattern` keeps those whose id contains it."""
    return [item for item in _written() if pattern in item["id"]]


@cache
def _written() -> list[dict[str, Any]]:
    return [
        {"file": path.name, **document}
        for path in sorted(FOLDER.glob("*.yaml"))
        for document in yaml.load_all(path.read_text(encoding="utf-8"), _SafeLoader)
        if document
    ]


@cache
def _engine(business: str) -> NLUEngine:
    profile = load_profile(FOLDER / "business" / f"{business}.toml")
    return NLUEngine(NLUSettings(), profile=lambda: profile)


#: what a line of a scenario may say; anything else would be a check that never runs
_KEYS = frozenset({
    "say", "code", "key", "quiet", "unclear", "transferred", "hangup", "drop", "taken", "wait", "text", "again", "confidence", "service",
    "expect", "never", "effects",
})  # fmt: skip


class World:
    """One business with its stores in a temporary folder, a stopped clock, and the orchestrator over the real calendar."""

    def __init__(self, folder: Path, scenario: Mapping[str, Any]) -> None:
        business = str(scenario.get("business", "dental"))
        self.profile = load_profile(FOLDER / "business" / f"{business}.toml")
        self.zone = self.profile.zone
        start = datetime.fromisoformat(str(scenario.get("clock", "2025-12-01T08:30"))).replace(tzinfo=self.zone)
        self.clock = ManualClock(start)
        self.db = fresh_database(folder / "store.db", threads=2)
        self.vault = Vault([KEY], self.clock)
        self.contacts = Contacts(self.vault, self.clock)
        self.calendar = CalendarManager(self.db, self.vault, self.contacts, lambda: self.profile, self.clock)
        self.texts, self.messages, self.tasks, self.sink = MemoryTexts(), MemoryMessages(self.clock), MemoryTasks(self.clock), Sink()
        self.orchestrator = Orchestrator(
            self.db, self.vault, self.contacts, _engine(business), self.calendar, Answers(lambda: self.profile, resolve=resolve), self.tasks, self.texts,
            self.messages, None, Gate("4711"), self.sink, profile=lambda: self.profile, clock=self.clock,
        )  # fmt: skip

    def at(self, value: str) -> datetime:
        return datetime.fromisoformat(value).replace(tzinfo=self.zone)

    def contact(self, phone: str | None, name: str | None) -> str:
        with self.db.write() as session:
            record = self.contacts.for_phone(session, phone) if phone else self.contacts.nameless(session)
            if name:
                self.contacts.set_name(session, record.id, name)
            return record.id

    async def book(self, service: str, at: str, name: str | None = None, phone: str | None = None) -> str:
        contact = self.contact(phone, name)
        held = await self.calendar.hold(service, self.at(at), contact_id=contact, conversation_id=f"seed-{at}-{service}", source="web")
        booked = await self.calendar.confirm(held.id, contact_id=contact, name=name)
        return booked.id

    async def everything(self) -> list[dict[str, Any]]:
        """All appointments as the calendar itself lists them."""
        page = await self.calendar.list(limit=200)
        return appointment_rows(page.items, self.zone)


class Caller:
    """One simulated caller: says what the script says, and checks what comes back."""

    def __init__(self, world: World, scenario: Mapping[str, Any], report: Report) -> None:
        self.world, self.scenario, self.report = world, scenario, report
        self.channel: Channel = scenario.get("channel", "web")
        self.phone = scenario.get("from")
        self.outcomes: list[Outcome] = []
        self.conversation = ""
        self.before = ""

    async def start(self) -> None:
        owner = bool(self.scenario.get("owner"))
        party = Party(phone=self.phone, role="owner" if owner else "caller", proven=bool(self.scenario.get("proven")))
        key = f"{self.channel}:{self.scenario['id']}" if self.channel != "sms" else f"sms:{self.phone}"
        ref = await self.world.orchestrator.open(self.channel, party, key=key)
        self.conversation = ref.id
        if self.channel == "call":
            await self.event(Started(ref.id), "(calls)")

    async def event(self, event: Event, shown: str) -> Outcome:
        began = wall.perf_counter()
        outcome = await self.world.orchestrator.handle(event)
        self.report.turn_ms.append((wall.perf_counter() - began) * 1000)
        self.report.talk.append(("C", shown))
        self.report.talk.append(("A", f"{outcome.said}   [{outcome.state} {outcome.intent or ''} {','.join(outcome.did)}]"))
        if outcome.said and outcome.said == self.before and not isinstance(event, Ended):
            self.report.problems.append(f"said the same twice in a row: {outcome.said!r}")
        if self.channel == "call" and len(re.findall(r"[.?!](?:\s|$)", re.sub(r"\bDr\.", "Dr", outcome.said))) > 4:
            self.report.problems.append(f"too long for the ear: {outcome.said!r}")
        self.before = outcome.said
        self.outcomes.append(outcome)
        return outcome

    async def say(self, text: str) -> Outcome:
        return await self.event(Said(self.conversation, text), text)

    async def line(self, item: Any) -> None:
        if isinstance(item, str):
            item = {"say": item}
        if unknown := set(item) - _KEYS:
            self.report.problems.append(f"{_shown(item)!r} has keys that mean nothing: {', '.join(sorted(unknown))}")
        outcome: Outcome | None = None
        conversation = self.conversation
        if "say" in item:
            outcome = await self.event(Said(conversation, item["say"], confidence=item.get("confidence", 1.0)), item["say"])
        elif "code" in item:
            code = re.findall(r"\b\d{6}\b", " ".join(self.world.texts.bodies))[-1]
            if item["code"] == "wrong":
                code = f"{(int(code) + 1) % 10**6:06d}"
            keyed = item["code"] == "keyed"
            outcome = await self.event(Keyed(conversation, code) if keyed else Said(conversation, code), "(the code)")
        elif "key" in item:
            outcome = await self.event(Keyed(conversation, str(item["key"])), f"[keys {item['key']}]")
        elif "quiet" in item:
            outcome = await self.event(Quiet(conversation, int(item["quiet"])), "(quiet)")
        elif "unclear" in item:
            outcome = await self.event(Unclear(conversation), "(unclear)")
        elif "transferred" in item:
            outcome = await self.event(Transferred(conversation, item["transferred"]), f"(transfer {item['transferred']})")
        elif "hangup" in item or "drop" in item:
            outcome = await self.event(Ended(conversation, "dropped" if "drop" in item else "caller"), "(line closed)")
        elif "taken" in item:
            await self._take(str(item["taken"]), str(item.get("service", "Check-up")))
        elif "wait" in item:
            await self.world.clock.advance(float(item["wait"]) * 60)
        elif "text" in item:
            self.channel = "sms"
            ref = await self.world.orchestrator.open("sms", Party(phone=self.phone), key=f"sms:{self.phone}")
            self.conversation = ref.id
            outcome = await self.say(item["text"])
        elif "again" in item:
            ref = await self.world.orchestrator.open(self.channel, Party(phone=self.phone), key=f"{self.channel}:{item['again']}")
            self.conversation = ref.id
            if self.channel == "call":
                outcome = await self.event(Started(ref.id), "(calls again)")
        if outcome is not None:
            self._check(item, outcome)

    async def _take(self, at: str, service: str) -> None:
        """Somebody else takes the time, however it was held: what a slot taken while confirming looks like."""
        await self.world.calendar.release(self.conversation)
        await self.world.book(service, at, "Somebody Else", "+12025550999")

    def _check(self, item: Mapping[str, Any], outcome: Outcome) -> None:
        for pattern in item.get("expect", ()):
            if not re.search(pattern, outcome.said):
                self.report.problems.append(f"after {_shown(item)!r} expected /{pattern}/ in {outcome.said!r}")
        for pattern in item.get("never", ()):
            if re.search(pattern, outcome.said):
                self.report.problems.append(f"after {_shown(item)!r} never /{pattern}/ but {outcome.said!r}")
        for kind in item.get("effects", ()):
            if not any(type(effect).__name__ == kind for effect in outcome.effects):
                self.report.problems.append(f"after {_shown(item)!r} expected the effect {kind}")

    async def answer(self, plan: Mapping[str, Any]) -> None:
        """A caller with a plan: says the opening, then what fits what is asked."""
        left = [tuple(pair) for pair in plan["answers"]]
        outcome = await self.say(plan["opens"])
        for _ in range(int(plan.get("patience", 12))):
            if outcome.ended:
                return
            for pair in left:
                if re.search(pair[0], outcome.said):
                    left.remove(pair)
                    outcome = await self.say(pair[1])
                    break
            else:
                self.report.problems.append(f"the caller had no answer to {outcome.said!r}")
                return


def _shown(item: Mapping[str, Any]) -> str:
    return str(next(iter(item.values())))


def appointment_rows(items: Sequence[Any], zone: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": item.id, "service": item.service, "at": item.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
            "status": item.status, "name": item.name, "recurrence": item.recurrence, "text_consent": item.text_consent,
            "notes": item.notes,
        }
        for item in items
    ]  # fmt: skip


async def run(scenario: Mapping[str, Any], folder: Path) -> Report:
    report = Report(scenario["id"], known_failure=scenario.get("known_failure"))
    world = World(folder, scenario)
    try:
        seeded = []
        for item in scenario.get("seed", ()):
            seeded.append(await world.book(item["service"], item["at"], item.get("name"), item.get("phone")))
        for phone, name in (scenario.get("known") or {}).items():
            world.contact(phone, name)
        for item in scenario.get("tasks", ()):
            await world.tasks.add(item)
        for item in scenario.get("inbox", ()):
            await world.messages.take(
                contact_id=None, conversation_id="seed", name=item.get("name"), body=item["body"], urgent=bool(item.get("urgent"))
            )
        caller = Caller(world, scenario, report)
        await caller.start()
        if "answers" in scenario:
            await caller.answer(scenario)
        for item in scenario.get("turns", ()):
            await caller.line(item)
        await _judge(world, scenario, report, caller, seeded)
    except Exception as error:  # noqa: BLE001 - a crash is this scenario's failure, not the end of the run
        frame = traceback.extract_tb(error.__traceback__)[-1]
        report.problems.append(f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})")
    finally:
        world.db.close()
    return report


async def _judge(world: World, scenario: Mapping[str, Any], report: Report, caller: Caller, seeded: Sequence[str]) -> None:
    """The end state, exactly."""
    judge_appointments(await world.everything(), scenario, report, seeded)
    _judge_words(world, scenario.get("end", {}), report, caller)
    if "remembered" in scenario.get("end", {}):
        contact = world.contact(scenario.get("from"), None)
        kept = [fact.text for fact in FactStore(world.db, world.vault, world.clock).of(contact)]
        if kept != scenario["end"]["remembered"]:
            report.problems.append(f"remembered is {kept}")


def judge_appointments(rows: Sequence[Mapping[str, Any]], scenario: Mapping[str, Any], report: Report, seeded: Sequence[str]) -> None:
    """What the calendar must hold afterwards: nothing less, and nothing more."""
    end = scenario.get("end", {})
    new = [row for row in rows if row["id"] not in seeded and row["status"] == "booked" and row["name"] != "Somebody Else"]
    if "booked" in end:
        wanted = list(end["booked"])
        if len(new) != len(wanted):
            report.problems.append(f"booked {len(new)}, expected {len(wanted)}: {new}")
        for want in wanted:
            if not any(_fits(row, want) for row in new):
                report.problems.append(f"not booked: {want}; there is {new}")
    elif "booked_count" in end:
        if len(new) != end["booked_count"]:
            report.problems.append(f"booked {len(new)}, expected {end['booked_count']}: {new}")
    elif new:
        report.problems.append(f"booked though nothing was to be booked: {new}")
    by_id = {row["id"]: row for row in rows}
    cancelled = [by_id[item] for item in seeded if by_id[item]["status"] == "cancelled"]
    if len(cancelled) != len(end.get("cancelled", ())):
        report.problems.append(f"cancelled {cancelled}, expected {end.get('cancelled', [])}")
    for want in end.get("cancelled", ()):
        if not any(_fits(row, want) for row in cancelled):
            report.problems.append(f"not cancelled: {want}")
    standing = [by_id[item] for item in seeded if by_id[item]["status"] == "booked"]
    for key in ("still", "moved"):
        for want in end.get(key, ()):
            if not any(_fits(row, want) for row in standing):
                report.problems.append(f"{key}: {want} is not among {standing}")


def _judge_words(world: World, end: Mapping[str, Any], report: Report, caller: Caller) -> None:
    bodies = [item.body for item in world.messages.taken if item.name != "(seed)"]
    for want in end.get("messages", ()):
        if not any(re.search(want["body"], body) for body in bodies):
            report.problems.append(f"message {want} is not among {bodies}")
        if "urgent" in want and not any(
            item.urgent == want["urgent"] and re.search(want["body"], item.body) for item in world.messages.taken
        ):
            report.problems.append(f"message {want} has the wrong urgency")
        if "name" in want and not any(item.name == want["name"] for item in world.messages.taken):
            report.problems.append(f"message {want}: names are {[item.name for item in world.messages.taken]}")
    if end.get("messages") == [] and bodies:
        report.problems.append(f"took messages {bodies}")
    for want in end.get("texts", ()):
        if not any(re.search(want, body) for body in world.texts.bodies):
            report.problems.append(f"no text like /{want}/ among {world.texts.bodies}")
    for want in end.get("tasks", ()):
        if not any(re.search(want, item.title) and item.status == "pending" for item in world.tasks.items.values()):
            report.problems.append(f"no task like /{want}/ among {list(world.tasks.items.values())}")
    for want in end.get("done", ()):
        if not any(re.search(want, item.title) and item.status in ("done", "deleted") for item in world.tasks.items.values()):
            report.problems.append(f"not done /{want}/: {list(world.tasks.items.values())}")
    if end.get("transferred") and not any(isinstance(e, Transfer) for outcome in caller.outcomes for e in outcome.effects):
        report.problems.append("was never put through")
    if "ended" in end:
        last = caller.outcomes[-1]
        if last.ended != end["ended"] or (end["ended"] and not any(isinstance(effect, HangUp) for effect in last.effects)):
            report.problems.append(f"ended is {last.ended}")


def _fits(row: Mapping[str, Any], want: Mapping[str, Any]) -> bool:
    for key, value in want.items():
        if key == "day":
            if not row["at"].startswith(str(value)):
                return False
        elif str(row.get(key)) != str(value):
            return False
    return True


def run_all(pattern: str = "") -> Iterator[Report]:
    """Every scenario, one after the other, each in its own store."""
    for scenario in scenarios(pattern):
        with tempfile.TemporaryDirectory() as folder:
            yield asyncio.run(run(scenario, Path(folder)))


def main(pattern: str = "", *, verbose: bool = False) -> int:
    reports = list(run_all(pattern))
    for report in reports:
        if verbose or not report.passed:
            print(f"{'ok  ' if report.passed else 'FAIL'} {report.id}")
            print(report.transcript())
            for problem in report.problems:
                print(f"   !! {problem}")
    passed = sum(report.passed for report in reports)
    turns = sorted(ms for report in reports for ms in report.turn_ms)
    p95 = turns[int(len(turns) * 0.95)] if turns else 0.0
    print(f"{passed}/{len(reports)} scenarios; {len(turns)} turns, p50 {turns[len(turns) // 2]:.1f} ms, p95 {p95:.1f} ms")
    return 0 if passed == len(reports) else 1


__all__ = ["FOLDER", "Report", "World", "main", "run", "run_all", "scenarios", "timedelta"]

if __name__ == "__main__":
    import sys

    arguments = [item for item in sys.argv[1:] if item != "-v"]
    sys.exit(main(arguments[0] if arguments else "", verbose="-v" in sys.argv))
