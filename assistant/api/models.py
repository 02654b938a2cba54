"""What goes over the wire: the contracted JSON of requests and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

T = TypeVar("T")


def _sane(value: datetime) -> datetime:
    if not 1971 <= value.year <= 2199:
        raise ValueError("must be a year between 1971 and 2199")
    return value


def _printable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


#: an instant with an offset, RFC 3339
Instant = Annotated[AwareDatetime, AfterValidator(_sane), PlainSerializer(lambda at: at.isoformat(), return_type=str)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_printable)]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=32, strip_whitespace=True), AfterValidator(_printable)]
Long = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)]


class Strict(BaseModel):
    """A request: unknown fields are mistakes, and are said to be."""

    model_config = ConfigDict(extra="forbid")

    def given(self, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """The fields that were sent, as they are here (instants stay instants)."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in without}


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = Field(default=None, description="Give it as `cursor` for the next page; null on the last.")


# -- conversation ------------------------------------------------------------------------------------------------------------------


class ChatIn(BaseModel):
    """One text turn. The same `session` continues the same conversation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"session": "web-1", "text": "Can I book a cleaning on Tuesday at ten?", "as": "caller", "from": "+12025550143"}]
        },
    )
    session: Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_printable)]
    text: Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)] = Field(description="What the person writes.")
    role: Literal["caller", "owner"] = Field(default="caller", alias="as", description="`owner` needs the scope owner, and then no PIN.")
    sender: Phone | None = Field(default=None, alias="from", description="The contact's phone number; without it nobody is recognised.")
    image: Annotated[str, StringConstraints(max_length=14_000_000)] | None = Field(
        default=None, description="A picture in base64, at most 10 MB."
    )


class ChatOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reply": "Tuesday the 2nd of December at ten, a cleaning. And your name?",
                    "state": "booking",
                    "intent": "book_appointment",
                    "ended": False,
                    "conversation": "cnv_01k9x2m4qj8",
                }
            ]
        }
    )
    reply: str
    state: str
    intent: str | None
    ended: bool = Field(description="True only after a goodbye.")
    conversation: str = Field(description="For `/api/v1/conversations/{id}`.")


# -- calendar ----------------------------------------------------------------------------------------------------------------------

AppointmentState = Literal["held", "booked", "cancelled", "completed", "no_show"]


class ContactRef(BaseModel):
    id: str | None
    name: str | None
    phone: str | None = Field(description="E.164", examples=["+12025550143"])


class AppointmentOut(BaseModel):
    id: str
    service: str = Field(examples=["Cleaning"])
    starts_at: Instant
    ends_at: Instant
    status: AppointmentState
    name: str | None = Field(description="Whom it is for; one contact may book for several people.")
    contact: ContactRef
    source: str = Field(description="call, sms, web, api, caldav or ics", examples=["call"])
    notes: str | None
    version: int = Field(description="Goes up with every change.")
    recurrence: str | None = None


class ContactIn(Strict):
    name: Short | None = None
    phone: Phone | None = None


class AppointmentIn(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "Cleaning",
                    "starts_at": "2026-12-01T10:00:00-05:00",
                    "contact": {"name": "Joan Keller", "phone": "+12025550143"},
                    "notes": "prefers the blue room",
                }
            ]
        }
    )
    service: Short = Field(description="The profile's name of the service, or an alias of it.")
    starts_at: Instant
    contact: ContactIn
    notes: Long | None = None


class AppointmentPatch(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "starts_at": "2026-12-01T11:00:00-05:00"}]})
    version: int = Field(ge=1, le=2**31 - 1, description="The version you have seen; 409 when it has changed since.")
    starts_at: Instant | None = None
    service: Short | None = None
    name: Short | None = None
    notes: Long | None = None
    status: Literal["booked", "cancelled", "completed", "no_show"] | None = None


class SlotOut(BaseModel):
    starts_at: Instant
    ends_at: Instant


class ServiceOut(BaseModel):
    name: str
    aliases: list[str]
    minutes: int
    buffer_minutes: int
    price: str | None
    description: str | None


class DayOut(BaseModel):
    date: date
    open: list[SlotOut] = Field(description="Empty when closed; closures and public holidays are considered.")
    reason: str | None = Field(None, description="Why it is closed: the holiday's or the closure's name; null on ordinary days.")


class BusinessOut(BaseModel):
    name: str
    timezone: str
    country: str
    hours: dict[str, list[str]] = Field(description="By weekday, like `09:00-12:00`; a day that is missing is closed.")
    slot_minutes: int
    address: str | None = None
    phone: str | None = None


# -- people ------------------------------------------------------------------------------------------------------------------------


class ContactOut(BaseModel):
    id: str
    name: str | None
    phone: str | None
    email: str | None
    timezone: str | None
    opted_out: bool = Field(description="Has asked to get no texts.")
    created_at: Instant


class ContactPatch(Strict):
    name: Short | None = None
    email: Short | None = None


class ConsentOut(BaseModel):
    id: str
    contact_id: str | None = Field(description="null is the owner")
    purpose: str
    granted: bool
    source: str
    evidence: str | None
    at: Instant


class ConsentIn(Strict):
    contact_id: Id | None = Field(default=None, description="null is the owner")
    purpose: Literal["texts", "recording", "memory", "cloud"]
    granted: bool
    evidence: Long | None = Field(default=None, description="What was asked and answered.")


class AuditOut(BaseModel):
    id: int
    action: str
    actor: str
    subject: str | None
    destination: str | None = Field(description="Where data went; null when nothing left the machine.")
    size: int | None
    detail: dict[str, Any] | None
    at: Instant


# -- tasks -------------------------------------------------------------------------------------------------------------------------

TaskState = Literal["pending", "waiting", "done", "deleted"]


class TaskOut(BaseModel):
    id: str
    title: str
    due_at: Instant | None
    remind_at: Instant | None
    status: TaskState
    priority: Literal["H", "M", "L"] | None
    project: str | None
    tags: list[str]
    progress: int
    version: int
    recurrence: str | None = None


Tag = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^\S+$"), AfterValidator(_printable)]


class TaskIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Order gloves", "due_at": "2026-12-03T17:00:00-05:00"}]})
    title: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), AfterValidator(_printable)]
    due_at: Instant | None = None
    remind_at: Instant | None = None
    priority: Literal["H", "M", "L"] | None = None
    project: Short | None = None
    tags: list[Tag] = Field(default=[], max_length=20)
    progress: int = Field(default=0, ge=0, le=100)


class TaskPatch(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "done"}]})
    version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="When given, 409 if the task has changed since.")
    title: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), AfterValidator(_printable)] | None = None
    due_at: Instant | None = None
    remind_at: Instant | None = None
    status: TaskState | None = None
    priority: Literal["H", "M", "L"] | None = None
    project: Short | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    progress: int | None = Field(default=None, ge=0, le=100)


# -- access ------------------------------------------------------------------------------------------------------------------------


class LoginIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"passphrase": "correct horse battery staple"}]})
    passphrase: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class MeOut(BaseModel):
    """Who this browser is to the server, and what the server can do."""

    mode: Literal["local", "remote"]
    signed_in: bool
    can_sign_in: bool = Field(description="A console passphrase is set.")
    csrf: str | None = Field(description="Send as `X-CSRF-Token` with every change, and as `token` in the first message of a WebSocket.")
    business: str | None = None
    timezone: str | None = None
    version: str
    features: list[str] = Field(description="Which parts are running.")


class SessionOut(BaseModel):
    id: str
    agent: str | None
    created_at: Instant
    last_at: Instant
    expires_at: Instant
    current: bool


class KeyIn(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "website", "scopes": ["voice"], "origins": ["https://example.com"]}]}
    )
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True), AfterValidator(_printable)]
    scopes: list[Literal["owner", "read", "chat", "calendar", "tasks", "events", "voice", "metrics"]] = Field(min_length=1, max_length=8)
    origins: list[Annotated[str, StringConstraints(max_length=200, pattern=r"^https?://[^/\s*\x00]+$")]] = Field(
        default=[], max_length=20, description="Makes the key publishable: it works from these web pages only, with the scope voice."
    )


class KeyOut(BaseModel):
    id: str
    name: str
    prefix: str = Field(description="The beginning of the key, to recognise it by.")
    scopes: list[str]
    origins: list[str]
    publishable: bool
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


class KeyMade(KeyOut):
    key: str = Field(description="Shown this once.")


# -- voice -------------------------------------------------------------------------------------------------------------------------


class VoiceOut(BaseModel):
    transcript: str
    response_text: str
    audio_url: str | None = Field(description="The spoken reply, a WAV file; gone after ten minutes.")
    session: str = Field(description="Send it with the next question to go on in the same conversation.")
    ended: bool = False


# -- what happened -----------------------------------------------------------------------------------------------------------------


class TurnOut(BaseModel):
    """One turn, with what it took to get there."""

    id: str | None = None
    role: Literal["caller", "assistant"]
    text: str | None
    heard: str | None = Field(default=None, description="The raw transcript, or what of a reply reached the ear.")
    at: Instant
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] | None = None
    did: list[str] = Field(default=[], description="What it changed.")
    timeline: dict[str, float] = Field(
        default={},
        description="Milliseconds after the caller stopped speaking, by stage.",
        examples=[{"speech_end": 0, "end_of_turn": 180, "transcript": 240, "understanding": 244, "first_audio_sent": 390}],
    )


class CallOut(BaseModel):
    id: str
    direction: str
    source: str = Field(description="twilio or softphone")
    status: str
    end_reason: str | None
    conversation_id: str | None
    contact: ContactRef
    started_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    recording: str | None = Field(description="Id of the recording, when there is one.")


class CallDetail(CallOut):
    turns: list[TurnOut]
    summary: str | None


class ConversationOut(BaseModel):
    id: str
    channel: str
    role: str
    state: str
    contact: ContactRef
    started_at: Instant
    last_at: Instant
    ended_at: Instant | None
    end_reason: str | None = None
    summary: str | None = None


class ConversationDetail(ConversationOut):
    turns: list[TurnOut]


class MessageOut(BaseModel):
    id: str
    kind: str = Field(description="text, voicemail, or message (taken for the owner)")
    direction: str
    body: str | None
    status: str
    error_code: int | None
    media: list[str]
    urgent: bool
    read: bool
    contact_id: str | None
    conversation_id: str | None
    at: Instant


class MessagePatch(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"read": True}]})
    read: Literal[True] = True


class DocumentOut(BaseModel):
    id: str
    title: str
    mime: str
    size: int
    created_at: Instant


class DocumentIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "House rules", "text": "Please arrive ten minutes early."}]})
    title: Short
    text: Annotated[str, StringConstraints(max_length=1_000_000), AfterValidator(_printable)] | None = None
    data: Annotated[str, StringConstraints(max_length=20_000_000)] | None = Field(
        default=None, description="A file in base64 instead of text; then `mime` says what it is."
    )
    mime: Annotated[str, StringConstraints(max_length=80, pattern=r"^[\w.+-]+/[\w.+-]+$")] = "text/plain"
