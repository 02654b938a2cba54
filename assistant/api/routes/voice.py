"""A spoken question from a web page, and the spoken answer."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from assistant.api.clips import AudioShelf
from assistant.api.errors import documented
from assistant.api.models import VoiceOut
from assistant.api.security import Principal, needs
from assistant.api.services import Speech
from assistant.domain.conversation import Party
from assistant.domain.errors import AssistantError, EngineFailed, InvalidInput, NotFound
from assistant.domain.events import Said, Unclear
from assistant.domain.ports import ConversationHost

AUDIO_BYTES = 10 * 1024 * 1024
AUDIO_SECONDS = 60
AT_ONCE = 4
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["audio"],
                    "properties": {
                        "audio": {"type": "string", "format": "binary", "description": "Any common format, at most 60 s and 10 MB."},
                        "session": {"type": "string", "maxLength": 64, "description": "From the answer before, to go on."},
                    },
                }
            }
        },
    }
}
Speaker = Annotated[Principal, Depends(needs("voice", "chat"))]


class TooLarge(AssistantError):
    code, status, say = "too_large", 413, "That is too long for me."


class NotAudio(AssistantError):
    code, status, say = "unsupported_media", 415, "I can't read that."


def shelf_router(shelf: AudioShelf) -> APIRouter:
    routes = APIRouter(tags=["voice"])

    @routes.get(
        "/audio/{name}",
        response_class=Response,
        responses={200: {"content": {"audio/wav": {}}, "description": "A WAV file."}, **documented(404)},
    )
    async def audio(name: Annotated[str, Path(max_length=64)]) -> Response:
        """A spoken reply. Its name cannot be guessed, and it is gone after ten minutes."""
        clip = shelf.get(name)
        if clip is None:
            raise NotFound("This recording is gone.")
        return Response(clip, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})

    return routes


def router(speech: Speech, host: ConversationHost, shelf: AudioShelf) -> APIRouter:
    routes = APIRouter(tags=["voice"])
    room = asyncio.Semaphore(AT_ONCE)

    @routes.post("/voice/query", responses=documented(415), openapi_extra=_BODY)
    async def voice_query(request: Request, principal: Speaker) -> VoiceOut:
        """Ask by voice: send a recording, get what was heard, the answer, and the answer spoken."""
        async with room:
            data, session = await _upload(request)
            transcript = (await speech.transcribe(data, max_seconds=AUDIO_SECONDS)).strip()
            session = session or secrets.token_urlsafe(12)
            # Spoken wording, and a caller nobody has recognised: a page's visitor is never the owner.
            conversation = await host.open("call", Party(), key=f"voice|{principal.id}|{session}")
            event = Said(conversation.id, transcript, heard=transcript) if transcript else Unclear(conversation.id)
            outcome = await host.handle(event)
            return VoiceOut(
                transcript=transcript,
                response_text=outcome.said,
                audio_url=await _spoken(speech, shelf, outcome.said),
                session=session,
                ended=outcome.ended,
            )

    return routes


async def _spoken(speech: Speech, shelf: AudioShelf, text: str) -> str | None:
    if not text:
        return None
    try:
        return shelf.put_wav(await speech.render_wav(text))
    except EngineFailed:
        return None  # the words are still an answer


async def _upload(request: Request) -> tuple[bytes, str | None]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise NotAudio("Send the recording as multipart/form-data, in the field audio.")
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=4)
    parser.spool_max_size = AUDIO_BYTES + 2**20  # a voice never touches the disk, not even for a moment
    try:
        form: FormData = await parser.parse()
    except (MultiPartException, ValueError, KeyError) as error:
        raise InvalidInput("the form cannot be read") from error
    try:
        audio, session = form.get("audio"), form.get("session")
        if not isinstance(audio, UploadFile):
            raise InvalidInput("audio: is missing, or is not a file")
        if session is not None and (not isinstance(session, str) or not 0 < len(session) <= 64 or "\x00" in session):
            raise InvalidInput("session: must have 1 to 64 characters")
        data = await audio.read()
    finally:
        await form.close()
    if len(data) > AUDIO_BYTES:
        raise TooLarge("audio: at most 10 MB")
    if not data:
        raise InvalidInput("audio: is empty")
    return data, session
