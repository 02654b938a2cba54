"""What works, what does not, and why: for `/ready`, the console and `doctor`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import unknown_names

if TYPE_CHECKING:
    from assistant.api.house import House


class Health:
    """`status` is ok (everything), degraded (calls and texts are answered, something optional is missing) or failed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self) -> Mapping[str, Any]:
        house = self._house
        dependencies = {"database": await house.stores.db.run(self._database), "profile": self._profile()}
        engines = {**self._speech(), "language_model": await self._llm(), "understanding": self._understanding()}
        needed = [*dependencies.values(), engines["speech_to_text"], engines["text_to_speech"]]
        if any(part["status"] == "failed" for part in needed):
            status = "failed"
        elif any(part["status"] != "ok" for part in (*dependencies.values(), *engines.values())):
            status = "degraded"
        else:
            status = "ok"
        return {
            "status": status,
            "mode": "local" if house.settings.local_mode else "telephone",
            "dependencies": dependencies,
            "engines": engines,
            "models": self._models(),
            "calls": {"active": house.call_handler.active, "most": house.settings.max_calls},
            "hints": self.hints(),
        }

    def _database(self) -> dict[str, Any]:
        start = time.perf_counter()
        try:
            with self._house.stores.db.read() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            return {"status": "failed", "why": type(error).__name__}
        return {
            "status": "ok",
            "engine": self._house.stores.db.url.get_backend_name(),
            "ms": round((time.perf_counter() - start) * 1000, 2),
        }

    def _profile(self) -> dict[str, Any]:
        problems = self._house.profile.problems
        return {"status": "degraded", "why": problems[0]} if problems else {"status": "ok", "business": self._house.profile().name}

    def _speech(self) -> dict[str, dict[str, Any]]:
        health = self._house.speech.health()

        def part(name: str) -> dict[str, Any]:
            own = health[name]
            detail = dict(own) if isinstance(own, Mapping) else {}
            ready = bool(health["ready"]) and bool(detail.get("ready", True))
            why = str(detail.get("problem") or health["problem"] or "still loading")
            return {**detail, "status": "ok"} if ready else {**detail, "status": "failed", "why": why}

        turn = (
            {"status": "ok"}
            if health["end_of_turn"]
            else {"status": "degraded", "why": "no Smart Turn model: pauses and words alone decide"}
        )
        return {"speech_to_text": part("stt"), "text_to_speech": part("tts"), "end_of_turn": turn}

    async def _llm(self) -> dict[str, Any]:
        if self._house.settings.llm_engine == "none":
            return {"status": "ok", "engine": "none", "why": "switched off: rules, retrieval and templates answer"}
        state = await self._house.llm.state()
        return {"status": "ok" if state.available else "degraded", "engine": state.name, "why": state.reason}

    def _understanding(self) -> dict[str, Any]:
        engine = self._house.nlu.engine
        if "minilm" in engine:
            return {"status": "ok", "engine": engine}
        return {"status": "degraded", "engine": engine, "why": "no embedding model: python main.py models pull minilm"}

    def _models(self) -> list[dict[str, Any]]:
        running = self._house.downloads.downloads
        listed = []
        for model in self._house.models.manifest:
            download = running.get(model.name)
            item: dict[str, Any] = {
                "name": model.name,
                "purpose": model.purpose,
                "size": model.size,
                "state": self._house.models.state(model),
                "default": model.default or model.background,
            }
            if download is not None:
                item |= {"done": download.done, "problem": download.problem}
            listed.append(item)
        return listed

    def hints(self) -> list[str]:
        """What the owner would want to know, in sentences."""
        settings = self._house.settings
        hints = unknown_names()
        if settings.local_mode:
            hints.append("No telephone is connected: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL to take real calls.")
        else:
            hints += [
                "US long codes must be registered (A2P 10DLC) before their texts are delivered; receiving works without.",
                "A trial account of the provider reaches verified numbers only.",
            ]
            if settings.twilio_phone_number is None:
                hints.append("TWILIO_PHONE_NUMBER is not set: no texts or calls can be sent.")
            if settings.console_passphrase is None and settings.owner_api_key is None:
                hints.append("Set CONSOLE_PASSPHRASE to log in to the console.")
        if self._house.cloud_host is not None:
            hints.append(
                f"The language model is at {self._house.cloud_host}, not on this machine: callers' words go there, masked, "
                'as long as you agree (POST /api/v1/consents {"purpose": "cloud", "granted": true}), and not a byte otherwise.'
            )
        if settings.owner_numbers and settings.owner_pin is None:
            hints.append("OWNER_NUMBERS is set without OWNER_PIN: owners are treated as callers, because caller ID can be forged.")
        if self._house.profile().transfer_to is None:
            hints.append("transfer_to is not set in the business file: callers who want a person are offered a message instead.")
        return hints
