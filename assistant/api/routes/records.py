"""What happened: calls, conversations and messages, with every turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from assistant.api.errors import documented
from assistant.api.models import (
    CallDetail,
    CallOut,
    ContactRef,
    ConversationDetail,
    ConversationOut,
    Id,
    MessageOut,
    MessagePatch,
    Page,
    TurnOut,
)
from assistant.api.paging import Cursor, Limit, open_cursor, plain, seal_cursor
from assistant.api.security import needs
from assistant.api.services import Reader, Services
from assistant.domain.errors import NotFound
from assistant.storage.calls import CallRecord, Calls
from assistant.storage.messages import MessageRecord, Messages

ThingId = Annotated[Id, Path()]
Contact = Annotated[Id | None, Query(description="Only this contact's.")]


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["history"])
    if services.conversations is not None:
        _conversations(routes, services, services.conversations)
    if services.calls is not None:
        _calls(routes, services.calls, services.conversations)
    if services.messages is not None:
        _messages(routes, services, services.messages)
    if services.media is not None:
        _media(routes, services)
    return routes


def _conversations(routes: APIRouter, services: Services, conversations: Reader) -> None:
    reading = [Depends(needs("read"))]

    @routes.get("/conversations", responses=documented(), dependencies=reading)
    async def list_conversations(
        contact: Contact = None,
        channel: Annotated[Literal["call", "sms", "web"] | None, Query(description="Only this channel's.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[ConversationOut]:
        """Conversations over every channel, newest first."""
        items, following = await conversations.list(limit=limit, cursor=cursor, contact=contact, channel=channel)
        people = await _people(services, items)
        return Page(items=[ConversationOut(**_conversation(item, people)) for item in items], next=following)

    @routes.get("/conversations/{conversation_id}", responses=documented(404), dependencies=reading)
    async def get_conversation(conversation_id: ThingId) -> ConversationDetail:
        """One conversation with all its turns: what was heard, understood, done and said, and how long each part took."""
        found = await conversations.get(conversation_id)
        if found is None:
            raise NotFound("there is no such conversation")
        people = await _people(services, [found])
        return ConversationDetail(**_conversation(found, people), turns=_turns(found))


def _calls(routes: APIRouter, calls: Calls, conversations: Reader | None) -> None:
    reading = [Depends(needs("read"))]

    @routes.get("/calls", responses=documented(), dependencies=reading)
    async def list_calls(
        contact: Contact = None,
        status: Annotated[str | None, Query(max_length=20, description="Only with this status.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[CallOut]:
        """Calls, newest first."""
        items, following = await calls.list(limit=limit, cursor=open_cursor(cursor), contact=contact, status=status)
        return Page(items=[CallOut(**_call(item)) for item in items], next=seal_cursor(following) if following else None)

    @routes.get("/calls/{call_id}", responses=documented(404), dependencies=reading)
    async def get_call(call_id: ThingId) -> CallDetail:
        """One call with its turns."""
        call = await calls.get(call_id)
        talk = await conversations.get(call.conversation_id) if conversations is not None and call.conversation_id else None
        summary = plain(talk).get("summary") if talk is not None else None
        return CallDetail(**_call(call), turns=_turns(talk) if talk is not None else [], summary=summary)


def _messages(routes: APIRouter, services: Services, messages: Messages) -> None:
    @routes.get("/messages", responses=documented(), dependencies=[Depends(needs("read"))])
    async def list_messages(
        kind: Annotated[Literal["text", "voicemail", "message"] | None, Query(description="Only this kind.")] = None,
        direction: Annotated[Literal["in", "out"] | None, Query()] = None,
        contact: Contact = None,
        unread: Annotated[bool, Query(description="Only what nobody has read.")] = False,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[MessageOut]:
        """Texts, voicemails and messages taken for the owner, newest first."""
        before = open_cursor(cursor)

        def work() -> list[MessageRecord]:
            return messages.page(limit=limit + 1, before=before, kind=kind, direction=direction, contact_id=contact, unread=unread)

        items = await services.db.run(work)
        following = seal_cursor(items[limit - 1].id) if len(items) > limit else None
        return Page(items=[_message(item) for item in items[:limit]], next=following)

    @routes.get("/messages/{message_id}", responses=documented(404), dependencies=[Depends(needs("read"))])
    async def get_message(message_id: ThingId) -> MessageOut:
        """One message."""
        return _message(await services.db.run(messages.get, message_id))

    @routes.patch("/messages/{message_id}", responses=documented(404), dependencies=[Depends(needs())])
    async def read_message(message_id: ThingId, body: MessagePatch) -> MessageOut:
        """Mark a message as read."""
        await services.db.run(messages.mark_read, [message_id])
        return _message(await services.db.run(messages.get, message_id))


def _media(routes: APIRouter, services: Services) -> None:
    assert services.media is not None
    fetch = services.media

    @routes.get(
        "/media/{media_id}",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}, "description": "The file."}, **documented(404)},
        dependencies=[Depends(needs("read"))],
    )
    async def get_media(media_id: ThingId) -> Response:
        """A recording, voicemail or picture."""
        data, mime = await fetch(media_id)
        # Whatever it claims to be, a browser must not run it in our name.
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}
        return Response(data, media_type=mime if mime.startswith(("image/", "audio/")) else "application/octet-stream", headers=headers)


async def _people(services: Services, items: Sequence[Any]) -> dict[str, ContactRef]:
    ids = {contact for item in items if (contact := plain(item).get("contact_id"))}

    def work() -> dict[str, ContactRef]:
        with services.db.read() as session:
            found = (services.contacts.get(session, contact_id) for contact_id in ids)
            return {person.id: ContactRef(id=person.id, name=person.name, phone=person.phone) for person in found if person is not None}

    return await services.db.run(work) if ids else {}


def _conversation(item: Any, people: Mapping[str, ContactRef]) -> dict[str, Any]:
    fields = plain(item)
    contact_id = fields.get("contact_id")
    nobody = ContactRef(id=contact_id, name=None, phone=None)
    known = {name: fields.get(name) for name in ConversationOut.model_fields if name != "contact"}
    return known | {"contact": people.get(contact_id, nobody) if contact_id else nobody}


def _turns(talk: Any) -> list[TurnOut]:
    turns = []
    for item in plain(talk).get("turns") or ():
        fields = plain(item)
        known = {name: fields[name] for name in TurnOut.model_fields if fields.get(name) is not None}
        kept = known.pop("slots", None)
        if isinstance(kept, Mapping) and fields.get("role") == "caller":
            # What was understood is stored with its acts and further intents; only what it was about is of use here.
            known["slots"] = dict(kept.get("slots", kept))
        stages = {stage: ms for stage, ms in (known.get("timeline") or {}).items() if isinstance(ms, (int, float))}
        turns.append(TurnOut(**(known | {"timeline": stages})))
    return turns


def _call(item: CallRecord) -> dict[str, Any]:
    fields = {name: getattr(item, name) for name in CallOut.model_fields if name != "contact"}
    return fields | {"contact": ContactRef(id=item.contact_id, name=item.name, phone=item.phone)}


def _message(item: MessageRecord) -> MessageOut:
    fields = {name: getattr(item, name) for name in MessageOut.model_fields}
    return MessageOut(**(fields | {"media": list(item.media)}))
