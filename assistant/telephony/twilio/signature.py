"""Who really sent this webhook: the provider's signature over the configured public URL and every field."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

from assistant.domain.errors import InvalidInput, NotAllowed

SIGNATURE_HEADER = "x-twilio-signature"
MAX_FIELDS = 400


class SignatureRefused(NotAllowed):
    """The request is not provably the provider's: answer 403 and keep nothing of it."""

    code = "signature"


class FormFields:
    """The posted fields with repeats kept: a plain dict would hide a second `Body=` from the signature check."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def getlist(self, name: str) -> list[str]:
        return list(self._values.get(name, []))

    def get(self, name: str, default: str = "") -> str:
        """The first value of that name."""
        values = self._values.get(name)
        return values[0] if values else default

    def as_dict(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._values.items()}


class SignatureCheck:
    """Checks webhooks and WebSocket handshakes. `target` is always the raw path and query as received (`/twilio/sms?a=1`).

    The signed URL is built from `public_base_url`, never from forwarded headers. Without a token every check fails.
    """

    def __init__(self, auth_token: str, public_base_url: str) -> None:
        self._validator = RequestValidator(auth_token) if auth_token else None
        parts = urlsplit(public_base_url.strip())
        # The provider drops credentials from the URL before it signs; a fragment holds its connection overrides and is not signed.
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def url(self, target: str) -> str:
        """The public address of a path of ours, without fragment."""
        return self._base + target.partition("#")[0]

    def websocket_url(self, target: str) -> str:
        url = self.url(target)
        return "ws" + url.removeprefix("http") if url.startswith("http") else url

    def request(self, target: str, body: bytes, signature: str | None, content_type: str | None = None) -> FormFields:
        """The fields of a POST whose signature holds; raises `SignatureRefused` otherwise. A JSON body yields no fields.

        A form is signed field by field; any other body must be covered by `bodySHA256` in the signed URL.
        """
        kind = (content_type or "").partition(";")[0].strip().lower()
        if kind in ("", "application/x-www-form-urlencoded") and "bodySHA256=" not in target:
            fields = _parse_form(body)
            self._require(self._valid(self.url(target), fields, signature))
            return fields
        self._require(self._covers(target, body) and self._valid(self.url(target), FormFields([]), signature))
        return FormFields([])

    def get(self, target: str, signature: str | None) -> None:
        """A GET: everything is in the URL."""
        self._require(self._valid(self.url(target), FormFields([]), signature))

    def websocket(self, target: str, signature: str | None) -> bool:
        """Whether a handshake is the provider's; it signs the `wss://` URL, sometimes with a trailing slash."""
        url = self.websocket_url(target)
        path, question, query = url.partition("?")
        variants = {url, path + "/" + question + query, path.rstrip("/") + question + query}
        return any(self._valid(variant, FormFields([]), signature) for variant in sorted(variants))

    def _valid(self, url: str, fields: FormFields, signature: str | None) -> bool:
        if self._validator is None or not self._base or not signature or not signature.isascii():
            return False
        return bool(self._validator.validate(url, fields, signature))

    @staticmethod
    def _covers(target: str, body: bytes) -> bool:
        given = parse_qs(urlsplit(target).query).get("bodySHA256", [])
        return len(given) == 1 and hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), given[0].lower().encode())

    @staticmethod
    def _require(valid: bool) -> None:
        if not valid:
            raise SignatureRefused("the signature does not match the configured public URL and token")


def _parse_form(body: bytes) -> FormFields:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise InvalidInput("too many form fields") from error
    return FormFields(pairs)
