"""One text turn through the same conversation as calls and texts."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Annotated

import phonenumbers
from fastapi import APIRouter, Depends

from assistant.api.errors import documented
from assistant.api.models import ChatIn, ChatOut
from assistant.api.security import Principal, needs
from assistant.api.services import Services
from assistant.domain.conversation import Party
from assistant.domain.errors import InvalidInput, NotAllowed, Unavailable
from assistant.domain.events import PictureRef, Said
from assistant.domain.ports import ConversationHost

PICTURE_BYTES = 10 * 1024 * 1024
Chatter = Annotated[Principal, Depends(needs("chat"))]


def router(services: Services, host: ConversationHost) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["conversation"])

    @routes.post("/chat", responses=documented())
    async def chat(turn: ChatIn, principal: Chatter) -> ChatOut:
        """Say something and get the reply.

        Bookings made here have the source `web`. As a caller, `from` decides whose appointments are meant; as the owner (scope owner)
        everything is open without a PIN.
        """
        owner = turn.role == "owner"
        if owner and not principal.is_owner:
            raise NotAllowed("Speaking as the owner needs the scope owner.", code="scope_missing")
        if not turn.text.strip() and turn.image is None:
            raise InvalidInput("text: say something, or send a picture")
        phone = e164(turn.sender, services.profile().country) if turn.sender else None
        own = services.settings.owner_numbers
        known_by = phone or (own[0] if owner and own else None)  # the owner at a desk is the person of their own number
        contact = await services.db.run(_contact_id, services, known_by) if known_by else None
        party = Party(contact_id=contact, phone=phone, role=turn.role, proven=owner)
        pictures = (await _picture(services, turn.image, contact),) if turn.image else ()
        # The principal is part of the key: nobody continues another's conversation by guessing a session's name.
        conversation = await host.open("web", party, key=f"web|{principal.id}|{turn.role}|{phone or '-'}|{turn.session}")
        outcome = await host.handle(Said(conversation.id, turn.text, pictures=pictures))
        return ChatOut(reply=outcome.said, state=outcome.state, intent=outcome.intent, ended=outcome.ended, conversation=conversation.id)

    return routes


def e164(number: str, region: str) -> str:
    """The number in E.164, read as people of `region` write it."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidInput("from: is not a phone number; write it like +12025550143", code="invalid_phone") from error
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidInput("from: is not a phone number; write it like +12025550143", code="invalid_phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _contact_id(services: Services, phone: str) -> str:
    with services.db.read() as session:
        known = services.contacts.find_phone(session, phone)
    if known is not None:
        return known.id
    with services.db.write() as session:
        return services.contacts.for_phone(session, phone).id


async def _picture(services: Services, image: str, contact: str | None) -> PictureRef:
    if services.pictures is None:
        raise Unavailable("Pictures are not read on this machine.", code="no_pictures")
    encoded = image.partition(",")[2] if image.startswith("data:") else image
    try:
        data = await asyncio.to_thread(base64.b64decode, encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("image: is not base64") from error
    if not data or len(data) > PICTURE_BYTES:
        raise InvalidInput("image: must have between 1 byte and 10 MB")
    return await services.pictures.take(data, contact_id=contact)
