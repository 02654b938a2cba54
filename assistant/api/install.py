"""Puts the API on an app: middleware, errors, and one router for every part that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from assistant.api.clips import AudioShelf
from assistant.api.console import install_console
from assistant.api.cors import Cors
from assistant.api.errors import install_errors
from assistant.api.guard import LocalGuard
from assistant.api.middleware import BodyLimit, RequestContext
from assistant.api.routes import access, calendar, chat, events, health, knowledge, people, records, tasks, voice
from assistant.api.security import COOKIE, Security
from assistant.api.services import Services

TITLE = "Local Assistance"
ABOUT = """A private phone and SMS assistant that runs on its owner's machine.

Times are RFC 3339 with an offset. Lists are pages: give `next` back as `cursor`. Errors are
`{"error": {"code", "message", "request_id"}}`; `429` carries `Retry-After`.

Authenticate with `Authorization: Bearer <key>`. In local mode (no telephone provider set) requests from this machine need no key,
and all others are refused.

Live events come over the WebSocket `/ws/events` as `{"type", "at", "conversation", "data"}`, after a first message `{"token": "<key>"}`.
`/ws/call` is a telephone call in the media-stream protocol of Twilio.
"""
TAGS = [
    {"name": "conversation", "description": "Talk to the assistant by text."},
    {"name": "voice", "description": "Talk to it by voice from a web page."},
    {"name": "calendar", "description": "Appointments, free times and services."},
    {"name": "tasks", "description": "The owner's tasks and reminders."},
    {"name": "history", "description": "Calls, conversations and messages."},
    {"name": "people", "description": "Contacts, consents, privacy and the audit."},
    {"name": "knowledge", "description": "Documents that answers are drawn from."},
    {"name": "access", "description": "Sessions and API keys."},
    {"name": "health", "description": "Alive, ready, measured."},
]


def new_app(lifespan: Any = None, *, version: str = "0.1.0") -> FastAPI:
    """An app as `install` wants it: no pages that load anything from elsewhere."""
    return FastAPI(
        title=TITLE, description=ABOUT, version=version, openapi_tags=TAGS, docs_url=None, redoc_url=None, lifespan=lifespan,
        redirect_slashes=False,
    )  # fmt: skip


def install(app: FastAPI, services: Services, *, shelf: AudioShelf | None = None) -> Security:
    """Mount everything that is there; returns the security, whose `softphone_role` the call handler's router needs."""
    security = Security(services)
    app.state.security = security
    shelf = shelf or AudioShelf(services.clock)
    install_errors(app)
    features = _mount(app, services, security, shelf)
    if services.console_dir is not None and services.console_dir.is_dir():
        install_console(app, services.console_dir)
    # Added last is outermost: the context sees everything, the guard refuses before any work is done.
    app.add_middleware(BodyLimit)
    if security.local:
        app.add_middleware(LocalGuard)
    else:
        app.add_middleware(Cors, security=security, origins=services.settings.cors_origins)
    app.add_middleware(RequestContext, clock=services.clock)
    app.openapi = _openapi(app, security, features)  # type: ignore[method-assign]
    return security


def _mount(app: FastAPI, services: Services, security: Security, shelf: AudioShelf) -> list[str]:
    optional = {
        "conversation": services.conversation, "appointments": services.appointments, "tasks": services.tasks, "calls": services.calls,
        "conversations": services.conversations, "messages": services.messages, "knowledge": services.knowledge,
        "privacy": services.privacy, "speech": services.speech, "pictures": services.pictures, "health": services.health,
    }  # fmt: skip
    features = [name for name, part in optional.items() if part is not None]
    app.include_router(health.router(services, security))
    app.include_router(events.router(services, security))
    app.include_router(access.router(services, security, features))
    app.include_router(people.router(services))
    app.include_router(calendar.router(services, services.appointments))
    app.include_router(records.router(services))
    app.include_router(voice.shelf_router(shelf))
    if services.conversation is not None:
        app.include_router(chat.router(services, services.conversation))
        if services.speech is not None:
            app.include_router(voice.router(services.speech, services.conversation, shelf))
    if services.tasks is not None:
        app.include_router(tasks.router(services.tasks))
    if services.knowledge is not None:
        app.include_router(knowledge.router(services.knowledge))
    return features


def _openapi(app: FastAPI, security: Security, features: list[str]) -> Callable[[], dict[str, Any]]:
    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags)
            _secure(made, local=security.local)
            made["x-features"] = features
            app.openapi_schema = made
        return app.openapi_schema

    return schema


def _secure(schema: dict[str, Any], *, local: bool) -> None:
    """Say which operations need a key; in local mode a key is optional everywhere."""
    schema.setdefault("components", {})["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A console session."},
    }
    for path, operations in schema.get("paths", {}).items():
        open_to_all = path in ("/health", "/ready") or path.startswith("/audio/") or path == "/api/v1/session"
        for operation in operations.values():
            if not open_to_all:
                operation["security"] = [{"key": []}, {"session": []}, *([{}] if local else [])]
