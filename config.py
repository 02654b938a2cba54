"""Settings: one typed, validated object from the environment and `.env`; and the business profile's file.

`Settings()` works with an empty environment. `load_settings()` is what the program calls: it turns every mistake into a sentence that
names the variable, what is wrong and what to write.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

import phonenumbers
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.domain.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent
SECRETS = (
    "twilio_auth_token",
    "owner_pin",
    "owner_api_key",
    "encryption_keys",
    "openai_api_key",
    "console_passphrase",
    "database_url",
    "redis_url",
)
RATE = re.compile(r"^\d+ ?(per|/) ?\d* ?(second|minute|hour|day)s?$")


class SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE=/path` stands in for `NAME` wherever the value is a secret."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        env_file = self.config.get("env_file")
        named: Mapping[str, str | None] = {**(dotenv_values(env_file) if isinstance(env_file, (str, Path)) else {}), **os.environ}
        found: dict[str, Any] = {}
        for name in SECRETS:
            path = named.get(f"{name.upper()}_FILE")
            if not path:
                continue
            try:
                found[name] = (ROOT / path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigurationError(
                    f"{name.upper()}_FILE: cannot read {path} ({error.strerror}). Give the path of a file that holds the value alone."
                ) from error
        return found


class Settings(BaseSettings):
    """Every setting; see `.env.template` for what each is for."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    # where things are
    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    business_file: Path = Path("business.toml")
    models_dir: Path = Path(".models")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # the telephone
    public_base_url: str | None = None
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_phone_number: str | None = None
    twilio_api_base_url: str = "https://api.twilio.com"
    voice_mode: Literal["stream", "gather"] = "stream"
    max_calls: int = Field(default=12, ge=1, le=200)
    max_call_minutes: int = Field(default=30, ge=1, le=240)

    # the owner
    owner_numbers: Annotated[tuple[str, ...], NoDecode] = ()
    owner_pin: SecretStr | None = None
    owner_api_key: SecretStr | None = None
    console_passphrase: SecretStr | None = None
    encryption_keys: SecretStr | None = None

    # engines
    stt_engine: Literal["auto", "whisper", "vosk", "none"] = "auto"
    stt_model: str = "whisper-tiny.en"
    tts_engine: Literal["auto", "hibari", "piper", "none"] = "auto"
    tts_voice: str = "auto"
    llm_engine: Literal["auto", "ollama", "openai", "llamacpp", "none"] = "auto"
    llm_model: str = "llama3.2"
    ollama_host: str = "http://127.0.0.1:11434"
    openai_base_url: str | None = None
    openai_api_key: SecretStr | None = None
    response_mode: Literal["fast", "balanced", "detailed"] = "balanced"
    vision_engine: Literal["auto", "moondream", "ollama", "ocr", "none"] = "auto"
    moondream_endpoint: str = "http://127.0.0.1:2020/v1"

    # limits and manners
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    rate_limit_owner: str = "6000/minute"
    rate_limit_key: str = "600/minute"
    rate_limit_address: str = "1200/minute"
    rate_limit_login: str = "10/minute"
    quiet_hours: str = "21:00-08:00"
    retention_days: int = Field(default=90, ge=1, le=3650)
    session_minutes: int = Field(default=30, ge=1, le=1440)
    media_quota_mb: int = Field(default=2048, ge=16)
    redis_url: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @field_validator("data_dir", "business_file", "models_dir")
    @classmethod
    def _from_the_checkout(cls, path: Path) -> Path:
        return (ROOT / path.expanduser()).resolve()

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("owner_numbers", "cors_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("owner_numbers")
    @classmethod
    def _owner_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_e164(number) for number in numbers)

    @field_validator("twilio_phone_number")
    @classmethod
    def _own_number(cls, number: str | None) -> str | None:
        return None if number is None else _e164(number)

    @field_validator("twilio_account_sid")
    @classmethod
    def _account(cls, sid: str | None) -> str | None:
        if sid is not None and not re.fullmatch(r"AC[0-9a-fA-F]{32}", sid):
            raise ValueError("is not an account SID; copy it from the Twilio console: AC and 32 hexadecimal digits")
        return sid

    @field_validator("public_base_url", "twilio_api_base_url", "ollama_host", "openai_base_url", "moondream_endpoint")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not re.match(r"^https?://[^/\s?#]+(/[^\s?#]*)?$", url):
            raise ValueError("is not a web address; write it like https://phone.example.com, without query")
        return url.rstrip("/")

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https?://[^/\s*]+", origin):
                raise ValueError(f"{origin!r} is not an origin; write scheme and host, like https://www.example.com, no path and no *")
        return origins

    @field_validator("owner_pin")
    @classmethod
    def _pin(cls, pin: SecretStr | None) -> SecretStr | None:
        if pin is not None and not re.fullmatch(r"\d{4,10}", pin.get_secret_value()):
            raise ValueError("must be 4 to 10 digits, because it is also keyed on a telephone")
        return pin

    @field_validator("owner_api_key")
    @classmethod
    def _long_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < 16:
            raise ValueError("is too short to be safe; use at least 16 random characters")
        return key

    @field_validator("console_passphrase")
    @classmethod
    def _long_passphrase(cls, phrase: SecretStr | None) -> SecretStr | None:
        if phrase is not None and len(phrase.get_secret_value()) < 8:
            raise ValueError("is too short to be safe; use at least 8 characters, better four words")
        return phrase

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        parse_quiet_hours(value)
        return value

    @field_validator("rate_limit_owner", "rate_limit_key", "rate_limit_address", "rate_limit_login")
    @classmethod
    def _rate(cls, value: str) -> str:
        if not RATE.match(value.strip()):
            raise ValueError("is not a rate; write it like 600/minute or 10 per 1 hour")
        return value.strip()

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return url

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.twilio_auth_token is not None:
            missing = [n.upper() for n in ("twilio_account_sid", "public_base_url") if getattr(self, n) is None]
            if missing:
                raise ValueError(
                    f"TWILIO_AUTH_TOKEN is set, so {' and '.join(missing)} must be set too (or remove the token for local mode)"
                )
        if self.llm_engine == "openai" and self.openai_base_url is None:
            raise ValueError("LLM_ENGINE is openai, so OPENAI_BASE_URL must be set, like http://127.0.0.1:1234/v1")
        return self

    @property
    def local_mode(self) -> bool:
        """No telephone provider: loopback only, no login."""
        return self.twilio_auth_token is None

    @property
    def database(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'assistant.db'}"

    @property
    def quiet(self) -> tuple[time, time] | None:
        return parse_quiet_hours(self.quiet_hours)

    def secret(self, name: str) -> str | None:
        """The plain value of a secret, for the one place that needs it."""
        value: SecretStr | None = getattr(self, name)
        return None if value is None else value.get_secret_value()


def parse_quiet_hours(value: str) -> tuple[time, time] | None:
    """`21:00-08:00` as two times, `none` as None."""
    if value.strip().lower() in ("none", "off"):
        return None
    match = re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)\s*", value)
    if match is None:
        raise ValueError("is not a span of hours; write it like 21:00-08:00, or none")
    a, b, c, d = (int(part) for part in match.groups())
    return time(a, b), time(c, d)


def _e164(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, None)
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    raise ValueError("is not a phone number with its country code; write it like +12025550123")


def load_settings(**overrides: Any) -> Settings:
    """Settings, or one ConfigurationError that lists everything to mend."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(item) for item in error.errors(include_input=False, include_url=False))) from None


def _explain(item: Any) -> str:
    name = str(item["loc"][0]).upper() if item["loc"] else ""
    kind, message = item["type"], str(item["msg"]).removeprefix("Value error, ")
    if kind == "literal_error":
        message = f"must be one of {item['ctx']['expected']}".replace("'", "")
    elif kind.startswith("int_"):
        message = "must be a whole number"
    return f"{name}: {message}." if name else f"{message}."


def unknown_names(env_file: Path | None = None) -> list[str]:
    """Names in `.env` that are no setting (a typo is the usual reason), each with the nearest real name."""
    path = env_file or ROOT / ".env"
    if not path.is_file():
        return []
    known = setting_names()
    hints = []
    for name in dotenv_values(path):
        if name in known or name.removesuffix("_FILE") in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hints.append(f"{name} in {path.name} is not a setting" + (f"; did you mean {near[0]}?" if near else "."))
    return hints


def setting_names() -> set[str]:
    return {name.upper() for name in Settings.model_fields}
