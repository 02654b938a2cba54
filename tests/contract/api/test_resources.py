"""The contracted resources, through the public door."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.events import Said
from tests.contract.api.conftest import Edge

TUESDAY = "2026-12-01T10:00:00-05:00"
BOOKING = {"service": "Cleaning", "starts_at": TUESDAY, "contact": {"name": "Joan Keller", "phone": "+12025550143"}, "notes": "blue room"}


@pytest.fixture(scope="module")
def unchanged(shared_edges: Callable[..., Edge]) -> Edge:
    """For requests that are refused."""
    return shared_edges()


async def test_an_appointment_from_booking_to_cancelling(edge: Edge) -> None:
    async with edge.client() as client:
        made = await client.post("/api/v1/appointments", json=BOOKING)
        item = made.json()
        assert made.status_code == 201
        assert (item["service"], item["starts_at"], item["status"], item["source"]) == ("Cleaning", TUESDAY, "booked", "api")
        assert item["contact"]["name"] == item["name"] == "Joan Keller"
        assert item["contact"]["phone"] == "+12025550143"
        assert item["notes"] == "blue room"
        taken = await client.post("/api/v1/appointments", json=BOOKING)
        assert (taken.status_code, taken.json()["error"]["code"]) == (409, "slot_taken")
        path = f"/api/v1/appointments/{item['id']}"
        moved = await client.patch(path, json={"version": item["version"], "starts_at": "2026-12-01T11:00:00-05:00"})
        assert moved.status_code == 200
        assert moved.json()["id"] == item["id"]
        stale = await client.patch(path, json={"version": item["version"], "notes": "late"})
        assert stale.status_code == 409
        gone = await client.delete(path)
        assert gone.json()["status"] == "cancelled"
        assert (await client.delete(path)).status_code == 200
        listed = await client.get("/api/v1/appointments", params={"status": "cancelled"})
        assert [entry["id"] for entry in listed.json()["items"]] == [item["id"]]


async def test_aliases_are_taken_and_idempotency_keys_repeat(edge: Edge) -> None:
    body = {**BOOKING, "service": "hygienist"}
    async with edge.client() as client:
        first = await client.post("/api/v1/appointments", json=body, headers={"Idempotency-Key": "k1"})
        again = await client.post("/api/v1/appointments", json=body, headers={"Idempotency-Key": "k1"})
        other = await client.post(
            "/api/v1/appointments", json={**body, "starts_at": "2026-12-01T14:00:00-05:00"}, headers={"Idempotency-Key": "k1"}
        )
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["service"] == "Cleaning"
    assert other.status_code == 409


async def test_lists_are_half_open_and_paged(edge: Edge) -> None:
    starts = [f"2026-12-01T{hour:02}:00:00-05:00" for hour in (9, 10, 11, 13, 14)]
    async with edge.client() as client:
        for start in starts:
            made = await client.post("/api/v1/appointments", json={"service": "Check-up", "starts_at": start, "contact": {"name": "A"}})
            assert made.status_code == 201
        inside = await client.get("/api/v1/appointments", params={"from": starts[1], "to": starts[3]})
        assert [item["starts_at"] for item in inside.json()["items"]] == starts[1:3]
        seen: list[str] = []
        cursor = None
        while True:
            page = (await client.get("/api/v1/appointments", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
            seen += [item["starts_at"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == starts
        assert (await client.get("/api/v1/appointments", params={"cursor": "rubbish"})).status_code == 422


async def test_availability_tells_every_free_start(edge: Edge) -> None:
    async with edge.client() as client:
        day = {"service": "Check-up", "from": "2026-12-04T00:00:00-05:00", "to": "2026-12-05T00:00:00-05:00"}
        items = (await client.get("/api/v1/availability", params=day)).json()["items"]
        unknown = await client.get("/api/v1/availability", params={**day, "service": "Tattoo"})
    assert items[0]["starts_at"] == "2026-12-04T09:00:00-05:00"
    assert items[-1]["starts_at"] == "2026-12-04T12:30:00-05:00"
    assert len(items) == 15
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"starts_at": "2026-12-01T10:00:00"}, 422),
        ({"starts_at": "2026-02-31T10:00:00Z"}, 422),
        ({"starts_at": "2026-12-05T10:00:00-05:00"}, 422),
        ({"starts_at": "2020-12-01T10:00:00-05:00"}, 422),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, 422),
        ({"service": "Tattoo"}, 422),
        ({"contact": {"name": "x" * 5000}}, 422),
        ({"contact": {"phone": "call me"}}, 422),
        ({"surprise": 1}, 422),
        ({"notes": "a\u0000b"}, 422),
    ],
)
async def test_bookings_that_make_no_sense_are_refused_with_the_field(unchanged: Edge, change: dict[str, object], status: int) -> None:
    async with unchanged.client() as client:
        answer = await client.post("/api/v1/appointments", json={**BOOKING, **change})
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_tasks_from_writing_down_to_done(edge: Edge) -> None:
    async with edge.client() as client:
        made = (await client.post("/api/v1/tasks", json={"title": "Order gloves", "tags": ["stock"], "due_at": TUESDAY})).json()
        assert made["status"] == "pending"
        done = await client.patch(f"/api/v1/tasks/{made['id']}", json={"status": "done", "version": made["version"]})
        assert done.json()["status"] == "done"
        assert (await client.patch(f"/api/v1/tasks/{made['id']}", json={"version": made["version"], "title": "x"})).status_code == 409
        assert (await client.delete(f"/api/v1/tasks/{made['id']}")).status_code == 204
        assert (await client.get("/api/v1/tasks", params={"status": "deleted"})).json()["items"][0]["id"] == made["id"]
        assert (await client.get("/api/v1/tasks/tsk_none")).status_code == 404


async def test_chat_is_one_turn_of_the_same_conversation(edge: Edge) -> None:
    async with edge.client() as client:
        body = {"session": "s1", "text": "hello", "from": "(202) 555-0143"}
        first = (await client.post("/api/v1/chat", json=body)).json()
        second = (await client.post("/api/v1/chat", json={**body, "text": "bye"})).json()
        owner = (await client.post("/api/v1/chat", json={**body, "as": "owner"})).json()
    assert first["reply"] == "You said: hello"
    assert (first["state"], first["intent"], first["ended"]) == ("open", "greeting", False)
    assert second["ended"] is True
    assert first["conversation"] == second["conversation"] != owner["conversation"]
    caller, proven = edge.host.parties[first["conversation"]], edge.host.parties[owner["conversation"]]
    assert (caller.phone, caller.role, caller.proven) == ("+12025550143", "caller", False)
    assert (proven.role, proven.proven) == ("owner", True)


async def test_the_owner_at_a_desk_is_the_person_of_their_own_number(make_edge: Callable[..., Edge]) -> None:
    edge = make_edge(owner_numbers=("+12025550199",))
    async with edge.client() as client:
        desk = (await client.post("/api/v1/chat", json={"session": "s1", "text": "hello", "as": "owner"})).json()
        phone = (await client.post("/api/v1/chat", json={"session": "s2", "text": "hello", "as": "owner", "from": "+12025550199"})).json()
        caller = (await client.post("/api/v1/chat", json={"session": "s3", "text": "hello"})).json()
    assert edge.host.parties[desk["conversation"]].phone is None
    assert edge.host.parties[desk["conversation"]].contact_id == edge.host.parties[phone["conversation"]].contact_id is not None
    assert edge.host.parties[caller["conversation"]].contact_id is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"session": "s", "text": "x" * 100_000}, 422),
        ({"session": "s", "text": "   "}, 422),
        ({"session": "", "text": "hi"}, 422),
        ({"session": "s", "text": "hi", "from": "nobody"}, 422),
        ({"session": "s", "text": "hi", "as": "king"}, 422),
        ({"session": "s", "text": "hi", "image": "aGVsbG8="}, 503),
    ],
)
async def test_chat_refuses_what_makes_no_sense(unchanged: Edge, body: dict[str, str], status: int) -> None:
    async with unchanged.client() as client:
        answer = await client.post("/api/v1/chat", json=body)
    assert answer.status_code == status
    assert not [event for event in unchanged.host.events if isinstance(event, Said)]


async def test_contacts_consents_export_and_erasure(edge: Edge) -> None:
    contact = edge.world.person("+12025550143", "Joan Keller")
    async with edge.client() as client:
        found = (await client.get("/api/v1/contacts", params={"phone": "202 555 0143"})).json()["items"]
        assert [person["name"] for person in found] == ["Joan Keller"]
        agreed = await client.post("/api/v1/consents", json={"contact_id": contact, "purpose": "texts", "granted": True})
        assert agreed.status_code == 201
        assert (await client.get("/api/v1/consents", params={"contact": contact})).json()["items"][0]["granted"] is True
        export = await client.get("/api/v1/privacy/export", params={"contact": contact})
        assert "Joan Keller" in export.text
        assert (await client.delete(f"/api/v1/privacy/contacts/{contact}")).status_code == 204
        assert (await client.get(f"/api/v1/contacts/{contact}")).status_code == 404
        assert (await client.delete(f"/api/v1/privacy/contacts/{contact}")).status_code == 404
        erased = (await client.get("/api/v1/audit")).json()["items"]
        assert any(entry["subject"] == contact for entry in erased)


async def test_what_is_too_large_is_refused_before_it_is_read(edge: Edge) -> None:
    sent = 0

    async def endless() -> object:
        nonlocal sent
        while sent < 2 * 1024**3:
            sent += 65536
            yield b"x" * 65536

    async with edge.client() as client:
        declared = await client.post("/api/v1/tasks", content=b"{}", headers={"Content-Length": str(2 * 1024**3)})
        streamed = await client.post("/api/v1/tasks", content=endless())
        voice = await client.post("/voice/query", files={"audio": b"x" * (12 * 1024 * 1024)})
    assert sent <= (1 + 64) * 1024**2 + 65536  # the limit, and what is taken so that the sender still reads the answer
    for answer in (declared, streamed, voice):
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"


async def test_every_error_looks_the_same(edge: Edge) -> None:
    async with edge.client() as client:
        answers = [
            await client.get("/api/v1/nowhere"),
            await client.put("/api/v1/tasks"),
            await client.post("/api/v1/tasks", content=b"{", headers={"Content-Type": "application/json"}),
            await client.post("/api/v1/tasks", content=b'{"title": "\\ud800"}', headers={"Content-Type": "application/json"}),
            await client.get("/api/v1/tasks", params={"limit": "many"}),
        ]
    assert [answer.status_code for answer in answers] == [404, 405, 400, 422, 422]
    for answer in answers:
        error = answer.json()["error"]
        assert set(error) == {"code", "message", "request_id"}
        assert error["request_id"] == answer.headers["x-request-id"]


async def test_what_nobody_foresaw_is_told_without_details(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(edge.world.calendar, "get", broken)
    async with edge.client() as client:
        answer = await client.get("/api/v1/appointments/apt_1")
    assert answer.status_code == 500
    assert "42" not in answer.text
    assert answer.json()["error"]["request_id"].startswith("req_")


async def test_media_never_runs_in_our_name(edge: Edge) -> None:
    async with edge.client() as client:
        answer = await client.get("/api/v1/media/med_1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_parts_that_are_missing_have_no_routes(make_edge: Callable[..., Edge]) -> None:
    paths = make_edge().app.openapi()["paths"]
    assert "/api/v1/appointments" in paths
    assert "/api/v1/knowledge" not in paths  # this house has no knowledge base


async def test_opening_hours_know_closures(edge: Edge) -> None:
    async with edge.client() as client:
        days = (await client.get("/api/v1/hours", params={"from": "2026-12-23", "days": 3})).json()["items"]
        wrong = await client.get("/api/v1/hours", params={"from": "0001-01-01"})
    assert [len(day["open"]) for day in days] == [2, 0, 0]
    assert [day["reason"] for day in days] == [None, "winter break", "winter break"]
    assert days[0]["open"][0]["starts_at"] == "2026-12-23T09:00:00-05:00"
    assert wrong.status_code == 422
