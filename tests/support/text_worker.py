"""A process that answers texts until it is killed. `python -m tests.support.text_worker CONFIG.json`

The conversation's memory is a file per message, written in one step, as the real one writes its turn in one transaction.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import time, timedelta
from pathlib import Path

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import SystemClock
from assistant.domain.conversation import Channel, ConversationRef, Party
from assistant.domain.effects import Outcome, Say
from assistant.domain.events import Event, Said
from assistant.domain.ports import EffectSink
from assistant.jobs.gate import Gate
from assistant.jobs.inbox import InboxDrain
from assistant.jobs.outbox import OutboxSender, Pace
from assistant.jobs.queue import JobQueue
from assistant.jobs.sweep import Sweep
from assistant.jobs.texting import Texting
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import Inbox
from assistant.storage.outbox import Outbox
from assistant.storage.vault import MasterKey, Vault
from assistant.telephony.twilio.rest import TwilioRest
from tests.support.provider import ACCOUNT
from tests.support.texting import NUMBER, Events, remember_conversation


class FileHost:
    """Answers every message once; a file says which were."""

    def __init__(self, folder: Path, db: Database) -> None:
        self._folder = folder
        self._db = db

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        return ConversationRef(remember_conversation(self._db, SystemClock(), channel, party, key), channel, party)

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        assert isinstance(event, Said)
        path = self._folder / f"{event.message_id}"
        if not path.exists():
            draft = self._folder / f"{event.message_id}.{os.getpid()}"
            draft.write_text(f"Answer to {event.text}")
            draft.replace(path)
            with (self._folder / "log").open("a") as log:
                log.write(event.text + "\n")
        return Outcome(effects=(Say(path.read_text()),), state="idle")


class Killer:
    """Kills this process the n-th time that a boundary is passed."""

    def __init__(self, at: str | None, count: int) -> None:
        self._at = at
        self._left = count

    def __call__(self, name: str) -> None:
        if name == self._at:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def main(config: dict[str, str]) -> None:
    folder = Path(config["folder"])
    clock, events = SystemClock(), Events()
    db = Database(config["url"], threads=4)
    vault = Vault([MasterKey.from_text(config["key"])], clock)
    contacts, consents = Contacts(vault, clock), ConsentLedger(vault, clock)
    lease = timedelta(seconds=3)  # how long the work of a process that died lies there
    inbox, outbox = Inbox(db, vault, contacts, clock, lease=lease), Outbox(db, vault, clock, lease=lease)
    killer = Killer(config.get("kill_at"), int(config.get("kill_count", "1")))
    profile = BusinessProfile(name="Riverside Dental", timezone="America/New_York")
    drain = InboxDrain(
        db=db,
        inbox=inbox,
        outbox=outbox,
        contacts=contacts,
        consents=consents,
        host=FileHost(folder, db),
        clock=clock,
        events=events,
        checkpoint=killer,
    )
    sender = OutboxSender(
        db=db,
        outbox=outbox,
        contacts=contacts,
        gate=Gate(db, contacts, consents, clock, lambda: profile, lambda: (time(21), time(8))),
        provider=TwilioRest(ACCOUNT, "secret", base_url=config["provider"], timeout=2.0),
        number=NUMBER,
        clock=clock,
        events=events,
        pace=Pace(clock, per_second=1000.0, burst=10_000),
        person_pace=lambda: Pace(clock, per_second=1000.0, burst=10_000),
        looks=(timedelta(seconds=0.2), timedelta(seconds=0.5), timedelta(seconds=1.0)),
        checkpoint=killer,
    )
    queue = JobQueue(config["jobs"], executor=config["executor"])
    texting = Texting(db=db, inbox=inbox, outbox=outbox, drain=drain, sender=sender, queue=queue, clock=clock)
    sweep = Sweep(db, clock, queue.wake, interval=0.3)
    texting.attach(sweep)
    await texting.recover(only_process=db.is_sqlite)
    await queue.start()
    await sweep.start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
