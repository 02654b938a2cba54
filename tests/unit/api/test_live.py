"""The hub of live events: nobody who listens can slow what happens."""

from __future__ import annotations

import asyncio
import threading

from assistant.api.live import QUEUE, LiveEvents
from assistant.domain.clock import ManualClock
from tests.support.calendars import MONDAY


def hub(**more: int) -> LiveEvents:
    return LiveEvents(ManualClock(MONDAY), **more)


async def test_everybody_hears_everything_in_order() -> None:
    events = hub()
    first, second = events.listen(), events.listen()
    assert first is not None
    assert second is not None
    events.publish("turn", "cnv_1", {"said": "hello"})
    events.publish("ended", "cnv_1", {})
    for listener in (first, second):
        heard = await listener.next()
        assert [(event.type, event.conversation) for event in heard] == [("turn", "cnv_1"), ("ended", "cnv_1")]
        assert heard[0].as_json()["data"] == {"said": "hello"}


async def test_a_slow_listener_loses_the_oldest_and_is_told_how_many() -> None:
    events = hub()
    slow = events.listen()
    assert slow is not None
    for number in range(QUEUE + 7):
        events.publish("turn", None, {"number": number})
    heard = await slow.next()
    assert slow.missed == 7
    assert [event.data["number"] for event in heard] == list(range(7, QUEUE + 7))


async def test_publishing_from_a_thread_reaches_the_loop() -> None:
    events = hub()
    listener = events.listen()
    assert listener is not None
    thread = threading.Thread(target=events.publish, args=("turn", None, {"from": "thread"}))
    thread.start()
    thread.join()
    heard = await asyncio.wait_for(listener.next(), 5)
    assert heard[0].data == {"from": "thread"}


async def test_there_is_room_for_so_many_and_leaving_makes_room() -> None:
    events = hub(listeners=1)
    only = events.listen()
    assert only is not None
    assert events.listen() is None
    events.leave(only)
    assert await only.next() == []
    assert events.listen() is not None
