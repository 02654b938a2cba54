"""Builds every part and hands each what it needs: the one place that knows the whole house."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import structlog
from fastapi import APIRouter

import privacy
from assistant.api import calendars, desk, texts
from assistant.api.bookshelf import Bookshelf
from assistant.api.clips import AudioShelf, wav
from assistant.api.downloads import BackgroundModels
from assistant.api.health import Health
from assistant.api.live import LiveEvents
from assistant.api.security import Security
from assistant.api.services import Services
from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock
from assistant.domain.conversation import ConversationRef
from assistant.domain.effects import Outcome
from assistant.domain.embedding import Embedder
from assistant.domain.errors import AssistantError
from assistant.domain.events import PictureRef
from assistant.domain.speech import Priority
from assistant.engines.embed import load_minilm
from assistant.engines.llm import FallbackModel, LlmSettings
from assistant.engines.llm import build as build_llm
from assistant.engines.llm.places import is_this_machine
from assistant.engines.models import ModelStore
from assistant.jobs import calendar_exchange
from assistant.jobs.work import Work, WorkSettings
from assistant.language.times import resolve
from assistant.memory.answers import Answers
from assistant.memory.library import Library
from assistant.memory.retrieval import Retriever
from assistant.memory.vectors import ChromaVectors, VectorIndex
from assistant.observe.metrics import Metrics
from assistant.profile import LiveProfile
from assistant.storage.access import AuditLog, ConsentLedger, PinGate
from assistant.storage.calls import Calls
from assistant.storage.conversations import Conversations
from assistant.storage.history import History
from assistant.storage.knowledge import KnowledgeStore
from assistant.storage.stores import Stores
from assistant.telephony.twilio.rest import TwilioRest
from assistant.telephony.twilio.signature import SignatureCheck
from calendar_manager import CalendarManager
from call_handler import CallHandler, CallSettings
from cloud_proxy import CloudProxy, Destination
from config import Settings
from init_databases import initialise
from nlu_engine import NLUEngine
from orchestrator import ConversationRules, Orchestrator
from speech_pipeline import SpeechPipeline
from task_manager import TaskManager
from vision_pipeline import VisionPipeline

log = structlog.get_logger(__name__)
CONSOLE = Path(__file__).resolve().parents[2] / "console"


class House:
    """Every part, built in the order in which they need each other. `start` and `stop` are the life of the server."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.profile = LiveProfile(settings.business_file)
        self.profile.on_change(_spare_public)
        _spare_public(self.profile())
        self.stores: Stores = initialise(settings, clock, on_name=lambda name: privacy.know_names([name]))
        self.events = LiveEvents(clock)
        self.metrics = Metrics()
        self.consents, self.audit = ConsentLedger(self.stores.vault, clock), AuditLog(self.stores.vault, clock)
        self._build_gauges()
        self.models = ModelStore(settings.models_dir)
        self._build_minds()
        self._build_managers()
        self._build_work()
        self._build_conversation()
        self._build_telephone()
        self.downloads = BackgroundModels(self.models, settings, self.events)
        self.health = Health(self)
        self._tasks: list[asyncio.Task[None]] = []

    def _build_gauges(self) -> None:
        gauge = self.metrics.gauge
        gauge("assistant_calls_active", "Calls right now", lambda: self.call_handler.active)
        gauge("assistant_inbox_waiting", "Texts waiting for an answer", lambda: self.work.snapshot.inbox_waiting)
        gauge("assistant_inbox_oldest_seconds", "Age of the oldest of them", lambda: self.work.snapshot.inbox_oldest_seconds)
        gauge("assistant_outbox_waiting", "Texts waiting to be sent", lambda: sum(self.work.snapshot.outbox.values()))
        gauge("assistant_outbox_oldest_seconds", "Age of the oldest of them", lambda: self.work.snapshot.outbox_oldest_seconds)
        gauge("assistant_work_failed", "Things given up, for the owner to look at", lambda: self.work.snapshot.failed)

    def _build_minds(self) -> None:
        settings = self.settings
        self.embedder = _embedder(settings)
        self.nlu = NLUEngine(settings, profile=self.profile, embedder=self.embedder)
        self.speech = SpeechPipeline.from_settings(settings, self.profile(), self.clock, prompts=CALL_PROMPTS)
        self.llm: FallbackModel = build_llm(
            LlmSettings(
                engine=settings.llm_engine,
                model=settings.llm_model,
                ollama_host=settings.ollama_host,
                openai_base_url=settings.openai_base_url,
                openai_api_key=settings.secret("openai_api_key"),
                models_dir=settings.models_dir,
            ),
            self.clock,
            door=self._door(),
        )
        self.retriever = Retriever(self.embedder, self._vectors())
        self.library = Library(KnowledgeStore(self.stores.db, self.stores.vault, self.clock), self.retriever)
        self.answers = Answers(self.profile, self.retriever, model=self.llm, resolve=resolve)

    @property
    def cloud_host(self) -> str | None:
        """Where the owner has chosen a language model that is not on this machine."""
        url = self.settings.openai_base_url
        if self.settings.llm_engine != "openai" or url is None or is_this_machine(url):
            return None
        return urlsplit(url).hostname

    def _door(self) -> httpx.AsyncBaseTransport | None:
        """The guarded way to a language model that is not on this machine."""
        if self.cloud_host is None:
            return None
        destination = Destination("language_model", self.cloud_host)
        return CloudProxy(self.stores.db, self.consents, self.audit, self.clock, _mask, (destination,)).transport("language_model")

    def _vectors(self) -> VectorIndex | None:
        if self.embedder is None:
            return None
        try:
            return ChromaVectors(self.stores.chroma_dir, embedder=self.embedder.name)
        except AssistantError as error:
            log.warning("no vector store; documents are found by keywords alone", code=error.reason)
            return None

    def _build_managers(self) -> None:
        stores = self.stores
        db, vault, contacts, clock = stores.db, stores.vault, stores.contacts, self.clock
        self.calendar = CalendarManager(db, vault, contacts, self.profile, clock, events=self.events)
        self.tasks = TaskManager(db, vault, self.profile, clock, events=self.events)
        self.privacy = privacy.Privacy(db, vault, contacts, clock)

    def _build_work(self) -> None:
        settings, stores = self.settings, self.stores
        token, account = settings.secret("twilio_auth_token"), settings.twilio_account_sid
        self.rest: TwilioRest | None = None
        self.signature: SignatureCheck | None = None
        if token and account:
            self.rest = TwilioRest(account, token, base_url=settings.twilio_api_base_url)
            self.signature = SignatureCheck(token, settings.public_base_url or "")
        self.work = Work(
            WorkSettings(
                data_dir=stores.data_dir,
                quiet=lambda: settings.quiet,
                number=settings.twilio_phone_number,
                public_base_url=settings.public_base_url,
                owner_numbers=settings.owner_numbers,
                media_quota_mb=settings.media_quota_mb,
                retention_days=settings.retention_days,
            ),
            db=stores.db,
            vault=stores.vault,
            contacts=stores.contacts,
            consents=self.consents,
            clock=self.clock,
            profile=self.profile,
            events=self.events,
            rest=self.rest,
            hear=CallSpeech(self.speech).hear,
        )
        self.calendar.use_messenger(self.work.messenger)
        exchange = self.calendar.exchange
        self.work.also(calendar_exchange.KIND, exchange.keep_in_step, exchange.due, every=calendar_exchange.SYNC_EVERY)
        self.vision = VisionPipeline.from_settings(settings, media=self.work.media, db=stores.db, clock=self.clock, profile=self.profile)

    def _build_conversation(self) -> None:
        stores = self.stores
        gate = PinGate(self.settings.secret("owner_pin"), stores.db, self.clock)
        self.orchestrator = Orchestrator(
            stores.db,
            stores.vault,
            stores.contacts,
            self.nlu,
            self.calendar,
            self.answers,
            self.tasks,
            messenger=self.work.messenger,
            messages=self.work.book,
            pictures=self.vision,
            owner_gate=gate,
            events=self.events,
            profile=self.profile,
            clock=self.clock,
            rules=ConversationRules(idle=timedelta(minutes=self.settings.session_minutes), answers=self.settings.response_mode),
            model=self.llm,
        )
        self.conversations = Conversations(stores.vault, self.clock)
        self.history = History(stores.db, stores.vault, self.conversations)

    def _build_telephone(self) -> None:
        settings, stores = self.settings, self.stores
        self.shelf = AudioShelf(self.clock)
        self.calls = Calls(stores.db, stores.contacts, self.clock)
        self.call_handler = CallHandler(
            settings=CallSettings(
                public_base_url=settings.public_base_url or "",
                own_number=settings.twilio_phone_number,
                owner_numbers=settings.owner_numbers,
                voice_mode=settings.voice_mode,
                max_calls=settings.max_calls,
                max_call_minutes=settings.max_call_minutes,
            ),
            host=self.orchestrator,
            speech=CallSpeech(self.speech),
            calls=self.calls,
            db=stores.db,
            clock=self.clock,
            profile=self.profile,
            events=self.events,
            record_turn=self._record_turn,
            frame_timed=self.metrics.frames.observe,
            signature=self.signature,
            rest=self.rest,
            shelf=self.shelf,
            voicemail=self.work.voicemails,
        )
        self.work.answer_with(
            self.orchestrator, pictures=self.vision, calls=self._into_call, ring=self.call_handler.ring, task_reminded=self.tasks.reminded
        )

    async def _into_call(self, contact_id: str, pictures: Sequence[PictureRef]) -> bool:
        """A picture that comes by text belongs to the call its sender is on."""
        return self.call_handler.pictures_from(contact_id, tuple(pictures))

    async def _record_turn(self, conversation: ConversationRef, outcome: Outcome, stages: Mapping[str, float]) -> None:
        """A turn of a call has been heard: its timings go to the store, the metrics and whoever watches."""
        self.metrics.turn(conversation.channel, outcome.intent, stages)
        turns = [turn for turn in (outcome.caller_turn_id, outcome.turn_id) if turn]
        if turns and stages:
            await self.history.add_stages(turns, stages)
        self.events.publish("turn.timed", conversation.id, {"turn": outcome.turn_id, "intent": outcome.intent, "stages": dict(stages)})

    @property
    def services(self) -> Services:
        stores = self.stores
        return Services(
            settings=self.settings,
            clock=self.clock,
            db=stores.db,
            vault=stores.vault,
            contacts=stores.contacts,
            profile=self.profile,
            events=self.events,
            health=self.health,
            conversation=self.orchestrator,
            appointments=self.calendar,
            tasks=self.tasks,
            calls=self.calls,
            conversations=self.history,
            messages=self.work.messages,
            pictures=self.vision,
            media=self._media,
            knowledge=Bookshelf(self.library),
            privacy=self.privacy,
            speech=VoiceQueries(self.speech),
            metrics=self.metrics.render,
            console_dir=CONSOLE,
        )

    def routers(self, security: Security) -> list[APIRouter]:
        """Routes that belong to the telephone: proven by signature, not by key."""
        exchange = self.calendar.exchange
        routers = [
            self.call_handler.router(security.softphone_role),
            desk.router(self.work, self.stores.db),
            calendars.router(exchange),
            calendars.feed_router(exchange),
        ]
        door = texts.TextDoor(
            signature=self.signature or SignatureCheck("", ""),  # without a token nothing is proven
            account_sid=self.settings.twilio_account_sid or "",
            db=self.stores.db,
            inbox=self.work.inbox,
            outbox=self.work.outbox,
            wake=self.work.wake_inbox,
            events=self.events,
        )
        return [texts.router(door), *routers]

    async def _media(self, media_id: str) -> tuple[bytes, str]:
        return await self.stores.db.run(self.work.media.read, media_id)

    # -- life --------------------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """The quick part is awaited; engines load while the server already answers (`/ready` says when they are there)."""
        # A thread that computes gives way to the event loop after half a millisecond, not five: at fifty texts a second the webhooks'
        # 95th percentile fell from 620 to 150 ms on a machine busy with other things; frames of a call profit in the same way.
        sys.setswitchinterval(0.0005)
        await asyncio.to_thread(self.privacy.learn_names)
        await self.work.start()
        await self.call_handler.start()
        self._tasks = [
            asyncio.create_task(self._warm(), name="engines"),
            asyncio.create_task(self.profile.watch(self.clock, _report_profile), name="profile"),
            asyncio.create_task(self._notice_restore(), name="restore"),
        ]
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not on every platform, not in every thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload_profile)
        self.downloads.start()

    def _reload_profile(self) -> None:
        _report_profile(self.profile.reload(), self.profile.problems)

    async def _notice_restore(self) -> None:
        """Another process has restored a backup: what this one remembers of the old data is forgotten."""
        stamp = self.stores.data_dir / "restored"
        while True:
            await self.clock.sleep(2.0)
            if await asyncio.to_thread(stamp.exists):
                self.stores.vault.drop_cache()
                await self.library.start()
                await asyncio.to_thread(self.privacy.learn_names)
                await asyncio.to_thread(stamp.unlink, True)
                log.info("data was restored from a backup")

    async def _warm(self) -> None:
        warming = {
            "language": self.nlu.start,
            "speech": self.speech.start,
            "documents": self.library.start,
            "answers": self.answers.start,
            "sentences": self.library.warm,
        }
        for name, warm in warming.items():
            try:
                await warm()
            except Exception as error:
                log.error("engine did not start", engine=name, kind=type(error).__name__, exc_info=error)
        log.info("ready for calls")

    async def stop(self) -> None:
        """Calls finish their sentence, then everything closes in the reverse order."""
        await self.call_handler.stop()
        self.downloads.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.work.stop()
        await self.orchestrator.aclose()
        self.events.close()
        await self.speech.stop()
        await self.vision.close()
        await self.llm.aclose()
        if self.rest is not None:
            await self.rest.aclose()
        await asyncio.to_thread(self.stores.close)


#: said to everybody, so rendered before the first call
CALL_PROMPTS = ("One moment.", "Let me see.", "Just a second.", "Are you still there?", "Anything else?", "Goodbye.")


class CallSpeech:
    """The speech pipeline as the call handler wants it."""

    def __init__(self, pipeline: SpeechPipeline) -> None:
        self.session = pipeline.session
        self.render = pipeline.render
        self._pipeline = pipeline

    async def hear(self, recording: bytes, *, asked: str = "") -> str:
        somebody_waits = Priority.FINAL if asked else Priority.BACKGROUND
        return (await self._pipeline.transcribe(recording, priority=somebody_waits, asked=asked)).text


class VoiceQueries:
    """The speech pipeline as the API wants it: whole questions in, whole answers out."""

    def __init__(self, pipeline: SpeechPipeline) -> None:
        self._pipeline = pipeline

    async def transcribe(self, recording: bytes, *, max_seconds: float) -> str:
        return (await self._pipeline.transcribe(recording, max_seconds=max_seconds, priority=Priority.FINAL)).text

    async def render_wav(self, text: str) -> bytes:
        return wav(await self._pipeline.render(text))


def _spare_public(profile: BusinessProfile) -> None:
    """What the business is called and what it offers is no secret, and is not masked as somebody's name."""
    privacy.spare([profile.name, *(words for service in profile.services for words in (service.name, *service.aliases))])


def _mask(text: str) -> tuple[str, Callable[[str], str]]:
    masked = privacy.redact(text)
    return masked.text, masked.restore


def _embedder(settings: Settings) -> Embedder | None:
    """One model in memory for understanding and for retrieval."""
    try:
        return load_minilm(settings.models_dir / "minilm")
    except AssistantError as error:
        log.warning("no embedding model", code=error.reason)
        return None


def _report_profile(changed: bool, problems: tuple[str, ...]) -> None:
    if changed:
        log.info("business profile read again")
    for problem in problems:
        log.error("business profile has a mistake; the old one stays in force", problem=problem)
