"""The owner's morning text: how the day stands, in counts and times, without anybody's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from assistant.domain.clock import Clock
from assistant.domain.ports import ProfileSource
from assistant.storage.database import Database
from assistant.storage.outbox import OutboundText, Outbox
from assistant.storage.tables import Appointment, Message, OutboxItem, Task, WebhookClaim
from assistant.telephony.sms.segments import count, fit

KIND = "digest"


class Digest:
    """Once a day at `at`, local time of the business; a day with nothing to tell has no text."""

    def __init__(
        self,
        *,
        db: Database,
        outbox: Outbox,
        clock: Clock,
        profile: ProfileSource,
        wake: Callable[[str], None],
        owner_numbers: tuple[str, ...] = (),
        at: time = time(8, 0),
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._profile = profile
        self._wake = wake
        self._owners = owner_numbers
        self._at = at

    def due(self) -> list[tuple[str, str]]:
        """Today's digest when its hour has come and nobody has made it; not in the evening for a morning missed."""
        if not self._owners:
            return []
        local = self._clock.now().astimezone(self._profile().zone)
        if not self._at <= local.time() < time(12):
            return []
        day = local.date().isoformat()
        with self._db.read() as session:
            made = session.get(WebhookClaim, f"digest:{day}") is not None
        return [] if made else [(KIND, day)]

    async def make(self, day: str) -> None:
        """Claimed and queued in one transaction."""
        if await self._db.run(self._make, date.fromisoformat(day)):
            self._wake("owner")

    def _make(self, day: date) -> bool:
        zone = self._profile().zone
        with self._db.write() as session:
            key = f"digest:{day.isoformat()}"
            if session.get(WebhookClaim, key) is not None:
                return False
            session.add(WebhookClaim(key=key, at=self._clock.now()))
            start = datetime.combine(day, time(0), tzinfo=zone)
            end = start + timedelta(days=1)
            booked = select(Appointment.starts_at).where(
                Appointment.status == "booked", Appointment.starts_at >= start, Appointment.starts_at < end
            )
            starts = sorted(session.execute(booked).scalars())
            unread = (
                select(func.count())
                .select_from(Message)
                .where(Message.kind.in_(("message", "voicemail")), Message.direction == "in", Message.read_at.is_(None))
            )
            failed = (
                select(func.count())
                .select_from(OutboxItem)
                .where(OutboxItem.state == "failed", OutboxItem.updated_at >= start - timedelta(days=1))
            )
            open_tasks = select(func.count()).select_from(Task).where(Task.status == "pending", Task.due_at < end)
            messages, failures, tasks = (int(session.execute(query).scalar_one()) for query in (unread, failed, open_tasks))
            body = _words(starts, zone, messages=messages, tasks=tasks, failures=failures)
            if body is None:
                return False
            words = fit(body)
            for number in self._owners:
                text = OutboundText(key=f"{key}:{number}", to=number, body=words, purpose="owner", segments=count(words).segments)
                self._outbox.put(session, text)
            return True


def _words(starts: list[datetime], zone: ZoneInfo, *, messages: int, tasks: int, failures: int) -> str | None:
    parts = []
    if starts:
        first = starts[0].astimezone(zone).strftime("%I:%M %p").lstrip("0").lower()
        parts.append(f"{_plural(len(starts), 'appointment')} today, the first at {first}")
    parts += [_plural(tasks, "task") + " due"] if tasks else []
    parts += [_plural(messages, "new message")] if messages else []
    parts += [_plural(failures, "text") + " could not be sent"] if failures else []
    return "Good morning. " + "; ".join(parts) + "." if parts else None


def _plural(amount: int, word: str) -> str:
    return f"{amount} {word}" if amount == 1 else f"{amount} {word}s"
