"""The app and the command line: `python main.py serve`, and the commands that `--help` lists."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import privacy
from assistant.api import install, new_app
from assistant.api.commands import parser
from assistant.api.house import House
from assistant.domain.clock import Clock, SystemClock
from assistant.domain.errors import AssistantError
from assistant.observe.logs import configure_logs
from config import Settings, load_settings


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    """The whole assistant as an ASGI app; parts are built here and started by its lifespan."""
    house = House(settings or load_settings(), clock or SystemClock())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await house.start()
        try:
            yield
        finally:
            await house.stop()

    app = new_app(lifespan)
    app.state.house = house
    security = install(app, house.services, shelf=house.shelf)
    others = len(app.router.routes)
    for router in house.routers(security):
        app.include_router(router)
    # The telephone's routes are asked first: its webhooks are many, and looking through all the others costs more than the rest of one.
    app.router.routes[:] = app.router.routes[others:] + app.router.routes[:others]
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    chosen = parser(create_app).parse_args(arguments)
    try:
        settings = load_settings()
        configure_logs(settings.log_level, privacy.redact_text)
        status: int = chosen.run(settings, chosen)
    except AssistantError as error:
        print(error.detail, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
