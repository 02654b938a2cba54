"""One place where failures become answers: `{"error": {"code", "message", "request_id"}}`."""

from __future__ import annotations

import math
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from assistant.domain.errors import AssistantError, TooMany

log = structlog.get_logger(__name__)

CODES = {400: "bad_request", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
         415: "unsupported_media", 422: "invalid_input", 429: "too_many", 503: "unavailable"}  # fmt: skip

MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody proved who they are: send `Authorization: Bearer <key>`.",
    403: "This key may not do that, or the request comes from another site.",
    404: "There is no such thing.",
    409: "The world changed meanwhile: the time was taken (`slot_taken`) or somebody else changed it (`conflict`).",
    413: "The body is larger than allowed.",
    415: "This kind of file is not understood.",
    422: "What was sent makes no sense; `message` names the field.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "A part of the assistant is not answering; try again later.",
}


class ErrorDetail(BaseModel):
    model_config = ConfigDict(title="ErrorDetail")
    code: str = Field(description="Stable, for programs.", examples=["invalid_input"])
    message: str = Field(description="One sentence, for people.", examples=["starts_at: must have a time zone offset"])
    request_id: str = Field(description="Also in the `X-Request-ID` header and in the log.", examples=["req_01k9x2m4qj8"])


class ErrorAnswer(BaseModel):
    """Every error looks like this."""

    error: ErrorDetail


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: the errors named here, and those every route can give."""
    return {
        status: {"model": ErrorAnswer, "description": MEANINGS[status]} | (_RETRY if status == 429 else {})
        for status in sorted({400, 401, 403, 413, 422, 429, 503, *statuses})
    }


_RETRY = {"headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}}


def request_id(scope: Scope) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def answer(scope: Scope, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"error": {"code": code, "message": message, "request_id": request_id(scope)}}
    return JSONResponse(body, status, headers=headers)


def from_error(scope: Scope, error: AssistantError) -> JSONResponse:
    headers = {"Retry-After": str(max(1, math.ceil(error.retry_after)))} if isinstance(error, TooMany) else None
    if error.status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    # What a 500 has to say is for the log: it may name paths and settings.
    message = error.detail if error.status < 500 or error.status in (502, 503) else error.say
    return answer(scope, error.status, error.reason, message, headers)


def install_errors(app: FastAPI) -> None:
    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AssistantError)
        if error.status >= 500:
            log.warning("request failed", code=error.reason, detail=error.detail, request_id=request_id(request.scope))
        return from_error(request.scope, error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path", "header"))
        what = str(first["msg"]).removeprefix("Value error, ")
        if first["type"] == "json_invalid":
            return answer(request.scope, 400, "bad_request", "The body is not valid JSON.")
        return answer(request.scope, 422, "invalid_input", f"{where}: {what}" if where else what)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 400 and request.method == "POST" and "parsing" in str(error.detail):
            return answer(request.scope, 400, "bad_request", "The body cannot be read.")
        code = CODES.get(error.status_code, "error")
        return answer(request.scope, error.status_code, code, str(error.detail), dict(error.headers or {}))

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen failure", kind=type(error).__name__, request_id=request_id(request.scope), exc_info=error)
        return answer(request.scope, 500, "error", AssistantError.say)

    app.add_exception_handler(AssistantError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unforeseen)
