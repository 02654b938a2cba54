"""Contacts, what they have agreed to, and their rights: export and erasure; and the record of what left the machine."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy import select

from assistant.api.errors import documented
from assistant.api.models import AuditOut, ConsentIn, ConsentOut, ContactOut, ContactPatch, Id, Page
from assistant.api.paging import Cursor, Limit, open_cursor, seal_cursor
from assistant.api.routes.chat import e164
from assistant.api.security import Principal, needs
from assistant.api.services import PrivacyDesk, Services
from assistant.domain.errors import InvalidInput, NotFound
from assistant.storage.access import AuditLog, ConsentLedger
from assistant.storage.contacts import ContactRecord
from assistant.storage.tables import Contact

ContactId = Annotated[Id, Path(description="The contact's id.", examples=["con_01k9x2m4qj8"])]
Owner = Annotated[Principal, Depends(needs())]


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["people"])
    reading = [Depends(needs("read"))]
    db, contacts = services.db, services.contacts

    @routes.get("/contacts", responses=documented(), dependencies=reading)
    async def list_contacts(
        phone: Annotated[str | None, Query(max_length=32, description="Only the contact with this number.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[ContactOut]:
        """People who called or wrote, newest first."""
        number = e164(phone, services.profile().country) if phone else None
        before = open_cursor(cursor)

        def work() -> tuple[list[ContactRecord], str | None]:
            with db.read() as session:
                if number is not None:
                    found = contacts.find_phone(session, number)
                    return ([found] if found else []), None
                query = select(Contact).order_by(Contact.id.desc()).limit(limit + 1)  # ids sort by time
                if before is not None:
                    query = query.where(Contact.id < before)
                rows = session.execute(query).scalars().all()
                following = seal_cursor(rows[limit - 1].id) if len(rows) > limit else None
                return [contacts.record(session, row) for row in rows[:limit]], following

        items, following = await db.run(work)
        return Page(items=[_contact(item) for item in items], next=following)

    @routes.get("/contacts/{contact_id}", responses=documented(404), dependencies=reading)
    async def get_contact(contact_id: ContactId) -> ContactOut:
        """One person."""

        def work() -> ContactRecord | None:
            with db.read() as session:
                return contacts.get(session, contact_id)

        found = await db.run(work)
        if found is None:
            raise NotFound("there is no such contact")
        return _contact(found)

    @routes.patch("/contacts/{contact_id}", responses=documented(404))
    async def change_contact(contact_id: ContactId, body: ContactPatch, principal: Owner) -> ContactOut:
        """Correct a name or an address."""

        def work() -> ContactRecord:
            with db.write() as session:
                if contacts.get(session, contact_id) is None:
                    raise NotFound("there is no such contact")
                if body.name is not None:
                    contacts.set_name(session, contact_id, body.name)
                if body.email is not None:
                    contacts.set_email(session, contact_id, body.email)
                changed = contacts.get(session, contact_id)
                assert changed is not None
                return changed

        return _contact(await db.run(work))

    _consents(routes, services)
    if services.privacy is not None:
        _privacy(routes, services.privacy)
    return routes


def _consents(routes: APIRouter, services: Services) -> None:
    db = services.db
    consents, audit = ConsentLedger(services.vault, services.clock), AuditLog(services.vault, services.clock)
    reading = [Depends(needs("read"))]

    @routes.get("/consents", responses=documented(), dependencies=reading)
    async def list_consents(
        contact: Annotated[Id | None, Query(description="Only this contact's.")] = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[ConsentOut]:
        """Every yes and no, newest first; the latest of a purpose counts."""
        before = open_cursor(cursor)

        def work() -> list[ConsentOut]:
            with db.read() as session:
                rows = consents.list(session, contact_id=contact, limit=limit + 1, before=before)
                return [ConsentOut.model_validate(row, from_attributes=True) for row in rows]

        items = await db.run(work)
        return Page(items=items[:limit], next=seal_cursor(items[limit - 1].id) if len(items) > limit else None)

    @routes.post("/consents", status_code=201, responses=documented(404))
    async def record_consent(body: ConsentIn, principal: Owner) -> ConsentOut:
        """Write down that somebody agreed or refused."""

        def work() -> ConsentOut:
            with db.write() as session:
                if body.contact_id is not None and services.contacts.get(session, body.contact_id) is None:
                    raise NotFound("there is no such contact")
                row = consents.record(session, body.contact_id, body.purpose, body.granted, source="api", evidence=body.evidence)
                return ConsentOut.model_validate(row, from_attributes=True)

        return await db.run(work)

    @routes.get("/audit", responses=documented(), dependencies=[Depends(needs())])
    async def list_audit(
        action: Annotated[str | None, Query(max_length=40, description="Only this action.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[AuditOut]:
        """Everything that left this machine, and what was done to somebody's data; newest first."""
        opened = open_cursor(cursor)
        if opened is not None and not (opened.isascii() and opened.isdigit() and len(opened) < 19):
            raise InvalidInput("cursor: is not one of ours; start again without it", code="bad_cursor")

        def work() -> list[AuditOut]:
            with db.read() as session:
                rows = audit.list(session, action=action, limit=limit + 1, before=int(opened) if opened else None)
                return [AuditOut.model_validate(row, from_attributes=True) for row in rows]

        items = await db.run(work)
        return Page(items=items[:limit], next=seal_cursor(str(items[limit - 1].id)) if len(items) > limit else None)


def _privacy(routes: APIRouter, desk: PrivacyDesk) -> None:

    @routes.get("/privacy/export", responses=documented(404))
    async def export(contact: Annotated[Id, Query(description="The contact's id.")], principal: Owner) -> dict[str, Any]:
        """Everything kept about one person, readable."""
        return dict(await desk.export(contact))

    @routes.delete("/privacy/contacts/{contact_id}", status_code=204, response_class=Response, responses=documented(404))
    async def erase(contact_id: ContactId, principal: Owner) -> None:
        """Erase a person: their key is deleted, so that what remains anywhere cannot be read. Cannot be undone."""
        if not await desk.erase(contact_id, actor=f"{principal.kind}:{principal.id}"):
            raise NotFound("there is no such contact")


def _contact(record: ContactRecord) -> ContactOut:
    return ContactOut(
        id=record.id,
        name=record.name,
        phone=record.phone,
        email=record.email,
        timezone=record.timezone,
        opted_out=record.opted_out,
        created_at=record.created_at,
    )
